#include "entities/blocked_clients.h"

#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using auth::BlockTarget;
using auth::BlockType;
using testing::kind_of;
using testing::kNow;
using testing::must;

constexpr std::chrono::seconds kTtl{60};

BlockedClient blocked(BlockType type, const std::string& value, std::int64_t expires = 0,
                      BlockTarget target = BlockTarget::ClientId) {
  BlockedClient client;
  client.block = {type, value, target, expires};
  client.created_by = "ada@example.org";
  return client;
}

class BlockedClientsTest : public testing::StoreTest {
 protected:
  BlockedClients& clients() { return store().blocked_clients(); }
  Result<BlockedClient> save(const BlockedClient& client, std::int64_t now = kNow) {
    return committed([&](Transaction& t) { return clients().save(t, client, now); });
  }
  std::vector<std::string> values(const PageRequest& request,
                                  const BlockedClientFilter& filter = {}) {
    std::vector<std::string> found;
    for (const auto& item : must(clients().page(request, filter)).items) {
      found.push_back(item.block.value);
    }
    return found;
  }
};

TEST_F(BlockedClientsTest, KeepsEachKind) {
  must(save(blocked(BlockType::ClientId, "x")));
  must(save(blocked(BlockType::Username, "x")));
  must(save(blocked(BlockType::IpAddress, "192.0.2.0/24")));
  must(save(blocked(BlockType::Regex, "x.*", 0, BlockTarget::ClientId)));
  must(save(blocked(BlockType::Regex, "x.*", 0, BlockTarget::Username)));

  EXPECT_EQ(must(clients().page({})).total_elements, 5U);
  const auto found = must(clients().find(BlockType::Regex, "x.*", BlockTarget::Username));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->block.target, BlockTarget::Username);
  EXPECT_EQ(found->created_by, "ada@example.org");
  EXPECT_FALSE(must(clients().find(BlockType::Regex, "x.*", BlockTarget::IpAddress)));
}

TEST_F(BlockedClientsTest, SavingAgainReplacesExpiryAndDescription) {
  must(save(blocked(BlockType::ClientId, "x", kNow + 1)));
  auto again = blocked(BlockType::ClientId, "x", kNow + 2, BlockTarget::Username);
  again.description = "still here";

  const auto kept = must(save(again, kNow + 100));

  EXPECT_EQ(kept.created, kNow);
  EXPECT_EQ(kept.block.expires, kNow + 2);
  EXPECT_EQ(kept.description, "still here");
  EXPECT_EQ(must(clients().page({})).total_elements, 1U);
}

TEST_F(BlockedClientsTest, RefusesWhatNoListCouldHold) {
  EXPECT_EQ(kind_of(save(blocked(BlockType::ClientId, ""))), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(save(blocked(BlockType::IpAddress, "192.0.2.0/99"))), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(save(blocked(BlockType::Regex, "("))), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(save(blocked(BlockType::ClientId, "x", -1))), ErrorKind::Invalid);
}

TEST_F(BlockedClientsTest, StatusFollowsTheTime) {
  const auto status = [](std::int64_t expires, std::int64_t now) {
    return std::string(to_string(status_of(blocked(BlockType::ClientId, "x", expires), now, kTtl)));
  };

  EXPECT_EQ(status(0, kNow), "ACTIVE");
  EXPECT_EQ(status(kNow + 1, kNow), "ACTIVE");
  EXPECT_EQ(status(kNow, kNow), "EXPIRED");
  EXPECT_EQ(status(kNow, kNow + 60'000), "EXPIRED");
  EXPECT_EQ(status(kNow, kNow + 60'001), "DELETING_SOON");
}

TEST_F(BlockedClientsTest, PurgeRemovesWhatIsDeletingSoon) {
  must(save(blocked(BlockType::ClientId, "for ever")));
  must(save(blocked(BlockType::ClientId, "kept", kNow - 60'000)));
  must(save(blocked(BlockType::ClientId, "gone", kNow - 60'001)));

  const auto count =
      must(committed([&](Transaction& t) { return clients().purge(t, kNow, kTtl); }));

  EXPECT_EQ(count, 1U);
  EXPECT_EQ(values({}), (std::vector<std::string>{"for ever", "kept"}));
}

TEST_F(BlockedClientsTest, ActiveOnesMakeABlockList) {
  must(save(blocked(BlockType::IpAddress, "192.0.2.0/24")));
  must(save(blocked(BlockType::Username, "old", kNow)));
  must(save(blocked(BlockType::Username, "new", kNow + 1)));

  const auto active = must(clients().active(kNow));
  const auto list = auth::BlockList::make(active);

  EXPECT_EQ(active.size(), 2U);
  ASSERT_TRUE(list);
  EXPECT_NE((*list)->find("c", "u", "192.0.2.7", kNow), nullptr);
  EXPECT_EQ((*list)->find("c", "old", "198.51.100.1", kNow), nullptr);
}

TEST_F(BlockedClientsTest, RemovesByWhatNamesIt) {
  must(save(blocked(BlockType::Regex, "x", 0, BlockTarget::Username)));
  const auto remove = [&](BlockTarget target) {
    return committed(
        [&](Transaction& t) { return clients().remove(t, BlockType::Regex, "x", target); });
  };

  EXPECT_EQ(kind_of(remove(BlockTarget::ClientId)), ErrorKind::NotFound);
  must(remove(BlockTarget::Username));
  EXPECT_EQ(must(clients().page({})).total_elements, 0U);
}

TEST_F(BlockedClientsTest, Filters) {
  must(save(blocked(BlockType::ClientId, "Sensor-1", kNow + 5)));
  must(save(blocked(BlockType::Username, "sensor-2")));
  must(save(blocked(BlockType::Regex, "robot", 0, BlockTarget::Username)));
  using Values = std::vector<std::string>;

  EXPECT_EQ(values(testing::search("SENSOR")), (Values{"Sensor-1", "sensor-2"}));
  EXPECT_EQ(values({}, {{BlockType::Username, BlockType::Regex}, "", {}}),
            (Values{"sensor-2", "robot"}));
  EXPECT_EQ(values({}, {{}, "SOR-2", {}}), Values{"sensor-2"});
  EXPECT_EQ(values({}, {{}, "", {BlockTarget::Username}}), Values{"robot"});
  PageRequest soon;
  soon.start_time = kNow;
  soon.end_time = kNow + 5;
  EXPECT_EQ(values(soon), Values{"Sensor-1"});
  EXPECT_EQ(values(testing::sorted("value", SortOrder::Descending)),
            (Values{"sensor-2", "robot", "Sensor-1"}));
}

TEST_F(BlockedClientsTest, NamesAreTbmqs) {
  using enum BlockType;
  for (const auto type : {ClientId, Username, IpAddress, Regex}) {
    EXPECT_EQ(parse_block_type(to_string(type)), type);
  }
  for (const auto target : {BlockTarget::ClientId, BlockTarget::Username, BlockTarget::IpAddress}) {
    EXPECT_EQ(parse_block_target(to_string(target)), target);
  }
  EXPECT_EQ(parse_block_type("client_id"), std::nullopt);
}

}  // namespace
}  // namespace sluice::entities

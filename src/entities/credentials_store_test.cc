#include "entities/credentials_store.h"

#include <chrono>

#include "entities/credentials_test_support.h"
#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using testing::basic;
using testing::kind_of;
using testing::kNow;
using testing::must;
using testing::page_of;
using testing::scram;
using testing::sorted;
using testing::x509;

class CredentialsStoreTest : public testing::StoreTest {
 protected:
  CredentialsStore& credentials() { return store().credentials(); }
  Result<ClientCredentials> create(const ClientCredentials& value, std::int64_t now = kNow) {
    return committed([&](Transaction& t) { return credentials().create(t, value, now); });
  }
  Result<ClientCredentials> update(const ClientCredentials& value) {
    return committed([&](Transaction& t) { return credentials().update(t, value); });
  }
  BulkOutcome upsert(const std::vector<ClientCredentials>& rows) {
    return must(
        committed([&](Transaction& t) { return credentials().upsert_by_name(t, rows, kNow); }));
  }
  std::vector<std::string> names(const PageRequest& request, const CredentialsFilter& filter = {}) {
    std::vector<std::string> found;
    for (const auto& item : must(credentials().page(request, filter)).items) {
      found.push_back(item.name);
    }
    return found;
  }
};

TEST_F(CredentialsStoreTest, FindsByIdAndByName) {
  ClientCredentials wanted = basic("sensor", "u");
  wanted.value.client_type = config::ClientType::Application;
  wanted.additional_info = R"({"description":"x"})";
  const auto created = must(create(wanted));

  const auto by_id = must(credentials().get(created.value.id));
  const auto by_name = must(credentials().find_by_name("sensor"));

  EXPECT_EQ(by_id.value.basic->username, "u");
  EXPECT_EQ(by_id.value.client_type, config::ClientType::Application);
  EXPECT_EQ(by_id.additional_info, wanted.additional_info);
  EXPECT_EQ(by_id.created, kNow);
  ASSERT_TRUE(by_name);
  EXPECT_EQ(by_name->value.id, created.value.id);
  EXPECT_FALSE(must(credentials().find_by_name("other")));
  EXPECT_EQ(kind_of(credentials().get("other")), ErrorKind::NotFound);
}

TEST_F(CredentialsStoreTest, RefusesASecondOneWithTheSameName) {
  must(create(basic("sensor", "u")));

  const auto second = create(basic("sensor", "v"));

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(second.error().what, "MQTT client credentials with the name 'sensor' already exists");
}

TEST_F(CredentialsStoreTest, RefusesASecondOneForTheSameClient) {
  must(create(basic("one", "u")));
  must(create(x509("three", "u")));
  must(create(scram("four", "u")));

  const auto second = create(basic("two", "u"));

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(second.error().what, "MQTT client credentials with the user name 'u' already exists");
  EXPECT_EQ(kind_of(create(x509("five", "u"))), ErrorKind::Conflict);
}

TEST_F(CredentialsStoreTest, UpdateKeepsWhatIsNeverShown) {
  auto user = must(create(basic("user", "u")));
  auto robot = must(create(scram("robot", "r")));
  must(committed(
      [&](Transaction& t) { return credentials().set_password(t, user.value.id, "hash"); }));
  robot.value.scram->salt.clear();
  robot.value.scram->stored_key.clear();
  robot.value.scram->server_key.clear();
  robot.value.scram->rules = testing::rules_of({"x"});
  user.value.name = "renamed";

  must(update(user));
  must(update(robot));

  EXPECT_EQ(must(credentials().get(user.value.id)).value.basic->password_hash, "hash");
  EXPECT_EQ(must(credentials().get(user.value.id)).value.name, "renamed");
  const auto kept = must(credentials().get(robot.value.id));
  EXPECT_EQ(kept.value.scram->stored_key, scram("", "").value.scram->stored_key);
  EXPECT_TRUE(kept.value.scram->rules);
}

TEST_F(CredentialsStoreTest, AnotherAlgorithmNeedsThePasswordAgain) {
  auto robot = must(create(scram("robot", "r")));
  robot.value.scram = auth::ScramCredentials{};
  robot.value.scram->username = "r";
  robot.value.scram->algorithm = auth::ScramAlgorithm::Sha512;

  EXPECT_EQ(kind_of(update(robot)), ErrorKind::Invalid);
}

TEST_F(CredentialsStoreTest, AnUpdateMovesTheKey) {
  auto user = must(create(basic("user", "before")));
  user.value.basic->username = "after";
  must(update(user));

  must(create(basic("other", "before")));
  EXPECT_EQ(kind_of(create(basic("third", "after"))), ErrorKind::Conflict);
}

TEST_F(CredentialsStoreTest, RefusesWhatCannotBe) {
  EXPECT_EQ(kind_of(create(basic("", "u"))), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(create(basic("line\nbreak", "u"))), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(create(basic(std::string(256, 'n'), "u"))), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(create(testing::named("empty", {}))), ErrorKind::Invalid);
  ClientCredentials described = basic("n", "u");
  described.additional_info = "words";
  EXPECT_EQ(kind_of(create(described)), ErrorKind::Invalid);
}

TEST_F(CredentialsStoreTest, RemovesOnce) {
  const auto created = must(create(basic("user", "u")));
  const auto remove = [&] {
    return committed([&](Transaction& t) { return credentials().remove(t, created.value.id); });
  };

  must(remove());

  EXPECT_EQ(kind_of(remove()), ErrorKind::NotFound);
}

TEST_F(CredentialsStoreTest, OnlyBasicCredentialsHaveAPassword) {
  const auto created = must(create(x509("cert", "cn")));

  EXPECT_EQ(kind_of(committed([&](Transaction& t) {
              return credentials().set_password(t, created.value.id, "hash");
            })),
            ErrorKind::Invalid);
}

TEST_F(CredentialsStoreTest, Counts) {
  ClientCredentials application = x509("x", "cn");
  application.value.client_type = config::ClientType::Application;
  must(create(application));
  must(create(basic("b", "u")));
  must(create(scram("s", "u")));

  const auto counts = must(credentials().counts());

  EXPECT_EQ(counts.devices, 2U);
  EXPECT_EQ(counts.applications, 1U);
  EXPECT_EQ(counts.total(), 3U);
  EXPECT_EQ(counts.basic, 1U);
  EXPECT_EQ(counts.x509, 1U);
  EXPECT_EQ(counts.scram, 1U);
}

TEST_F(CredentialsStoreTest, FiltersByEachProperty) {
  ClientCredentials both = basic("Both", "user-b");
  both.value.basic->client_id = "Client-B";
  both.value.client_type = config::ClientType::Application;
  must(create(both));
  must(create(basic("basic", "user-a")));
  must(create(x509("cert", "device.example")));
  must(create(scram("scram", "user-s")));
  using Names = std::vector<std::string>;
  const auto by = [&](auto set) {
    CredentialsFilter filter;
    set(filter);
    return names({}, filter);
  };

  EXPECT_EQ(names(testing::search("BOTH")), Names{"Both"});
  EXPECT_EQ(by([](auto& f) { f.client_types = {config::ClientType::Application}; }), Names{"Both"});
  EXPECT_EQ(by([](auto& f) {
              f.credentials_types = {CredentialsType::X509, CredentialsType::Scram};
            }),
            (Names{"cert", "scram"}));
  EXPECT_EQ(by([](auto& f) { f.username = "USER-"; }), (Names{"Both", "basic", "scram"}));
  EXPECT_EQ(by([](auto& f) { f.client_id = "client-b"; }), Names{"Both"});
  EXPECT_EQ(by([](auto& f) { f.certificate_cn = "example"; }), Names{"cert"});
  EXPECT_EQ(by([](auto& f) {
              f.username = "user-a";
              f.client_types = {config::ClientType::Application};
            }),
            Names{});
}

TEST_F(CredentialsStoreTest, PagesAtTheEdges) {
  for (int i = 0; i < 5; ++i) must(create(basic("n" + std::to_string(i), std::to_string(i))));
  using Names = std::vector<std::string>;

  EXPECT_EQ(names(page_of(0, 2)), (Names{"n0", "n1"}));
  EXPECT_EQ(names(page_of(2, 2)), Names{"n4"});
  EXPECT_EQ(names(page_of(3, 2)), Names{});
  EXPECT_EQ(names(page_of(0, 5)).size(), 5U);
  EXPECT_EQ(names(page_of(0xFFFFFFFF, 0xFFFFFFFF)), Names{});
  EXPECT_EQ(must(credentials().page(page_of(3, 2))).total_elements, 5U);
  EXPECT_EQ(kind_of(credentials().page(page_of(0, 0))), ErrorKind::Invalid);
}

TEST_F(CredentialsStoreTest, SortsByKnownPropertiesOnly) {
  must(create(basic("b", "1")));
  must(create(basic("a", "2"), kNow + 1));
  using Names = std::vector<std::string>;

  EXPECT_EQ(names(sorted("name")), (Names{"a", "b"}));
  EXPECT_EQ(names(sorted("createdTime", SortOrder::Descending)), (Names{"a", "b"}));
  EXPECT_EQ(names({}), (Names{"b", "a"}));
  for (const char* const property : {"value", "name; DROP TABLE users", "1", "name DESC"}) {
    EXPECT_EQ(kind_of(credentials().page(sorted(property))), ErrorKind::Invalid) << property;
  }
}

TEST_F(CredentialsStoreTest, TimesIncludeBothEnds) {
  for (int i = 0; i < 4; ++i) {
    must(create(basic("n" + std::to_string(i), std::to_string(i)), kNow + i));
  }
  PageRequest request;
  request.start_time = kNow + 1;
  request.end_time = kNow + 2;

  EXPECT_EQ(names(request), (std::vector<std::string>{"n1", "n2"}));
}

TEST_F(CredentialsStoreTest, TextsAreNeverSql) {
  const std::vector<std::string> texts{"'; DROP TABLE users; --", "%",  "_",   "\\",
                                       "\" OR \"\"=\"",           "?1", "a'b", "\xF0\x9F\x94\x91"};
  for (const std::string& text : texts) must(create(basic("n " + text, text)));

  for (const std::string& text : texts) {
    CredentialsFilter filter;
    filter.username = text;
    EXPECT_EQ(names({}, filter), std::vector<std::string>{"n " + text});
    EXPECT_EQ(names(testing::search(text)), std::vector<std::string>{"n " + text});
  }
  EXPECT_EQ(must(credentials().counts()).total(), texts.size());
}

TEST_F(CredentialsStoreTest, BulkCreatesAndUpdatesByName) {
  auto old = basic("old", "u");
  old.additional_info = R"({"description":"kept"})";
  const auto before = must(create(old));
  must(committed(
      [&](Transaction& t) { return credentials().set_password(t, before.value.id, "hash"); }));

  const auto outcome = upsert({basic("old", "moved"), basic("new", "n")});

  EXPECT_EQ(outcome.created, 1U);
  EXPECT_EQ(outcome.updated, std::vector<std::string>{before.value.id});
  EXPECT_TRUE(outcome.errors.empty());
  const auto after = must(credentials().get(before.value.id));
  EXPECT_EQ(after.value.basic->username, "moved");
  EXPECT_EQ(after.value.basic->password_hash, "hash");
  EXPECT_EQ(after.additional_info, old.additional_info);
}

TEST_F(CredentialsStoreTest, BulkTellsOfBadRowsAndKeepsTheOthers) {
  must(create(basic("taken", "u")));

  const auto outcome = upsert({basic("one", "1"), basic("clash", "u"), basic("", "2"),
                               testing::named("nothing", {}), basic("two", "2")});

  EXPECT_EQ(outcome.created, 2U);
  ASSERT_EQ(outcome.errors.size(), 3U);
  EXPECT_EQ(outcome.errors[0],
            "clash: MQTT client credentials with the user name 'u' already exists");
  EXPECT_EQ(must(credentials().counts()).total(), 3U);
}

TEST_F(CredentialsStoreTest, BulkTakesAHundredThousandRows) {
  constexpr int kRows = 100'000;
  std::vector<ClientCredentials> rows;
  for (int i = 0; i < kRows; ++i) {
    rows.push_back(basic("name-" + std::to_string(i), "user-" + std::to_string(i)));
  }
  const auto seconds_of = [&] {
    const auto start = std::chrono::steady_clock::now();
    upsert(rows);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };

  const double create_seconds = seconds_of();
  const double update_seconds = seconds_of();

  std::printf("%d credentials: created in %.2f s, updated in %.2f s\n", kRows, create_seconds,
              update_seconds);
  EXPECT_EQ(must(credentials().counts()).total(), static_cast<std::uint64_t>(kRows));
}

}  // namespace
}  // namespace sluice::entities

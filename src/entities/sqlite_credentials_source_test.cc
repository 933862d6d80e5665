#include "entities/sqlite_credentials_source.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "entities/credentials_test_support.h"
#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using testing::basic;
using testing::kNow;
using testing::must;
using testing::x509;

class SqliteCredentialsSourceTest : public testing::StoreTest {
 protected:
  ClientCredentials create(const ClientCredentials& value, std::int64_t now = kNow) {
    return must(
        committed([&](Transaction& t) { return store().credentials().create(t, value, now); }));
  }
  std::optional<auth::Credentials> find(const std::string& key) {
    auto found = source_->find(key);
    EXPECT_TRUE(found) << found.error().what;
    return *found;
  }

  std::unique_ptr<SqliteCredentialsSource> source_ =
      must(SqliteCredentialsSource::open(store().path()));
};

TEST_F(SqliteCredentialsSourceTest, FindsByEachKindOfKey) {
  const auto user = create(basic("user", "u"));
  auto client = basic("client", "");
  client.value.basic->username.reset();
  client.value.basic->client_id = "c";
  create(client);
  auto both = basic("both", "u");
  both.value.basic->client_id = "c";
  create(both);
  create(x509("cert", "cn"));
  create(testing::scram("scram", "u"));

  EXPECT_EQ(find(auth::basic_key_of_username("u"))->id, user.value.id);
  EXPECT_EQ(find(auth::basic_key_of_client_id("c"))->name, "client");
  EXPECT_EQ(find(auth::basic_key_of_both("u", "c"))->name, "both");
  EXPECT_EQ(find(auth::x509_key("cn"))->x509->mappings.size(), 1U);
  EXPECT_EQ(find(auth::scram_key("u", auth::ScramAlgorithm::Sha256))->scram->stored_key,
            std::string(32, '\x01'));
  EXPECT_FALSE(find(auth::basic_key_of_username("nobody")));
  EXPECT_FALSE(find(""));
}

TEST_F(SqliteCredentialsSourceTest, SeesAChangeAsSoonAsItIsCommitted) {
  const auto key = auth::basic_key_of_username("u");
  EXPECT_FALSE(find(key));

  const auto created = create(basic("user", "u"));
  EXPECT_TRUE(find(key));

  must(committed([&](Transaction& t) {
    return store().credentials().set_password(t, created.value.id, "hash");
  }));
  EXPECT_EQ(find(key)->basic->password_hash, "hash");

  must(
      committed([&](Transaction& t) { return store().credentials().remove(t, created.value.id); }));
  EXPECT_FALSE(find(key));
}

TEST_F(SqliteCredentialsSourceTest, SeesNothingOfAnOpenTransaction) {
  Transaction transaction = must(store().begin());
  must(store().credentials().create(transaction, basic("user", "u"), kNow));

  EXPECT_FALSE(find(auth::basic_key_of_username("u")));
}

TEST_F(SqliteCredentialsSourceTest, ReturnsExpressionsOldestFirst) {
  create(x509("second", "b.*", true), kNow + 1);
  create(x509("first", "a.*", true), kNow);
  create(x509("exact", "c"), kNow);

  const auto all = source_->find_x509_expressions();

  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].name, "first");
  EXPECT_EQ((*all)[1].name, "second");
}

TEST_F(SqliteCredentialsSourceTest, FailsRatherThanFindNothing) {
  create(basic("user", "u"));
  must(store().database().run("UPDATE client_credentials SET value = '{'"));

  const auto found = source_->find(auth::basic_key_of_username("u"));

  ASSERT_FALSE(found);
  EXPECT_NE(found.error().what.find("'user' cannot be read"), std::string::npos);
}

TEST_F(SqliteCredentialsSourceTest, ReadsWhileTheWriterWrites) {
  constexpr int kWrites = 300;
  const auto created = create(basic("user", "u"));
  const auto key = auth::basic_key_of_username("u");
  std::atomic<bool> is_done = false;
  std::uint64_t finds = 0;
  int failures = 0;
  std::string last;
  std::thread reader([&] {
    while (!is_done) {
      const auto found = source_->find(key);
      ++finds;
      // What is read never goes back.
      const bool is_good = found && *found && (*found)->basic->password_hash >= last;
      if (is_good) last = (*found)->basic->password_hash;
      failures += is_good ? 0 : 1;
    }
  });

  for (int i = 0; i < kWrites; ++i) {
    must(committed([&](Transaction& t) {
      return store().credentials().set_password(t, created.value.id, std::to_string(1000 + i));
    }));
  }
  is_done = true;
  reader.join();

  EXPECT_EQ(failures, 0);
  EXPECT_GT(finds, 0U);
  EXPECT_EQ(find(key)->basic->password_hash, std::to_string(1000 + kWrites - 1));
}

TEST_F(SqliteCredentialsSourceTest, PrintsHowLongAFindTakes) {
  constexpr int kRows = 20'000;
  std::vector<ClientCredentials> rows;
  for (int i = 0; i < kRows; ++i) {
    rows.push_back(basic("name-" + std::to_string(i), "user-" + std::to_string(i)));
  }
  must(committed(
      [&](Transaction& t) { return store().credentials().upsert_by_name(t, rows, kNow); }));
  const auto start = std::chrono::steady_clock::now();

  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(find(auth::basic_key_of_username("user-" + std::to_string(i * 7919 % kRows))));
  }

  const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
  std::printf("one find among %d credentials: %.1f us\n", kRows, taken.count() / kRows);
}

}  // namespace
}  // namespace sluice::entities

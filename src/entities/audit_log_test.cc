#include "entities/audit_log.h"

#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using testing::entry_of;
using testing::kind_of;
using testing::kNow;
using testing::must;

class AuditLogTest : public testing::StoreTest {
 protected:
  AuditLog& log() { return store().audit_log(); }
  void append(const AuditEntry& entry) {
    must(committed([&](Transaction& t) { return log().append(t, entry); }));
  }
  void append_ten() {
    for (int i = 0; i < 10; ++i) append(entry_of("ada", "UPDATE", kNow + i));
  }
  std::uint64_t purge(std::int64_t oldest) {
    return must(committed([&](Transaction& t) { return log().purge(t, oldest); }));
  }
  /// As somebody would who has the file and knows of the triggers.
  void tamper(const std::string& sql) {
    must(
        store().database().run_script("DROP TRIGGER IF EXISTS audit_log_never_changes;"
                                      "DROP TRIGGER IF EXISTS audit_log_ends_at_the_front;" +
                                      sql));
  }
};

TEST_F(AuditLogTest, KeepsAllOfAnEntry) {
  const AuditEntry entry{0,      kNow, "ada",        "UPDATE",    "USER",    "id",
                         "name", "{}", R"({"a":1})", "192.0.2.1", "SUCCESS", ""};
  append(entry);

  const auto page = must(log().page({}));

  ASSERT_EQ(page.items.size(), 1U);
  const AuditEntry& kept = page.items[0];
  EXPECT_EQ(kept.sequence, 1);
  EXPECT_EQ(kept.time, kNow);
  EXPECT_EQ(kept.entity_type, "USER");
  EXPECT_EQ(kept.entity_name, "name");
  EXPECT_EQ(kept.before, "{}");
  EXPECT_EQ(kept.after, R"({"a":1})");
  EXPECT_EQ(kept.result, "SUCCESS");
  EXPECT_EQ(kept.hash.size(), 32U);
}

TEST_F(AuditLogTest, MasksSecrets) {
  AuditEntry entry = entry_of("ada", "UPDATE");
  entry.before = R"({"password":"before"})";
  entry.after = R"({"jwt":{"secret":"after"}})";
  append(entry);

  const AuditEntry kept = must(log().page({})).items[0];

  EXPECT_EQ(kept.before, R"({"password":"********"})");
  EXPECT_EQ(kept.after, R"({"jwt":{"secret":"********"}})");
}

TEST_F(AuditLogTest, AnUntouchedLogIsIntact) {
  EXPECT_TRUE(must(log().verify()).is_intact());
  append_ten();

  const auto verdict = must(log().verify());

  EXPECT_TRUE(verdict.is_intact()) << verdict.what;
  EXPECT_EQ(verdict.checked, 10U);
}

TEST_F(AuditLogTest, NoticesAChange) {
  append_ten();
  for (const char* const column : {"user", "action", "entity_type", "entity_id", "entity_name",
                                   "before", "after", "address", "result", "time"}) {
    Transaction undone = must(store().begin());
    tamper("UPDATE audit_log SET " + std::string(column) + " = '7' WHERE sequence = 4");
    EXPECT_EQ(must(log().verify()).broken_at, 4) << column;
  }
}

TEST_F(AuditLogTest, NoticesTextThatMovedToTheNextColumn) {
  AuditEntry entry = entry_of("ada", "UPDATE");
  entry.entity_id = "ab";
  append(entry);
  tamper("UPDATE audit_log SET entity_id = 'a', entity_name = 'b'");

  EXPECT_EQ(must(log().verify()).broken_at, 1);
}

TEST_F(AuditLogTest, NoticesWhatIsMissing) {
  append_ten();
  for (const int sequence : {1, 5, 10}) {
    Transaction undone = must(store().begin());
    tamper("DELETE FROM audit_log WHERE sequence = " + std::to_string(sequence));
    EXPECT_EQ(must(log().verify()).broken_at, sequence);
  }
}

TEST_F(AuditLogTest, TheDatabaseItselfRefusesChanges) {
  append_ten();

  EXPECT_FALSE(store().database().run("UPDATE audit_log SET user = 'eve'"));
  EXPECT_FALSE(store().database().run("DELETE FROM audit_log WHERE sequence = 3"));
  EXPECT_EQ(must(log().page({})).total_elements, 10U);
}

TEST_F(AuditLogTest, StaysVerifiableWhenTheOldestGo) {
  append_ten();

  EXPECT_EQ(purge(kNow + 4), 4U);
  EXPECT_EQ(must(log().verify()).checked, 6U);
  EXPECT_TRUE(must(log().verify()).is_intact());

  EXPECT_EQ(purge(kNow + 100), 6U);
  EXPECT_EQ(purge(kNow + 100), 0U);
  append(entry_of("ada", "LOGIN", kNow + 101));
  EXPECT_TRUE(must(log().verify()).is_intact());
  EXPECT_EQ(must(log().page({})).items[0].sequence, 11);
}

TEST_F(AuditLogTest, PurgeLeavesNoGapsWhenTheClockWasSetBack) {
  append(entry_of("ada", "A", kNow));
  append(entry_of("ada", "B", kNow + 1000));
  append(entry_of("ada", "C", kNow + 1));

  EXPECT_EQ(purge(kNow + 500), 1U);

  EXPECT_TRUE(must(log().verify()).is_intact());
}

TEST_F(AuditLogTest, GoesOnAfterReopen) {
  append_ten();
  reopen();
  append_ten();

  EXPECT_EQ(must(log().verify()).checked, 20U);
  EXPECT_TRUE(must(log().verify()).is_intact());
}

TEST_F(AuditLogTest, Filters) {
  AuditEntry login = entry_of("Ada@x", "LOGIN", kNow);
  append(login);
  AuditEntry update = entry_of("bob@x", "UPDATE", kNow + 1);
  update.entity_type = "USER";
  update.entity_id = "id-1";
  update.entity_name = "Carol";
  append(update);
  const auto count = [&](const PageRequest& request, const AuditFilter& filter = {}) {
    return must(log().page(request, filter)).total_elements;
  };
  PageRequest later;
  later.start_time = kNow + 1;

  EXPECT_EQ(count({}), 2U);
  EXPECT_EQ(count(later), 1U);
  EXPECT_EQ(count(testing::search("carol")), 1U);
  EXPECT_EQ(count({}, {"ADA", {}, {}, ""}), 1U);
  EXPECT_EQ(count({}, {"", {"LOGIN", "UPDATE"}, {}, ""}), 2U);
  EXPECT_EQ(count({}, {"", {}, {"USER"}, ""}), 1U);
  EXPECT_EQ(count({}, {"", {}, {}, "id-1"}), 1U);
  EXPECT_EQ(count({}, {"", {"DELETE"}, {}, ""}), 0U);
  EXPECT_EQ(kind_of(log().page(testing::sorted("hash"))), ErrorKind::Invalid);
}

}  // namespace
}  // namespace sluice::entities

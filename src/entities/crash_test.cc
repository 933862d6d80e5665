// A process that is killed in the middle of writing.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "entities/credentials_test_support.h"
#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using testing::kNow;
using testing::must;

constexpr int kKills = 50;
constexpr int kWrites = 200;

std::string name_of(int number) {
  return "credentials-" + std::to_string(number);
}

Result<void> write_one(AdminStore& store, int number) {
  auto transaction = store.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  const auto created = store.credentials().create(
      *transaction, testing::basic(name_of(number), name_of(number)), kNow);
  if (!created) return tl::unexpected(created.error());
  AuditEntry entry = testing::entry_of("ada", "CREATE");
  entry.entity_name = name_of(number);
  auto logged = store.audit_log().append(*transaction, entry);
  if (!logged) return logged;
  return transaction->commit();
}

/// Writes from `first` on and tells of each commit with one byte, until it is killed.
[[noreturn]] void write_until_killed(const std::string& folder, int first, int pipe) {
  auto store = AdminStore::open(folder, kNow);
  if (!store) ::_exit(1);
  for (int number = first;; ++number) {
    if (!write_one(**store, number) || ::write(pipe, "x", 1) != 1) ::_exit(1);
  }
}

/// Lets a process write and kills it some microseconds after its `count`-th commit.
/// returns  how many commits it told of
int count_commits_until_kill(const std::string& folder, int first, int count, unsigned delay) {
  int pipe[2];
  EXPECT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) write_until_killed(folder, first, pipe[1]);
  ::close(pipe[1]);
  char byte = 0;
  int told = 0;
  while (told < count && ::read(pipe[0], &byte, 1) == 1) ++told;
  ::usleep(delay);  // where in a write it is struck, not a wait for anything
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  while (::read(pipe[0], &byte, 1) == 1) ++told;
  ::close(pipe[0]);
  return told;
}

/// Credentials and log tell of the same writes, in their order.
/// returns  how many
int count_whole_writes(AdminStore& store) {
  const auto count = static_cast<int>(must(store.credentials().counts()).total());
  const auto log = must(store.audit_log().page(testing::page_of(0, 10'000)));
  EXPECT_EQ(log.items.size(), static_cast<std::size_t>(count));
  for (int number = 0; number < count; ++number) {
    EXPECT_TRUE(must(store.credentials().find_by_name(name_of(number)))) << number;
    EXPECT_EQ(log.items.at(static_cast<std::size_t>(number)).entity_name, name_of(number));
  }
  const auto verdict = must(store.audit_log().verify());
  EXPECT_TRUE(verdict.is_intact()) << verdict.what;
  return count;
}

TEST(Crash, LosesNothingThatWasCommittedAndLeavesNothingHalf) {
  const testing::TemporaryFolder folder;
  std::mt19937 random(4711);
  const auto pick = [&](int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  };
  int written = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    const int left = std::max(1, (kWrites - written) / (kKills - kill));
    const int count = pick(2 * left + 1);
    const int told =
        count_commits_until_kill(folder.path(), written, count, static_cast<unsigned>(pick(3000)));

    const auto store = must(AdminStore::open(folder.path(), kNow));
    const int found = count_whole_writes(*store);

    // One more may have been committed in the moment of the kill.
    EXPECT_GE(found, written + told);
    EXPECT_LE(found, written + told + 1);
    written = found;
  }
  std::printf("%d kills in %d writes\n", kKills, written);
  EXPECT_GE(written, kWrites / 2);
}

}  // namespace
}  // namespace sluice::entities

#include "entities/admin_store.h"

#include <sys/stat.h>

#include <fstream>

#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using testing::entry_of;
using testing::kNow;
using testing::must;
using testing::TemporaryFolder;
using testing::user_with;

unsigned mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

void change_file(const std::string& path, const char* script) {
  auto database = must(Database::open(path, Database::Mode::ReadWrite));
  must(database->run_script(script));
}

std::string words_of_failure(const std::string& folder) {
  const auto store = AdminStore::open(folder, kNow);
  return store ? "" : store.error().what;
}

TEST(AdminStore, CreatesFolderAndFilesForTheOwnerAlone) {
  const TemporaryFolder parent;
  const std::string folder = parent.path() + "/data";

  const auto store = must(AdminStore::open(folder, kNow));

  EXPECT_EQ(mode_of(folder), 0700U);
  EXPECT_EQ(mode_of(folder + "/admin.db"), 0600U);
  EXPECT_EQ(mode_of(folder + "/admin.db-wal"), 0600U);
}

TEST(AdminStore, RefusesAFileThatOthersCanRead) {
  const TemporaryFolder folder;
  must(AdminStore::open(folder.path(), kNow));
  ::chmod(folder.database().c_str(), 0644);

  EXPECT_NE(words_of_failure(folder.path()).find("chmod 600"), std::string::npos);
}

TEST(AdminStore, HasProvidersAndSettingsFromTheStart) {
  const TemporaryFolder folder;
  const auto store = must(AdminStore::open(folder.path(), kNow));

  EXPECT_EQ(must(store->providers().all()).size(), 5U);
  EXPECT_EQ(must(store->settings().get("general")).created, kNow);
  EXPECT_EQ(must(store->users().count()), 0U);
}

TEST(AdminStore, KeepsWhatWasCommittedAcrossReopen) {
  const TemporaryFolder folder;
  std::string id;
  {
    const auto store = must(AdminStore::open(folder.path(), kNow));
    Transaction transaction = must(store->begin());
    id = must(store->users().create(transaction, user_with("a@b"), kNow)).id;
    must(transaction.commit());
  }

  const auto store = must(AdminStore::open(folder.path(), kNow));

  EXPECT_EQ(must(store->users().get(id)).email, "a@b");
  EXPECT_EQ(must(store->providers().all()).size(), 5U);
}

TEST(AdminStore, ForgetsWhatWasNotCommitted) {
  const TemporaryFolder folder;
  const auto store = must(AdminStore::open(folder.path(), kNow));
  {
    Transaction transaction = must(store->begin());
    must(store->users().create(transaction, user_with("a@b"), kNow));
    must(store->audit_log().append(transaction, entry_of("a@b", "CREATE")));
  }

  EXPECT_EQ(must(store->users().count()), 0U);
  EXPECT_EQ(must(store->audit_log().page({})).total_elements, 0U);
}

TEST(AdminStore, RefusesAFileOfANewerVersion) {
  const TemporaryFolder folder;
  must(AdminStore::open(folder.path(), kNow));
  change_file(folder.database(), "PRAGMA user_version = 99");

  EXPECT_NE(words_of_failure(folder.path()).find("version 99 of a newer program"),
            std::string::npos);
}

TEST(AdminStore, RefusesAFileOfAnotherProgram) {
  const TemporaryFolder folder;
  must(AdminStore::open(folder.path(), kNow));
  std::filesystem::remove(folder.database());
  std::ofstream(folder.database()).close();
  ::chmod(folder.database().c_str(), 0600);
  change_file(folder.database(), "CREATE TABLE theirs (a)");

  EXPECT_NE(words_of_failure(folder.path()).find("another program"), std::string::npos);
}

TEST(AdminStore, RefusesAndKeepsAFileThatIsNoDatabase) {
  const TemporaryFolder folder;
  const std::string text =
      "what somebody wrote here by mistake, longer than a header of SQLite is, "
      "which has one hundred bytes";
  std::ofstream(folder.database()) << text;
  ::chmod(folder.database().c_str(), 0600);

  EXPECT_NE(words_of_failure(folder.path()).find("damaged"), std::string::npos);

  EXPECT_EQ(std::filesystem::file_size(folder.database()), text.size());
}

TEST(AdminStore, RefusesAFileWithADamagedPage) {
  const TemporaryFolder folder;
  must(AdminStore::open(folder.path(), kNow));
  {
    std::fstream file(folder.database(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 3);
    for (int i = 0; i < 4096; ++i) file.put('\x5A');
  }

  EXPECT_NE(words_of_failure(folder.path()).find("damaged"), std::string::npos);
}

}  // namespace
}  // namespace sluice::entities

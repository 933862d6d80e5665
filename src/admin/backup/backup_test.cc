#include <fstream>

#include "admin/backup/backup_source.h"
#include "admin/backup/tar_parts.h"
#include "admin/testing/local_admin.h"
#include "entities/database_copy.h"

namespace sluice::admin {
namespace {

/// Names and contents of an archive, read as POSIX describes it.
std::map<std::string, std::string> read_tar(const std::string& archive) {
  std::map<std::string, std::string> files;
  std::size_t at = 0;
  while (archive.at(at) != '\0') {
    const std::string name = archive.substr(at).c_str();
    const std::size_t size = std::stoull(archive.substr(at + 124, 11), nullptr, 8);
    files[name] = archive.substr(at + kTarBlock, size);
    at += kTarBlock + size + (kTarBlock - size % kTarBlock) % kTarBlock;
  }
  return files;
}

std::string read_all(BodySource& source) {
  std::string bytes;
  for (bool is_last = false; !is_last;) {
    const BodySource::Piece piece = source.next();
    bytes += piece.bytes;
    is_last = piece.is_last;
  }
  return bytes;
}

class BackupTest : public testing::LocalAdminTest {
 protected:
  /// What the node copies: the administration, and a folder with a large file and an empty one.
  std::string add_copy() {
    const std::string folder = harness.folder.path() + "/copy";
    std::filesystem::create_directories(folder + "/store");
    std::ofstream(folder + "/store/large") << std::string(600'000, 'x');
    std::ofstream(folder + "/store/empty");
    const std::atomic<bool> never{false};
    EXPECT_TRUE(entities::copy_database(harness.store->database(), folder + "/admin.db", never));
    harness.node.copied_folder = folder;
    return folder;
  }
};

TEST_F(BackupTest, HasTheStoreAndTheAdministration) {
  const std::string folder = add_copy();
  Response response = get("/api/backup");
  ASSERT_TRUE(response.stream) << response.body;

  const std::string archive = read_all(*response.stream);

  EXPECT_EQ(archive.size() % kTarBlock, 0U);
  const auto files = read_tar(archive);
  EXPECT_EQ(files.at("store/large"), std::string(600'000, 'x'));
  EXPECT_EQ(files.at("store/empty"), "");
  EXPECT_TRUE(files.at("admin.db").starts_with("SQLite format 3"));
  EXPECT_EQ(last_audit(), "BACKUP NODE ");
}

TEST_F(BackupTest, LeavesNothingBehindThoughNobodyReadsIt) {
  const std::string folder = add_copy();
  Response response = get("/api/backup");
  EXPECT_TRUE(std::filesystem::exists(folder));
  response.stream.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(BackupTest, CanBeOpenedAsAnAdministration) {
  harness.add_user("boss@example.com", "SYS_ADMIN");
  (void)add_copy();
  const auto files = read_tar(read_all(*get("/api/backup").stream));
  testing::TemporaryFolder restored;
  std::ofstream(restored.path() + "/admin.db") << files.at("admin.db");
  std::filesystem::permissions(restored.path() + "/admin.db", std::filesystem::perms(0600));

  auto store = entities::AdminStore::open(restored.path(), harness.wall);

  ASSERT_TRUE(store) << store.error().what;
  EXPECT_TRUE(*(*store)->users().find_by_email("boss@example.com"));
}

TEST_F(BackupTest, OfADatabaseEndsWhenItIsToStop) {
  entities::Database& database = harness.store->database();
  ASSERT_TRUE(database.run_script(
      "CREATE TABLE large AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n "
      "LIMIT 20000) SELECT x FROM n"));
  std::atomic<bool> stop{true};
  EXPECT_FALSE(entities::copy_database(database, harness.folder.path() + "/first.db", stop));
  stop = false;
  EXPECT_TRUE(entities::copy_database(database, harness.folder.path() + "/second.db", stop));
}

TEST_F(BackupTest, SaysWhyThereIsNone) {
  EXPECT_EQ(get("/api/backup").status, 503U);
}

TEST_F(BackupTest, NamesThatDoNotFitAreRefused) {
  EXPECT_FALSE(tar_header(std::string(101, 'n'), 1, 0));
  EXPECT_FALSE(tar_header("n", kTarFileMax + 1, 0));
  const std::string header = tar_header("name", 8, 0).value();
  EXPECT_EQ(header.substr(124, 11), "00000000010");
  EXPECT_EQ(header.substr(257, 5), "ustar");
}

}  // namespace
}  // namespace sluice::admin

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/hash.h"
#include "storage/rocksdb_engine.h"
#include "storage/testing/collector.h"
#include "storage/testing/temporary_folder.h"

namespace sluice::storage {
namespace {

std::string error_of_opening(const std::string& folder) {
  const auto opened = RocksDbEngine::open({.folder = folder});
  return opened ? "" : opened.error().what;
}

void write_version(const std::string& folder, const std::string& words) {
  std::ofstream(folder + "/version") << words << " " << hash_bytes(words) << "\n";
}

TEST(DataFolder, KeepsAStoreOnTheRealDiskForItsOwnerOnly) {
  const testing::TemporaryFolder folder;
  const std::vector<Batch> batches{{.pages = {{1, "one"}}}};
  {
    const auto engine = RocksDbEngine::open({.folder = folder.path()});
    ASSERT_TRUE(engine) << engine.error().what;
    ASSERT_TRUE((*engine)->write(batches));
    EXPECT_GT((*engine)->disk_bytes(), 0U);
  }
  const auto engine = RocksDbEngine::open({.folder = folder.path()});
  ASSERT_TRUE(engine) << engine.error().what;
  EXPECT_EQ(*(*engine)->read_page(1), "one");
  EXPECT_EQ(std::filesystem::status(folder.path()).permissions(),
            std::filesystem::perms::owner_all);
}

TEST(DataFolder, IsUsedByOneEngineOnly) {
  const testing::TemporaryFolder folder;
  const auto engine = RocksDbEngine::open({.folder = folder.path()});
  ASSERT_TRUE(engine);

  EXPECT_EQ(error_of_opening(folder.path()),
            "data directory " + folder.path() + " is in use by this process already");
}

TEST(DataFolder, NamesTheProcessThatUsesIt) {
  const testing::TemporaryFolder folder;
  const auto engine = RocksDbEngine::open({.folder = folder.path()});
  ASSERT_TRUE(engine);
  const std::string expected =
      "data directory " + folder.path() + " is in use by process " + std::to_string(::getpid());
  const std::string program = "/proc/self/exe";

  // A fresh process: RocksDB remembers its own locks across a fork.
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("SLUICE_STORE_FOLDER", folder.path().c_str(), 1);
    ::setenv("SLUICE_STORE_EXPECTED", expected.c_str(), 1);
    ::execl(program.c_str(), "storage_tests", "--gtest_also_run_disabled_tests",
            "--gtest_filter=DataFolder.DISABLED_IsRefusedInAnotherProcess", nullptr);
    ::_exit(127);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(DataFolder, DISABLED_IsRefusedInAnotherProcess) {
  const char* folder = std::getenv("SLUICE_STORE_FOLDER");
  if (folder == nullptr) GTEST_SKIP() << "runs inside NamesTheProcessThatUsesIt";
  EXPECT_EQ(error_of_opening(folder), std::getenv("SLUICE_STORE_EXPECTED"));
}

TEST(DataFolder, OfANewerVersionIsRefused) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(error_of_opening(folder.path()), "");
  write_version(folder.path(), "sluice store 2");

  EXPECT_EQ(error_of_opening(folder.path()),
            "data directory " + folder.path() +
                " has version 2, this program reads up to 1: it was made by a newer one");
}

TEST(DataFolder, WithADamagedVersionLineIsOpened) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(error_of_opening(folder.path()), "");
  std::ofstream(folder.path() + "/version") << "sluice store 9 123\n";

  EXPECT_EQ(error_of_opening(folder.path()), "");
}

TEST(DataFolder, ThatCannotBeCreatedIsAnErrorInOneLine) {
  const auto error = error_of_opening("/proc/sluice");

  EXPECT_TRUE(error.starts_with("data directory /proc/sluice cannot be created: ")) << error;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace sluice::storage

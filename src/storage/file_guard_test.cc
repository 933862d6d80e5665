#include "storage/file_guard.h"

#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include "storage/testing/simulated_disk.h"

namespace sluice::storage {
namespace {

void sync_folder(rocksdb::Env& env, const std::string& path) {
  std::unique_ptr<rocksdb::Directory> folder;
  ASSERT_TRUE(env.NewDirectory(path, &folder).ok());
  ASSERT_TRUE(folder->Fsync().ok());
}

void write(rocksdb::Env& env, const std::string& path, const std::string& text) {
  ASSERT_TRUE(rocksdb::WriteStringToFile(&env, text, path, true).ok());
}

TEST(FileGuard, LetsCurrentNameNoManifestThatAPowerCutTakesAway) {
  int renamed = 0;
  for (std::uint64_t seed = 1; seed <= 64; ++seed) {
    auto disk = std::make_shared<testing::SimulatedDisk>();
    const auto env = rocksdb::NewCompositeEnv(std::make_shared<FileGuard>(disk));
    ASSERT_TRUE(env->CreateDir("/db").ok());
    write(*env, "/db/CURRENT", "MANIFEST-1");
    sync_folder(*env, "/");
    sync_folder(*env, "/db");

    write(*env, "/db/MANIFEST-2", "tables");
    write(*env, "/db/2.dbtmp", "MANIFEST-2");
    ASSERT_TRUE(env->RenameFile("/db/2.dbtmp", "/db/CURRENT").ok());
    disk->cut_power();
    disk->power_on(seed);

    std::string current;
    ASSERT_TRUE(rocksdb::ReadFileToString(env.get(), "/db/CURRENT", &current).ok());
    if (current != "MANIFEST-2") continue;
    ++renamed;
    EXPECT_TRUE(env->FileExists("/db/MANIFEST-2").ok()) << "seed " << seed;
  }
  EXPECT_GT(renamed, 0);
}

}  // namespace
}  // namespace sluice::storage

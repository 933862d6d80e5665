#include "app/check.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/exit_codes.h"

namespace sluice::app {
namespace {

class Check : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("sluice_check_" +
               std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  int run(const std::string& text) {
    std::ofstream(folder_ / "a.yml") << text;
    return check({(folder_ / "a.yml").string(), {}, {}}, out_, err_);
  }

  std::filesystem::path folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Check, SaysOkOfAGoodFile) {
  EXPECT_EQ(run("shards: 1\n"), kExitOk);
  EXPECT_EQ(out_.str(), "ok\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Check, PrintsEveryProblemOfABadFile) {
  const std::string file = (folder_ / "a.yml").string();

  EXPECT_EQ(run("shard: 1\nlog_level: loud\n"), kExitConfig);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(err_.str(), file + ":1:1: unknown key 'shard' (did you mean 'shards'?)\n" + file +
                            ":2:12: log_level: expects debug, info, warning, error or off, not "
                            "'loud'\n");
}

TEST_F(Check, TouchesNothing) {
  const auto data = folder_ / "data";

  run("data_dir: " + data.string() + "\n");

  EXPECT_FALSE(std::filesystem::exists(data));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

}  // namespace
}  // namespace sluice::app

#include "app/node_id.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace sluice::app {
namespace {

class NodeId : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  const std::string folder_ = testing::TempDir() + "sluice_node_id";
};

TEST_F(NodeId, IsWhatTheConfigurationSays) {
  EXPECT_EQ(find_node_id("east-1", folder_), "east-1");
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(NodeId, StaysWhatTheFirstStartFound) {
  const auto first = find_node_id("", folder_);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->empty());
  std::ofstream(folder_ + "/node-id") << "moved-here\n";

  EXPECT_EQ(find_node_id("", folder_), "moved-here");
}

TEST_F(NodeId, IsNotGuessedWhenItsFileIsEmpty) {
  std::ofstream(folder_ + "/node-id") << "\n";

  EXPECT_FALSE(find_node_id("", folder_));
}

TEST_F(NodeId, NeedsNoFolder) {
  EXPECT_TRUE(find_node_id("", ""));
}

}  // namespace
}  // namespace sluice::app

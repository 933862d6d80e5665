#include "config/reference.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace sluice::config {
namespace {

std::string stored_page() {
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  std::ifstream file(root / "docs/reference/configuration.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ReferencePage, IsUpToDate) {
  EXPECT_EQ(stored_page(), reference_page()) << "run: make docs";
}

}  // namespace
}  // namespace sluice::config

#include "app/safety_notes.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>

namespace sluice::app {
namespace {

TEST(SafetyNotes, AreNotNeededForTheDefaults) {
  EXPECT_TRUE(safety_notes({}).empty());
}

TEST(SafetyNotes, TellOfAnAdministrationInTheOpen) {
  config::Settings settings;
  settings.admin.address = "0.0.0.0";
  EXPECT_EQ(safety_notes(settings).size(), 1U);

  settings.admin.certificate = "chain.pem";
  EXPECT_TRUE(safety_notes(settings).empty());
}

TEST(SafetyNotes, TellOfKeysThatOthersCanRead) {
  const std::string key = testing::TempDir() + "sluice_safety_notes.pem";
  std::ofstream(key) << "key";
  config::Settings settings;
  settings.tls.key = key;
  ::chmod(key.c_str(), 0644);
  EXPECT_EQ(safety_notes(settings).size(), 1U);

  ::chmod(key.c_str(), 0640);
  EXPECT_TRUE(safety_notes(settings).empty());
  std::remove(key.c_str());
}

}  // namespace
}  // namespace sluice::app

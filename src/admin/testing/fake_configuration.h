#pragma once

#include <string>
#include <vector>

#include "admin/configuration.h"

namespace sluice::admin::testing {

/// A configuration of plain data.
class FakeConfiguration final : public ConfigurationControl {
 public:
  std::vector<ConfigurationEntry> show() override { return entries; }
  Result<std::vector<ConfigurationDifference>> compare() override {
    if (!problem.empty()) return failure(problem);
    return differences;
  }
  ReloadReport reload() override {
    ++reloads;
    return report;
  }
  Result<void> set_log_level(const std::string& level) override {
    if (level != "debug" && level != "info") return failure("there is no level '" + level + "'");
    log_level = level;
    return {};
  }

  std::vector<ConfigurationEntry> entries;
  std::vector<ConfigurationDifference> differences;
  std::string problem;  // what `compare` says instead; empty: none
  ReloadReport report;
  int reloads = 0;
  std::string log_level = "info";
};

}  // namespace sluice::admin::testing

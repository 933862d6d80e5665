#pragma once

#include <functional>
#include <optional>

#include "admin/configuration.h"
#include "config/loader.h"

namespace sluice::app {

/// What was loaded at the start, and how it changes while the broker runs.
///
/// Lives on   one thread: that of the administration, or the main one without it.
class ConfigurationControl final : public admin::ConfigurationControl {
 public:
  /// Makes these settings hold on all threads and returns when they do. Keys that are not live have
  /// the value of the start.
  using Apply = std::function<Result<void>(const config::Settings&)>;

  /// loaded  from `sources`, without problems
  ConfigurationControl(config::Sources sources, config::LoadOutcome loaded, Apply apply);

  std::vector<admin::ConfigurationEntry> show() override;
  Result<std::vector<admin::ConfigurationDifference>> compare() override;
  admin::ReloadReport reload() override;
  Result<void> set_log_level(const std::string& level) override;

 private:
  const config::Sources sources_;
  config::LoadOutcome running_;  // what holds, and where it came from
  const Apply apply_;
  bool is_level_by_hand_ = false;
  config::LogLevel loaded_level_;  // what the sources said last
};

/// One line per problem.
std::vector<std::string> problem_lines(const config::LoadOutcome& outcome);

}  // namespace sluice::app

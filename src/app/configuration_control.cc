#include "app/configuration_control.h"

#include <algorithm>
#include <boost/algorithm/string/join.hpp>

#include "base/log.h"
#include "config/keys.h"

namespace sluice::app {

namespace {

const config::Key& level_key() {
  static const config::Key& key = *config::find_key("log_level");
  return key;
}

}  // namespace

std::vector<std::string> problem_lines(const config::LoadOutcome& outcome) {
  std::vector<std::string> lines;
  for (const auto& problem : outcome.problems) lines.push_back(problem.to_string());
  return lines;
}

ConfigurationControl::ConfigurationControl(config::Sources sources, config::LoadOutcome loaded,
                                           Apply apply)
    : sources_(std::move(sources)),
      running_(std::move(loaded)),
      apply_(std::move(apply)),
      loaded_level_(running_.settings.log_level) {}

std::vector<admin::ConfigurationEntry> ConfigurationControl::show() {
  const config::Settings defaults;
  std::vector<admin::ConfigurationEntry> entries;
  for (const config::Key& key : config::all_keys()) {
    const auto origin = running_.origins.find(key.name);
    entries.push_back({std::string(key.name), config::value_text(key, running_.settings),
                       config::value_text(key, defaults),
                       origin == running_.origins.end() ? "default" : origin->second.to_string(),
                       std::string(key.help), !key.live});
  }
  return entries;
}

Result<std::vector<admin::ConfigurationDifference>> ConfigurationControl::compare() {
  const auto loaded = config::load(sources_);
  if (!loaded.ok()) return failure(boost::join(problem_lines(loaded), "\n"));
  std::vector<admin::ConfigurationDifference> differences;
  for (const config::Key& key : config::all_keys()) {
    if (config::is_same(key, running_.settings, loaded.settings)) continue;
    differences.push_back({std::string(key.name), config::value_text(key, running_.settings),
                           config::value_text(key, loaded.settings), !key.live});
  }
  return differences;
}

admin::ReloadReport ConfigurationControl::reload() {
  admin::ReloadReport report;
  auto loaded = config::load(sources_);
  report.problems = problem_lines(loaded);
  if (!loaded.ok()) return report;
  config::LoadOutcome next = running_;
  const bool keeps_level = is_level_by_hand_ && loaded.settings.log_level == loaded_level_;
  for (const config::Key& key : config::all_keys()) {
    const bool is_kept = key.name == level_key().name && keeps_level;
    if (is_kept || config::is_same(key, running_.settings, loaded.settings)) {
      ++report.unchanged;
    } else if (key.live) {
      config::copy_value(key, loaded.settings, next.settings);
      report.applied.emplace_back(key.name);
    } else {
      report.needs_restart.emplace_back(key.name);
      continue;  // what holds came from where it came from
    }
    if (is_kept) continue;
    next.origins.erase(key.name);
    if (auto origin = loaded.origins.extract(key.name)) next.origins.insert(std::move(origin));
  }
  if (!report.applied.empty()) {
    if (const auto applied = apply_(next.settings); !applied) {
      report = {};
      report.problems = {applied.error().what};
      return report;
    }
  }
  running_ = std::move(next);
  loaded_level_ = loaded.settings.log_level;
  is_level_by_hand_ = keeps_level;
  return report;
}

Result<void> ConfigurationControl::set_log_level(const std::string& level) {
  const auto found = std::ranges::find(level_key().choices, level);
  if (found == level_key().choices.end()) {
    return failure("there is no level '" + level + "': debug, info, warning, error or off");
  }
  level_key().set(running_.settings,
                  static_cast<std::uint64_t>(found - level_key().choices.begin()));
  running_.origins["log_level"] = {"POST /api/configuration/logLevel"};
  is_level_by_hand_ = true;
  log::set_level(static_cast<log::Level>(running_.settings.log_level));
  return {};
}

}  // namespace sluice::app

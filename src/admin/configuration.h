#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace sluice::admin {

/// One setting as an operator sees it.
struct ConfigurationEntry {
  std::string key;            // dotted
  std::string value;          // as it would be written; secrets masked
  std::string default_value;  // the same
  std::string origin;  // "default", "/etc/sluice/sluice.yml:12:3", "SLUICE_SHARDS", "--set ..."
  std::string help;
  bool needs_restart = false;  // a reload does not change it
};

/// One key whose value would change if the configuration were loaded now.
struct ConfigurationDifference {
  std::string key;
  std::string running;  // secrets masked
  std::string loaded;
  bool needs_restart = false;
};

/// What a reload did. With problems nothing has changed.
struct ReloadReport {
  std::vector<std::string> problems;       // one line each: place, what is wrong, hint
  std::vector<std::string> applied;        // keys that changed and hold now
  std::vector<std::string> needs_restart;  // keys that differ, and hold from the next start
  std::size_t unchanged = 0;               // keys
};

/// The configuration of the running process. On the admin thread.
class ConfigurationControl {
 public:
  virtual ~ConfigurationControl() = default;
  virtual std::vector<ConfigurationEntry> show() = 0;
  /// errors  the files and variables of now are wrong; one line per problem
  virtual Result<std::vector<ConfigurationDifference>> compare() = 0;
  /// Reads the same files and variables again: all of it, or nothing.
  virtual ReloadReport reload() = 0;
  /// Until the next reload that changes `log_level`. errors  no such level
  virtual Result<void> set_log_level(const std::string& level) = 0;
};

}  // namespace sluice::admin

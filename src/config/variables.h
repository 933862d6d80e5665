#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "config/assembly.h"

namespace sluice::config {

/// Names and values of environment variables.
using EnvironmentEntry = std::pair<std::string, std::string>;

/// The environment with what its files say: where NAME may hold a text, NAME_FILE names a file with
/// it, so that secrets need not be in the environment. One line end at its end does not count.
///
/// Limit  64 KiB a file
class Variables {
 public:
  /// A file that cannot be read, and a name given in both ways, becomes a problem.
  Variables(std::span<const EnvironmentEntry> environment, Assembly& assembly);

  /// Null: it is not set.
  const std::string* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// Empty: it is not set, or empty, which is how compose files write that.
  std::string_view value(std::string_view name) const;
  Origin origin(std::string_view name) const;

  /// Calls `visit(name, value)` for each name that begins so.
  template <class Visit>
  void for_each_with_prefix(std::string_view prefix, Visit visit) const {
    for (auto entry = values_.lower_bound(prefix);
         entry != values_.end() && entry->first.starts_with(prefix); ++entry) {
      visit(entry->first, entry->second.text);
    }
  }

 private:
  struct Value {
    std::string text;
    std::string given_as;  // the name in the environment
  };
  void read_files_of(const std::string& name, Assembly& assembly);

  std::map<std::string, Value, std::less<>> values_;
};

/// Names of TBMQ for the options of a wss:// listener, which are no keys.
struct TbmqOption {
  std::string name;
  std::optional<std::string> ListenerOptions::*member;
};
std::span<const TbmqOption> tbmq_wss_options();

}  // namespace sluice::config

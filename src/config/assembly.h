#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/keys.h"
#include "config/problem.h"
#include "config/settings.h"

namespace sluice::config {

/// Settings with everything that was found on the way to them.
struct LoadOutcome {
  Settings settings;  // complete even with problems: keys in error keep what they had
  std::vector<Problem> problems;
  std::vector<std::string> notices;            // for the log at start: accepted, but without effect
  std::map<std::string_view, Origin> origins;  // of the keys that some source gave

  bool ok() const { return problems.empty(); }
};

/// A value as it was written.
struct Item {
  std::string text;
  Origin origin;
};

/// A listener and the place that asked for it.
struct PlacedListener {
  ListenerSettings listener;
  Origin origin;
};

/// Puts Settings together from layers, each of which overrides those before it:
/// defaults, file, environment, flags. Collects every problem rather than stop at the first.
class Assembly {
 public:
  /// Gives `key` a value. Only Listeners takes more than one item.
  void set(const Key& key, std::span<const Item> items, const Origin& origin);

  /// Gives a key of numbers a value that is already in our unit; checks its range.
  void set_number(const Key& key, std::uint64_t value, const Origin& origin);

  /// Replaces the listeners by what `change` makes of them; before any were set, of the default
  /// ones.
  void change_listeners(const std::function<void(std::vector<PlacedListener>&)>& change);

  void report(Origin origin, Complaint complaint);
  void note(std::string notice);

  /// Checks the keys against each other and gives the result. Call once, after the last layer.
  LoadOutcome finish() &&;

 private:
  void set_scalar(const Key& key, const Item& item);
  void set_listeners(std::span<const Item> items, const Origin& origin);
  void keep_origin_of_listeners();
  void check_watermarks();
  void check_listener_clashes();
  void check_listener_tls();
  void check_trusted_proxies();
  Origin origin_of(std::string_view key) const;

  LoadOutcome outcome_;
  std::vector<PlacedListener> listeners_;
  bool listeners_given_ = false;
};

}  // namespace sluice::config

#include "config/environment.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/predicate.hpp>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "config/listener_url.h"
#include "config/nearest.h"
#include "config/split_list.h"
#include "config/tbmq_names.h"
#include "config/units.h"

namespace sluice::config {
namespace {

constexpr std::string_view kApiKeyOfTheControlTool = "SLUICE_API_KEY";

Origin origin_of(std::string_view name) {
  return {"environment " + std::string(name)};
}

/// A kind of listener with TBMQ's names for it.
struct TbmqListenerNames {
  std::string scheme;  // of ours
  std::string prefix;  // LISTENER_TCP_
  std::string proxy;   // MQTT_TCP_PROXY_PROTOCOL_ENABLED
};

/// What the environment says of the first listener of one kind.
class TbmqListener {
 public:
  TbmqListener(TbmqListenerNames names, const Variables& variables, Assembly& assembly)
      : names_(std::move(names)), variables_(variables), assembly_(assembly) {}

  void apply() {
    const auto enabled = get("ENABLED");
    const auto host = get("BIND_ADDRESS");
    const auto port = get("BIND_PORT");
    if (!enabled.empty() && !is_flag(enabled)) return report_no_flag(names_.prefix + "ENABLED");
    if (boost::iequals(enabled, "false")) return remove();
    // A listener with TLS is there when it is enabled only, as in TBMQ.
    const bool may_be_new = !is_tls() || !enabled.empty();
    if (!enabled.empty() || !host.empty() || !port.empty()) place(host, port, may_be_new);
    set_proxy_protocol();
    if (names_.scheme == "wss") set_wss_options();
  }

 private:
  std::string_view get(const char* suffix) const {
    return variables_.value(names_.prefix + suffix);
  }
  bool is_tls() const { return names_.scheme.ends_with("s") && names_.scheme != "ws"; }

  static bool is_flag(std::string_view text) {
    return boost::iequals(text, "true") || boost::iequals(text, "false");
  }
  void report_no_flag(const std::string& name) {
    assembly_.report(
        origin_of(name),
        {"expects true or false, not '" + std::string(variables_.value(name)) + "'", ""});
  }

  bool is_mine(const PlacedListener& placed) const {
    return placed.listener.url().starts_with(names_.scheme + "://");
  }
  auto find_mine(std::vector<PlacedListener>& listeners) const {
    return std::ranges::find_if(listeners, [&](const auto& placed) { return is_mine(placed); });
  }

  void remove() {
    assembly_.change_listeners([&](std::vector<PlacedListener>& listeners) {
      std::erase_if(listeners, [&](const auto& placed) { return is_mine(placed); });
    });
  }

  /// Changes `mine`, or does nothing if there is no such listener.
  void change_mine(const std::function<void(PlacedListener&)>& change) {
    assembly_.change_listeners([&](std::vector<PlacedListener>& listeners) {
      const auto mine = find_mine(listeners);
      if (mine != listeners.end()) change(*mine);
    });
  }

  // Goes through the URL form, so that the same checks apply as for a listener in a file.
  void place(std::string_view host, std::string_view port, bool may_be_new) {
    assembly_.change_listeners([&](std::vector<PlacedListener>& listeners) {
      auto mine = find_mine(listeners);
      if (mine == listeners.end() && !may_be_new) return;
      ListenerSettings wanted = mine == listeners.end() ? default_listener() : mine->listener;
      if (!host.empty()) wanted.host = std::string(host);
      std::string url = wanted.url();
      if (!port.empty()) {
        url.resize(url.size() - wanted.path.size());
        url.resize(url.rfind(':') + 1);
        url += std::string(port) + wanted.path;
      }
      auto listener = parse_listener_url(url);
      const auto origin =
          origin_of(names_.prefix + (!host.empty() && !port.empty() ? "BIND_ADDRESS and _BIND_PORT"
                                     : !host.empty()                ? "BIND_ADDRESS"
                                     : !port.empty()                ? "BIND_PORT"
                                                                    : "ENABLED"));
      if (!listener) return assembly_.report(origin, std::move(listener.error()));
      listener->options = std::move(wanted.options);
      if (mine == listeners.end()) mine = listeners.insert(mine, PlacedListener{});
      *mine = {std::move(*listener), origin};
    });
  }

  /// Plain ones stay on this machine until told otherwise; TBMQ's with TLS are open as it has them.
  ListenerSettings default_listener() const {
    return *parse_listener_url(names_.scheme + (is_tls() ? "://0.0.0.0" : "://127.0.0.1"));
  }

  void set_proxy_protocol() {
    const auto text = variables_.value(names_.proxy);
    if (text.empty()) return;  // the setting for all listeners holds
    if (!is_flag(text)) return report_no_flag(names_.proxy);
    change_mine([&](PlacedListener& mine) {
      mine.listener.options.proxy_protocol = boost::iequals(text, "true");
    });
  }

  void set_wss_options() {
    for (const TbmqOption& option : tbmq_wss_options()) {
      const auto text = variables_.value(option.name);
      if (text.empty()) continue;
      change_mine([&](PlacedListener& mine) { mine.listener.options.*option.member = text; });
    }
  }

  TbmqListenerNames names_;
  const Variables& variables_;
  Assembly& assembly_;
};

void add_tbmq_value(const Key& key, std::string_view text, const Origin& origin,
                    Assembly& assembly) {
  const Item item{std::string(text), origin};
  const auto number = parse_quantity(Kind::Count, text);
  const bool converts = key.tbmq.scale != 1 || key.tbmq.zero_means != 0;
  if (!converts || !number) return assembly.set(key, {&item, 1}, item.origin);
  if (*number == 0 && key.tbmq.zero_means != 0) {
    return assembly.set_number(key, key.tbmq.zero_means, item.origin);
  }
  if (*number > std::numeric_limits<std::uint64_t>::max() / key.tbmq.scale) {
    return assembly.report(item.origin, {"'" + item.text + "' is too large", ""});
  }
  assembly.set_number(key, *number * key.tbmq.scale, item.origin);
}

void add_tbmq_names(const Variables& variables, Assembly& assembly) {
  for (const Key& key : all_keys()) {
    const auto text = variables.value(key.tbmq.name);
    if (key.tbmq.name.empty() || text.empty()) continue;
    add_tbmq_value(key, text, variables.origin(key.tbmq.name), assembly);
  }
  const std::array<TbmqListenerNames, 4> listeners{
      {{"mqtt", "LISTENER_TCP_", "MQTT_TCP_PROXY_PROTOCOL_ENABLED"},
       {"mqtts", "LISTENER_SSL_", "MQTT_SSL_PROXY_PROTOCOL_ENABLED"},
       {"ws", "LISTENER_WS_", "MQTT_WS_PROXY_PROTOCOL_ENABLED"},
       {"wss", "LISTENER_WSS_", "MQTT_WSS_PROXY_PROTOCOL_ENABLED"}}};
  for (const auto& names : listeners) TbmqListener(names, variables, assembly).apply();
}

void add_own_names(const Variables& variables, Assembly& assembly) {
  std::map<std::string, const Key*> known;
  std::vector<std::string_view> names;
  for (const Key& key : all_keys()) known.emplace(environment_name(key), &key);
  names.reserve(known.size());
  for (const auto& [name, key] : known) names.push_back(name);

  variables.for_each_with_prefix("SLUICE_", [&](const std::string& name, const std::string& text) {
    if (name == kApiKeyOfTheControlTool) return;
    if (const auto key = known.find(name); key != known.end()) {
      const Origin origin = variables.origin(name);
      return assembly.set(*key->second, items_of(*key->second, text, origin), origin);
    }
    const auto suggestion = nearest(name, names);
    assembly.note("ignored: unknown environment name " + name +
                  (suggestion.empty() ? "" : " (did you mean '" + suggestion + "'?)"));
  });
}

void note_ignored_names(const Variables& variables, Assembly& assembly) {
  std::string names;
  for (const auto name : ignored_tbmq_names()) {
    if (variables.contains(name)) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  if (!names.empty()) assembly.note("ignored: environment names of TBMQ: " + names);
}

}  // namespace

void add_environment(std::span<const EnvironmentEntry> environment, Assembly& assembly) {
  const Variables variables(environment, assembly);
  add_tbmq_names(variables, assembly);
  add_own_names(variables, assembly);
  note_ignored_names(variables, assembly);
}

}  // namespace sluice::config

#include "config/environment.h"

#include <algorithm>
#include <boost/algorithm/string/predicate.hpp>
#include <limits>
#include <map>
#include <string_view>
#include <vector>

#include "config/listener_url.h"
#include "config/nearest.h"
#include "config/split_list.h"
#include "config/tbmq_names.h"
#include "config/units.h"

namespace sluice::config {
namespace {

using Variables = std::map<std::string_view, std::string_view>;

Origin origin_of(std::string_view name) {
  return {"environment " + std::string(name)};
}

std::string_view value_of(const Variables& variables, const std::string& name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string_view() : found->second;
}

// The listener of a scheme that TBMQ's LISTENER_TCP_ or LISTENER_WS_ names speak of.
class TbmqListener {
 public:
  TbmqListener(Scheme scheme, std::string prefix, const Variables& variables, Assembly& assembly)
      : scheme_(scheme), prefix_(std::move(prefix)), variables_(variables), assembly_(assembly) {}

  void apply() {
    const auto enabled = get("ENABLED");
    const auto host = get("BIND_ADDRESS");
    const auto port = get("BIND_PORT");
    if (enabled.empty() && host.empty() && port.empty()) return;
    if (boost::iequals(enabled, "false")) return remove();
    if (!enabled.empty() && !boost::iequals(enabled, "true")) {
      return assembly_.report(origin_of(prefix_ + "ENABLED"),
                              {"expects true or false, not '" + std::string(enabled) + "'", ""});
    }
    place(host, port);
  }

 private:
  std::string_view get(const char* suffix) const { return value_of(variables_, prefix_ + suffix); }

  void remove() {
    assembly_.change_listeners([&](std::vector<PlacedListener>& listeners) {
      std::erase_if(listeners,
                    [&](const auto& placed) { return placed.listener.scheme == scheme_; });
    });
  }

  // Goes through the URL form, so that the same checks apply as for a listener in a file.
  void place(std::string_view host, std::string_view port) {
    assembly_.change_listeners([&](std::vector<PlacedListener>& listeners) {
      auto mine = std::ranges::find(listeners, scheme_,
                                    [](const auto& placed) { return placed.listener.scheme; });
      ListenerSettings wanted = mine == listeners.end() ? default_listener() : mine->listener;
      if (!host.empty()) wanted.host = std::string(host);
      std::string url = wanted.url();
      if (!port.empty()) {
        url.resize(url.size() - wanted.path.size());
        url.resize(url.rfind(':') + 1);
        url += std::string(port) + wanted.path;
      }
      auto listener = parse_listener_url(url);
      const auto origin = origin_of(prefix_ + (host.empty()   ? "BIND_PORT"
                                               : port.empty() ? "BIND_ADDRESS"
                                                              : "BIND_ADDRESS and _BIND_PORT"));
      if (!listener) return assembly_.report(origin, std::move(listener.error()));
      if (mine == listeners.end()) mine = listeners.insert(mine, PlacedListener{});
      *mine = {std::move(*listener), origin};
    });
  }

  ListenerSettings default_listener() const {
    const auto defaults = effective_listeners({});
    return *std::ranges::find(defaults, scheme_, &ListenerSettings::scheme);
  }

  Scheme scheme_;
  std::string prefix_;
  const Variables& variables_;
  Assembly& assembly_;
};

void add_tbmq_value(const Key& key, std::string_view text, Assembly& assembly) {
  const Item item{std::string(text), origin_of(key.tbmq.name)};
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
    const auto found = variables.find(key.tbmq.name);
    // An empty value is how compose files write "not set".
    if (key.tbmq.name.empty() || found == variables.end() || found->second.empty()) continue;
    add_tbmq_value(key, found->second, assembly);
  }
  TbmqListener(Scheme::Mqtt, "LISTENER_TCP_", variables, assembly).apply();
  TbmqListener(Scheme::WebSocket, "LISTENER_WS_", variables, assembly).apply();
}

void add_own_names(const Variables& variables, Assembly& assembly) {
  std::map<std::string, const Key*> known;
  std::vector<std::string_view> names;
  for (const Key& key : all_keys()) known.emplace(environment_name(key), &key);
  names.reserve(known.size());
  for (const auto& [name, key] : known) names.push_back(name);

  for (auto entry = variables.lower_bound("SLUICE_");
       entry != variables.end() && entry->first.starts_with("SLUICE_"); ++entry) {
    const auto key = known.find(std::string(entry->first));
    if (key != known.end()) {
      const auto items =
          items_of(*key->second, std::string(entry->second), origin_of(entry->first));
      assembly.set(*key->second, items, origin_of(entry->first));
      continue;
    }
    const auto suggestion = nearest(entry->first, names);
    assembly.note("ignored: unknown environment name " + std::string(entry->first) +
                  (suggestion.empty() ? "" : " (did you mean '" + suggestion + "'?)"));
  }
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
  Variables variables;
  for (const auto& [name, value] : environment) variables[name] = value;
  add_tbmq_names(variables, assembly);
  add_own_names(variables, assembly);
  note_ignored_names(variables, assembly);
}

}  // namespace sluice::config

#include "config/assembly.h"

#include <algorithm>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <limits>
#include <utility>

#include "config/address_range.h"
#include "config/listener_url.h"
#include "config/listener_url_options.h"
#include "config/nearest.h"
#include "config/pattern.h"
#include "config/rate_limit.h"
#include "config/units.h"

namespace sluice::config {
namespace {

std::string join_choices(std::span<const std::string_view> choices) {
  std::string text;
  for (const auto choice : choices) {
    if (!text.empty()) text += choice == choices.back() ? " or " : ", ";
    text += choice;
  }
  return text;
}

tl::expected<std::uint64_t, Complaint> parse_flag(const std::string& text) {
  if (boost::iequals(text, "true")) return 1;
  if (boost::iequals(text, "false")) return 0;
  const std::string lower = boost::to_lower_copy(text);
  Complaint complaint{"expects true or false, not '" + text + "'", ""};
  if (lower == "yes" || lower == "on" || lower == "1") complaint.suggestion = "true";
  if (lower == "no" || lower == "off" || lower == "0") complaint.suggestion = "false";
  return tl::unexpected(std::move(complaint));
}

tl::expected<std::uint64_t, Complaint> parse_choice(const Key& key, const std::string& text) {
  // TBMQ writes these in capitals.
  const std::string wanted = boost::replace_all_copy(boost::to_lower_copy(text), "-", "_");
  const auto found = std::ranges::find(key.choices, wanted);
  if (found != key.choices.end()) return static_cast<std::uint64_t>(found - key.choices.begin());
  return tl::unexpected(Complaint{"expects " + join_choices(key.choices) + ", not '" + text + "'",
                                  nearest(text, key.choices)});
}

tl::expected<std::uint64_t, Complaint> parse_number(const Key& key, const std::string& text) {
  if (key.kind == Kind::Flag) return parse_flag(text);
  if (key.kind == Kind::Choice) return parse_choice(key, text);
  return parse_quantity(key.kind, text);
}

std::string in_key(const Key& key, const std::string& message) {
  return std::string(key.name) + ": " + message;
}

/// A text of which the program needs one cannot be taken away; others are off when empty.
bool may_be_empty(const Key& key) {
  Settings defaults;
  return key.kind == Kind::Rate || key.text(defaults).empty();
}

}  // namespace

void Assembly::set(const Key& key, std::span<const Item> items, const Origin& origin) {
  if (key.kind == Kind::Listeners) return set_listeners(items, origin);
  if (items.size() == 1) return set_scalar(key, items.front());
  report(origin, {in_key(key, "expects one value, not a list"), ""});
}

void Assembly::set_scalar(const Key& key, const Item& item) {
  if (key.text != nullptr) {
    if (item.text.empty() && !may_be_empty(key)) {
      return report(item.origin, {in_key(key, "expects a text"), ""});
    }
    if (key.kind == Kind::Pattern) {
      if (const auto mistake = find_pattern_mistake(item.text)) {
        return report(item.origin, {in_key(key, *mistake), ""});
      }
    }
    if (key.kind == Kind::Rate) {
      if (const auto rate = parse_rate_limit(item.text); !rate) {
        return report(item.origin, {in_key(key, rate.error().message), rate.error().suggestion});
      }
    }
    key.text(outcome_.settings) = item.text;
    outcome_.origins[key.name] = item.origin;
    return;
  }
  auto value = parse_number(key, item.text);
  if (!value) {
    auto& complaint = value.error();
    return report(item.origin, {in_key(key, complaint.message), complaint.suggestion});
  }
  set_number(key, *value, item.origin);
}

void Assembly::set_number(const Key& key, std::uint64_t value, const Origin& origin) {
  if (value < key.min || value > key.max) {
    const auto text = [&](std::uint64_t number) { return format_quantity(key.kind, number); };
    return report(origin, {in_key(key, text(value) + " is out of range, allowed are " +
                                           text(key.min) + " to " + text(key.max)),
                           ""});
  }
  key.set(outcome_.settings, value);
  outcome_.origins[key.name] = origin;
}

void Assembly::set_listeners(std::span<const Item> items, const Origin& origin) {
  if (items.empty()) {
    return report(origin, {"listeners: the list is empty, so no Client could connect", ""});
  }
  listeners_given_ = true;
  listeners_.clear();
  for (const Item& item : items) {
    auto listener = parse_listener_url(item.text);
    if (listener) {
      listeners_.push_back({std::move(*listener), item.origin});
    } else {
      auto& complaint = listener.error();
      report(item.origin, {"listeners: " + complaint.message, complaint.suggestion});
    }
  }
}

void Assembly::change_listeners(const std::function<void(std::vector<PlacedListener>&)>& change) {
  if (!listeners_given_) {
    for (auto& listener : effective_listeners({})) {
      listeners_.push_back({std::move(listener), {"default listeners"}});
    }
  }
  listeners_given_ = true;
  change(listeners_);
}

void Assembly::report(Origin origin, Complaint complaint) {
  outcome_.problems.push_back({std::move(origin), std::move(complaint)});
}

void Assembly::note(std::string notice) {
  outcome_.notices.push_back(std::move(notice));
}

LoadOutcome Assembly::finish() && {
  check_watermarks();
  check_listener_clashes();
  check_listener_tls();
  check_trusted_proxies();
  if (listeners_given_ && listeners_.empty() && outcome_.ok()) {
    report({"listeners"}, {"none is left, so no Client could connect", ""});
  }
  keep_origin_of_listeners();
  for (auto& placed : listeners_) {
    outcome_.settings.listeners.push_back(std::move(placed.listener));
  }
  outcome_.settings.listeners = effective_listeners(outcome_.settings);
  return std::move(outcome_);
}

/// They may come from several places.
void Assembly::keep_origin_of_listeners() {
  if (!listeners_given_) return;
  std::vector<std::string> places;
  for (const PlacedListener& placed : listeners_) {
    const std::string place = placed.origin.to_string();
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  }
  outcome_.origins["listeners"] = {boost::join(places, ", ")};
}

Origin Assembly::origin_of(std::string_view key) const {
  const auto found = outcome_.origins.find(key);
  return found == outcome_.origins.end() ? Origin{} : found->second;
}

void Assembly::check_watermarks() {
  const auto low = outcome_.settings.limits.output_low_watermark;
  const auto high = outcome_.settings.limits.output_high_watermark;
  if (low < high) return;
  Origin place = origin_of("limits.output_low_watermark");
  if (place.source.empty()) place = origin_of("limits.output_high_watermark");
  report(place, {"limits.output_low_watermark (" + format_quantity(Kind::Bytes, low) +
                     ") must be less than limits.output_high_watermark (" +
                     format_quantity(Kind::Bytes, high) + ")",
                 ""});
}

void Assembly::check_listener_clashes() {
  for (std::size_t later = 1; later < listeners_.size(); ++later) {
    const auto& mine = listeners_[later].listener;
    const auto other =
        std::find_if(listeners_.begin(), listeners_.begin() + static_cast<std::ptrdiff_t>(later),
                     [&](const PlacedListener& earlier) { return clash(earlier.listener, mine); });
    if (other == listeners_.begin() + static_cast<std::ptrdiff_t>(later)) continue;
    report(
        listeners_[later].origin,
        {"listeners: " + mine.url() + " wants the same address as " + other->listener.url(), ""});
  }
}

void Assembly::check_listener_tls() {
  for (const PlacedListener& placed : listeners_) {
    const ListenerSettings& listener = placed.listener;
    if (!listener.is_tls) continue;
    const TlsSettings tls = tls_of(listener, outcome_.settings);
    const auto lacks = [&](const char* what) {
      report(placed.origin, {"listeners: " + listener.url() + " " + what, ""});
    };
    if (tls.certificate.empty()) {
      lacks("has no certificate: give tls.certificate, or ?certificate=FILE with the listener");
    } else if (tls.key.empty()) {
      lacks("has no key: give tls.key, or ?key=FILE with the listener");
    }
    if (tls.client_certificates != ClientCertificates::None && tls.client_ca.empty()) {
      lacks("asks for client certificates but trusts no authority: give tls.client_ca");
    }
  }
}

void Assembly::check_trusted_proxies() {
  const auto ranges = parse_address_ranges(outcome_.settings.proxy.trusted);
  if (!ranges) {
    report(origin_of("proxy.trusted"), {"proxy.trusted: " + ranges.error().message, ""});
  }
}

}  // namespace sluice::config

#include "config/listener_url_options.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include "config/address_range.h"
#include "config/nearest.h"
#include "config/rate_limit.h"
#include "config/units.h"

namespace sluice::config {
namespace {

using Failure = tl::unexpected<Complaint>;
using Mistake = std::optional<Complaint>;

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

template <std::optional<std::string> ListenerOptions::*member>
Mistake set_text(ListenerOptions& options, const std::string& value) {
  options.*member = value;
  return std::nullopt;
}

/// One of several words.
template <class Enum, std::size_t count>
Mistake set_choice(std::optional<Enum>& member, const std::string& value,
                   const std::array<std::string_view, count>& words) {
  const auto found = std::ranges::find(words, value);
  if (found == words.end()) {
    std::string expected(words[0]);
    for (std::size_t i = 1; i < count; ++i) {
      expected += (i + 1 == count ? " or " : ", ") + std::string(words[i]);
    }
    return Complaint{"expects " + expected + ", not " + quoted(value), nearest(value, words)};
  }
  member = static_cast<Enum>(found - words.begin());
  return std::nullopt;
}

Mistake set_client_certificates(ListenerOptions& options, const std::string& value) {
  constexpr std::array<std::string_view, 3> kWords{"none", "requested", "required"};
  return set_choice(options.client_certificates, value, kWords);
}

Mistake set_minimum_version(ListenerOptions& options, const std::string& value) {
  constexpr std::array<std::string_view, 2> kWords{"1.2", "1.3"};
  return set_choice(options.minimum_version, value, kWords);
}

Mistake set_proxy_protocol(ListenerOptions& options, const std::string& value) {
  const bool is_on = value == "on" || value == "true";
  if (!is_on && value != "off" && value != "false") {
    return Complaint{"expects on or off, not " + quoted(value), ""};
  }
  options.proxy_protocol = is_on;
  return std::nullopt;
}

Mistake set_trusted(ListenerOptions& options, const std::string& value) {
  if (const auto ranges = parse_address_ranges(value); !ranges) return ranges.error();
  options.trusted = value;
  return std::nullopt;
}

Mistake set_connections_max(ListenerOptions& options, const std::string& value) {
  const auto number = parse_quantity(Kind::Count, value);
  if (!number) return number.error();
  options.connections_max = *number;
  return std::nullopt;
}

Mistake set_connects(ListenerOptions& options, const std::string& value) {
  if (const auto rate = parse_rate_limit(value); !rate) return rate.error();
  options.connects = value;
  return std::nullopt;
}

struct Option {
  std::string_view name;
  bool needs_tls;
  Mistake (*set)(ListenerOptions&, const std::string&);
};

using O = ListenerOptions;
constexpr std::array<Option, 12> kOptions{{
    {"certificate", true, set_text<&O::certificate>},
    {"key", true, set_text<&O::key>},
    {"key_password", true, set_text<&O::key_password>},
    {"client_ca", true, set_text<&O::client_ca>},
    {"client_crl", true, set_text<&O::client_crl>},
    {"client_certificates", true, set_client_certificates},
    {"minimum_version", true, set_minimum_version},
    {"ciphers", true, set_text<&O::ciphers>},
    {"proxy_protocol", false, set_proxy_protocol},
    {"trusted", false, set_trusted},
    {"connections_max", false, set_connections_max},
    {"connects", false, set_connects},
}};

std::string nearest_option(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Option& option : kOptions) names.push_back(option.name);
  return nearest(name, names);
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

/// Nullopt if a % is not followed by two hexadecimal digits.
std::optional<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto high = i + 1 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

/// Sets the one option `text`, "name=value".
Mistake set_option(std::string_view text, bool is_tls, ListenerOptions& options) {
  const auto equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const auto option = std::ranges::find(kOptions, name, &Option::name);
  if (option == kOptions.end()) {
    return Complaint{"unknown option " + quoted(name) + " of a listener", nearest_option(name)};
  }
  const std::string of_option = "option " + std::string(name) + ": ";
  if (equals == std::string_view::npos) return Complaint{of_option + "expects '=' and a value", ""};
  if (option->needs_tls && !is_tls) {
    return Complaint{of_option + "only mqtts:// and wss:// listeners have it", ""};
  }
  const auto value = decode_percent(text.substr(equals + 1));
  if (!value) return Complaint{of_option + "'%' expects two hexadecimal digits after it", "%25"};
  Mistake mistake = option->set(options, *value);
  if (mistake) mistake->message = of_option + mistake->message;
  return mistake;
}

template <class T>
void override_with(const std::optional<T>& own, T& setting) {
  if (own) setting = *own;
}

}  // namespace

tl::expected<ListenerOptions, Complaint> parse_listener_options(std::string_view query,
                                                                bool is_tls) {
  ListenerOptions options;
  std::set<std::string_view> seen;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view text = query.substr(0, end);
    if (auto mistake = set_option(text, is_tls, options)) return Failure(std::move(*mistake));
    const std::string_view name = text.substr(0, text.find('='));
    if (!seen.insert(name).second) {
      return Failure(Complaint{"option " + std::string(name) + " is given twice", ""});
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return options;
}

TlsSettings tls_of(const ListenerSettings& listener, const Settings& settings) {
  TlsSettings tls = settings.tls;
  const ListenerOptions& own = listener.options;
  override_with(own.certificate, tls.certificate);
  override_with(own.key, tls.key);
  override_with(own.key_password, tls.key_password);
  override_with(own.client_ca, tls.client_ca);
  override_with(own.client_crl, tls.client_crl);
  override_with(own.client_certificates, tls.client_certificates);
  override_with(own.minimum_version, tls.minimum_version);
  override_with(own.ciphers, tls.ciphers);
  return tls;
}

ProxySettings proxy_of(const ListenerSettings& listener, const Settings& settings) {
  ProxySettings proxy = settings.proxy;
  override_with(listener.options.proxy_protocol, proxy.enabled);
  override_with(listener.options.trusted, proxy.trusted);
  return proxy;
}

std::string connects_of(const ListenerSettings& listener, const Settings& settings) {
  return listener.options.connects.value_or(settings.rate_limits.connects_per_listener);
}

}  // namespace sluice::config

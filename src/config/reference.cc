#include "config/reference.h"

#include <boost/algorithm/string/join.hpp>
#include <string_view>
#include <vector>

#include "config/keys.h"
#include "config/units.h"

namespace sluice::config {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration keys

This page is made from the key table in `src/config/keys.cc` by `make docs`; do not edit it.

Settings come from, strongest first: flags (`--set KEY=VALUE`, `--listen`, ...), the environment,
the files `conf.d/*.yml` beside the one given by `--config` (of those the last by name), that file,
the defaults below. Files are YAML; `mqtt.receive_max: 10` and
`receive_max: 10` below `mqtt:` mean the same. Sizes take `B`, `KiB`, `MiB`, `GiB`, `TiB`, times
take `s`, `m`, `h`, `d`; bare numbers are bytes and seconds. `sluice config check --config FILE` lists
every mistake with its place and starts nothing, `sluice config show --config FILE --origin` says what
each key would be and where that comes from, `sluice config diff` what a reload of the running broker
would change.

Each key also has an environment name: `SLUICE_` and the key in capitals with `_` for the dot, so
`mqtt.receive_max` is `SLUICE_MQTT_RECEIVE_MAX`. Where the value is a text, a rate or a secret, a name
with `_FILE` behind it names a file with the value, at most 64 KiB, whose last line end does not count:
`SLUICE_TLS_KEY_PASSWORD_FILE=/run/secrets/key`. The names of TBMQ in the last column work too, with
TBMQ's units. `LISTENER_TCP_BIND_ADDRESS`, `LISTENER_TCP_BIND_PORT`, `LISTENER_TCP_ENABLED` and
`MQTT_TCP_PROXY_PROTOCOL_ENABLED` change the first `mqtt://` listener; the names with `SSL`, `WS` and
`WSS` in that place the first `mqtts://`, `ws://` and `wss://` one. Other names of TBMQ are
accepted without effect and listed once in the log.

A reload (`SIGHUP`, or `POST /api/configuration/reload`) takes the keys that apply `live` at once and
without ending a connection; what CONNACK told a Client holds for it until it connects anew. The
others hold from the next start, and the reload names those that differ.

A listener is a URL, `mqtt://HOST:PORT`, `mqtts://HOST:PORT`, `ws://HOST:PORT/PATH` or
`wss://HOST:PORT/PATH`, with options after `?`, separated by `&`, `%XX` for any other byte. What a
listener does not say comes from the keys below:

| Option | Value | Instead of |
| --- | --- | --- |
| `certificate`, `key`, `key_password` | as the key | `tls.certificate`, `tls.key`, `tls.key_password` |
| `client_ca`, `client_crl`, `client_certificates` | as the key | `tls.client_ca`, `tls.client_crl`, `tls.client_certificates` |
| `minimum_version`, `ciphers` | as the key | `tls.minimum_version`, `tls.ciphers` |
| `proxy_protocol` | `on` or `off` | `proxy.enabled` |
| `trusted` | address ranges | `proxy.trusted` |
| `connections_max` | Network Connections at a time, 0 is no limit | |
| `connects` | rate, as `100:1` | `rate_limits.connects_per_listener` |

)";

constexpr std::string_view kHead =
    "| Key | Value | Default | Applies | Meaning | TBMQ name |\n"
    "| --- | --- | --- | --- | --- | --- |\n";

std::string code(const std::string& text) {
  return text.empty() ? "" : "`" + text + "`";
}

std::string range(const Key& key) {
  return format_quantity(key.kind, key.min) + " to " + format_quantity(key.kind, key.max);
}

std::string value_column(const Key& key) {
  switch (key.kind) {
    case Kind::Count:
      return "number, " + range(key);
    case Kind::Bytes:
      return "size, " + range(key);
    case Kind::Seconds:
      return "time, " + range(key);
    case Kind::Flag:
      return "`true` or `false`";
    case Kind::Text:
      return "text";
    case Kind::Pattern:
      return "regular expression (RE2)";
    case Kind::Rate:
      return "rate, as `10:1,300:60`";
    case Kind::Secret:
      return "secret";
    case Kind::Listeners:
      return "list of URLs";
    case Kind::Choice:
      break;
  }
  std::vector<std::string> words;
  for (const auto choice : key.choices) words.push_back(code(std::string(choice)));
  return boost::join(words, ", ");
}

std::string tbmq_column(const TbmqName& tbmq) {
  if (tbmq.name.empty()) return "";
  std::string text = code(std::string(tbmq.name));
  if (tbmq.scale == 1024) text += " (in KiB)";
  if (tbmq.scale == 60) text += " (in minutes)";
  if (tbmq.zero_means != 0) text += " (0 is " + std::to_string(tbmq.zero_means) + ")";
  return text;
}

std::string_view section_of(const Key& key) {
  const auto dot = key.name.find('.');
  return dot == std::string_view::npos ? std::string_view() : key.name.substr(0, dot);
}

std::string heading(std::string_view section) {
  return section.empty() ? "## The program" : "## `" + std::string(section) + "`";
}

}  // namespace

std::string reference_page() {
  const Settings defaults;
  std::string page(kIntroduction);
  const Key* previous = nullptr;
  for (const Key& key : all_keys()) {
    if (previous == nullptr || section_of(*previous) != section_of(key)) {
      page += (previous == nullptr ? "" : "\n") + heading(section_of(key)) + "\n\n";
      page += kHead;
    }
    page += "| " + code(std::string(key.name)) + " | " + value_column(key) + " | " +
            code(value_text(key, defaults)) + " | " + (key.live ? "live" : "restart") + " | " +
            std::string(key.help) + " | " + tbmq_column(key.tbmq) + " |\n";
    previous = &key;
  }
  return page;
}

}  // namespace sluice::config

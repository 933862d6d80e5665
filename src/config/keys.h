#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace sluice::config {

enum class Kind : std::uint8_t {
  Count,
  Bytes,
  Seconds,
  Flag,
  Choice,
  Text,
  Pattern,
  Rate,
  Secret,
  Listeners
};

/// The environment name by which TBMQ gives the same setting, and how its numbers differ from ours.
struct TbmqName {
  std::string_view name = {};
  std::uint64_t scale = 1;       // ours = theirs * scale (their buffers are in KB)
  std::uint64_t zero_means = 0;  // our value for their 0
};

/// One setting. Files, flags, environment names and the reference page all come from these.
struct Key {
  std::string_view name = {};  // dotted, as in a file
  Kind kind = Kind::Count;
  std::uint64_t min = 0;  // Count, Bytes, Seconds; both ends are allowed values
  std::uint64_t max = 0;
  std::span<const std::string_view> choices = {};  // Choice, in the order of the enum
  std::string_view help = {};
  TbmqName tbmq = {};
  bool live = false;  // a reload changes it; else it holds from the next start
  // Numbers as such, Flag as 0 or 1, Choice as index; null for the others.
  std::uint64_t (*get)(const Settings&) = nullptr;
  void (*set)(Settings&, std::uint64_t) = nullptr;
  std::string& (*text)(Settings&) = nullptr;  // Text, Pattern (RE2 or nothing), Rate ("10:1,300:60"
                                              // or nothing), Secret (never shown)
};

/// Every key, in the order of the reference page.
std::span<const Key> all_keys();

/// The key of exactly this dotted name, or null.
const Key* find_key(std::string_view name);

/// Whether some key starts with `name` and a dot.
bool is_section(std::string_view name);

/// The key, or for `section` the section, that was probably meant; empty when none is near.
std::string nearest_key(std::string_view wrong);
std::string nearest_section(std::string_view wrong);

/// Our own environment name of a key: `mqtt.receive_max` is SLUICE_MQTT_RECEIVE_MAX.
std::string environment_name(const Key& key);

/// The value as an operator would write it: `2MiB`, `10m`, `true`, `round_robin`.
std::string value_text(const Key& key, const Settings& settings);

/// Whether both have the same value of this key, a secret one too.
bool is_same(const Key& key, const Settings& a, const Settings& b);
void copy_value(const Key& key, const Settings& from, Settings& to);

}  // namespace sluice::config

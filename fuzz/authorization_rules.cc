// Rules, topics and filters from foreign bytes: nothing may crash, rules survive being stored, and
// what a granted filter matches is allowed. Input: lines; "~x" is a pattern, "+x" and "-x" are
// filter rules, "!x" is a Client Identifier, "=x" a filter to subscribe with. The whole input is
// tried as stored text too.

#include "auth/authorization_rules.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "mqtt/topic/levels.h"
#include "mqtt/topic/topic_filter.h"

namespace {

using sluice::ByteView;
namespace auth = sluice::auth;
namespace mqtt = sluice::mqtt;

constexpr std::uint32_t kLevels = 128;

struct Input {
  auth::RuleList list;
  std::string client_id = "client";
  std::vector<std::string> filters;
};

Input parse(ByteView bytes) {
  Input input;
  while (!bytes.empty()) {
    const ByteView line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(line.size() < bytes.size() ? line.size() + 1 : line.size());
    if (line.empty()) continue;
    std::string text(line.substr(1));
    switch (line.front()) {
      case '~':
        input.list.patterns.push_back(std::move(text));
        break;
      case '+':
      case '-':
        input.list.filters.push_back({line.front() == '+', std::move(text)});
        break;
      case '!':
        input.client_id = std::move(text);
        break;
      default:
        input.filters.push_back(std::move(text));
    }
  }
  return input;
}

/// A topic that `filter` matches, with `level` for its wildcards; with `drops_hash` the parent
/// level that a '#' matches.
std::string topic_of(ByteView filter, ByteView level, bool drops_hash) {
  std::string topic;
  for (std::size_t at = 0; at != mqtt::kNoMoreLevels;) {
    const bool is_first = at == 0;
    const ByteView wanted = mqtt::take_level(filter, at);
    if (wanted == "#" && drops_hash && !is_first) break;
    if (!is_first) topic += '/';
    topic += wanted == "+" || wanted == "#" ? level : wanted;
  }
  return topic;
}

void check_stored(const auth::AuthorizationRules& rules, const std::vector<std::string>& filters) {
  const auto again = auth::AuthorizationRules::from_stored_text(rules.stored_text());
  SLUICE_ASSERT(again && (*again)->stored_text() == rules.stored_text());
  for (const std::string& filter : filters) {
    SLUICE_ASSERT((*again)->may_publish(filter) == rules.may_publish(filter));
    SLUICE_ASSERT((*again)->may_subscribe(filter) == rules.may_subscribe(filter));
  }
}

void check_grants(const auth::AuthorizationRules& rules, const std::vector<std::string>& filters) {
  for (const std::string& filter : filters) {
    if (!mqtt::is_valid_topic_filter(filter, kLevels) || !rules.may_subscribe(filter)) continue;
    for (const ByteView level : {"x", "", "client", "a/b"}) {
      for (const bool drops_hash : {false, true}) {
        const std::string topic = topic_of(filter, level, drops_hash);
        if (!mqtt::is_valid_topic_name(topic, kLevels) || !mqtt::matches(filter, topic)) continue;
        SLUICE_ASSERT(rules.may_publish(topic));
      }
    }
  }
}

/// Rules for everything are right about everything.
void check_everything(const auth::AuthorizationRules& rules,
                      const std::vector<std::string>& filters) {
  if (!rules.allows_all_publish()) return;
  for (const std::string& filter : filters) SLUICE_ASSERT(rules.may_publish(filter));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;  // the check is quadratic in the number of lines
  const ByteView bytes(reinterpret_cast<const char*>(data), size);
  if (const auto stored = auth::AuthorizationRules::from_stored_text(bytes)) {
    check_stored(**stored, {"a", "a/#"});
  }

  Input input = parse(bytes);
  const auth::Subject subject{input.client_id, "user", ""};
  if (const auto rules = auth::AuthorizationRules::make({input.list, input.list}, subject)) {
    check_stored(**rules, input.filters);
    check_everything(**rules, input.filters);
  }
  input.list.patterns.clear();  // of patterns a grant is tried, not proved
  if (const auto rules = auth::AuthorizationRules::make({input.list, input.list}, subject)) {
    check_grants(**rules, input.filters);
  }
  return 0;
}

// What a decision costs by kind of rule; one JSON object a line. The last lines are the worst that
// an operator's pattern and a Client's text can do together.
// Usage: bench_authorization

#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/authorization_rules.h"
#include "auth/block_list.h"

namespace {

using sluice::auth::AuthorizationRules;
using sluice::auth::Block;
using sluice::auth::BlockList;
using sluice::auth::BlockType;
using sluice::auth::RuleList;

constexpr std::string_view kTopic = "site/17/device/device-4711/telemetry";

/// CPU time of this thread, which other load on the machine does not stretch.
double cpu_nanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <class Call>
void measure(const char* name, int rounds, const Call& call) {
  long yes = call() ? 1 : 0;  // the first builds what RE2 caches
  const double begin = cpu_nanoseconds();
  for (int i = 0; i < rounds; ++i) yes += call() ? 1 : 0;
  std::printf("{\"name\": \"%s\", \"cpu_ns\": %.1f, \"yes\": %s}\n", name,
              (cpu_nanoseconds() - begin) / rounds, yes > 0 ? "true" : "false");
}

auto rules_of(const RuleList& list) {
  auto made = AuthorizationRules::make({list, list}, {"device-4711", "bob", ""});
  if (made) return *made;
  std::fprintf(stderr, "%s\n", made.error().what.c_str());
  std::exit(1);
}

/// Ten of `rule`, where only the last is about our topic: '@' becomes the number of the site.
std::vector<std::string> ten(const std::string& rule) {
  std::vector<std::string> rules;
  for (int i = 0; i < 10; ++i) {
    std::string text = rule;
    text.replace(text.find('@'), 1, std::to_string(8 + i));
    rules.push_back(std::move(text));
  }
  return rules;
}

RuleList patterns(const std::string& rule) {
  return {ten(rule), {}};
}

RuleList filters(const std::string& rule) {
  RuleList list;
  for (std::string& filter : ten(rule)) list.filters.push_back({true, std::move(filter)});
  return list;
}

void measure_rules() {
  const std::vector<std::pair<const char*, RuleList>> cases = {
      {"1 pattern .*", {{".*"}, {}}},
      {"1 filter of the client", {{}, {{true, "site/+/device/${clientId}/#"}}}},
      {"10 exact filters", filters("site/@/device/device-4711/telemetry")},
      {"10 filters ending in #", filters("site/@/#")},
      {"10 filters with +", filters("site/@/device/+/telemetry")},
      {"10 prefix patterns", patterns("site/@/.*")},
      {"10 regex patterns", patterns("site/@/device/[^/]+/(telemetry|state)")},
  };
  for (const auto& [name, list] : cases) {
    const auto rules = rules_of(list);
    measure(name, 1'000'000, [&] { return rules->may_publish(kTopic); });
  }
  const auto wide = rules_of(patterns("site/@/.*"));
  measure("subscribe, 10 prefix patterns", 100'000,
          [&] { return wide->may_subscribe("site/17/+/#"); });
  const auto regex = rules_of(patterns("site/@/device/[^/]+/(telemetry|state)"));
  measure("subscribe, 10 regex patterns", 100'000,
          [&] { return regex->may_subscribe("site/17/device/+/telemetry"); });
}

void measure_making() {
  const RuleList plain{{"up/${clientId}/.*"}, {{true, "site/+/device/${clientId}/#"}}};
  const RuleList regex{{"up/${clientId}/[^/]+/(telemetry|state)"}, {}};
  measure("make, plain", 20'000, [&] { return rules_of(plain) != nullptr; });
  measure("make, regex", 2'000, [&] { return rules_of(regex) != nullptr; });
}

void measure_block_list() {
  std::vector<Block> blocks;
  for (int i = 0; i < 100'000; ++i) {
    blocks.push_back({BlockType::ClientId, "client-" + std::to_string(i)});
  }
  blocks.push_back({BlockType::IpAddress, "192.0.2.0/24"});
  const auto list = *BlockList::make(std::move(blocks));
  measure("block list of 100000, not in it", 1'000'000,
          [&] { return list->find("device-4711", "bob", "203.0.113.9", 0) != nullptr; });
}

/// Pseudo-random a and b without end, so that an automaton that remembers the last ones is never
/// twice in one state.
std::string random_text(std::size_t size, unsigned& state) {
  std::string text;
  while (text.size() < size) {
    state = state * 1'103'515'245U + 12'345U;
    text += (state >> 16 & 1U) == 0 ? 'a' : 'b';
  }
  return text;
}

void measure_worst() {
  for (const char* pattern :
       {"(a*)*c", "((a|b)+(a|b)+)+c", ".*a.{30}c", "(a|b)*a(a|b){60}c", "(a|b)*a(a|b){250}c"}) {
    unsigned state = 1;
    const auto rules = rules_of({{pattern}, {}});
    const std::string name = std::string("worst, 1024 bytes: ") + pattern;
    measure(name.c_str(), 200, [&] { return rules->may_publish(random_text(1024, state)); });
  }
}

}  // namespace

int main() {
  measure_rules();
  measure_making();
  measure_block_list();
  measure_worst();
}

// Filters and topics from foreign bytes: the indexes must agree with `matches` on any text, valid
// or not, and give back every node. Input: lines; "!x" erases, "=x" is a topic, the rest are
// filters.

#include "mqtt/topic/topic_filter.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "base/assert.h"
#include "mqtt/topic/filter_index.h"
#include "mqtt/topic/topic_tree.h"

namespace {

using sluice::ByteView;
namespace mqtt = sluice::mqtt;

struct Nothing {};
using Index = mqtt::FilterIndex<Nothing>;
using Tree = mqtt::TopicTree<std::string>;
using Texts = std::set<std::string, std::less<>>;

constexpr std::uint32_t kLevels = 128;

void check_text(ByteView text) {
  const bool valid = mqtt::is_valid_topic_filter(text, kLevels);
  const bool is_name = mqtt::is_valid_topic_name(text, kLevels);
  SLUICE_ASSERT(is_name == (valid && !mqtt::has_wildcard(text)));
  if (is_name) SLUICE_ASSERT(mqtt::matches(text, text));
  if (const auto shared = mqtt::parse_shared(text)) {
    SLUICE_ASSERT(mqtt::is_shared(text));
    SLUICE_ASSERT(text ==
                  "$share/" + std::string(shared->share_name) + "/" + std::string(shared->filter));
  }
}

/// The filters that the index finds, each once, are those that the rule names.
void check_topic(Index& index, const Texts& filters, ByteView topic) {
  Texts found;
  index.match(topic,
              [&](Index::Entry& entry) { SLUICE_ASSERT(found.emplace(entry.filter()).second); });
  for (const std::string& filter : filters) {
    SLUICE_ASSERT(found.contains(filter) == mqtt::matches(filter, topic));
  }
  SLUICE_ASSERT(found.size() <= filters.size());
}

void check_filter(Tree& tree, const Texts& topics, ByteView filter) {
  Texts found;
  tree.match(filter, [&](std::string& topic) { SLUICE_ASSERT(found.insert(topic).second); });
  for (const std::string& topic : topics) {
    SLUICE_ASSERT(found.contains(topic) == mqtt::matches(filter, topic));
  }
  SLUICE_ASSERT(found.size() <= topics.size());
}

void empty_both(Index& index, const Texts& filters, Tree& tree, const Texts& topics) {
  SLUICE_ASSERT(index.size() == filters.size() && tree.size() == topics.size());
  for (const std::string& filter : filters) index.erase(*index.find(filter));
  for (const std::string& topic : topics) SLUICE_ASSERT(tree.erase(topic));
  SLUICE_ASSERT(index.size() == 0 && index.node_count() == 0);
  SLUICE_ASSERT(tree.size() == 0 && tree.node_count() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;  // the check is quadratic in the number of lines
  ByteView input(reinterpret_cast<const char*>(data), size);
  Index index;
  Tree tree;
  Texts filters;
  Texts topics;
  while (!input.empty()) {
    ByteView line = input.substr(0, input.find('\n'));
    input.remove_prefix(line.size() < input.size() ? line.size() + 1 : line.size());
    const char verb = line.empty() ? '\0' : line.front();
    if (verb == '!' || verb == '=') line.remove_prefix(1);
    check_text(line);
    if (verb == '!') {
      if (auto* entry = index.find(line)) index.erase(*entry);
      SLUICE_ASSERT(tree.erase(line) == (topics.erase(std::string(line)) == 1));
      filters.erase(std::string(line));
    } else if (verb == '=') {
      tree.put(line).first = line;
      topics.emplace(line);
      check_topic(index, filters, line);
    } else {
      index.intern(line);
      filters.emplace(line);
      check_filter(tree, topics, line);
    }
  }
  empty_both(index, filters, tree, topics);
  return 0;
}

// Memory and speed of FilterIndex and TopicTree at broker scale; one JSON object a line.
// Usage: bench_topic_index [filters] [retained topics]

#include <jemalloc/jemalloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "mqtt/topic/filter_index.h"
#include "mqtt/topic/topic_tree.h"

namespace {

using sluice::mqtt::FilterIndex;
using sluice::mqtt::TopicTree;
using Clock = std::chrono::steady_clock;

struct Payload {
  std::array<std::uint64_t, 3> words{};
};
using Index = FilterIndex<Payload>;
using Tree = TopicTree<const void*>;

constexpr std::size_t kTopics = 512;  // few enough to stay in the caches with what they touch
constexpr std::size_t kRounds = 400;

std::size_t heap_bytes() {
  std::uint64_t epoch = 1;
  std::size_t size = sizeof epoch;
  mallctl("epoch", &epoch, &size, &epoch, size);
  std::size_t allocated = 0;
  size = sizeof allocated;
  mallctl("stats.allocated", &allocated, &size, nullptr, 0);
  return allocated;
}

double nanoseconds_since(Clock::time_point begin) {
  return static_cast<double>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin).count());
}

bool is_wildcard_turn(std::size_t i) {
  return i % 5 == 0;
}

/// The i-th filter: 25 to 35 bytes, each fifth with wildcards unless `mixed` is false.
std::string filter_text(std::size_t i, bool mixed) {
  const std::string group = std::to_string(i % 997);
  const std::string own = std::to_string(i);
  if (!mixed || !is_wildcard_turn(i)) return "site/" + group + "/device/" + own + "/telemetry";
  switch (i / 5 % 3) {
    case 0:
      return "site/" + group + "/+/temperature-sensor/" + own;
    case 1:
      return "fleet-management/" + group + "/car/" + own + "/#";
    default:
      return "+/building-" + own + "/third-floor/#";
  }
}

/// A topic that matches the i-th filter.
std::string topic_text(std::size_t i, bool mixed) {
  std::string topic = filter_text(i, mixed);
  if (topic.front() == '+') topic.replace(0, 1, "campus");
  if (const auto plus = topic.find('+'); plus != std::string::npos)
    topic.replace(plus, 1, "line-4");
  if (topic.back() == '#') topic.replace(topic.size() - 1, 1, "a/b");
  return topic;
}

std::vector<std::string> random_topics(std::size_t count, std::size_t filters, bool mixed) {
  std::mt19937_64 random(42);
  std::vector<std::string> topics;
  for (std::size_t i = 0; i < count; ++i) topics.push_back(topic_text(random() % filters, mixed));
  return topics;
}

struct MatchFigures {
  double nanoseconds;
  double hits;
};

MatchFigures measure_match(Index& index, const std::vector<std::string>& topics,
                           std::size_t rounds) {
  std::size_t hits = 0;
  const auto begin = Clock::now();
  for (std::size_t round = 0; round < rounds; ++round) {
    for (const std::string& topic : topics) index.match(topic, [&](Index::Entry&) { ++hits; });
  }
  const double matches = static_cast<double>(rounds * topics.size());
  return {nanoseconds_since(begin) / matches, static_cast<double>(hits) / matches};
}

void bench_filters(std::size_t count, bool mixed) {
  std::vector<std::string> texts;
  std::size_t text_bytes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    texts.push_back(filter_text(i, mixed));
    text_bytes += texts.back().size();
  }

  const std::size_t before = heap_bytes();
  auto index = std::make_unique<Index>();
  double slowest = 0;
  const auto begin = Clock::now();
  for (const std::string& text : texts) {
    const auto one = Clock::now();
    index->intern(text);
    slowest = std::max(slowest, nanoseconds_since(one));
  }
  const double intern = nanoseconds_since(begin) / static_cast<double>(count);
  const std::size_t used = heap_bytes() - before;

  const auto few = random_topics(kTopics, count, mixed);
  measure_match(*index, few, 20);
  const MatchFigures cached = measure_match(*index, few, kRounds);
  const MatchFigures cold = measure_match(*index, random_topics(200'000, count, mixed), 1);
  std::printf(
      "{\"bench\":\"filter_index\",\"kind\":\"%s\",\"filters\":%zu,\"text_bytes\":%.1f,"
      "\"payload_bytes\":%zu,\"bytes_per_filter\":%.1f,\"trie_nodes\":%zu,\"intern_ns\":%.0f,"
      "\"slowest_intern_us\":%.0f,\"match_cached_ns\":%.0f,\"match_random_ns\":%.0f,"
      "\"hits_per_match\":%.2f}\n",
      mixed ? "mixed" : "exact", count,
      static_cast<double>(text_bytes) / static_cast<double>(count), sizeof(Payload),
      static_cast<double>(used) / static_cast<double>(count), index->node_count(), intern,
      slowest / 1000, cached.nanoseconds, cold.nanoseconds, cached.hits);
}

/// Pushes the nodes out of all caches. A Value lies inside its node, behind four pointers; an
/// address outside of the node might belong to no page.
void flush(Tree& tree) {
#if defined(__x86_64__)
  tree.match("#", [](const void*& value) {
    const char* address = reinterpret_cast<const char*>(&value);
    for (const int offset : {-32, 0, 8}) __builtin_ia32_clflush(address + offset);
  });
  __builtin_ia32_mfence();
#endif
}

double measure_replay(Tree& tree, const char* filter, std::size_t& found) {
  const auto begin = Clock::now();
  tree.match(filter, [&found](const void*&) { ++found; });
  return nanoseconds_since(begin) / 1e6;
}

/// Replaces topics at random, so that neighbours in the tree are no longer neighbours in memory.
void churn(Tree& tree, const std::vector<std::string>& texts) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> some;
    std::sample(texts.begin(), texts.end(), std::back_inserter(some), texts.size() * 4 / 5, random);
    std::shuffle(some.begin(), some.end(), random);
    for (const std::string& text : some) tree.erase(text);
    std::shuffle(some.begin(), some.end(), random);
    for (const std::string& text : some) tree.put(text);
  }
}

void bench_tree(std::size_t count, bool churned) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back("bench/retained/" + std::to_string(i));

  const std::size_t before = heap_bytes();
  auto tree = std::make_unique<Tree>();
  const auto begin = Clock::now();
  for (const std::string& text : texts) tree->put(text);
  const double put = nanoseconds_since(begin) / static_cast<double>(count);
  if (churned) churn(*tree, texts);
  const std::size_t used = heap_bytes() - before;

  std::size_t found = 0;
  flush(*tree);
  const double cold = measure_replay(*tree, "#", found);
  const double warm = measure_replay(*tree, "#", found);
  flush(*tree);
  const double plus = measure_replay(*tree, "bench/+/+", found);
  std::printf(
      "{\"bench\":\"topic_tree\",\"order\":\"%s\",\"topics\":%zu,\"value_bytes\":%zu,"
      "\"bytes_per_topic\":%.1f,\"put_ns\":%.0f,\"replay_hash_cold_ms\":%.2f,"
      "\"replay_hash_warm_ms\":%.2f,\"replay_plus_cold_ms\":%.2f,\"found\":%zu}\n",
      churned ? "churned" : "sequential", count, sizeof(const void*),
      static_cast<double>(used) / static_cast<double>(count), put, cold, warm, plus, found);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t filters = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::size_t topics = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000;
  if (filters == 0 || topics == 0) return 2;
  std::printf("{\"bench\":\"topic_index\",\"cores\":%u,\"compiler\":\"%s\"}\n",
              std::thread::hardware_concurrency(), __VERSION__);
  bench_filters(filters, false);
  bench_filters(filters, true);
  bench_tree(topics, false);
  bench_tree(topics, true);
}

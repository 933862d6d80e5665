#include "telemetry/broker_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace sluice::telemetry {
namespace {

BrokerFacts facts() {
  BrokerFacts facts;
  facts.version = "1.2.3";
  facts.listeners = {{"mqtt://127.0.0.1:1883", "mqtt", 3}};
  facts.counters.messages_received = {1, 2, 3};
  facts.counters.drop(broker::DropReason::QueueFull, 7);
  facts.counters.subscriptions = 9;
  facts.sessions.shared_subscriptions = 2;
  facts.sessions.applications.queued_messages = 40;
  facts.node.network.refused = {{"connections_max", 5}};
  facts.node.network.half_open_refused = 3;
  facts.counters.refused[static_cast<std::size_t>(broker::RefusalReason::ConnectTimeout)] = 1;
  facts.node.network.connect_timeouts = 1;
  facts.node.authentications = {{"MQTT_BASIC", "refused", 6}};
  facts.node.loops = {{"shard-0", 0.25}};
  facts.node.store.log_fsync.observe(std::chrono::milliseconds{2}, 4);
  facts.node.overload = Overload::ShardBehind;
  return facts;
}

std::string text() {
  return write_metrics(make_metrics(facts()));
}

std::set<std::string> metric_names() {
  std::set<std::string> names;
  for (const Metric& metric : make_metrics(facts())) names.insert(metric.name);
  return names;
}

std::filesystem::path root() {
  return std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// All words of a text that look like a metric of ours; those of a histogram by its own name.
std::set<std::string> names_in(const std::string& text) {
  std::set<std::string> names;
  const std::regex word("\\b(sluice|process)_[a-z_]+\\b");
  for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at) {
    names.insert(std::regex_replace(at->str(), std::regex("_(bucket|sum|count)$"), ""));
  }
  return names;
}

TEST(BrokerMetrics, KeepPrometheusRules) {
  EXPECT_EQ(check_metrics(text()), std::vector<std::string>());
}

TEST(BrokerMetrics, HaveTheValuesOfTheCounters) {
  EXPECT_NE(text().find("sluice_messages_received_total{qos=\"2\"} 3\n"), std::string::npos);
  EXPECT_NE(text().find("sluice_messages_dropped_total{reason=\"queue_full\"} 7\n"),
            std::string::npos);
  for (const char* line :
       {"sluice_subscriptions{kind=\"own\"} 7\n", "sluice_subscriptions{kind=\"shared\"} 2\n",
        "sluice_queue_depth{kind=\"application\"} 40\n",
        "sluice_sockets_refused_total{reason=\"connections_max\"} 5\n",
        "sluice_auth_total{provider=\"MQTT_BASIC\",result=\"refused\"} 6\n",
        "sluice_refusals_total{reason=\"half_open_per_address\"} 3\n",
        "sluice_refusals_total{reason=\"connect_timeout\"} 2\n",
        "sluice_loop_lag_seconds{thread=\"shard-0\"} 0.25\n", "sluice_log_fsync_seconds_count 4\n",
        "sluice_overload_state 1\n"}) {
    EXPECT_NE(text().find(line), std::string::npos) << line;
  }
  EXPECT_NE(text().find("sluice_connections{listener=\"mqtt://127.0.0.1:1883\","
                        "protocol=\"mqtt\"} 3\n"),
            std::string::npos);
}

TEST(BrokerMetrics, AreFewSeries) {
  const std::string all = text();
  EXPECT_LE(std::count(all.begin(), all.end(), '\n'), 2000);
}

/// The page of the reference is made by this.
std::string reference_table() {
  std::string page = "| Metric | Type | Labels | Meaning |\n| --- | --- | --- | --- |\n";
  for (const Metric& metric : make_metrics(facts())) {
    const char* const types[] = {"counter", "gauge", "histogram"};
    Labels labels;
    if (!metric.samples.empty()) labels = metric.samples.front().labels;
    if (!metric.histograms.empty()) labels = metric.histograms.front().labels;
    std::string names;
    for (const auto& [label, value] : labels) {
      names += (names.empty() ? "`" : ", `") + label + "`";
    }
    page += "| `" + metric.name + "` | " + types[static_cast<int>(metric.kind)] + " | " + names +
            " | " + metric.help + " |\n";
  }
  return page;
}

TEST(MetricsReference, HasEachMetric) {
  const std::string page = content(root() / "docs/reference/metrics.md");
  EXPECT_NE(page.find(reference_table()), std::string::npos)
      << "docs/reference/metrics.md is to have this table:\n"
      << reference_table();
  EXPECT_EQ(names_in(page), metric_names());
}

TEST(Dashboards, UseOnlyMetricsThatExist) {
  std::size_t dashboards = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root() / "deploy/grafana")) {
    if (entry.path().extension() != ".json") continue;
    ++dashboards;
    const std::set<std::string> known = metric_names();
    for (const std::string& name : names_in(content(entry.path()))) {
      EXPECT_TRUE(known.contains(name)) << entry.path() << ": " << name;
    }
  }
  EXPECT_EQ(dashboards, 2U);
}

TEST(BrokerMetrics, PassPromtoolWhereItIsInstalled) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) GTEST_SKIP();
  FILE* const promtool = ::popen("promtool check metrics >/dev/null 2>&1", "w");
  ASSERT_NE(promtool, nullptr);
  const std::string all = text();
  std::fwrite(all.data(), 1, all.size(), promtool);
  EXPECT_EQ(::pclose(promtool), 0);
}

}  // namespace
}  // namespace sluice::telemetry

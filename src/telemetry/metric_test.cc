#include "telemetry/metric.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sluice::telemetry {
namespace {

using Texts = std::vector<std::string>;

TEST(MetricText, WritesHelpTypeAndSamples) {
  const Metric metric{"a_total",
                      "Help\nfor \\ you.",
                      MetricKind::Counter,
                      {{{{"qos", "0"}, {"name", "a\"b\\c\n"}}, 3}, {{}, 2.5}},
                      {}};
  EXPECT_EQ(write_metrics({metric}),
            "# HELP a_total Help\\nfor \\\\ you.\n"
            "# TYPE a_total counter\n"
            "a_total{qos=\"0\",name=\"a\\\"b\\\\c\\n\"} 3\n"
            "a_total 2.5\n");
}

TEST(MetricText, WritesLargeWholeNumbersWithoutExponent) {
  const Metric metric{"a", "A.", MetricKind::Gauge, {{{}, 123'456'789'012'345.0}}, {}};
  EXPECT_NE(write_metrics({metric}).find("a 123456789012345\n"), std::string::npos);
}

TEST(MetricText, EndsHistogramsWithTheBucketOfAll) {
  const Metric metric{"a_seconds",
                      "A.",
                      MetricKind::Histogram,
                      {},
                      {{{{"type", "x"}}, {{0.001, 1}, {0.01, 4}}, 5, 0.25}}};
  EXPECT_EQ(write_metrics({metric}),
            "# HELP a_seconds A.\n"
            "# TYPE a_seconds histogram\n"
            "a_seconds_bucket{type=\"x\",le=\"0.001\"} 1\n"
            "a_seconds_bucket{type=\"x\",le=\"0.01\"} 4\n"
            "a_seconds_bucket{type=\"x\",le=\"+Inf\"} 5\n"
            "a_seconds_sum{type=\"x\"} 0.25\n"
            "a_seconds_count{type=\"x\"} 5\n");
}

TEST(MetricRules, FindNothingInAGoodText) {
  EXPECT_EQ(check_metrics("# HELP a_total A.\n# TYPE a_total counter\na_total{qos=\"1\"} 1\n"),
            Texts{});
  EXPECT_EQ(check_metrics("# HELP a_seconds A.\n# TYPE a_seconds histogram\n"
                          "a_seconds_bucket{le=\"+Inf\"} 1\na_seconds_sum 1\na_seconds_count 1\n"),
            Texts{});
}

TEST(MetricRules, FindEachMistake) {
  const struct {
    const char* text;
    const char* finding;
  } cases[] = {
      {"# TYPE a gauge\na 1\n", "a: has no HELP"},
      {"a 1\n", "a: has no TYPE"},
      {"# HELP a A.\n# TYPE a counter\na 1\n", "a: is a counter without _total"},
      {"# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n",
       "a_total: ends in _total and is no counter"},
      {"# HELP a_milliseconds A.\n# TYPE a_milliseconds gauge\na_milliseconds 1\n",
       "a_milliseconds: is not in a base unit"},
      {"# HELP aB A.\n# TYPE aB gauge\naB 1\n", "aB: is no lower case name with underscores"},
      {"# HELP a_count A.\n# TYPE a_count gauge\na_count 1\n",
       "a_count: has a suffix of histograms"},
      {"# HELP a_gauge A.\n# TYPE a_gauge gauge\na_gauge 1\n", "a_gauge: has its type in its name"},
      {"# HELP a A.\n# TYPE a gauge\na{x=\"1\"} 1\na{x=\"1\"} 2\n",
       "a: has a series twice: a{x=\"1\"}"},
      {"# HELP a A.\n# TYPE a gauge\na{x=\"1\",client_id=\"c\"} 1\n", "a: has the label client_id"},
  };
  for (const auto& one : cases) EXPECT_EQ(check_metrics(one.text), Texts{one.finding}) << one.text;
}

}  // namespace
}  // namespace sluice::telemetry

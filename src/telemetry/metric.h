#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice::telemetry {

enum class MetricKind : std::uint8_t { Counter, Gauge, Histogram };

using Labels = std::vector<std::pair<std::string, std::string>>;

/// One time series now.
struct Sample {
  Labels labels;
  double value = 0;
};

/// What was measured by how often it stayed below each bound.
struct HistogramSample {
  Labels labels;
  std::vector<std::pair<double, std::uint64_t>> buckets;  // upper bound, count up to it; rising
  std::uint64_t count = 0;
  double sum = 0;
};

/// A metric with all its time series.
struct Metric {
  std::string name;  // by Prometheus' conventions: base unit, counters end in `_total`
  std::string help;
  MetricKind kind = MetricKind::Gauge;
  std::vector<Sample> samples;
  std::vector<HistogramSample> histograms;  // of a Histogram, in place of samples
};

/// Prometheus' text format 0.0.4.
std::string write_metrics(const std::vector<Metric>& metrics);
inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/// What `promtool check metrics` would say against a text: one line for each finding, none for a
/// good one. Also limits: no series twice, no labels that name a Client or a topic.
std::vector<std::string> check_metrics(const std::string& text);

}  // namespace sluice::telemetry

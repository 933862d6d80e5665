#include "telemetry/metric.h"

#include <cmath>
#include <cstdio>
#include <string_view>

namespace sluice::telemetry {
namespace {

std::string escaped(std::string_view text, bool also_quotes) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\\' || (also_quotes && c == '"')) {
      result += '\\';
      result += c;
    } else {
      result += c;
    }
  }
  return result;
}

/// Whole numbers without a point, others with as many digits as they need.
std::string number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[40];
  const bool is_whole = std::abs(value) < 9e15 && value == std::floor(value);
  std::snprintf(text, sizeof(text), is_whole ? "%.0f" : "%.9g", value);
  return text;
}

void append_sample(std::string& text, const std::string& name, const Labels& labels, double value) {
  text += name;
  if (!labels.empty()) {
    char opening = '{';
    for (const auto& [label, content] : labels) {
      text += opening;
      text += label + "=\"" + escaped(content, true) + '"';
      opening = ',';
    }
    text += '}';
  }
  text += ' ' + number(value) + '\n';
}

void append_histogram(std::string& text, const std::string& name, const HistogramSample& sample) {
  const auto append_bucket = [&](double bound, std::uint64_t count) {
    Labels labels = sample.labels;
    labels.emplace_back("le", number(bound));
    append_sample(text, name + "_bucket", labels, static_cast<double>(count));
  };
  for (const auto& [bound, count] : sample.buckets) append_bucket(bound, count);
  append_bucket(INFINITY, sample.count);
  append_sample(text, name + "_sum", sample.labels, sample.sum);
  append_sample(text, name + "_count", sample.labels, static_cast<double>(sample.count));
}

const char* type_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::Counter:
      return "counter";
    case MetricKind::Gauge:
      return "gauge";
    case MetricKind::Histogram:
      break;
  }
  return "histogram";
}

}  // namespace

std::string write_metrics(const std::vector<Metric>& metrics) {
  std::string text;
  for (const Metric& metric : metrics) {
    text += "# HELP " + metric.name + ' ' + escaped(metric.help, false) + '\n';
    text += "# TYPE " + metric.name + ' ' + type_of(metric.kind) + '\n';
    for (const Sample& sample : metric.samples) {
      append_sample(text, metric.name, sample.labels, sample.value);
    }
    for (const HistogramSample& sample : metric.histograms) {
      append_histogram(text, metric.name, sample);
    }
  }
  return text;
}

}  // namespace sluice::telemetry

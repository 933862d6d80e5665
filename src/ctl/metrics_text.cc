#include "ctl/metrics_text.h"

#include <cstdlib>
#include <utility>

namespace sluice::ctl {

Metrics Metrics::parse(std::string_view text) {
  Metrics metrics;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto name_end = line.find_first_of("{ ");
    if (line.starts_with('#') || name_end == std::string_view::npos) continue;
    const auto labels_end = line[name_end] == '{' ? line.rfind('}') : name_end;
    if (labels_end == std::string_view::npos) continue;
    const auto labels_begin = name_end + (line[name_end] == '{' ? 1 : 0);
    const std::string value(line.substr(labels_end + 1));
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (end == value.c_str()) continue;
    metrics.samples_[std::string(line.substr(0, name_end))].push_back(
        {std::string(line.substr(labels_begin, labels_end - labels_begin)), number});
  }
  return metrics;
}

double Metrics::sum(std::string_view name, std::string_view label) const {
  double sum = 0;
  const auto found = samples_.find(name);
  if (found == samples_.end()) return sum;
  for (const Sample& sample : found->second) {
    if (sample.labels.find(label) != std::string::npos) sum += sample.value;
  }
  return sum;
}

}  // namespace sluice::ctl

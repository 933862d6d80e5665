#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ctl {

/// What GET /metrics says, as far as we use it.
class Metrics {
 public:
  /// Reads the text format of Prometheus; lines that are none of it are left out.
  static Metrics parse(std::string_view text);

  bool has(std::string_view name) const { return samples_.find(name) != samples_.end(); }

  /// The sum of all samples of a metric, or of those with this label; 0 if there are none.
  /// label  `direction="in"`, or "" for all
  double sum(std::string_view name, std::string_view label = "") const;

 private:
  struct Sample {
    std::string labels;
    double value = 0;
  };
  std::map<std::string, std::vector<Sample>, std::less<>> samples_;
};

}  // namespace sluice::ctl

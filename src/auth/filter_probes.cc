#include "auth/filter_probes.h"

namespace sluice::auth {

FilterProbes::FilterProbes(std::string_view filter) : filter_(filter) {
  for (std::size_t at = 0; at < filter.size(); ++at) {
    if (filter[at] == '+' || filter[at] == '#') wildcards_.push_back(at);
  }
}

/// The filter with `level` in place of each wildcard that nobody named; of '#' that many of them.
std::string FilterProbes::replaced(const std::vector<bool>& named, std::string_view level,
                                   int hash_levels) const {
  std::string text;
  std::size_t done = 0;
  for (std::size_t i = 0; i < wildcards_.size(); ++i) {
    if (named[i]) continue;
    const std::size_t at = wildcards_[i];
    text.append(filter_.substr(done, at - done));
    const int count = filter_[at] == '+' ? 1 : hash_levels;
    for (int n = 0; n < count; ++n) text.append(n == 0 ? "" : "/").append(level);
    done = at + 1;
  }
  return text.append(filter_.substr(done));
}

}  // namespace sluice::auth

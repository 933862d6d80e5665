#pragma once

#include <algorithm>
#include <string>

#include "base/bytes.h"

namespace sluice::broker {

/// Finds a text inside others, whatever the case of ASCII letters. An empty one is in all.
class TextSearch {
 public:
  explicit TextSearch(ByteView wanted) : wanted_(wanted) {
    std::ranges::transform(wanted_, wanted_.begin(), to_lower);
  }

  bool is_for_all() const { return wanted_.empty(); }
  bool is_in(ByteView text) const {
    if (is_for_all()) return true;
    return std::ranges::search(text, wanted_, {}, to_lower).begin() != text.end();
  }

 private:
  static char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }

  std::string wanted_;  // in lower case
};

}  // namespace sluice::broker

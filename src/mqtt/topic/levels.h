#pragma once

#include <cstddef>

#include "base/bytes.h"

namespace sluice::mqtt {

/// The position behind the last level of a text.
inline constexpr std::size_t kNoMoreLevels = ByteView::npos;

/// The level of `text` that begins at `position`; moves `position` to the next level or to
/// `kNoMoreLevels`. Every text has at least one level: "" has one, "/" has two, all of them empty.
inline ByteView take_level(ByteView text, std::size_t& position) {
  const std::size_t begin = position;
  const std::size_t end = text.find('/', begin);
  if (end == ByteView::npos) {
    position = kNoMoreLevels;
    return text.substr(begin);
  }
  position = end + 1;
  return text.substr(begin, end - begin);
}

}  // namespace sluice::mqtt

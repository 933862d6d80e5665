#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::entities {

enum class SortOrder : std::uint8_t { Ascending, Descending };

/// Which part of a list somebody wants to see.
struct PageRequest {
  std::uint32_t page = 0;        // from 0
  std::uint32_t page_size = 10;  // at least 1, else Invalid; the caller enforces a maximum
  std::string text_search;       // contained in the entity's name, ASCII letters in either case
  std::string sort_property;     // as in TBMQ's JSON; empty: createdTime; one it lacks is Invalid
  SortOrder sort_order = SortOrder::Ascending;
  /// Milliseconds since 1970, both ends included; of which time, each entity says.
  std::optional<std::int64_t> start_time;
  std::optional<std::int64_t> end_time;
};

template <class T>
struct Page {
  std::vector<T> items;              // empty beyond the last page
  std::uint64_t total_elements = 0;  // on all pages
};

}  // namespace sluice::entities

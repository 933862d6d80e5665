#pragma once

#include <string>
#include <string_view>

#include "admin/http/page_query.h"
#include "admin/services.h"

namespace sluice::admin {

/// `pageSize` and `page` of a list that also answers without them: then its first 100.
inline Outcome<entities::PageRequest> read_optional_page(const Services& services,
                                                         const Query& query) {
  const auto read = [&query](std::string_view name, std::int64_t min, std::int64_t max,
                             std::int64_t fallback) -> Outcome<std::uint32_t> {
    if (query.text(name).empty()) return static_cast<std::uint32_t>(fallback);
    const auto value = query.number(name, min, max);
    if (!value) return tl::unexpected(value.error());
    return static_cast<std::uint32_t>(value->value_or(fallback));
  };
  constexpr std::int64_t kPageNumberMax = 1'000'000;
  const auto size = read("pageSize", 1, services.context.settings.page_max, 100);
  if (!size) return tl::unexpected(size.error());
  const auto number = read("page", 0, kPageNumberMax, 0);
  if (!number) return tl::unexpected(number.error());
  entities::PageRequest page;
  page.page = *number;
  page.page_size = *size;
  return page;
}

inline std::size_t offset_of(const entities::PageRequest& page) {
  return std::size_t{page.page} * page.page_size;
}

/// How many items are wanted by `limit`; 100 without it.
inline Outcome<std::size_t> read_limit(const Services& services, const Query& query) {
  if (query.text("limit").empty()) return 100;
  const auto value = query.number("limit", 1, services.context.settings.page_max);
  if (!value) return tl::unexpected(value.error());
  return static_cast<std::size_t>(value->value_or(100));
}

/// Bytes as JSON can carry them: what is not printable ASCII or no UTF-8 becomes a dot.
inline std::string printable(std::string_view bytes) {
  std::string text(bytes);
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte >= 0x7F) c = '.';
  }
  return text;
}

}  // namespace sluice::admin

#pragma once

#include <boost/json.hpp>
#include <cstdint>

#include "admin/http/api_error.h"
#include "admin/http/query.h"
#include "entities/page.h"

namespace sluice::admin {

/// TBMQ's paging: `pageSize`, `page`, `textSearch`, `sortProperty`, `sortOrder`, and for lists with
/// a time `startTime`, `endTime`.
/// page_max  the most items of one page
/// errors    400: missing, no numbers, out of range, an unknown sort order
Outcome<entities::PageRequest> read_page(const Query& query, std::uint32_t page_max);

/// TBMQ's PageData.
boost::json::object page_to_json(boost::json::array data, std::uint64_t total_elements,
                                 const entities::PageRequest& request);

template <class T, class ToJson>
boost::json::object page_to_json(const entities::Page<T>& page,
                                 const entities::PageRequest& request, ToJson to_json) {
  boost::json::array data;
  for (const T& item : page.items) data.push_back(to_json(item));
  return page_to_json(std::move(data), page.total_elements, request);
}

}  // namespace sluice::admin

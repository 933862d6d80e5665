#include "admin/http/page_query.h"

#include <limits>

namespace sluice::admin {
namespace {

constexpr std::int64_t kTimeMax = std::int64_t{1} << 53;

Outcome<std::uint32_t> read_required(const Query& query, std::string_view name, std::int64_t min,
                                     std::int64_t max) {
  const auto value = query.number(name, min, max);
  if (!value) return tl::unexpected(value.error());
  if (!*value) return bad_request("'" + std::string(name) + "' is missing");
  return static_cast<std::uint32_t>(**value);
}

Outcome<entities::SortOrder> read_order(const Query& query) {
  const std::string order = query.text("sortOrder");
  if (order == "DESC") return entities::SortOrder::Descending;
  if (order.empty() || order == "ASC") return entities::SortOrder::Ascending;
  return bad_request("'" + order + "' is no value for 'sortOrder'");
}

}  // namespace

Outcome<entities::PageRequest> read_page(const Query& query, std::uint32_t page_max) {
  constexpr std::int64_t kNumberMax = std::numeric_limits<std::int32_t>::max();
  const auto size = read_required(query, "pageSize", 1, page_max);
  if (!size) return tl::unexpected(size.error());
  const auto number = read_required(query, "page", 0, kNumberMax);
  if (!number) return tl::unexpected(number.error());
  const auto order = read_order(query);
  if (!order) return tl::unexpected(order.error());
  const auto start = query.number("startTime", 0, kTimeMax);
  if (!start) return tl::unexpected(start.error());
  const auto end = query.number("endTime", 0, kTimeMax);
  if (!end) return tl::unexpected(end.error());
  entities::PageRequest page;
  page.page = *number;
  page.page_size = *size;
  page.text_search = query.text("textSearch");
  page.sort_property = query.text("sortProperty");
  page.sort_order = *order;
  page.start_time = *start;
  page.end_time = *end;
  return page;
}

boost::json::object page_to_json(boost::json::array data, std::uint64_t total_elements,
                                 const entities::PageRequest& request) {
  const std::uint64_t pages = (total_elements + request.page_size - 1) / request.page_size;
  return {{"data", std::move(data)},
          {"totalPages", pages},
          {"totalElements", total_elements},
          {"hasNext", request.page + std::uint64_t{1} < pages}};
}

}  // namespace sluice::admin

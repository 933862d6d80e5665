#pragma once

#include <span>

#include "admin/http/fields.h"
#include "admin/http/page_query.h"
#include "broker/inspection.h"

namespace sluice::admin {

// Parts of queries for lists that the broker has, not the store.

inline broker::Slice slice_of(const entities::PageRequest& page) {
  return {std::size_t{page.page} * page.page_size, page.page_size};
}

inline bool is_descending(const entities::PageRequest& page) {
  return page.sort_order == entities::SortOrder::Descending;
}

/// The order that `sortProperty` names; the first choice without one.
/// errors  400: the list cannot be sorted so
template <class E>
Outcome<E> read_sort(const entities::PageRequest& page, std::span<const Choice<E>> choices) {
  if (page.sort_property.empty()) return choices.front().value;
  const auto found = find_choice(choices, page.sort_property);
  if (!found) return bad_request("'" + page.sort_property + "' is no value for 'sortProperty'");
  return *found;
}

/// Maximum QoS of `qosList` as bits; nullopt: any. errors  400: others than 0, 1, 2
Outcome<std::optional<std::uint8_t>> read_qos_mask(const Query& query);

/// The page of a list that is in memory as a whole.
template <class Item, class ToJson>
boost::json::object page_of_all(const std::vector<Item>& items, const entities::PageRequest& page,
                                ToJson to_json) {
  boost::json::array data;
  const broker::Slice slice = slice_of(page);
  for (std::size_t i = slice.offset; i < std::min(slice.end(), items.size()); ++i) {
    data.push_back(to_json(items[i]));
  }
  return page_to_json(std::move(data), items.size(), page);
}

template <class Item, class ToJson>
boost::json::object page_to_json(const broker::Excerpt<Item>& excerpt,
                                 const entities::PageRequest& page, ToJson to_json) {
  boost::json::array data;
  for (const Item& item : excerpt.items) data.push_back(to_json(item));
  return page_to_json(std::move(data), excerpt.total, page);
}

}  // namespace sluice::admin

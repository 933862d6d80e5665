#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "entities/database.h"
#include "entities/page.h"

namespace sluice::entities {

/// Conditions that all have to hold, with their values. Column names are ours, values anybody's.
class Filter {
 public:
  /// One of the columns contains `text`, ASCII letters in either case. Empty: no condition.
  void contains(std::initializer_list<std::string_view> columns, std::string_view text);
  void equals(std::string_view column, std::string_view text);  // empty: no condition
  void one_of(std::string_view column, const std::vector<std::string>& texts);
  void one_of(std::string_view column, const std::vector<bool>& values);
  /// start_time and end_time of the request.
  void within(std::string_view column, const PageRequest& request);

  std::string where() const;  // " WHERE ...", empty without conditions
  void bind_to(Statement& statement) const;

 private:
  using Value = std::variant<std::int64_t, std::string>;
  std::vector<std::string> conditions_;
  std::vector<Value> values_;
};

/// The names that a list can be sorted by.
struct SortColumn {
  std::string_view property;  // as in TBMQ's JSON
  std::string_view column;
};

/// What a page is read from. `sortable` is not empty; its first is what a list is sorted by when
/// nothing is said.
struct PageSource {
  std::string_view table;
  std::string_view columns;
  std::span<const SortColumn> sortable;
};

/// The statement for the rows of a page.
/// errors  Invalid: page_size 0, an unknown sort_property
Result<Statement> prepare_page(Database& database, const PageSource& source,
                               const PageRequest& request, const Filter& filter);
Result<std::uint64_t> count_rows(Database& database, std::string_view table, const Filter& filter);

/// Rows and their number; each row is turned into a value by `read(const Statement&)`.
template <class Read>
auto read_page(Database& database, const PageSource& source, const PageRequest& request,
               const Filter& filter, Read read)
    -> Result<Page<decltype(read(std::declval<const Statement&>()))>> {
  Page<decltype(read(std::declval<const Statement&>()))> page;
  auto statement = prepare_page(database, source, request, filter);
  if (!statement) return tl::unexpected(statement.error());
  auto items = read_all(std::move(*statement), read);
  if (!items) return tl::unexpected(items.error());
  const auto total = count_rows(database, source.table, filter);
  if (!total) return tl::unexpected(total.error());
  page.items = std::move(*items);
  page.total_elements = *total;
  return page;
}

/// The names of enumeration values, for `one_of`.
template <class Enum>
std::vector<std::string> names_of(const std::vector<Enum>& values) {
  std::vector<std::string> names;
  for (const Enum value : values) names.emplace_back(to_string(value));
  return names;
}

}  // namespace sluice::entities

#include "entities/page_query.h"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/join.hpp>
#include <limits>
#include <locale>

namespace sluice::entities {
namespace {

std::string questions(std::size_t count) {
  return boost::algorithm::join(std::vector<std::string>(count, "?"), ", ");
}

Result<std::string> order_by(const PageSource& source, const PageRequest& request) {
  const SortColumn* found = &source.sortable.front();
  if (!request.sort_property.empty()) {
    const auto at = std::ranges::find(source.sortable, std::string_view(request.sort_property),
                                      &SortColumn::property);
    if (at == source.sortable.end()) {
      return invalid("sortProperty: this list cannot be sorted by '" + request.sort_property + "'");
    }
    found = &*at;
  }
  const std::string direction = request.sort_order == SortOrder::Ascending ? " ASC" : " DESC";
  // rowid makes the order complete, so that no row is on two pages.
  return " ORDER BY " + std::string(found->column) + direction + ", rowid" + direction;
}

}  // namespace

void Filter::contains(std::initializer_list<std::string_view> columns, std::string_view text) {
  if (text.empty()) return;
  const std::string lower =
      boost::algorithm::to_lower_copy(std::string(text), std::locale::classic());
  std::vector<std::string> alternatives;
  for (const std::string_view column : columns) {
    alternatives.push_back("instr(lower(" + std::string(column) + "), ?) > 0");
    values_.emplace_back(lower);
  }
  conditions_.push_back("(" + boost::algorithm::join(alternatives, " OR ") + ")");
}

void Filter::equals(std::string_view column, std::string_view text) {
  if (!text.empty()) one_of(column, std::vector{std::string(text)});
}

void Filter::one_of(std::string_view column, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  conditions_.push_back(std::string(column) + " IN (" + questions(texts.size()) + ")");
  values_.insert(values_.end(), texts.begin(), texts.end());
}

void Filter::one_of(std::string_view column, const std::vector<bool>& values) {
  if (values.empty()) return;
  conditions_.push_back(std::string(column) + " IN (" + questions(values.size()) + ")");
  for (const bool value : values) values_.emplace_back(std::int64_t{value});
}

void Filter::within(std::string_view column, const PageRequest& request) {
  if (request.start_time) {
    conditions_.push_back(std::string(column) + " >= ?");
    values_.emplace_back(*request.start_time);
  }
  if (request.end_time) {
    conditions_.push_back(std::string(column) + " <= ?");
    values_.emplace_back(*request.end_time);
  }
}

std::string Filter::where() const {
  return conditions_.empty() ? "" : " WHERE " + boost::algorithm::join(conditions_, " AND ");
}

void Filter::bind_to(Statement& statement) const {
  for (const Value& value : values_) {
    std::visit([&](const auto& held) { statement.bind_next(held); }, value);
  }
}

Result<Statement> prepare_page(Database& database, const PageSource& source,
                               const PageRequest& request, const Filter& filter) {
  if (request.page_size == 0) return invalid("pageSize: at least 1");
  const auto order = order_by(source, request);
  if (!order) return tl::unexpected(order.error());

  Statement statement =
      database.prepare("SELECT " + std::string(source.columns) + " FROM " +
                       std::string(source.table) + filter.where() + *order + " LIMIT ? OFFSET ?");
  const auto skipped = std::min<std::uint64_t>(std::uint64_t{request.page} * request.page_size,
                                               std::numeric_limits<std::int64_t>::max());
  filter.bind_to(statement);
  statement.bind_next(request.page_size);
  statement.bind_next(skipped);
  return statement;
}

Result<std::uint64_t> count_rows(Database& database, std::string_view table, const Filter& filter) {
  Statement statement =
      database.prepare("SELECT count(*) FROM " + std::string(table) + filter.where());
  filter.bind_to(statement);
  const auto has_row = statement.step();
  if (!has_row) return tl::unexpected(has_row.error());
  return static_cast<std::uint64_t>(statement.integer(0));
}

}  // namespace sluice::entities

#include "ctl/listing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "ctl/input/time_text.h"
#include "ctl/lookup.h"

namespace sluice::ctl {
namespace {

Outcome<std::string> past_time(const std::string& value) {
  const auto time = parse_past(value);
  if (!time) return tl::unexpected(time.error());
  return std::to_string(*time);
}

std::string names_of(const std::vector<ListFilter>& filters) {
  std::string names;
  for (const ListFilter& filter : filters) names += (names.empty() ? "" : ", ") + filter.name;
  return names;
}

Outcome<std::size_t> read_limit(const std::string& text) {
  std::size_t limit = 0;
  if (text.empty()) return limit;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error == std::errc{} && end == text.data() + text.size() && limit > 0) return limit;
  return misused("--limit: '" + text + "' is no number above 0");
}

Outcome<void> add_order(const std::string& text, Query& query) {
  const auto colon = text.find(':');
  const std::string direction = colon == std::string::npos ? "asc" : text.substr(colon + 1);
  if (direction != "asc" && direction != "desc") {
    return misused("--sort: the order is asc or desc, not '" + direction + "'");
  }
  query.emplace_back("sortProperty", text.substr(0, colon));
  query.emplace_back("sortOrder", direction == "asc" ? "ASC" : "DESC");
  return {};
}

}  // namespace

Outcome<Query> read_filters(const std::vector<std::string>& texts,
                            const std::vector<ListFilter>& filters) {
  Query query;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const auto filter = std::ranges::find(filters, name, &ListFilter::name);
    if (equals == std::string::npos || filter == filters.end()) {
      return misused("--filter " + text + ": write NAME=VALUE with one of " + names_of(filters));
    }
    std::string value = text.substr(equals + 1);
    if (filter->expand != nullptr) {
      const auto expanded = filter->expand(value);
      if (!expanded) return tl::unexpected(expanded.error());
      query.insert(query.end(), expanded->begin(), expanded->end());
      continue;
    }
    if (filter->convert != nullptr) {
      auto converted = filter->convert(value);
      if (!converted) return tl::unexpected(converted.error());
      value = std::move(*converted);
    }
    query.emplace_back(filter->parameter, std::move(value));
  }
  return query;
}

std::vector<ListFilter> time_filters() {
  return {{"since", "startTime", past_time}, {"until", "endTime", past_time}};
}

Outcome<std::string> true_or_false(const std::string& value) {
  if (value == "yes" || value == "true") return std::string("true");
  if (value == "no" || value == "false") return std::string("false");
  return misused("--filter: '" + value + "' is neither yes nor no");
}

Outcome<std::string> upper(const std::string& value) {
  return api_name(value);
}

Outcome<Query> read_conditions(const Arguments& arguments, const std::vector<ListFilter>& filters) {
  auto query = read_filters(arguments.list("--filter"), filters);
  if (query && arguments.has("--search")) {
    query->emplace_back("textSearch", arguments.text("--search"));
  }
  return query;
}

std::vector<Parameter> condition_parameters(const std::vector<ListFilter>& filters) {
  std::vector<Parameter> parameters{option("--search", "TEXT", "Only those that contain TEXT")};
  if (!filters.empty()) {
    parameters.push_back(repeated(option(
        "--filter", "NAME=VALUE", "Only those; may be repeated. NAME: " + names_of(filters))));
  }
  return parameters;
}

std::vector<Parameter> list_parameters(const Listing& listing) {
  return condition_parameters(listing.filters) +
         std::vector<Parameter>{option("--sort", "MEMBER[:desc]", "Order by a member of the JSON"),
                                option("--limit", "N", "At most N; all if it is not given")};
}

Outcome<Answer> run_list(const Listing& listing, const Call& call) {
  const Arguments& arguments = call.arguments;
  auto query = read_conditions(arguments, listing.filters);
  if (!query) return tl::unexpected(query.error());
  const std::string order = arguments.find("--sort").value_or(listing.order);
  if (!order.empty()) {
    if (auto added = add_order(order, *query); !added) return tl::unexpected(added.error());
  }
  const auto limit = read_limit(arguments.text("--limit"));
  if (!limit) return tl::unexpected(limit.error());
  auto items = call.api.list(listing.path, *query, *limit);
  if (!items) return tl::unexpected(items.error());
  return Answer{std::move(*items), listing.columns};
}

Verb list_verb(std::string help, std::string example, Listing listing) {
  auto parameters = list_parameters(listing);
  auto run = [listing = std::move(listing)](const Call& call) { return run_list(listing, call); };
  return watchable(
      {"list", std::move(help), std::move(example), std::move(parameters), std::move(run)});
}

}  // namespace sluice::ctl

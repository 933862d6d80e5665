#pragma once

#include <string>
#include <vector>

#include "ctl/noun.h"

namespace sluice::ctl {

/// One `--filter name=value` of a list and the query parameter that it becomes.
struct ListFilter {
  std::string name;
  std::string parameter;
  Outcome<std::string> (*convert)(const std::string& value) = nullptr;  // null: as it is
  Outcome<Query> (*expand)(const std::string& value) = nullptr;         // where it becomes several
};

/// A paged list of the API.
struct Listing {
  std::string path;
  std::vector<Column> columns;
  std::vector<ListFilter> filters{};
  std::string order{};  // "createdTime:desc" if nobody says otherwise; empty: the API's
};

/// The verb `list` for it, with --search, --filter, --sort, --limit (and --watch).
Verb list_verb(std::string help, std::string example, Listing listing);

/// The parameters of such a verb.
std::vector<Parameter> list_parameters(const Listing& listing);

/// The items that its parameters ask for.
Outcome<Answer> run_list(const Listing& listing, const Call& call);

/// The query parameters for what was asked with `--filter`.
/// errors  Usage: not name=value, a name that this list has not
Outcome<Query> read_filters(const std::vector<std::string>& texts,
                            const std::vector<ListFilter>& filters);

/// For `convert`: "yes" and "true" become "true", "no" and "false" become "false".
Outcome<std::string> true_or_false(const std::string& value);
/// For `convert`: "client-id" becomes "CLIENT_ID".
Outcome<std::string> upper(const std::string& value);

/// What --search and --filter ask for.
Outcome<Query> read_conditions(const Arguments& arguments, const std::vector<ListFilter>& filters);

/// --search and --filter, for verbs that do something to all that a list shows.
std::vector<Parameter> condition_parameters(const std::vector<ListFilter>& filters);

/// "since" and "until", as most lists have them.
std::vector<ListFilter> time_filters();

}  // namespace sluice::ctl

#include <utility>

#include "ctl/input/console.h"
#include "ctl/input/csv_columns.h"
#include "ctl/lookup.h"
#include "ctl/nouns/credentials.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

Outcome<char> read_delimiter(const Arguments& arguments, const char* name, char fallback) {
  const auto text = arguments.find(name);
  if (!text) return fallback;
  if (*text == "\\t") return '\t';
  if (text->size() != 1) return misused(std::string(name) + " is one character, or \\t");
  return text->front();
}

/// Names in the first line of the file, or those of --columns for a file without such a line.
Outcome<json::array> read_columns(const Arguments& arguments, const std::string& file,
                                  char delimiter) {
  const auto given = arguments.find("--columns");
  const auto types =
      to_column_types(given ? first_csv_line(*given, ',') : first_csv_line(file, delimiter));
  if (!types) return tl::unexpected(types.error());
  json::array columns;
  for (const std::string& type : *types) columns.push_back(json::object{{"type", type}});
  return columns;
}

Outcome<Answer> import(const Call& call) {
  const Arguments& arguments = call.arguments;
  const auto delimiter = read_delimiter(arguments, "--delimiter", ',');
  if (!delimiter) return tl::unexpected(delimiter.error());
  const auto rule_delimiter = read_delimiter(arguments, "--rule-delimiter", ';');
  if (!rule_delimiter) return tl::unexpected(rule_delimiter.error());
  const auto file = read_text(arguments.text("FILE"));
  if (!file) return tl::unexpected(file.error());
  auto columns = read_columns(arguments, *file, *delimiter);
  if (!columns) return tl::unexpected(columns.error());

  json::object mapping{{"columns", std::move(*columns)},
                       {"delimiter", std::string(1, *delimiter)},
                       {"authRulesDelimiter", std::string(1, *rule_delimiter)},
                       {"header", !arguments.has("--columns")}};
  auto result =
      as_object(call.api.post(std::string(kCredentialsPath) + "/bulk_import",
                              json::object{{"file", *file}, {"mapping", std::move(mapping)}}));
  if (!result) return tl::unexpected(result.error());
  const json::value* errors = result->if_contains("errors");
  const bool is_complete = errors && errors->is_int64() && errors->get_int64() == 0;
  Answer answer{std::move(*result)};
  answer.exit_code = is_complete ? 0 : kExitRefused;
  return answer;
}

}  // namespace

Verb import_verb() {
  return {
      "import",
      "Create or update basic credentials from a CSV file, by their names",
      "devices.csv",
      {positional("FILE",
                  "CSV file, - for stdin; its first line names the columns: name, "
                  "description, client_type, client_id, username, password, publish, "
                  "subscribe"),
       option("--columns", "NAMES", "Columns of a file without names, as name,username,password"),
       option("--delimiter", "CHARACTER", "Between columns, default a comma; \\t is a tab"),
       option("--rule-delimiter", "CHARACTER",
              "Between the patterns of publish and subscribe, default a semicolon")},
      import};
}

}  // namespace sluice::ctl

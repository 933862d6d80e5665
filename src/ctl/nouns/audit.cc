#include "ctl/listing.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

std::vector<ListFilter> filters() {
  std::vector<ListFilter> all{{"user", "user"},
                              {"action", "actionTypeList", upper},
                              {"entity-type", "entityTypeList", upper},
                              {"entity-id", "entityId"}};
  for (ListFilter& filter : time_filters()) all.push_back(std::move(filter));
  return all;
}

Outcome<Answer> export_all(const Call& call) {
  const auto query = read_filters(call.arguments.list("--filter"), filters());
  if (!query) return tl::unexpected(query.error());
  auto lines = call.api.download("/api/audit/export", *query);
  if (!lines) return tl::unexpected(lines.error());
  Answer answer;
  answer.text = std::move(*lines);
  return answer;
}

Outcome<Answer> verify(const Call& call) {
  auto verdict = as_object(call.api.get("/api/audit/verify"));
  if (!verdict) return tl::unexpected(verdict.error());
  const boost::json::value* intact = verdict->if_contains("intact");
  const bool is_intact = intact && intact->is_bool() && intact->get_bool();
  Answer answer{std::move(*verdict)};
  answer.exit_code = is_intact ? 0 : kExitRefused;
  return answer;
}

Listing listing() {
  return {"/api/audit",
          {time_column("TIME", "createdTime"), text_column("USER", "user"),
           text_column("ACTION", "actionType"), text_column("ENTITY", "entityType"),
           text_column("NAME", "entityName"), text_column("RESULT", "result"),
           wide(text_column("ADDRESS", "address")), wide(text_column("ENTITY ID", "entityId")),
           wide(text_column("ID", "id"))},
          filters(),
          "createdTime:desc"};
}

}  // namespace

Noun audit() {
  return {
      "audit",
      "What was changed, and by whom",
      {list_verb("List the changes, the latest first", "--limit 20", listing()),
       {"export",
        "Print all as lines of JSON, the oldest first",
        "--filter since=30d",
        {repeated(option("--filter", "NAME=VALUE",
                         "As of list, for example since=2026-11-01; may be repeated"))},
        export_all},
       {"verify", "Check that nobody changed the log; status 1 if somebody did", "", {}, verify}}};
}

}  // namespace sluice::ctl

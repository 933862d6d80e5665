#include "ctl/answers.h"
#include "ctl/input/console.h"
#include "ctl/job.h"
#include "ctl/listing.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/retained-msg";

Outcome<Answer> show(const Call& call) {
  return shown(call.api.get(kPath, {{"topicName", call.arguments.text("TOPIC")}}));
}

Outcome<Answer> remove_named(const Call& call, const std::vector<std::string>& topics) {
  for (const std::string& topic : topics) {
    const auto reply = call.api.remove(kPath, {{"topicName", topic}});
    if (!reply) return tl::unexpected(reply.error());
  }
  return Answer{};
}

Outcome<Answer> remove(const Call& call) {
  const auto topics = call.arguments.list("TOPIC");
  const auto filter = call.arguments.find("--matching");
  if (filter.has_value() != topics.empty()) return misused("give either topics or --matching");
  if (!filter) return remove_named(call, topics);
  return run_job(call, {"DELETE_RETAINED", json::object{{"topicFilter", *filter}},
                        "Delete {} retained messages?"});
}

Listing listing() {
  std::vector<ListFilter> filters{
      {"topic", "topicName"}, {"qos", "qosList"}, {"payload", "payload"}};
  for (ListFilter& filter : time_filters()) filters.push_back(std::move(filter));
  return {"/api/retained-msg/v2",
          {text_column("TOPIC", "topic"), text_column("QOS", "qos"),
           text_column("BYTES", "payloadSize"), time_column("CREATED", "createdTime"),
           text_column("PAYLOAD", "payload"), wide(time_column("EXPIRES", "expirationTime")),
           wide(text_column("CONTENT TYPE", "contentType"))},
          std::move(filters)};
}

}  // namespace

Noun retained() {
  using List = std::vector<Parameter>;
  const Parameter topics = optional(repeated(positional("TOPIC", "Topic Names")));
  return {
      "retained",
      "Retained messages",
      {list_verb("List the retained messages", "--search sensors/ --sort payloadSize:desc",
                 listing()),
       watchable({"show",
                  "Show a retained message",
                  "sensors/1",
                  {positional("TOPIC", "Topic Name")},
                  show}),
       {"delete", "Delete retained messages", "--matching 'old/#' --yes",
        List{topics, option("--matching", "FILTER", "All whose topic this Topic Filter matches")} +
            job_options(),
        remove}}};
}

}  // namespace sluice::ctl

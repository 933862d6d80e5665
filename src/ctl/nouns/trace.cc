#include "ctl/answers.h"
#include "ctl/event_stream.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"
#include "ctl/output/event_line.h"
#include "ctl/output/save_file.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/trace";

std::string path_of(const Call& call) {
  return kPath + ("/" + percent_encoded(call.arguments.text("TRACE")));
}

std::vector<Column> record_columns() {
  return {time_column("TIME", "time"),
          text_column("MESSAGE", "message"),
          text_column("STEP", "step"),
          text_column("CLIENT ID", "clientId"),
          text_column("TOPIC", "topic"),
          text_column("DETAIL", "detail"),
          text_column("REASON", "reason"),
          wide(text_column("QOS", "qos")),
          wide(text_column("PACKET ID", "packetId"))};
}

json::array texts(const std::vector<std::string>& words) {
  return json::array(words.begin(), words.end());
}

Outcome<Answer> start(const Call& call) {
  const Arguments& arguments = call.arguments;
  const auto seconds = number_option(arguments, "--seconds", 300);
  if (!seconds) return tl::unexpected(seconds.error());
  const json::object wanted{{"clientIds", texts(arguments.list("--client"))},
                            {"topicFilters", texts(arguments.list("--topic"))},
                            {"addresses", texts(arguments.list("--address"))},
                            {"seconds", *seconds}};
  const bool is_empty =
      !arguments.has("--client") && !arguments.has("--topic") && !arguments.has("--address");
  if (is_empty) return misused("say what to trace: --client, --topic or --address");
  return shown(call.api.post(kPath, wanted));
}

Outcome<Answer> list(const Call& call) {
  auto reply = call.api.get(kPath);
  if (!reply) return tl::unexpected(reply.error());
  return Answer{items_of(std::move(*reply)),
                {text_column("ID", "id"), text_column("CLIENTS", "clientIds"),
                 text_column("TOPICS", "topicFilters"), text_column("ADDRESSES", "addresses"),
                 time_column("STARTED", "startedTime"), time_column("ENDS", "endTime"),
                 text_column("RECORDS", "records")}};
}

Outcome<Answer> show(const Call& call) {
  auto records = call.api.list(path_of(call) + "/records", {});
  if (!records) return tl::unexpected(records.error());
  return Answer{std::move(*records), record_columns()};
}

Outcome<Answer> follow(const Call& call) {
  const std::string id = call.arguments.text("TRACE");
  const auto take = [&](const auto& name, const auto& data) {
    const json::object* record = data.if_object();
    if (record && !text_of(*record, "traceId").empty() && text_of(*record, "traceId") != id) {
      return true;
    }
    call.out << event_line(name, data, call.format) << std::flush;
    return call.out.good();
  };
  const auto read = follow_events(call.api, "trace", take, patient_comeback());
  if (!read) return tl::unexpected(read.error());
  return Answer{};
}

Outcome<Answer> stop(const Call& call) {
  return done(call.api.remove(path_of(call)));
}

Outcome<Answer> save(const Call& call) {
  const std::string file = call.arguments.text("FILE");
  const auto bytes = save_download(call.api, path_of(call) + "/file", {}, file);
  if (!bytes) return tl::unexpected(bytes.error());
  Answer answer;
  answer.note = std::to_string(*bytes) + " bytes in " + file;
  return answer;
}

}  // namespace

Noun trace() {
  const Parameter id = positional("TRACE", "Id");
  return {"trace",
          "What becomes of messages and clients, step by step",
          {{"start",
            "Begin to trace clients, topics or addresses",
            "--client pump-7 --topic 'commands/#' --seconds 60",
            {repeated(option("--client", "CLIENT", "Client Identifier, may be repeated")),
             repeated(option("--topic", "FILTER", "Topic Filter, may be repeated")),
             repeated(option("--address", "ADDRESS", "IP address, may be repeated")),
             option("--seconds", "N", "For how long, default 300")},
            start},
           watchable({"list", "List the traces", "", {}, list}),
           watchable({"show", "Show the records of a trace", "7", {id}, show}),
           {"follow", "Print the records as they come, until Ctrl-C", "7", {id}, follow},
           {"stop", "End a trace and forget its records", "7", {id}, stop},
           {"save",
            "Save the records as lines of JSON",
            "7 trace.ndjson",
            {id, positional("FILE", "File, - for stdout")},
            save}}};
}

}  // namespace sluice::ctl

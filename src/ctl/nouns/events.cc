#include "ctl/answers.h"
#include "ctl/event_stream.h"
#include "ctl/nouns/nouns.h"
#include "ctl/output/event_line.h"

namespace sluice::ctl {
namespace {

const std::vector<std::string> kTopics{"counters", "sessions", "subscriptions", "refusals",
                                       "drops",    "jobs",     "trace"};

Outcome<Answer> follow(const Call& call) {
  const auto limit = call.arguments.find("--count");
  const auto wanted = number_option(call.arguments, "--count", 0);
  if (!wanted) return tl::unexpected(wanted.error());
  std::string topics;
  for (const std::string& topic : call.arguments.list("KIND")) {
    topics += (topics.empty() ? "" : ",") + topic;
  }
  if (topics.empty()) topics = "sessions,refusals,drops,jobs";
  std::uint64_t seen = 0;
  const auto take = [&](const auto& name, const auto& data) {
    call.out << event_line(name, data, call.format) << std::flush;
    return call.out.good() && (!limit || ++seen < *wanted);
  };
  const auto read = follow_events(call.api, topics, take, patient_comeback());
  if (!read) return tl::unexpected(read.error());
  return Answer{};
}

}  // namespace

Noun events() {
  return {
      "events",
      "What happens, as it happens",
      {{"follow",
        "Print events as they come, until Ctrl-C",
        "sessions refusals",
        {optional(repeated(positional("KIND", "All but counters and trace if not given", kTopics))),
         option("--count", "N", "End after N events")},
        follow}}};
}

}  // namespace sluice::ctl

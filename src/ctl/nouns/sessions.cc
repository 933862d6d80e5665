#include <algorithm>

#include "ctl/answers.h"
#include "ctl/input/console.h"
#include "ctl/job.h"
#include "ctl/listing.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/client-session";
constexpr const char* kQueuePath = "/api/client-session/queue";

/// ">=3", "!=0", "7" and what they mean to the API.
Outcome<Query> subscription_count(const std::string& text) {
  constexpr std::pair<std::string_view, const char*> kComparisons[] = {
      {">=", "GREATER_OR_EQUAL"}, {"<=", "LESS_OR_EQUAL"}, {"!=", "NOT_EQUAL"},
      {">", "GREATER"},           {"<", "LESS"},           {"", "EQUAL"}};
  const auto* found = std::ranges::find_if(
      kComparisons, [&](const auto& each) { return text.starts_with(each.first); });
  const std::string count = text.substr(found->first.size());
  const bool is_number = !count.empty() && count.find_first_not_of("0123456789") == count.npos;
  if (!is_number)
    return misused("--filter: 'subscriptions' is a number, or >, >=, <, <=, != of one");
  return Query{{"subscriptions", count}, {"subscriptionOperation", found->second}};
}

std::vector<ListFilter> filters() {
  std::vector<ListFilter> all{{"state", "connectedStatusList", upper},
                              {"type", "clientTypeList", upper},
                              {"clean-start", "cleanStartList", true_or_false},
                              {"address", "clientIpAddress"},
                              {"subscriptions", "", nullptr, subscription_count}};
  for (ListFilter& filter : time_filters()) all.push_back(std::move(filter));
  return all;
}

Listing listing() {
  return {
      "/api/v2/client-session",
      {text_column("CLIENT ID", "clientId"), text_column("STATE", "connectionState"),
       text_column("TYPE", "clientType"), text_column("SUBS", "subscriptionsCount"),
       text_column("WAITING", "waitingMessages"), text_column("ADDRESS", "clientIpAdr"),
       time_column("CONNECTED", "connectedAt"), wide(time_column("DISCONNECTED", "disconnectedAt")),
       wide(text_column("CLEAN START", "cleanStart")), wide(text_column("BYTES", "waitingBytes")),
       wide(text_column("SESSION", "sessionId"))},
      filters()};
}

std::vector<Column> message_columns() {
  return {text_column("TOPIC", "topic"),
          text_column("QOS", "qos"),
          text_column("BYTES", "payloadSize"),
          text_column("PACKET ID", "packetId"),
          time_column("CREATED", "createdTime"),
          text_column("PAYLOAD", "payload"),
          wide(time_column("EXPIRES", "expirationTime"))};
}

Outcome<json::object> find_session(Api& api, const std::string& client) {
  return as_object(api.get(kPath, {{"clientId", client}}));
}

Outcome<Answer> show(const Call& call) {
  const std::string client = call.arguments.text("CLIENT");
  auto session = find_session(call.api, client);
  if (!session) return tl::unexpected(session.error());
  auto details = as_object(call.api.get("/api/client-session/details", {{"clientId", client}}));
  if (!details) return tl::unexpected(details.error());
  for (auto& [name, value] : *details) (*session)[name] = std::move(value);
  Answer answer{std::move(*session)};
  answer.list_member = "subscriptions";
  answer.columns = {text_column("TOPIC FILTER", "topicFilter"), text_column("QOS", "qos"),
                    text_column("NO LOCAL", "options.noLocal"),
                    text_column("AS PUBLISHED", "options.retainAsPublish"),
                    text_column("ID", "subscriptionId")};
  return answer;
}

Outcome<Answer> count(const Call& call) {
  return shown(call.api.get("/api/client-session/info"));
}

/// What `disconnect`, `remove` and `purge` do to Clients.
struct Act {
  const char* action;    // of a job
  const char* question;  // for one
  const char* question_for_all;
  Outcome<json::value> (*run)(Api& api, const std::string& client);
};

/// Ends a Session or its connection, but not one that began since.
Outcome<json::value> end_session(Api& api, const char* path, const std::string& client) {
  const auto session = find_session(api, client);
  if (!session) return tl::unexpected(session.error());
  return api.remove(path, {{"clientId", client}, {"sessionId", text_of(*session, "sessionId")}});
}

const Act kDisconnect{"DISCONNECT", "Disconnect the client '", "Disconnect {} clients?",
                      [](Api& api, const std::string& client) {
                        return end_session(api, "/api/client-session/disconnect", client);
                      }};
const Act kRemove{"REMOVE", "Remove subscriptions and queue of the client '",
                  "Remove subscriptions and queues of {} clients?",
                  [](Api& api, const std::string& client) {
                    return end_session(api, "/api/client-session/remove", client);
                  }};
const Act kPurge{"PURGE_QUEUE", "Drop what waits for the client '",
                 "Drop what waits for {} clients?", [](Api& api, const std::string& client) {
                   return api.remove(kQueuePath, {{"clientId", client}});
                 }};
const Act kBlock{
    "BLOCK", "Block the client '", "Block {} clients?", [](Api& api, const std::string& client) {
      return api.post("/api/blockedClient", json::object{{"type", "CLIENT_ID"}, {"value", client}});
    }};

Outcome<Answer> act_on_all(const Call& call, const Act& act) {
  if (!call.arguments.has("--all-matching")) {
    return misused("name clients, or say --all-matching with --search or --filter");
  }
  const auto conditions = read_conditions(call.arguments, filters());
  if (!conditions) return tl::unexpected(conditions.error());
  return run_job(call, {act.action, to_job_filter(*conditions), act.question_for_all});
}

Outcome<Answer> act_on(const Call& call, const Act& act) {
  const auto clients = call.arguments.list("CLIENT");
  if (clients.empty()) return act_on_all(call, act);
  if (call.arguments.has("--all-matching")) return misused("name clients or say --all-matching");
  const std::string whom =
      clients.front() + "'" +
      (clients.size() == 1 ? "" : " and " + std::to_string(clients.size() - 1) + " more");
  const auto agreed = call.console.confirm(call.arguments.has("--yes"), act.question + whom + "?");
  if (!agreed) return tl::unexpected(agreed.error());
  for (const std::string& client : clients) {
    const auto reply = act.run(call.api, client);
    if (!reply) return tl::unexpected(reply.error());
  }
  return Answer{};
}

Outcome<Answer> show_queue(const Call& call) {
  const auto limit = number_option(call.arguments, "--limit", 20);
  if (!limit) return tl::unexpected(limit.error());
  const auto payload = number_option(call.arguments, "--payload-max", 256);
  if (!payload) return tl::unexpected(payload.error());
  auto answer = shown(call.api.get(kQueuePath, {{"clientId", call.arguments.text("CLIENT")},
                                                {"limit", std::to_string(*limit)},
                                                {"payloadMax", std::to_string(*payload)}}),
                      message_columns());
  if (answer) answer->list_member = "messages";
  return answer;
}

Verb act_verb(std::string name, std::string help, std::string example, const Act& act) {
  const Parameter clients = optional(repeated(positional("CLIENT", "Client Identifiers")));
  auto parameters = std::vector<Parameter>{clients, flag("--all-matching",
                                                         "All that --search and --filter match")} +
                    condition_parameters(filters()) + job_options();
  return {std::move(name), std::move(help), std::move(example), std::move(parameters),
          [&act](const Call& call) { return act_on(call, act); }};
}

}  // namespace

Noun sessions() {
  const Parameter client = positional("CLIENT", "Client Identifier");
  return {
      "sessions",
      "Sessions of clients, connected or not",
      {list_verb("List the sessions", "--filter state=connected --search pump", listing()),
       watchable({"show",
                  "Show a session, its connection and its subscriptions",
                  "pump-7",
                  {client},
                  show}),
       watchable({"count", "Count the connected and the disconnected", "", {}, count}),
       act_verb("disconnect", "Close connections; the sessions stay", "pump-7 --yes", kDisconnect),
       act_verb("remove", "End sessions, with their subscriptions and queues",
                "--all-matching --filter state=disconnected --filter until=30d --yes", kRemove),
       watchable({"queue",
                  "Show what waits for a client",
                  "pump-7 --limit 5",
                  {client, option("--limit", "N", "Show the first N messages, default 20"),
                   option("--payload-max", "BYTES", "Of each payload, default 256")},
                  show_queue}),
       act_verb("purge", "Drop what waits for clients", "pump-7 --yes", kPurge),
       act_verb("block", "Keep clients out and close their connections",
                "--all-matching --filter address=192.0.2. --yes", kBlock)}};
}

}  // namespace sluice::ctl

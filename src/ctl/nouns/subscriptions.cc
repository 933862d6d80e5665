#include <algorithm>

#include "ctl/answers.h"
#include "ctl/input/console.h"
#include "ctl/input/document.h"
#include "ctl/listing.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/subscription";

const std::vector<std::string> kQosNames{"AT_MOST_ONCE", "AT_LEAST_ONCE", "EXACTLY_ONCE"};

/// As the API takes and shows them, so that what is read may be sent back.
Outcome<json::array> subscriptions_of(const Call& call) {
  auto session =
      as_object(call.api.get("/api/client-session", {{"clientId", call.arguments.text("CLIENT")}}));
  if (!session) return tl::unexpected(session.error());
  return items_of((*session)["subscriptions"]);
}

std::vector<Column> columns(const std::string& prefix) {
  return {text_column("TOPIC FILTER", prefix + "topicFilter"), text_column("QOS", prefix + "qos"),
          text_column("NO LOCAL", prefix + "options.noLocal"),
          text_column("AS PUBLISHED", prefix + "options.retainAsPublish"),
          text_column("ID", prefix + "subscriptionId")};
}

Outcome<Answer> show(const Call& call) {
  auto subscriptions = subscriptions_of(call);
  if (!subscriptions) return tl::unexpected(subscriptions.error());
  return Answer{std::move(*subscriptions), columns("")};
}

json::array given(const Arguments& arguments) {
  const std::size_t qos = arguments.text("--qos").empty() ? 0 : arguments.text("--qos")[0] - '0';
  json::array subscriptions;
  for (const std::string& filter : arguments.list("FILTER")) {
    subscriptions.push_back(json::object{
        {"topicFilter", filter},
        {"qos", kQosNames[qos]},
        {"options", json::object{{"noLocal", arguments.has("--no-local")},
                                 {"retainAsPublish", arguments.has("--retain-as-published")}}}});
  }
  return subscriptions;
}

/// Takes the subscriptions to these filters out. returns  how many there were
std::size_t take_out(json::array& subscriptions, const std::vector<std::string>& topic_filters) {
  const auto is_named = [&](const json::value& each) {
    return each.is_object() &&
           std::ranges::count(topic_filters, text_of(each.get_object(), "topicFilter")) > 0;
  };
  const auto removed = std::ranges::remove_if(subscriptions, is_named);
  const std::size_t count = removed.size();
  subscriptions.erase(removed.begin(), removed.end());
  return count;
}

Outcome<Answer> save(const Call& call, json::array subscriptions) {
  const auto reply = call.api.post(kPath, json::object{{"clientId", call.arguments.text("CLIENT")},
                                                       {"subscriptions", subscriptions}});
  if (!reply) return tl::unexpected(reply.error());
  return Answer{std::move(subscriptions), columns("")};
}

Outcome<Answer> set(const Call& call) {
  const auto file = call.arguments.find("--file");
  if (file.has_value() == call.arguments.has("FILTER")) {
    return misused("give either Topic Filters or --file");
  }
  if (!file) return save(call, given(call.arguments));
  const auto text = read_text(*file);
  if (!text) return tl::unexpected(text.error());
  auto document = parse_document(*text);
  if (!document) return tl::unexpected(document.error());
  if (!document->is_array()) return misused("'" + *file + "' holds no list of subscriptions");
  return save(call, std::move(document->get_array()));
}

Outcome<Answer> add(const Call& call) {
  auto subscriptions = subscriptions_of(call);
  if (!subscriptions) return tl::unexpected(subscriptions.error());
  take_out(*subscriptions, call.arguments.list("FILTER"));
  for (json::value& each : given(call.arguments)) subscriptions->push_back(std::move(each));
  return save(call, std::move(*subscriptions));
}

Outcome<Answer> remove(const Call& call) {
  const auto topic_filters = call.arguments.list("FILTER");
  auto subscriptions = subscriptions_of(call);
  if (!subscriptions) return tl::unexpected(subscriptions.error());
  if (take_out(*subscriptions, topic_filters) < topic_filters.size()) {
    return not_found("the client has not subscribed to all of these");
  }
  return save(call, std::move(*subscriptions));
}

Listing listing() {
  std::vector<Column> shown{text_column("CLIENT ID", "clientId")};
  for (Column& column : columns("subscription.")) shown.push_back(std::move(column));
  return {"/api/subscription/all",
          std::move(shown),
          {{"client-id", "clientId"},
           {"filter", "topicFilter"},
           {"qos", "qosList"},
           {"no-local", "noLocalList", true_or_false},
           {"retain-as-published", "retainAsPublishList", true_or_false},
           {"id", "subscriptionId"}}};
}

}  // namespace

Noun subscriptions() {
  using List = std::vector<Parameter>;
  const Parameter client = positional("CLIENT", "Client Identifier");
  const Parameter topic_filters = repeated(positional("FILTER", "Topic Filters"));
  const List options{choice("--qos", {"0", "1", "2"}, "Highest quality of service, default 0"),
                     flag("--no-local", "Without what the client publishes itself"),
                     flag("--retain-as-published", "Keep the flag of retained messages")};
  return {
      "subscriptions",
      "What clients have subscribed to",
      {list_verb("List the subscriptions of all clients",
                 "--filter filter=sensors/ --sort "
                 "topicFilter",
                 listing()),
       watchable({"show", "Show the subscriptions of a client", "pump-7", {client}, show}),
       {"set", "Replace all subscriptions of a client", "pump-7 'commands/pump-7' 'all/#' --qos 1",
        List{client, optional(topic_filters),
             option("--file", "FILE", "JSON or YAML, a list as `show -o yaml` prints it")} +
            options,
        set},
       {"add", "Subscribe a client", "pump-7 'commands/#' --qos 1",
        List{client, topic_filters} + options, add},
       {"remove", "Unsubscribe a client", "pump-7 'commands/#'", {client, topic_filters}, remove}}};
}

Noun groups() {
  Listing listing{
      "/api/subscription",
      {text_column("SHARE NAME", "shareName"), text_column("TOPIC FILTER", "topicFilter"),
       count_column("CLIENTS", "clients"), wide(text_column("WHO", "clients.clientId"))},
      {{"share-name", "shareNameSearch"}, {"client-id", "clientIdSearch"}}};
  return {
      "groups",
      "Groups of clients that share subscriptions",
      {list_verb("List the groups and how many clients they have", "-o wide", std::move(listing))}};
}

}  // namespace sluice::ctl

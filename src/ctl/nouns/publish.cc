#include "base/base64.h"
#include "ctl/answers.h"
#include "ctl/input/console.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

Outcome<std::string> payload_of(const Arguments& arguments) {
  const auto file = arguments.find("--file");
  if (file && arguments.has("PAYLOAD")) return misused("give either PAYLOAD or --file");
  if (file) return read_text(*file);
  return arguments.text("PAYLOAD");
}

Outcome<json::object> user_properties(const std::vector<std::string>& texts) {
  json::array properties;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return misused("--property " + text + ": write NAME=VALUE");
    properties.push_back(
        json::object{{"key", text.substr(0, equals)}, {"value", text.substr(equals + 1)}});
  }
  return json::object{{"props", std::move(properties)}};
}

/// Payloads may be any bytes, which JSON cannot hold, so they go as Base64.
Outcome<json::object> message_of(const Arguments& arguments) {
  const auto payload = payload_of(arguments);
  if (!payload) return tl::unexpected(payload.error());
  auto properties = user_properties(arguments.list("--property"));
  if (!properties) return tl::unexpected(properties.error());
  const auto expiry = number_option(arguments, "--expires", 0);
  if (!expiry) return tl::unexpected(expiry.error());
  json::object message{
      {"topic", arguments.text("TOPIC")},
      {"payload", to_base64(*payload, Base64::Standard)},
      {"payloadEncoding", "base64"},
      {"qos", arguments.text("--qos").empty() ? 0 : arguments.text("--qos")[0] - '0'},
      {"retain", arguments.has("--retain")}};
  if (arguments.has("--expires")) message["messageExpiryInterval"] = *expiry;
  if (const auto type = arguments.find("--content-type")) message["contentType"] = *type;
  if (const auto topic = arguments.find("--response-topic")) message["responseTopic"] = *topic;
  if (const auto data = arguments.find("--correlation-data")) {
    message["correlationData"] = to_base64(*data, Base64::Standard);
  }
  if (arguments.has("--property")) message["userProperties"] = std::move(*properties);
  return message;
}

Outcome<Answer> publish_message(const Call& call) {
  const auto message = message_of(call.arguments);
  if (!message) return tl::unexpected(message.error());
  auto reply = as_object(call.api.post("/api/mqtt/publish", *message));
  if (!reply) return tl::unexpected(reply.error());
  const json::value* subscribers = reply->if_contains("hasSubscribers");
  Answer answer;
  if (subscribers && subscribers->is_bool() && !subscribers->get_bool()) {
    answer.note = "Nobody has subscribed to it.";
  }
  return answer;
}

}  // namespace

Noun publish() {
  return {
      "",
      "",
      {{"publish",
        "Publish a message as the broker",
        "commands/pump-7 '{\"on\": true}' --qos 1",
        {positional("TOPIC", "Topic Name"), optional(positional("PAYLOAD", "Empty if not given")),
         option("--file", "FILE", "File with the payload, - for stdin"),
         choice("--qos", {"0", "1", "2"}, "Quality of service, default 0"),
         flag("--retain", "Keep it for those who subscribe later"),
         option("--expires", "SECONDS", "Message Expiry Interval"),
         option("--content-type", "TYPE", "As application/json"),
         option("--response-topic", "TOPIC", "Where an answer is expected"),
         option("--correlation-data", "TEXT", "What the answer shall repeat"),
         repeated(option("--property", "NAME=VALUE", "User property, may be repeated"))},
        publish_message}}};
}

}  // namespace sluice::ctl

#include "admin/handlers/publish.h"

#include <array>
#include <limits>

#include "admin/change.h"
#include "admin/handlers/json_parts.h"
#include "base/base64.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using broker::PublishOutcome;
using broker::PublishRequest;

constexpr const char* kEntity = "MESSAGE";
constexpr std::size_t kMessagesMax = 500;  // of one request: a shard takes them in one turn
constexpr std::size_t kTopicsShown = 20;   // in the audit log
constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max();  // the body has a bound
constexpr std::chrono::seconds kRetryAfter{1};

enum class Encoding : std::uint8_t { Base64, Plain };
constexpr std::array kEncodings{Choice<Encoding>{"base64", Encoding::Base64},
                                Choice<Encoding>{"plain", Encoding::Plain}};

std::string read_bytes(Fields& fields, std::string_view name, Encoding encoding) {
  std::string text = fields.text(name, kAnySize);
  if (encoding == Encoding::Plain) return text;
  auto bytes = from_base64(text, Base64::Standard);
  if (!bytes) fields.complain(name, "is not Base64");
  return std::move(bytes).value_or("");
}

/// TBMQ's `{"props": [{"key", "value"}]}`, or simply an object of texts.
std::vector<broker::UserProperty> read_user_properties(Fields& fields) {
  std::vector<broker::UserProperty> properties;
  Fields given = fields.object("userProperties");
  const json::value* value = fields.find("userProperties");
  if (!value || !value->is_object()) return properties;
  const json::value* list = value->get_object().if_contains("props");
  if (list && list->is_array()) {
    for (Fields& item : given.objects("props")) {
      properties.push_back({item.text("key"), item.text("value")});
    }
    return properties;
  }
  for (const auto& member : value->get_object()) {
    const std::string name(member.key());
    properties.push_back({name, given.text(name)});
  }
  return properties;
}

PublishRequest read_message(Fields& fields) {
  const auto encoding =
      fields.choice<Encoding>("payloadEncoding", kEncodings, std::optional(Encoding::Base64));
  PublishRequest message;
  message.topic = fields.required_text("topic");
  message.payload = read_bytes(fields, "payload", encoding);
  message.qos = static_cast<mqtt::Qos>(fields.number("qos", 0, 2, 0));
  message.retain = fields.flag("retain", false);
  const auto expiry =
      fields.optional_number("messageExpiryInterval", 0, std::numeric_limits<std::uint32_t>::max());
  if (expiry) message.expiry_seconds = static_cast<std::uint32_t>(*expiry);
  message.content_type = fields.text("contentType");
  message.response_topic = fields.text("responseTopic");
  message.correlation_data = read_bytes(fields, "correlationData", encoding);
  message.payload_is_utf8 = fields.flag("payloadFormatIndicator", false);
  message.user_properties = read_user_properties(fields);
  return message;
}

struct Accepted {
  bool has_subscribers;
};

Outcome<Accepted> result_of(const PublishRequest& message, PublishOutcome outcome) {
  switch (outcome) {
    case PublishOutcome::Accepted:
      return Accepted{true};
    case PublishOutcome::NoSubscribers:
      return Accepted{false};
    case PublishOutcome::InvalidTopic:
      return bad_request("'" + message.topic + "' cannot be published to");
    case PublishOutcome::InvalidPayload:
      return bad_request("The payload is not UTF-8, and 'payloadFormatIndicator' says that it is");
    case PublishOutcome::TooLarge:
      return bad_request("The message is larger than mqtt.packet_size_max");
    case PublishOutcome::RateLimited:
      return too_many_requests("The rate of messages is above rate_limits.total", kRetryAfter);
    case PublishOutcome::StoreFailed:
      break;
  }
  return tl::unexpected(ApiError{503,
                                 ErrorCode::General,
                                 "The store or the memory is full; nothing was kept",
                                 kRetryAfter,
                                 {}});
}

/// What the audit log shows of a message: all but what it says.
json::object without_payload(const PublishRequest& message) {
  return {{"topic", message.topic},
          {"qos", static_cast<int>(message.qos)},
          {"retain", message.retain},
          {"payloadSize", message.payload.size()}};
}

std::string without_payloads(const std::vector<PublishRequest>& messages) {
  json::array shown;
  for (std::size_t i = 0; i < std::min(kTopicsShown, messages.size()); ++i) {
    shown.push_back(without_payload(messages[i]));
  }
  return json::serialize(json::object{{"count", messages.size()}, {"first", std::move(shown)}});
}

Outcome<std::vector<PublishRequest>> read_messages(const json::value& body) {
  const json::array* items = body.if_array();
  if (!items || items->empty()) return bad_request("The body has to be a list of messages");
  if (items->size() > kMessagesMax) {
    return bad_request("The list is longer than " + std::to_string(kMessagesMax));
  }
  std::vector<PublishRequest> messages;
  for (std::size_t i = 0; i < items->size(); ++i) {
    Fields fields((*items)[i], "[" + std::to_string(i) + "]");
    messages.push_back(read_message(fields));
    if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  }
  return messages;
}

json::object result_to_json(const Outcome<Accepted>& accepted) {
  if (!accepted) {
    return {{"status", accepted.error().status}, {"message", accepted.error().message}};
  }
  return {{"status", 202}, {"hasSubscribers", accepted->has_subscribers}};
}

}  // namespace

Outcome<Response> publish(Services& services, const Request& request) {
  Fields fields(request.body);
  const PublishRequest message = read_message(fields);
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  const auto recorded =
      record(services.context, request.caller, "PUBLISH",
             {kEntity, "", message.topic, "", json::serialize(without_payload(message))});
  if (!recorded) return tl::unexpected(recorded.error());
  const auto accepted = result_of(message, services.context.view->publish({message}).front());
  if (!accepted) return tl::unexpected(accepted.error());
  Response response = Response::json(json::object{{"hasSubscribers", accepted->has_subscribers}});
  response.status = 202;
  return response;
}

Outcome<Response> publish_many(Services& services, const Request& request) {
  const auto messages = read_messages(request.body);
  if (!messages) return tl::unexpected(messages.error());
  const auto recorded = record(services.context, request.caller, "PUBLISH",
                               {kEntity, "", "", "", without_payloads(*messages)});
  if (!recorded) return tl::unexpected(recorded.error());
  json::array results;
  const auto outcomes = services.context.view->publish(*messages);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    results.push_back(result_to_json(result_of((*messages)[i], outcomes[i])));
  }
  return Response::json(results);
}

}  // namespace sluice::admin

#include "admin/handlers/message_json.h"

#include "admin/http/utf8_text.h"
#include "base/base64.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

json::value user_properties_to_json(const std::vector<broker::UserProperty>& properties) {
  if (properties.empty()) return nullptr;
  json::array props;
  for (const auto& property : properties) {
    props.push_back({{"key", property.name}, {"value", property.value}});
  }
  return json::object{{"props", std::move(props)}};
}

}  // namespace

json::object message_to_json(const broker::MessageFacts& message) {
  return {{"topic", message.topic},
          {"payload", to_utf8_text(message.payload)},
          {"payloadBase64", to_base64(message.payload, Base64::Standard)},
          {"payloadSize", message.payload_bytes},
          {"qos", static_cast<int>(message.qos)},
          {"retain", message.retain},
          {"createdTime", message.created_at},
          {"expirationTime", message.expires_at},
          {"contentType", message.content_type},
          {"responseTopic", message.response_topic},
          {"userProperties", user_properties_to_json(message.user_properties)}};
}

}  // namespace sluice::admin

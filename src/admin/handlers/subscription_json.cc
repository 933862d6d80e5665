#include "admin/handlers/subscription_json.h"

#include <array>

#include "mqtt/topic/topic_filter.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using mqtt::Qos;

constexpr std::array kQosNames{Choice<Qos>{"AT_MOST_ONCE", Qos::AtMostOnce},
                               Choice<Qos>{"AT_LEAST_ONCE", Qos::AtLeastOnce},
                               Choice<Qos>{"EXACTLY_ONCE", Qos::ExactlyOnce}};

constexpr std::array<const char*, 3> kRetainHandlingNames{
    "SEND_AT_SUBSCRIBE", "SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS", "DONT_SEND_AT_SUBSCRIBE"};

constexpr std::int64_t kIdentifierMax = 268'435'455;  // v5 3.8.2.1.2
constexpr int kNoIdentifier = -1;

std::string text_of(const broker::SubscriptionFacts& subscription) {
  if (subscription.share_name.empty()) return subscription.filter;
  return mqtt::SharedFilter{subscription.share_name, subscription.filter}.text();
}

json::object options_to_json(const broker::SubscriptionFacts& subscription,
                             json::value retain_handling) {
  return {{"noLocal", subscription.no_local},
          {"retainAsPublish", subscription.retain_as_published},
          {"retainHandling", std::move(retain_handling)}};
}

Qos read_qos(Fields& fields) {
  const json::value* given = fields.find("qos");
  if (given && given->is_string()) return fields.choice<Qos>("qos", kQosNames, std::nullopt);
  return static_cast<Qos>(fields.number("qos", 0, 2, 0));
}

}  // namespace

json::object subscription_info_to_json(const broker::SubscriptionFacts& subscription) {
  json::object shown{{"topicFilter", text_of(subscription)},
                     {"qos", kQosNames[static_cast<std::size_t>(subscription.maximum_qos)].name},
                     {"options", options_to_json(subscription, subscription.retain_handling)},
                     {"subscriptionId", nullptr}};
  if (subscription.identifier != 0) shown["subscriptionId"] = subscription.identifier;
  return shown;
}

json::object topic_subscription_to_json(const broker::SubscriptionFacts& subscription) {
  json::object shown{
      {"topicFilter", subscription.filter},
      {"qos", static_cast<int>(subscription.maximum_qos)},
      {"shareName", nullptr},
      {"options",
       options_to_json(subscription, kRetainHandlingNames.at(subscription.retain_handling))},
      {"subscriptionId", kNoIdentifier}};
  if (!subscription.share_name.empty()) shown["shareName"] = subscription.share_name;
  if (subscription.identifier != 0) shown["subscriptionId"] = subscription.identifier;
  return shown;
}

broker::SubscriptionFacts read_subscription_info(Fields& fields) {
  broker::SubscriptionFacts subscription;
  subscription.filter = fields.required_text("topicFilter");
  subscription.maximum_qos = read_qos(fields);
  Fields options = fields.object("options");
  subscription.no_local = options.flag("noLocal", false);
  subscription.retain_as_published = options.flag("retainAsPublish", false);
  subscription.retain_handling =
      static_cast<std::uint8_t>(options.number("retainHandling", 0, 2, 0));
  // TBMQ's own answers write "none" as -1 in one form and leave it out in the other.
  const auto identifier = fields.number("subscriptionId", kNoIdentifier, kIdentifierMax, 0);
  if (identifier > 0) subscription.identifier = static_cast<std::uint32_t>(identifier);
  if (!mqtt::is_shared(subscription.filter)) return subscription;
  const auto shared = mqtt::parse_shared(subscription.filter);
  if (!shared) {
    fields.complain("topicFilter", "is no $share/{ShareName}/{filter}");
    return subscription;
  }
  subscription.share_name = std::string(shared->share_name);
  subscription.filter = std::string(shared->filter);
  return subscription;
}

}  // namespace sluice::admin

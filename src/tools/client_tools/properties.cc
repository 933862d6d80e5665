#include "tools/client_tools/properties.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "mqtt/codec/encoder.h"

namespace sluice::tools {
namespace {

struct Rule {
  std::string_view identifier;
  std::string_view commands;  // a space before and after each
  std::uint32_t number_max;   // 0: the value is text
};

constexpr std::uint32_t kAny32 = 0xFFFFFFFF;
constexpr std::uint32_t kAny16 = 0xFFFF;

// v5 2.2.2.2
constexpr std::array kRules = {
    Rule{"authentication-data", " connect ", 0},
    Rule{"authentication-method", " connect ", 0},
    Rule{"content-type", " publish will ", 0},
    Rule{"correlation-data", " publish will ", 0},
    Rule{"maximum-packet-size", " connect ", kAny32},
    Rule{"message-expiry-interval", " publish will ", kAny32},
    Rule{"payload-format-indicator", " publish will ", 1},
    Rule{"receive-maximum", " connect ", kAny16},
    Rule{"request-problem-information", " connect ", 1},
    Rule{"request-response-information", " connect ", 1},
    Rule{"response-topic", " publish will ", 0},
    Rule{"session-expiry-interval", " connect disconnect ", kAny32},
    Rule{"subscription-identifier", " subscribe ", 268'435'455},
    Rule{"topic-alias", " publish ", kAny16},
    Rule{"topic-alias-maximum", " connect ", kAny16},
    Rule{"user-property", " connect publish subscribe unsubscribe disconnect will ", 0},
    Rule{"will-delay-interval", " will ", kAny32},
};

Result<std::uint32_t> parse_number(const Rule& rule, const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number > rule.number_max) {
    return failure("'" + text + "' is not a value of the property " + std::string(rule.identifier) +
                   " (0 to " + std::to_string(rule.number_max) + ")");
  }
  return number;
}

}  // namespace

Result<void> PropertyArguments::add(std::string_view command, std::string_view identifier,
                                    std::string value, std::string second) {
  const auto* rule = std::find_if(kRules.begin(), kRules.end(),
                                  [&](const Rule& r) { return r.identifier == identifier; });
  if (rule == kRules.end())
    return failure("there is no property '" + std::string(identifier) + "'");
  const std::string command_word = " " + std::string(command) + " ";
  if (rule->commands.find(command_word) == std::string_view::npos) {
    return failure("the property " + std::string(identifier) + " cannot be set for '" +
                   std::string(command) + "'");
  }
  Property property{std::string(command), std::string(identifier), std::move(value),
                    std::move(second), 0};
  if (rule->number_max != 0) {
    const auto number = parse_number(*rule, property.value);
    if (!number) return tl::unexpected(number.error());
    property.number = *number;
  }
  properties_.push_back(std::move(property));
  return {};
}

mqtt::Properties PropertyArguments::of(std::string_view command) const {
  mqtt::Properties out;
  for (const Property& p : properties_) {
    if (p.command != command) continue;
    const auto number16 = static_cast<std::uint16_t>(p.number);
    if (p.identifier == "authentication-data") out.authentication_data = p.value;
    if (p.identifier == "authentication-method") out.authentication_method = p.value;
    if (p.identifier == "maximum-packet-size") out.maximum_packet_size = p.number;
    if (p.identifier == "receive-maximum") out.receive_maximum = number16;
    if (p.identifier == "request-problem-information") {
      out.request_problem_information = p.number != 0;
    }
    if (p.identifier == "request-response-information") {
      out.request_response_information = p.number != 0;
    }
    if (p.identifier == "session-expiry-interval") out.session_expiry_interval = p.number;
    if (p.identifier == "subscription-identifier") out.subscription_identifier = p.number;
    if (p.identifier == "topic-alias-maximum") out.topic_alias_maximum = number16;
    if (p.identifier == "user-property") out.user_properties.emplace_back(p.value, p.second);
  }
  return out;
}

mqtt::PublishProperties PropertyArguments::of_message(std::string_view command,
                                                      std::string& section) const {
  mqtt::PublishProperties out;
  section.clear();
  for (const Property& p : properties_) {
    if (p.command != command) continue;
    if (p.identifier == "content-type") mqtt::append_content_type(section, p.value);
    if (p.identifier == "correlation-data") mqtt::append_correlation_data(section, p.value);
    if (p.identifier == "message-expiry-interval") out.message_expiry_interval = p.number;
    if (p.identifier == "payload-format-indicator") {
      mqtt::append_payload_format_indicator(section, p.number != 0);
    }
    if (p.identifier == "response-topic") mqtt::append_response_topic(section, p.value);
    if (p.identifier == "topic-alias") out.topic_alias = static_cast<std::uint16_t>(p.number);
    if (p.identifier == "user-property") mqtt::append_user_property(section, p.value, p.second);
    if (p.identifier == "will-delay-interval") out.will_delay_interval = p.number;
  }
  out.forwarded = section;
  return out;
}

}  // namespace sluice::tools

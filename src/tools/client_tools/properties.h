#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mqtt/codec/packets.h"

namespace sluice::tools {

/// The -D arguments: `-D publish user-property name value`.
class PropertyArguments {
 public:
  /// Checks command, identifier and value. `second` is the value of a User Property.
  Result<void> add(std::string_view command, std::string_view identifier, std::string value,
                   std::string second);

  /// The properties of CONNECT, SUBSCRIBE, UNSUBSCRIBE or DISCONNECT; views into this object.
  mqtt::Properties of(std::string_view command) const;

  /// The properties of "publish" or "will"; `forwarded` points into `section`.
  mqtt::PublishProperties of_message(std::string_view command, std::string& section) const;

 private:
  struct Property {
    std::string command;
    std::string identifier;
    std::string value;
    std::string second;
    std::uint32_t number = 0;
  };
  std::vector<Property> properties_;
};

/// How many values follow the identifier: 2 for a User Property, else 1.
constexpr int property_value_count(std::string_view identifier) {
  return identifier == "user-property" ? 2 : 1;
}

}  // namespace sluice::tools

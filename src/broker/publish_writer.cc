#include "broker/publish_writer.h"

#include <algorithm>
#include <cstring>

#include "mqtt/codec/encoder.h"
#include "mqtt/codec/property_reader.h"

namespace sluice::broker {
namespace {

char* write_u16(char* to, std::size_t value) {
  to[0] = static_cast<char>(value >> 8);
  to[1] = static_cast<char>(value);
  return to + 2;
}

char* write_u32(char* to, std::uint32_t value) {
  return write_u16(write_u16(to, value >> 16), value & 0xFFFF);
}

char* write_bytes(char* to, ByteView bytes) {
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

char* write_id(char* to, mqtt::PropertyId id) {
  *to = static_cast<char>(id);
  return to + 1;
}

char* write_subscription_id(char* to, std::uint32_t identifier) {
  return mqtt::write_variable_byte_integer(write_id(to, mqtt::PropertyId::SubscriptionIdentifier),
                                           identifier);
}

/// Seconds left, rounded up so that a message never claims to be over before it is.
std::uint32_t seconds_left(Instant expires, Instant now) {
  if (expires <= now) return 0;
  return static_cast<std::uint32_t>(std::chrono::ceil<seconds>(expires - now).count());
}

/// The properties of one PUBLISH v5 that this Server writes itself, and their size.
struct OwnProperties {
  bool has_expiry;
  std::uint32_t expiry;
  std::uint16_t alias;
  const Delivery& delivery;

  std::size_t size() const {
    std::size_t size = (has_expiry ? 5U : 0U) + (alias != 0 ? 3U : 0U);
    if (delivery.subscription_id != 0) {
      size += 1 + mqtt::variable_byte_integer_size(delivery.subscription_id);
    }
    if (delivery.more_subscription_ids) {
      for (std::uint32_t identifier : *delivery.more_subscription_ids) {
        size += 1 + mqtt::variable_byte_integer_size(identifier);
      }
    }
    return size;
  }

  char* write(char* to) const {
    if (has_expiry) to = write_u32(write_id(to, mqtt::PropertyId::MessageExpiryInterval), expiry);
    if (alias != 0) to = write_u16(write_id(to, mqtt::PropertyId::TopicAlias), alias);
    if (delivery.subscription_id != 0) to = write_subscription_id(to, delivery.subscription_id);
    if (delivery.more_subscription_ids) {
      for (std::uint32_t identifier : *delivery.more_subscription_ids) {
        to = write_subscription_id(to, identifier);
      }
    }
    return to;
  }
};

char first_byte(const Delivery& delivery, bool dup) {
  return static_cast<char>(static_cast<unsigned>(mqtt::PacketType::Publish) << 4 | (dup ? 8U : 0U) |
                           static_cast<unsigned>(delivery.qos) << 1 | (delivery.retain ? 1U : 0U));
}

}  // namespace

WriteResult write_publish(Output& output, const Delivery& delivery, std::uint16_t packet_id,
                          bool dup, const Receiver& receiver, Instant now) {
  const Message& message = *delivery.message;
  const bool v5 = receiver.version == mqtt::Version::V5;
  const bool refer = message.payload().size() > Output::kCopyMax;
  const bool refer_properties = v5 && message.properties().size() > Output::kCopyMax;

  // Decided before anything is written: an alias is only taken for a packet that is really sent.
  AliasChoice alias;
  if (receiver.aliases != nullptr) alias = receiver.aliases->look_up(message.topic());
  const ByteView topic = alias.is_known ? ByteView() : message.topic();

  std::size_t property_size = 0;
  const bool has_expiry = message.expires() != kNever;
  const OwnProperties own{has_expiry, has_expiry && v5 ? seconds_left(message.expires(), now) : 0,
                          alias.alias, delivery};
  std::size_t head = 2 + topic.size() + (packet_id != 0 ? 2U : 0U);
  if (v5) {
    property_size = own.size() + message.properties().size();
    head +=
        mqtt::variable_byte_integer_size(static_cast<std::uint32_t>(property_size)) + property_size;
  }
  const std::size_t remaining = head + message.payload().size();
  const auto remaining_length = static_cast<std::uint32_t>(remaining);
  const std::size_t total = 1 + mqtt::variable_byte_integer_size(remaining_length) + remaining;
  if (total > receiver.packet_size_max) return WriteResult::TooLarge;

  const std::size_t copied = total - (refer ? message.payload().size() : 0) -
                             (refer_properties ? message.properties().size() : 0);
  // Only tens of thousands of overlapping subscriptions, each with its identifier, come to that.
  if (copied > Output::kScratchSize) return WriteResult::TooLarge;
  if (copied > output.room()) return WriteResult::NoRoom;
  if (alias.alias != 0 && !alias.is_known) receiver.aliases->remember(message.topic(), alias.alias);

  char* to = output.cursor();
  *to++ = first_byte(delivery, dup);
  to = mqtt::write_variable_byte_integer(to, remaining_length);
  to = write_bytes(write_u16(to, topic.size()), topic);
  if (packet_id != 0) to = write_u16(to, packet_id);
  if (v5) {
    to = mqtt::write_variable_byte_integer(to, static_cast<std::uint32_t>(property_size));
    to = own.write(to);
    if (refer_properties) {
      output.advance(static_cast<std::size_t>(to - output.cursor()));
      output.refer_to(message.properties(), delivery.message);
      to = output.cursor();
    } else {
      to = write_bytes(to, message.properties());
    }
  }
  if (!refer) to = write_bytes(to, message.payload());
  output.advance(static_cast<std::size_t>(to - output.cursor()));
  if (refer) output.refer_to(message.payload(), delivery.message);
  return WriteResult::Written;
}

}  // namespace sluice::broker

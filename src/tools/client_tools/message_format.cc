#include "tools/client_tools/message_format.h"

#include <array>
#include <cctype>
#include <ctime>

#include "mqtt/codec/property_reader.h"
#include "tools/json.h"

namespace sluice::tools {
namespace {

using mqtt::PropertyId;
using Time = MessageFormat::Time;

constexpr std::string_view kSpecifiers = "%ACDEFIlmPpqRrStUXxjJ";
constexpr std::string_view kNumbers = "AEFlmS";  // those that '0' pads with zeros, and hex

std::tm local_time(Time time) {
  const auto t = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::seconds>(time));
  std::tm out{};
  localtime_r(&t, &out);
  return out;
}

std::string formatted_time(const char* format, Time time) {
  std::array<char, 128> text{};
  const std::tm parts = local_time(time);
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

std::string nanoseconds(Time time, std::size_t digits = 9) {
  const auto fraction = time.time_since_epoch().count() % 1'000'000'000;
  std::string text = std::to_string(fraction);
  return (std::string(9 - text.size(), '0') + text).substr(0, digits);
}

std::string hex(std::string_view bytes, const char* digits) {
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

/// The value of a property that occurs at most once.
std::string property(const mqtt::PublishPacket& packet, PropertyId wanted) {
  std::string out;
  mqtt::for_each_property(packet.properties.forwarded,
                          [&](PropertyId id, ByteView value, ByteView) {
                            if (id == wanted) out = value;
                          });
  return out;
}

std::string payload_format(const mqtt::PublishPacket& packet) {
  const std::string value = property(packet, PropertyId::PayloadFormatIndicator);
  return value.empty() ? "" : std::to_string(static_cast<int>(value[0]));
}

std::string user_properties(const mqtt::PublishPacket& packet) {
  std::string out;
  mqtt::for_each_property(packet.properties.forwarded,
                          [&](PropertyId id, ByteView name, ByteView value) {
                            if (id != PropertyId::UserProperty) return;
                            if (!out.empty()) out += ' ';
                            out.append(name).append(":").append(value);
                          });
  return out;
}

std::string subscription_identifiers(const mqtt::PublishPacket& packet) {
  std::string out;
  for (const auto id : packet.properties.subscription_identifiers) {
    if (!out.empty()) out += ' ';
    out += std::to_string(id);
  }
  return out;
}

std::string optional_number(const auto& number) {
  return number ? std::to_string(*number) : "";
}

std::string value_of(char specifier, const mqtt::PublishPacket& packet, Time time) {
  switch (specifier) {
    case 'A':
      return optional_number(packet.properties.topic_alias);
    case 'C':
      return property(packet, PropertyId::ContentType);
    case 'D':
      return property(packet, PropertyId::CorrelationData);
    case 'E':
      return optional_number(packet.properties.message_expiry_interval);
    case 'F':
      return payload_format(packet);
    case 'I':
      return formatted_time("%Y-%m-%dT%H:%M:%S%z", time);
    case 'l':
      return std::to_string(packet.payload.size());
    case 'm':
      return std::to_string(packet.packet_id);
    case 'P':
      return user_properties(packet);
    case 'p':
      return std::string(packet.payload);
    case 'q':
      return std::to_string(static_cast<int>(packet.qos));
    case 'R':
      return property(packet, PropertyId::ResponseTopic);
    case 'r':
      return packet.retain ? "1" : "0";
    case 'S':
      return subscription_identifiers(packet);
    case 't':
      return std::string(packet.topic);
    case 'U':
      return std::to_string(time.time_since_epoch().count() / 1'000'000'000) + "." +
             nanoseconds(time);
    case 'X':
      return hex(packet.payload, "0123456789ABCDEF");
    case 'x':
      return hex(packet.payload, "0123456789abcdef");
    default:
      return "%";
  }
}

std::string properties_json(const mqtt::PublishPacket& packet) {
  JsonObject properties;
  JsonObject users;
  bool has_users = false;
  mqtt::for_each_property(packet.properties.forwarded,
                          [&](PropertyId id, ByteView name, ByteView value) {
                            if (id != PropertyId::UserProperty) return;
                            users.add(name, value);
                            has_users = true;
                          });
  if (has_users) properties.add_raw("user-properties", users.text());
  mqtt::for_each_property(
      packet.properties.forwarded, [&](PropertyId id, ByteView value, ByteView) {
        if (id == PropertyId::ContentType) properties.add("content-type", value);
        if (id == PropertyId::CorrelationData) properties.add("correlation-data", value);
        if (id == PropertyId::ResponseTopic) properties.add("response-topic", value);
        if (id == PropertyId::PayloadFormatIndicator) {
          properties.add("payload-format-indicator", static_cast<int>(value[0]));
        }
      });
  const auto& own = packet.properties;
  if (own.message_expiry_interval) {
    properties.add("message-expiry-interval", *own.message_expiry_interval);
  }
  if (own.topic_alias) properties.add("topic-alias", *own.topic_alias);
  if (own.subscription_identifiers.size() == 1) {
    properties.add("subscription-identifier", own.subscription_identifiers[0]);
  } else if (!own.subscription_identifiers.empty()) {
    properties.add("subscription-identifier", std::string_view(subscription_identifiers(packet)));
  }
  return properties.text();
}

}  // namespace

void append_message_json(std::string& out, const mqtt::PublishPacket& packet, Time time,
                         bool payload_is_json) {
  JsonObject json;
  const std::string tst = formatted_time("%Y-%m-%dT%H:%M:%S.", time) + nanoseconds(time, 6) +
                          formatted_time("%z", time);
  json.add("tst", std::string_view(tst));
  json.add("topic", packet.topic);
  json.add("qos", static_cast<int>(packet.qos));
  json.add("retain", packet.retain ? 1 : 0);
  json.add("payloadlen", packet.payload.size());
  if (packet.packet_id != 0) json.add("mid", packet.packet_id);
  if (const std::string properties = properties_json(packet); properties != "{}") {
    json.add_raw("properties", properties);
  }
  if (payload_is_json) {
    std::string payload;
    append_minified_json(payload, packet.payload);
    json.add_raw("payload", payload);
  } else {
    json.add("payload", packet.payload);
  }
  out += json.text();
}

void MessageFormat::add_literal(char c) {
  if (pieces_.empty() || pieces_.back().specifier != 0) pieces_.emplace_back();
  pieces_.back().text += c;
}

Result<MessageFormat> MessageFormat::parse(std::string_view text) {
  MessageFormat format;
  for (std::size_t at = 0; at < text.size();) {
    Result<std::size_t> taken = 1;
    const std::string_view rest = text.substr(at);
    if (rest[0] == '%' || rest[0] == '@') {
      taken = format.parse_specifier(rest);
    } else if (rest[0] == '\\') {
      taken = format.parse_escape(rest);
    } else {
      format.add_literal(rest[0]);
    }
    if (!taken) return tl::unexpected(taken.error());
    at += *taken;
  }
  return format;
}

/// Takes "%t", "%-10.10t" or "@H" from the front; returns its length.
Result<std::size_t> MessageFormat::parse_specifier(std::string_view text) {
  if (text.size() < 2) return failure("the format ends within a specifier");
  Piece piece;
  std::size_t at = 1;
  if (text[0] == '@') {
    piece.specifier = '@';
    piece.text =
        text[1] == 'N' || text[1] == '@' ? std::string(1, text[1]) : std::string("%") + text[1];
    pieces_.push_back(std::move(piece));
    return 2;
  }
  for (; at < text.size() && (text[at] == '0' || text[at] == '-'); ++at) {
    (text[at] == '0' ? piece.zero_padded : piece.left_aligned) = true;
  }
  const auto read_number = [&](std::size_t& number) {
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at) {
      number =
          std::min<std::size_t>(number * 10 + static_cast<std::size_t>(text[at] - '0'), 10'000);
    }
  };
  read_number(piece.width);
  if (at < text.size() && text[at] == '.') read_number((++at, piece.width_max));
  if (at == text.size() || kSpecifiers.find(text[at]) == std::string_view::npos) {
    return failure("invalid format specifier '" + std::string(text.substr(0, at + 1)) + "'");
  }
  piece.specifier = text[at];
  pieces_.push_back(std::move(piece));
  return at + 1;
}

Result<std::size_t> MessageFormat::parse_escape(std::string_view text) {
  static constexpr std::string_view kLetters = "\\0aenrtv";
  static constexpr std::string_view kCharacters{"\\\0\a\033\n\r\t\v", 8};
  const auto index = text.size() < 2 ? std::string_view::npos : kLetters.find(text[1]);
  if (index == std::string_view::npos) {
    return failure("invalid escape specifier '" + std::string(text.substr(0, 2)) + "'");
  }
  add_literal(kCharacters[index]);
  return 2;
}

Result<void> MessageFormat::append(std::string& out, const mqtt::PublishPacket& packet,
                                   Time time) const {
  for (const Piece& piece : pieces_) {
    switch (piece.specifier) {
      case 0:
        out += piece.text;
        continue;
      case 'j':
        append_message_json(out, packet, time, false);
        continue;
      case 'J':
        if (!is_json(packet.payload)) {
          return failure("message payload is not valid JSON on topic " + std::string(packet.topic));
        }
        append_message_json(out, packet, time, true);
        continue;
      case '@':
        out += piece.text == "N"   ? nanoseconds(time)
               : piece.text == "@" ? "@"
                                   : formatted_time(piece.text.c_str(), time);
        continue;
      default:
        break;
    }
    std::string value = value_of(piece.specifier, packet, time);
    if (piece.width_max != 0) value.resize(std::min(value.size(), piece.width_max));
    const std::size_t padding = piece.width > value.size() ? piece.width - value.size() : 0;
    const bool is_number = kNumbers.find(piece.specifier) != std::string_view::npos;
    const bool zeros = piece.zero_padded && !piece.left_aligned && is_number;
    if (!piece.left_aligned) out.append(padding, zeros ? '0' : ' ');
    out += value;
    if (piece.left_aligned) out.append(padding, ' ');
  }
  return {};
}

}  // namespace sluice::tools

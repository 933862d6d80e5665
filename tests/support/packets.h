#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqtt/codec/property_reader.h"
#include "mqtt/types.h"

namespace sluice::conformance {

// Builders of the packets that a Client sends. They share no code with the broker's codec, so that
// a mistake there cannot hide itself, and they can build what no codec would: `frame`, `text`,
// `hex`.

using mqtt::PacketType;
using mqtt::PropertyId;
using mqtt::Qos;
using mqtt::ReasonCode;
using mqtt::RetainHandling;
using mqtt::Version;
using PacketId = std::uint16_t;

/// Bytes written as hexadecimal pairs; blanks are ignored.
std::string hex(std::string_view digits);
/// Two bytes, most significant first.
std::string two_bytes(std::uint32_t value);
std::string four_bytes(std::uint32_t value);
std::string variable_byte_integer(std::uint32_t value);
/// A UTF-8 String or Binary Data: two bytes of length, then the bytes.
std::string text(std::string_view bytes);
/// A whole packet: first byte, Remaining Length, body.
std::string frame(unsigned first_byte, std::string_view body);

/// A section of properties without its length. The type of the value follows from the identifier.
class PropertySection {
 public:
  void add(PropertyId id, std::uint32_t number);
  void add(PropertyId id, std::string_view value);
  void add_user(std::string_view name, std::string_view value);
  void add_raw(std::string_view bytes) { bytes_ += bytes; }
  bool empty() const { return bytes_.empty(); }
  /// Property Length and properties.
  std::string encode() const;

 private:
  std::string bytes_;
};

/// What all packets with properties share; `Self` is the builder.
template <class Self>
class WithProperties {
 public:
  Self& with(PropertyId id, std::uint32_t number) {
    properties_.add(id, number);
    return self();
  }
  Self& with(PropertyId id, std::string_view value) {
    properties_.add(id, value);
    return self();
  }
  Self& user_property(std::string_view name, std::string_view value) {
    properties_.add_user(name, value);
    return self();
  }
  /// Properties byte by byte, for what has to be wrong.
  Self& raw_property(std::string_view bytes) {
    properties_.add_raw(bytes);
    return self();
  }

 protected:
  PropertySection properties_;

 private:
  Self& self() { return static_cast<Self&>(*this); }
};

/// The Will part of CONNECT.
class Will : public WithProperties<Will> {
 public:
  Will(std::string topic, std::string payload, Qos qos = Qos::AtMostOnce)
      : topic_(std::move(topic)), payload_(std::move(payload)), qos_(qos) {}
  Will& retain() {
    retain_ = true;
    return *this;
  }
  Will& delay(std::uint32_t seconds) { return with(PropertyId::WillDelayInterval, seconds); }
  std::string encode(Version version) const;
  unsigned flags() const;

 private:
  std::string topic_;
  std::string payload_;
  Qos qos_;
  bool retain_ = false;
};

class Connect : public WithProperties<Connect> {
 public:
  explicit Connect(std::string client_id) : client_id_(std::move(client_id)) {}
  Connect& version(Version version) {
    version_ = version;
    return *this;
  }
  /// Clean Start, Clean Session in v3. Default true.
  Connect& clean_start(bool clean) {
    clean_start_ = clean;
    return *this;
  }
  Connect& keep_alive(std::uint16_t seconds) {
    keep_alive_ = seconds;
    return *this;
  }
  Connect& session_expiry(std::uint32_t seconds) {
    return with(PropertyId::SessionExpiryInterval, seconds);
  }
  Connect& receive_maximum(std::uint16_t n) { return with(PropertyId::ReceiveMaximum, n); }
  Connect& will(Will will) {
    will_ = std::move(will);
    return *this;
  }
  Connect& user_name(std::string name) {
    user_name_ = std::move(name);
    return *this;
  }
  Connect& password(std::string password) {
    password_ = std::move(password);
    return *this;
  }
  /// Connect Flags are these instead of what the fields say; the payload stays.
  Connect& flags(unsigned flags) {
    flags_ = flags;
    return *this;
  }
  Connect& protocol(std::string name, unsigned level) {
    protocol_name_ = std::move(name);
    protocol_level_ = level;
    return *this;
  }

  Version version() const { return version_; }
  const std::string& client_id() const { return client_id_; }
  std::string encode(Version) const;

 private:
  unsigned natural_flags() const;

  std::string client_id_;
  Version version_ = Version::V5;
  bool clean_start_ = true;
  std::uint16_t keep_alive_ = 60;
  std::optional<Will> will_;
  std::optional<std::string> user_name_;
  std::optional<std::string> password_;
  std::optional<unsigned> flags_;
  std::optional<std::string> protocol_name_;
  std::optional<unsigned> protocol_level_;
};

class Publish : public WithProperties<Publish> {
 public:
  Publish(std::string topic, std::string payload, Qos qos, PacketId packet_id)
      : topic_(std::move(topic)), payload_(std::move(payload)), qos_(qos), packet_id_(packet_id) {}
  Publish& dup() {
    dup_ = true;
    return *this;
  }
  Publish& retain() {
    retain_ = true;
    return *this;
  }
  Qos qos() const { return qos_; }
  PacketId packet_id() const { return packet_id_; }
  std::string encode(Version version) const;

 private:
  std::string topic_;
  std::string payload_;
  Qos qos_;
  PacketId packet_id_;
  bool dup_ = false;
  bool retain_ = false;
};

/// A Topic Filter with its Subscription Options.
struct Filter {
  std::string filter;
  Qos qos = Qos::AtMostOnce;
  bool no_local = false;
  bool retain_as_published = false;
  RetainHandling retain_handling = RetainHandling::SendAlways;
};

class Subscribe : public WithProperties<Subscribe> {
 public:
  Subscribe(PacketId packet_id, std::vector<Filter> filters)
      : packet_id_(packet_id), filters_(std::move(filters)) {}
  PacketId packet_id() const { return packet_id_; }
  const std::vector<Filter>& filters() const { return filters_; }
  std::string encode(Version version) const;

 private:
  PacketId packet_id_;
  std::vector<Filter> filters_;
};

class Unsubscribe : public WithProperties<Unsubscribe> {
 public:
  Unsubscribe(PacketId packet_id, std::vector<std::string> filters)
      : packet_id_(packet_id), filters_(std::move(filters)) {}
  std::string encode(Version version) const;

 private:
  PacketId packet_id_;
  std::vector<std::string> filters_;
};

/// PUBACK, PUBREC, PUBREL and PUBCOMP; also what a test expects of them.
class Ack : public WithProperties<Ack> {
 public:
  Ack(PacketType type, PacketId packet_id, ReasonCode reason)
      : type_(type), packet_id_(packet_id), reason_(reason) {}
  PacketType type() const { return type_; }
  PacketId packet_id() const { return packet_id_; }
  ReasonCode reason() const { return reason_; }
  std::string encode(Version version) const;

 private:
  PacketType type_;
  PacketId packet_id_;
  ReasonCode reason_;
};

/// DISCONNECT and AUTH: a Reason Code and properties.
class Signal : public WithProperties<Signal> {
 public:
  Signal(PacketType type, ReasonCode reason) : type_(type), reason_(reason) {}
  std::string encode(Version version) const;

 private:
  PacketType type_;
  ReasonCode reason_;
};

/// Bytes as they are.
struct Raw {
  std::string bytes;
  std::string encode(Version) const { return bytes; }
};

inline Raw raw(std::string bytes) {
  return Raw{std::move(bytes)};
}
inline Connect connect_as(std::string client_id) {
  return Connect(std::move(client_id));
}
inline Publish publish(std::string topic, std::string payload, Qos qos = Qos::AtMostOnce,
                       PacketId packet_id = 0) {
  return {std::move(topic), std::move(payload), qos, packet_id};
}
inline Subscribe subscribe(PacketId packet_id, std::vector<Filter> filters) {
  return {packet_id, std::move(filters)};
}
inline Unsubscribe unsubscribe(PacketId packet_id, std::vector<std::string> filters) {
  return {packet_id, std::move(filters)};
}
inline Ack puback(PacketId id, ReasonCode reason = ReasonCode::Success) {
  return {PacketType::Puback, id, reason};
}
inline Ack pubrec(PacketId id, ReasonCode reason = ReasonCode::Success) {
  return {PacketType::Pubrec, id, reason};
}
inline Ack pubrel(PacketId id, ReasonCode reason = ReasonCode::Success) {
  return {PacketType::Pubrel, id, reason};
}
inline Ack pubcomp(PacketId id, ReasonCode reason = ReasonCode::Success) {
  return {PacketType::Pubcomp, id, reason};
}
inline Signal disconnect(ReasonCode reason = ReasonCode::Success) {
  return {PacketType::Disconnect, reason};
}
inline Signal auth(ReasonCode reason) {
  return {PacketType::Auth, reason};
}
inline Raw pingreq() {
  return raw(hex("c0 00"));
}

}  // namespace sluice::conformance

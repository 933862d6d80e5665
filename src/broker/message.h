#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/time.h"
#include "mqtt/types.h"

namespace sluice::broker {

class Message;
using MessagePtr = boost::intrusive_ptr<const Message>;

/// Names one Session for as long as the process runs, also across shards: its shard and a serial.
using SessionId = std::uint64_t;

/// Who published: a hash of the Client Identifier, the same for all Sessions of that Client; 0 is
/// nobody.
using PublisherId = std::uint64_t;

/// What a Message is made of; the views are copied.
struct MessageParts {
  ByteView topic;
  ByteView properties;  // still encoded, see mqtt::PublishProperties::forwarded
  ByteView payload;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
  Instant expires = kNever;
  PublisherId publisher = 0;
  std::uint16_t number = 0;  // up to Message::kNumberMax, see Tracer::mark
  bool is_traced = false;
};

/// One Application Message: never changed once made, shared by all its receivers on one shard.
///
/// Lives on   one shard: the reference count is a plain integer. Crossing to another shard is
/// `clone`,
///            which copies small messages and shares the bytes of large ones.
/// Layout     one allocation holding header, topic, properties and payload; large ones keep those
///            bytes apart, under a count that shards may share.
class Message {
 public:
  static MessagePtr make(const MessageParts& parts);

  /// A copy that another shard may own. `this` and the copy may die on different threads.
  MessagePtr clone() const;

  /// What it was made of; the views are valid as long as the message.
  MessageParts parts() const;

  ByteView topic() const { return {bytes(), topic_size_}; }
  ByteView properties() const { return {bytes() + topic_size_, properties_size_}; }
  ByteView payload() const { return {bytes() + topic_size_ + properties_size_, payload_size_}; }
  mqtt::Qos qos() const { return qos_; }
  bool retain() const { return retain_; }
  Instant expires() const { return expires_; }
  bool is_expired(Instant now) const { return expires_ <= now; }
  PublisherId publisher() const { return publisher_; }
  /// Of those that entered the broker on one shard while something is traced; 0: it is not known.
  std::uint16_t number() const { return number_; }
  bool is_traced() const { return is_traced_; }
  static constexpr std::uint16_t kNumberMax = (1U << 12) - 1;
  /// What this message counts for in byte limits.
  std::size_t size() const {
    return sizeof(Message) + topic_size_ + properties_size_ + payload_size_;
  }

 private:
  friend void intrusive_ptr_add_ref(const Message* message) { ++message->references_; }
  friend void intrusive_ptr_release(const Message* message) {
    if (--message->references_ == 0) destroy(message);
  }

  explicit Message(const MessageParts& parts);
  static void destroy(const Message* message);
  static void* allocate(std::size_t inline_bytes);
  const char* bytes() const {
    return shared_ ? shared_.get() : reinterpret_cast<const char*>(this + 1);
  }

  mutable std::uint32_t references_ = 0;
  std::uint32_t payload_size_;
  std::uint32_t properties_size_;
  std::uint16_t topic_size_;
  mqtt::Qos qos_ : 2;
  bool retain_ : 1;
  bool is_traced_ : 1;
  std::uint16_t number_ : 12;
  Instant expires_;
  PublisherId publisher_;
  std::shared_ptr<const char[]> shared_;  // set for large messages only
};
static_assert(sizeof(Message) == 48, "millions wait");

}  // namespace sluice::broker

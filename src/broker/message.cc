#include "broker/message.h"

#include <cstring>
#include <new>

namespace sluice::broker {
namespace {

// Copying this much costs about what a shared count costs with its cache misses.
constexpr std::size_t kInlineMax = 16 * 1024;

std::size_t content_size(const MessageParts& parts) {
  return parts.topic.size() + parts.properties.size() + parts.payload.size();
}

void write_content(char* to, const MessageParts& parts) {
  for (ByteView part : {parts.topic, parts.properties, parts.payload}) {
    if (!part.empty()) std::memcpy(to, part.data(), part.size());
    to += part.size();
  }
}

}  // namespace

Message::Message(const MessageParts& parts)
    : payload_size_(static_cast<std::uint32_t>(parts.payload.size())),
      properties_size_(static_cast<std::uint32_t>(parts.properties.size())),
      topic_size_(static_cast<std::uint16_t>(parts.topic.size())),
      qos_(parts.qos),
      retain_(parts.retain),
      is_traced_(parts.is_traced),
      number_(parts.number & kNumberMax),
      expires_(parts.expires),
      publisher_(parts.publisher) {}

void* Message::allocate(std::size_t inline_bytes) {
  return ::operator new(sizeof(Message) + inline_bytes);
}

MessagePtr Message::make(const MessageParts& parts) {
  const std::size_t size = content_size(parts);
  if (size <= kInlineMax) {
    auto* message = new (allocate(size)) Message(parts);
    write_content(reinterpret_cast<char*>(message + 1), parts);
    return MessagePtr(message);
  }
  auto* message = new (allocate(0)) Message(parts);
  auto shared = std::make_shared_for_overwrite<char[]>(size);
  write_content(shared.get(), parts);
  message->shared_ = std::move(shared);
  return MessagePtr(message);
}

MessagePtr Message::clone() const {
  if (!shared_) return make(parts());
  auto* copy = new (allocate(0)) Message(parts());
  copy->shared_ = shared_;
  return MessagePtr(copy);
}

MessageParts Message::parts() const {
  return {topic(),  properties(), payload(), qos_,      retain_,
          expires_, publisher_,   number_,   is_traced_};
}

void Message::destroy(const Message* message) {
  message->~Message();
  ::operator delete(const_cast<Message*>(message));
}

}  // namespace sluice::broker

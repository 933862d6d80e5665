#include "broker/stored_records.h"

#include <algorithm>

namespace sluice::broker {
namespace {

constexpr char kFormat = 1;
constexpr char kRetainedFormat = 2;  // 1 did not say when it was kept
constexpr char kSessionFormat = 3;  // 1 had nothing about who the Client is, 2 about its connection

enum class RecordType : char {
  Message = 1,
  Delivery = 2,
  Completed = 3,
  Released = 4,
  Received = 5,
  Freed = 6,
  Transfer = 7,
  TraceMark = 8,
};

void put_number(std::string& to, std::uint64_t value) {
  char bytes[10];
  std::size_t size = 0;
  while (value >= 0x80) {
    bytes[size++] = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  bytes[size++] = static_cast<char>(value);
  to.append(bytes, size);
}

void put_text(std::string& to, ByteView text) {
  put_number(to, text.size());
  to.append(text);
}

void put_fixed64(std::string& to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>(value >> shift));
}

/// Takes values from the front of some bytes; after the first that is not there `ok` is false and
/// everything reads as zero.
class Reader {
 public:
  explicit Reader(ByteView bytes) : left_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return left_.empty(); }
  /// Everything was read and made sense.
  bool is_complete() const { return ok_ && left_.empty(); }

  std::uint8_t byte() {
    if (left_.empty()) return fail();
    const auto value = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return value;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t next = byte();
      value |= std::uint64_t{next & 0x7FU} << shift;
      if (next < 0x80) return value;
    }
    return fail();
  }
  std::uint64_t fixed64() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    return value;
  }
  std::uint64_t number_up_to(std::uint64_t max) {
    const std::uint64_t value = number();
    return value <= max ? value : fail();
  }
  ByteView text() {
    const std::uint64_t size = number();
    if (size > left_.size()) {
      fail();
      return {};
    }
    const ByteView text = left_.substr(0, size);
    left_.remove_prefix(size);
    return text;
  }
  mqtt::Qos qos(std::uint8_t flags) {
    if ((flags & 3) == 3) fail();
    return static_cast<mqtt::Qos>(flags & 3);
  }
  std::uint8_t fail() {
    ok_ = false;
    left_ = {};
    return 0;
  }

 private:
  ByteView left_;
  bool ok_ = true;
};

constexpr std::uint8_t kRetainFlag = 4;
constexpr std::uint8_t kExpiryFlag = 8;

void put_message(std::string& to, const StoredMessage& message, bool with_topic) {
  const bool expires = message.expires != kNeverOnTheWall;
  to.push_back(static_cast<char>(static_cast<unsigned>(message.qos) |
                                 (message.retain ? kRetainFlag : 0U) |
                                 (expires ? kExpiryFlag : 0U)));
  if (expires) put_number(to, static_cast<std::uint64_t>(message.expires));
  if (with_topic) put_text(to, message.topic);
  put_text(to, message.properties);
  put_text(to, message.payload);
}

StoredMessage get_message(Reader& from, bool with_topic) {
  StoredMessage message;
  const std::uint8_t flags = from.byte();
  message.qos = from.qos(flags);
  message.retain = (flags & kRetainFlag) != 0;
  if ((flags & kExpiryFlag) != 0) message.expires = static_cast<WallTime>(from.number());
  if (with_topic) message.topic = from.text();
  message.properties = from.text();
  message.payload = from.text();
  return message;
}

TraceMark get_trace_mark(Reader& from) {
  TraceMark mark;
  mark.is_traced = from.byte() != 0;
  mark.number = static_cast<std::uint16_t>(from.number_up_to(Message::kNumberMax));
  mark.publisher = from.fixed64();
  return mark;
}

StoredDelivery get_delivery(Reader& from) {
  StoredDelivery delivery;
  delivery.session = from.number();
  delivery.sequence = from.number();
  const std::uint8_t flags = from.byte();
  delivery.qos = from.qos(flags);
  delivery.retain = (flags & kRetainFlag) != 0;
  const std::uint64_t ids = from.number();
  for (std::uint64_t i = 0; i < ids && from.ok(); ++i) {
    delivery.subscription_ids.push_back(static_cast<std::uint32_t>(from.number_up_to(0xFFFFFFF)));
  }
  return delivery;
}

StoredTransfer get_transfer(Reader& from) {
  StoredTransfer transfer;
  transfer.from = from.byte();
  transfer.to = from.byte();
  transfer.sequence = from.number();
  const std::uint8_t flags = from.byte();
  transfer.deliver = (flags & 1) != 0;
  transfer.retain = (flags & 2) != 0;
  if ((flags & 4) != 0) transfer.group = from.text();
  for (std::uint64_t homes = from.number(); homes > 0 && from.ok(); --homes) {
    const auto shard = static_cast<std::uint32_t>(from.number_up_to(0xFF));
    const auto shards = static_cast<std::uint32_t>(from.number_up_to(0xFFFF));
    if (shards == 0) from.fail();
    transfer.scope.homes.push_back({shard, shards});
  }
  return transfer;
}

}  // namespace

PageWriter::PageWriter(WallTime written) {
  bytes_.push_back(kFormat);
  put_fixed64(bytes_, static_cast<std::uint64_t>(written));
  header_size_ = bytes_.size();
}

void PageWriter::message(const StoredMessage& message) {
  if (message.trace_mark.number != 0) trace_mark(message.trace_mark);
  bytes_.push_back(static_cast<char>(RecordType::Message));
  put_message(bytes_, message, true);
}

void PageWriter::trace_mark(const TraceMark& mark) {
  bytes_.push_back(static_cast<char>(RecordType::TraceMark));
  bytes_.push_back(mark.is_traced ? 1 : 0);
  put_number(bytes_, mark.number);
  put_fixed64(bytes_, mark.publisher);
}

void PageWriter::delivery(SessionNumber session, std::uint64_t sequence, mqtt::Qos qos, bool retain,
                          std::uint32_t subscription_id,
                          const std::vector<std::uint32_t>* more_ids) {
  bytes_.push_back(static_cast<char>(RecordType::Delivery));
  put_number(bytes_, session);
  put_number(bytes_, sequence);
  bytes_.push_back(static_cast<char>(static_cast<unsigned>(qos) | (retain ? kRetainFlag : 0U)));
  put_number(bytes_, (subscription_id != 0 ? 1U : 0U) + (more_ids ? more_ids->size() : 0U));
  if (subscription_id != 0) put_number(bytes_, subscription_id);
  if (more_ids == nullptr) return;
  for (std::uint32_t id : *more_ids) put_number(bytes_, id);
}

void PageWriter::completed(SessionNumber session, std::uint64_t first, std::uint64_t count) {
  bytes_.push_back(static_cast<char>(RecordType::Completed));
  put_number(bytes_, session);
  put_number(bytes_, first);
  put_number(bytes_, count);
}

void PageWriter::released(SessionNumber session, std::uint64_t sequence) {
  bytes_.push_back(static_cast<char>(RecordType::Released));
  put_number(bytes_, session);
  put_number(bytes_, sequence);
}

void PageWriter::received(SessionNumber session, std::uint16_t packet_id) {
  bytes_.push_back(static_cast<char>(RecordType::Received));
  put_number(bytes_, session);
  put_number(bytes_, packet_id);
}

void PageWriter::freed(SessionNumber session, std::uint16_t packet_id) {
  bytes_.push_back(static_cast<char>(RecordType::Freed));
  put_number(bytes_, session);
  put_number(bytes_, packet_id);
}

void PageWriter::transfer(const StoredTransfer& transfer) {
  bytes_.push_back(static_cast<char>(RecordType::Transfer));
  bytes_.push_back(static_cast<char>(transfer.from));
  bytes_.push_back(static_cast<char>(transfer.to));
  put_number(bytes_, transfer.sequence);
  bytes_.push_back(static_cast<char>((transfer.deliver ? 1U : 0U) | (transfer.retain ? 2U : 0U) |
                                     (transfer.group.empty() ? 0U : 4U)));
  if (!transfer.group.empty()) put_text(bytes_, transfer.group);
  put_number(bytes_, transfer.scope.homes.size());
  for (const HomeScope::Home& home : transfer.scope.homes) {
    put_number(bytes_, home.shard);
    put_number(bytes_, home.shards);
  }
}

bool PageReader::read(ByteView page) {
  Reader from(page);
  if (from.byte() != kFormat) return false;
  from.fixed64();
  TraceMark mark;
  while (from.ok() && !from.at_end()) {
    const auto type = static_cast<RecordType>(from.byte());
    if (type == RecordType::TraceMark) {
      mark = get_trace_mark(from);
      continue;
    }
    if (type == RecordType::Message) {
      StoredMessage message = get_message(from, true);
      message.trace_mark = std::exchange(mark, {});
      if (from.ok()) on_message(message);
      continue;
    }
    if (type == RecordType::Delivery) {
      const StoredDelivery delivery = get_delivery(from);
      if (from.ok()) on_delivery(delivery);
      continue;
    }
    if (type == RecordType::Transfer) {
      const StoredTransfer transfer = get_transfer(from);
      if (from.ok()) on_transfer(transfer);
      continue;
    }
    const SessionNumber session = from.number();
    const std::uint64_t value = from.number();
    const std::uint64_t count = type == RecordType::Completed ? from.number() : 0;
    if (!from.ok()) return false;
    switch (type) {
      case RecordType::Completed:
        on_completed(session, value, count);
        break;
      case RecordType::Released:
        on_released(session, value);
        break;
      case RecordType::Received:
        on_received(session, static_cast<std::uint16_t>(value));
        break;
      case RecordType::Freed:
        on_freed(session, static_cast<std::uint16_t>(value));
        break;
      default:
        return false;
    }
  }
  return from.ok();
}

std::optional<WallTime> written_at(ByteView page) {
  Reader from(page);
  const bool known = from.byte() == kFormat;
  const auto written = static_cast<WallTime>(from.fixed64());
  if (!known || !from.ok()) return std::nullopt;
  return written;
}

std::string encode(const TransferKey& key) {
  std::string bytes{static_cast<char>(key.from), static_cast<char>(key.to)};
  put_fixed64(bytes, key.start);
  return bytes;
}

std::optional<TransferKey> decode_transfer_key(ByteView key) {
  Reader from(key);
  TransferKey read;
  read.from = from.byte();
  read.to = from.byte();
  read.start = static_cast<std::uint32_t>(from.fixed64());
  if (!from.is_complete()) return std::nullopt;
  return read;
}

std::string encode_last_transfer(std::uint64_t sequence) {
  std::string value(1, kFormat);
  put_number(value, sequence);
  return value;
}

std::optional<std::uint64_t> decode_last_transfer(ByteView value) {
  Reader from(value);
  if (from.byte() != kFormat) return std::nullopt;
  const std::uint64_t sequence = from.number();
  if (!from.is_complete()) return std::nullopt;
  return sequence;
}

std::string number_key(SessionNumber number) {
  std::string key;
  put_fixed64(key, number);
  return key;
}

std::optional<SessionNumber> number_of_key(ByteView key) {
  Reader from(key);
  const SessionNumber number = from.fixed64();
  if (!from.ok()) return std::nullopt;
  return number;
}

std::string subscription_key(SessionNumber number, ByteView filter) {
  return number_key(number).append(filter);
}

std::string encode(const SessionRow& row) {
  std::string value(1, kSessionFormat);
  put_text(value, row.client_id);
  put_number(value, row.expiry_interval);
  value.push_back(static_cast<char>((row.connected ? 1U : 0U) | (row.is_application ? 2U : 0U) |
                                    (row.clean_start ? 4U : 0U)));
  put_number(value, static_cast<std::uint64_t>(row.offline_since));
  put_number(value, row.sent_end);
  put_number(value, row.recheck_below);
  value.push_back(static_cast<char>(row.provider));
  if (row.provider != 0) {
    put_text(value, row.credentials_id);
    put_text(value, row.username);
    put_text(value, row.common_name);
  }
  put_number(value, static_cast<std::uint64_t>(row.connected_at));
  put_text(value, row.address);
  return value;
}

std::optional<SessionRow> decode_session(ByteView value) {
  Reader from(value);
  SessionRow row;
  const std::uint8_t format = from.byte();
  if (format < kFormat || format > kSessionFormat) return std::nullopt;
  row.client_id = from.text();
  row.expiry_interval = static_cast<std::uint32_t>(from.number_up_to(0xFFFFFFFF));
  const std::uint8_t flags = from.byte();
  row.connected = (flags & 1) != 0;
  row.is_application = (flags & 2) != 0;
  row.clean_start = (flags & 4) != 0;
  row.offline_since = static_cast<WallTime>(from.number());
  row.sent_end = from.number();
  if (format >= 2) {
    row.recheck_below = from.number();
    row.provider = from.byte();
  }
  if (row.provider != 0) {
    row.credentials_id = from.text();
    row.username = from.text();
    row.common_name = from.text();
  }
  if (format >= 3) {
    row.connected_at = static_cast<WallTime>(from.number());
    row.address = from.text();
  }
  if (!from.is_complete()) return std::nullopt;
  return row;
}

std::string encode(const QueueRow& row) {
  std::string value(1, kFormat);
  put_number(value, row.as_of);
  put_number(value, row.first);
  put_number(value, row.next_sequence);
  put_number(value, row.completed.size());
  for (const auto& [from, end] : row.completed) {
    put_number(value, from - row.first);
    put_number(value, end - from);
  }
  put_number(value, row.released.size());
  for (std::uint64_t sequence : row.released) put_number(value, sequence - row.first);
  put_number(value, row.received.size());
  for (std::uint16_t packet_id : row.received) put_number(value, packet_id);
  return value;
}

std::optional<QueueRow> decode_queue(ByteView value) {
  Reader from(value);
  QueueRow row;
  if (from.byte() != kFormat) return std::nullopt;
  row.as_of = from.number();
  row.first = from.number();
  row.next_sequence = from.number();
  const std::uint64_t ranges = from.number();
  for (std::uint64_t i = 0; i < ranges && from.ok(); ++i) {
    const std::uint64_t begin = row.first + from.number();
    row.completed.emplace_back(begin, begin + from.number());
  }
  const std::uint64_t released = from.number();
  for (std::uint64_t i = 0; i < released && from.ok(); ++i) {
    row.released.push_back(row.first + from.number());
  }
  const std::uint64_t ids = from.number();
  for (std::uint64_t i = 0; i < ids && from.ok(); ++i) {
    row.received.push_back(static_cast<std::uint16_t>(from.number_up_to(0xFFFF)));
  }
  if (!from.is_complete()) return std::nullopt;
  return row;
}

std::string encode(const WillRow& row) {
  std::string value(1, kFormat);
  put_message(value, row.message, true);
  put_number(value, row.publisher);
  put_number(value, row.delay);
  put_number(value, row.expiry_interval ? std::uint64_t{*row.expiry_interval} + 1 : 0);
  return value;
}

std::optional<WillRow> decode_will(ByteView value) {
  Reader from(value);
  WillRow row;
  if (from.byte() != kFormat) return std::nullopt;
  row.message = get_message(from, true);
  row.publisher = from.number();
  row.delay = static_cast<std::uint32_t>(from.number_up_to(0xFFFFFFFF));
  const std::uint64_t interval = from.number_up_to(std::uint64_t{0xFFFFFFFF} + 1);
  if (interval != 0) row.expiry_interval = static_cast<std::uint32_t>(interval - 1);
  if (!from.is_complete()) return std::nullopt;
  return row;
}

std::string encode(const RetainedRow& row) {
  std::string value(1, kRetainedFormat);
  put_message(value, row.message, false);
  put_number(value, row.publisher);
  put_number(value, static_cast<std::uint64_t>(row.kept_at));
  return value;
}

std::optional<RetainedRow> decode_retained(ByteView topic, ByteView value) {
  Reader from(value);
  RetainedRow row;
  const std::uint8_t format = from.byte();
  if (format < kFormat || format > kRetainedFormat) return std::nullopt;
  row.message = get_message(from, false);
  row.message.topic = topic;
  row.publisher = from.number();
  if (format >= 2) row.kept_at = static_cast<WallTime>(from.number());
  if (!from.is_complete()) return std::nullopt;
  return row;
}

std::string encode(const SubscriptionOptions& row) {
  std::string value(1, kFormat);
  value.push_back(static_cast<char>(static_cast<unsigned>(row.maximum_qos) |
                                    (row.no_local ? 4U : 0U) |
                                    (row.retain_as_published ? 8U : 0U)));
  put_number(value, row.identifier);
  return value;
}

std::optional<SubscriptionOptions> decode_subscription(ByteView value) {
  Reader from(value);
  SubscriptionOptions row;
  if (from.byte() != kFormat) return std::nullopt;
  const std::uint8_t flags = from.byte();
  row.maximum_qos = from.qos(flags);
  row.no_local = (flags & 4) != 0;
  row.retain_as_published = (flags & 8) != 0;
  row.identifier = static_cast<std::uint32_t>(from.number_up_to(0xFFFFFFF));
  if (!from.is_complete()) return std::nullopt;
  return row;
}

}  // namespace sluice::broker

#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "broker/home.h"
#include "broker/message.h"
#include "broker/subscriber_list.h"

namespace sluice::broker {

/// Names a persistent Session in the store, for good: numbers are not given again while anything
/// in the store says them.
using SessionNumber = std::uint64_t;

inline constexpr WallTime kNeverOnTheWall = INT64_MAX;

// The bytes of the store, docs/reference/storage-format.md. Everything begins with a format byte;
// numbers are variable length, seven bits a byte, the lowest first.

/// What a trace knows a message by: the hash of its publisher and the number it was given when it
/// entered the broker. Only what entered while something was traced has one.
struct TraceMark {
  PublisherId publisher = 0;
  std::uint16_t number = 0;  // 0: none
  bool is_traced = false;
};

/// One Application Message as it lies in a page or in a row.
struct StoredMessage {
  ByteView topic;
  ByteView properties;  // forwarded section
  ByteView payload;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
  WallTime expires = kNeverOnTheWall;
  TraceMark trace_mark{};  // in pages only
};

/// That the last message of the page goes to a Session.
struct StoredDelivery {
  SessionNumber session = 0;
  std::uint64_t sequence = 0;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
  std::vector<std::uint32_t> subscription_ids;
};

/// Table::Received: which transfers of a start of the broker shard `to` has of those `from` sent.
struct TransferKey {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t start = 0;
  auto operator<=>(const TransferKey&) const = default;
};

/// That the last message of the page goes to another shard, and what that one has to do with it.
struct StoredTransfer {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint64_t sequence = 0;  // grows from one to the other; the start of the broker on top
  bool deliver = false;        // to all in `scope`
  bool retain = false;
  HomeScope scope;
  std::string group;  // not empty: for a member of this group alone, "$share/{ShareName}/{filter}"

  TransferKey key() const { return {from, to, static_cast<std::uint32_t>(sequence >> 32)}; }
};

/// Appends records to a page.
class PageWriter {
 public:
  explicit PageWriter(WallTime written);

  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.size() == header_size_; }
  std::string take() { return std::move(bytes_); }

  void message(const StoredMessage& message);
  void delivery(SessionNumber session, std::uint64_t sequence, mqtt::Qos qos, bool retain,
                std::uint32_t subscription_id, const std::vector<std::uint32_t>* more_ids);
  /// The deliveries first .. first + count - 1 are over.
  void completed(SessionNumber session, std::uint64_t first, std::uint64_t count);
  /// PUBREC came: the delivery has only PUBREL left.
  void released(SessionNumber session, std::uint64_t sequence);
  /// A QoS 2 PUBLISH of the Client was taken under this Packet Identifier ...
  void received(SessionNumber session, std::uint16_t packet_id);
  /// ... and its PUBREL has come.
  void freed(SessionNumber session, std::uint16_t packet_id);
  void transfer(const StoredTransfer& transfer);

 private:
  void trace_mark(const TraceMark& mark);

  std::string bytes_;
  std::size_t header_size_;
};

/// What a page says, record by record.
class PageReader {
 public:
  virtual void on_message(const StoredMessage&) {}
  virtual void on_delivery(const StoredDelivery&) {}
  virtual void on_completed(SessionNumber, std::uint64_t /*first*/, std::uint64_t /*count*/) {}
  virtual void on_released(SessionNumber, std::uint64_t /*sequence*/) {}
  virtual void on_received(SessionNumber, std::uint16_t /*packet_id*/) {}
  virtual void on_freed(SessionNumber, std::uint16_t /*packet_id*/) {}
  virtual void on_transfer(const StoredTransfer&) {}

  /// Reads all records in order. Returns false at the first byte that makes no sense; the records
  /// before it have been read.
  bool read(ByteView page);

 protected:
  ~PageReader() = default;
};

/// When a page was begun; nullopt when it is none.
std::optional<WallTime> written_at(ByteView page);

// Rows

struct SessionRow {
  std::string client_id;
  std::uint32_t expiry_interval = 0;
  bool connected = false;
  bool is_application = false;
  WallTime offline_since = 0;       // when not connected
  std::uint64_t sent_end = 0;       // when not connected: deliveries below it have been sent
  std::uint64_t recheck_below = 0;  // see StoredSession
  // Who its Client was; empty for an anonymous one.
  std::uint8_t provider = 0;
  std::string credentials_id;
  std::string username;
  std::string common_name;
  // Its connection, now or the last one.
  WallTime connected_at = 0;  // 0: not known
  std::string address;        // the same if empty
  bool clean_start = false;
};

/// The progress of a Session's deliveries: what the records of the pages up to `as_of` came to.
struct QueueRow {
  std::uint64_t as_of = 0;  // page id
  std::uint64_t first = 0;  // deliveries below it are over
  std::uint64_t next_sequence = 0;
  /// At and above first, from .. up to but not including.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> completed;
  std::vector<std::uint64_t> released;
  std::vector<std::uint16_t> received;  // QoS 2 Packet Identifiers of the Client
};

struct WillRow {
  StoredMessage message;  // expires is unused
  std::uint64_t publisher = 0;
  std::uint32_t delay = 0;
  std::optional<std::uint32_t> expiry_interval;
};

struct RetainedRow {
  StoredMessage message;  // its topic is the key of the row
  std::uint64_t publisher = 0;
  WallTime kept_at = 0;  // 0: not known
};

std::string encode(const TransferKey& key);
std::optional<TransferKey> decode_transfer_key(ByteView key);
/// Transfers arrive in order: the row says which was the last.
std::string encode_last_transfer(std::uint64_t sequence);
std::optional<std::uint64_t> decode_last_transfer(ByteView value);

std::string number_key(SessionNumber number);
std::optional<SessionNumber> number_of_key(ByteView key);  // of its first eight bytes
std::string subscription_key(SessionNumber number, ByteView filter);

std::string encode(const SessionRow& row);
std::string encode(const QueueRow& row);
std::string encode(const WillRow& row);
std::string encode(const RetainedRow& row);
std::string encode(const SubscriptionOptions& row);

// Views in what is returned point into `value`. nullopt: the bytes make no sense.
std::optional<SessionRow> decode_session(ByteView value);
std::optional<QueueRow> decode_queue(ByteView value);
std::optional<WillRow> decode_will(ByteView value);
std::optional<RetainedRow> decode_retained(ByteView topic, ByteView value);
std::optional<SubscriptionOptions> decode_subscription(ByteView value);

}  // namespace sluice::broker

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>

#include "broker/delivery.h"
#include "broker/ring_queue.h"

namespace sluice::broker {

/// The QoS 1 and 2 messages sent to one Client and not yet completed, in the order they were sent.
///
/// Lives on   the shard of its Session, as long as the Session.
/// Ids        each message has a 64-bit sequence number; its Packet Identifier is the number modulo
///            65'535 plus 1, so an acknowledgement finds its entry without a search and an id is
///            not given again while an older one is open. Numbers may be left out.
/// Limit      `count` against the send quota is the caller's; `has_room_for` refuses when the ids
///            are used up.
/// Promises   after a reconnect, the same Packet Identifiers in the same order [MQTT5-4.4.0-1].
class InFlightWindow {
 public:
  enum class Stage : std::uint8_t { Done, Publish, Pubrel };

  struct Entry {
    /// Its message is released once only PUBREL is left. Without a message in stage Publish it has
    /// to be read from the store before it can be sent again.
    Delivery delivery;
    Stage stage = Stage::Done;
    bool sent = false;  // on this Network Connection
  };

  /// Messages not completed, and those of them sent on this Network Connection.
  std::size_t count() const { return open_; }
  std::size_t sent() const { return sent_; }
  bool has_unsent() const { return sent_ < open_; }
  /// Messages held: those of which the Client has not said that it has them.
  std::size_t messages() const { return open_ - released_; }
  bool has_room_for(std::uint64_t sequence) const {
    return entries_.empty() || sequence - first_ < kSpanMax;
  }

  /// The sequence number behind the last one.
  std::uint64_t end() const { return first_ + entries_.size(); }
  std::uint64_t first() const { return first_; }
  static std::uint16_t id_of(std::uint64_t sequence) {
    return static_cast<std::uint16_t>(sequence % kSpanMax + 1);
  }

  /// Adds a message that was sent under the id of its sequence number, which is `end` or above.
  void add(Delivery&& delivery, std::uint64_t sequence);

  /// The open entry of an id, or null. Invalidated by `add` and `complete`.
  Entry* find(std::uint16_t packet_id);
  /// The sequence number of an id for which `find` returned an entry.
  std::uint64_t sequence_of(std::uint16_t packet_id) const { return first_ + offset_of(packet_id); }

  /// PUBREC came: lets go of the message, which is never sent again [MQTT5-4.3.3-6]. PUBREL is
  /// left.
  void release(Entry& entry);

  /// Ends the delivery; `find` returned it.
  void complete(Entry& entry);

  /// A new Network Connection: everything open has to be sent again.
  void restart();

  /// Lets go of all messages; they can be read from the store.
  void unload();
  /// The first sequence number whose message has to be read; nullopt when all are there.
  std::optional<std::uint64_t> first_unloaded();
  /// Gives back the message of an entry that was unloaded; returns whether there is one.
  bool load(std::uint64_t sequence, Delivery&& delivery);
  /// After a restart: of `first` .. `end` - 1 those in `open`, which are in order, are not
  /// completed, and of these only PUBREL is left for those in `released`.
  void restore(std::uint64_t first, std::uint64_t end, std::span<const std::uint64_t> open,
               const std::set<std::uint64_t>& released);

  /// The first entry not sent on this connection, with its id; nullopt when all are, or when its
  /// message has to be read first.
  struct Unsent {
    Entry& entry;
    std::uint16_t packet_id;
  };
  std::optional<Unsent> next_unsent();
  void mark_sent(Entry& entry) {
    sent_ += !entry.sent;
    entry.sent = true;
  }

  /// Calls visit(Entry&, packet_id) for each open entry in order.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].stage != Stage::Done) visit(entries_[i], id_of(first_ + i));
    }
  }

 private:
  static constexpr std::size_t kSpanMax = 65'535;
  std::uint64_t offset_of(std::uint16_t packet_id) const {
    const std::uint16_t first_id = id_of(first_);
    return packet_id >= first_id ? packet_id - first_id : packet_id + kSpanMax - first_id;
  }
  void drop_done();

  RingQueue<Entry> entries_;  // entry i has sequence number first_ + i
  std::uint64_t first_ = 0;
  std::uint64_t next_unsent_ = 0;  // no entry below it is unsent
  std::uint32_t open_ = 0;
  std::uint32_t sent_ = 0;
  std::uint32_t released_ = 0;
  std::uint32_t unloaded_ = 0;
};

}  // namespace sluice::broker

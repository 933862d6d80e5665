#pragma once

#include <array>
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/http/body_source.h"
#include "base/time.h"

namespace sluice::admin {

/// What may be followed on GET /api/stream.
enum class Channel : std::uint8_t {
  Counters,
  Sessions,
  Refusals,
  Drops,
  Jobs,
  Trace,
  Subscriptions,
  Count
};
std::string_view to_string(Channel channel);
std::optional<Channel> find_channel(std::string_view name);

/// A set of channels.
class Channels {
 public:
  void add(Channel channel) { bits_ |= bit(channel); }
  void add(const Channels& others) { bits_ |= others.bits_; }
  bool has(Channel channel) const { return (bits_ & bit(channel)) != 0; }
  bool empty() const { return bits_ == 0; }
  static Channels all();

 private:
  static unsigned bit(Channel channel) { return 1U << static_cast<unsigned>(channel); }
  unsigned bits_ = 0;
};

/// Brings what happens to those who follow it, as server-sent events.
///
/// Lives on   the admin thread.
/// Limits     the number of streams; events kept for those that come back; bytes that wait for one
///            stream: who does not take them is dropped, and counted.
class EventHub {
 public:
  struct Options {
    std::size_t streams_max = 32;
    std::size_t kept_bytes_max = 512 * 1024;      // of events; below what may wait for a stream
    std::size_t waiting_bytes_max = 1024 * 1024;  // for each stream
    milliseconds heartbeat_interval{15'000};
    milliseconds absence_max{60'000};  // of who may come back without a gap
    milliseconds life_max{900'000};    // of a stream: whose token has ended has to come back
  };

  /// Asked again and again, so it costs little.
  using Welcome = std::function<bool()>;

  /// started_at  of this process, part of each id: nobody resumes in another process' events
  EventHub(Options options, WallTime started_at, std::function<Instant()> now);
  ~EventHub();
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  /// Tells all who follow `channel`, as an event of the channel's name, and keeps it for those who
  /// come back. Nothing while nobody follows it.
  void publish(Channel channel, const boost::json::value& data);

  /// Somebody follows it, or did less than `absence_max` ago and may come back: before work that
  /// only `publish` needs.
  bool is_followed(Channel channel) const;

  /// The events of `channels` from now on; with `last_id` those missed since, or an event `reset`
  /// when they are not all there any more.
  /// is_endless  whether it may last longer than `life_max`
  /// is_welcome  whether its reader may go on reading; empty: always
  /// returns     null when there are as many streams as there may be
  std::shared_ptr<BodySource> follow(Channels channels, std::string_view last_id,
                                     bool is_endless = false, Welcome is_welcome = {});

  /// After a change of who may ask: ends the streams of those who may not any more, with nothing
  /// of what still waits.
  void end_unwelcome();
  /// Once a second: that too, heartbeats, and the end of what has lasted too long.
  void on_second();

  std::size_t streams() const { return streams_.size(); }
  std::uint64_t streams_dropped() const { return streams_dropped_; }

 private:
  class Stream;
  struct Kept {
    std::uint64_t number;
    Channel channel;
    std::shared_ptr<const std::string> text;
  };

  /// What a channel has told, as far as it matters to those who come back.
  struct History {
    std::optional<Instant> left_at;    // when the last follower went
    std::uint64_t complete_after = 0;  // from this number on nothing is missing
  };

  std::optional<std::uint64_t> parse_id(std::string_view id) const;
  std::string id_of(std::uint64_t number) const;
  bool has_all_since(std::uint64_t number, const Channels& channels) const;
  void catch_up(Stream& stream, std::string_view last_id);
  void send(const std::shared_ptr<const std::string>& text, std::optional<Channel> channel);
  void left(Stream& stream);

  const Options options_;
  const std::string epoch_;
  const std::function<Instant()> now_;
  std::vector<Stream*> streams_;  // owned by their connections
  std::array<History, static_cast<std::size_t>(Channel::Count)> history_;
  std::deque<Kept> kept_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t last_forgotten_ = 0;  // number of the last event that had to leave `kept_`
  std::uint64_t last_number_ = 0;
  std::uint64_t streams_dropped_ = 0;
  std::optional<Instant> last_heartbeat_;
};

}  // namespace sluice::admin

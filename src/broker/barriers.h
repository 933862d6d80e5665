#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>

#include "runtime/shard_id.h"

namespace sluice::broker {

struct Core;
class ServerConnection;

/// Answers that wait until other shards have acted.
///
/// A SUBACK promises that messages published from now on arrive, so it leaves only when every shard
/// knows the new route.
class Barriers {
 public:
  explicit Barriers(Core& core) : core_(core) {}

  /// Holds `connection` and resumes it with `reply` after `answers` calls of `done` with the
  /// returned token.
  std::uint32_t hold_reply(ServerConnection& connection, std::string reply, unsigned answers);
  /// Posts DoneLetter{their_token} to `to` after `answers` calls of `done`.
  std::uint32_t hold_answer(ShardId to, std::uint32_t their_token, unsigned answers);

  void done(std::uint32_t token);
  /// The connection is gone, its replies with it.
  void forget(ServerConnection& connection);

 private:
  struct Held {
    unsigned answers;
    ServerConnection* connection;  // or null:
    ShardId to;
    std::uint32_t their_token;
    std::string reply;
  };

  std::uint32_t hold(Held held);

  Core& core_;
  boost::unordered_flat_map<std::uint32_t, Held> held_;
  std::uint32_t last_token_ = 0;
};

}  // namespace sluice::broker

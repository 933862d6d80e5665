#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
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
  /// returned token. `is_promise`: the reply then waits for the store, too.
  std::uint32_t hold_reply(ServerConnection& connection, std::string reply, unsigned answers,
                           bool is_promise);
  /// Posts DoneLetter{their_token} to `to` after `answers` calls of `done`.
  std::uint32_t hold_answer(ShardId to, std::uint32_t their_token, unsigned answers);

  /// Calls `action` after `answers` calls of `done`, at once if that is 0.
  std::uint32_t hold_action(unsigned answers, std::function<void()> action);

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
    bool is_promise;
    std::function<void()> action;
  };

  std::uint32_t hold(Held held);

  Core& core_;
  boost::unordered_flat_map<std::uint32_t, Held> held_;
  std::uint32_t last_token_ = 0;
};

}  // namespace sluice::broker

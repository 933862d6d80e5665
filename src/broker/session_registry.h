#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>

#include "base/hash.h"
#include "broker/session.h"

namespace sluice::broker {

/// All Sessions whose home is this shard, and their life: made at CONNECT, resumed, taken over,
/// left waiting when the connection ends, ended.
class SessionRegistry {
 public:
  explicit SessionRegistry(Core& core) : core_(core) {}
  ~SessionRegistry();

  Session* find(ByteView client_id);
  /// Finds by id those made addressable.
  Session* find(SessionId id);
  /// Lets other shards name the Session by its id. Not all are, to save the memory.
  void make_addressable(Session& session);

  Session& create(ByteView client_id);

  /// The connection ended: publishes the Will unless it has to wait, and ends the Session or leaves
  /// it to wait. With `keep_will` false the Will is deleted [MQTT5-3.14.4-3].
  void disconnected(Session& session, bool keep_will);

  /// Ends the Session: a waiting Will is published, subscriptions and queue go.
  void end(Session& session);

  void publish_will(Session& session);

  template <class Visit>
  void for_each(Visit&& visit) {
    for (Session* session : by_client_id_) visit(*session);
  }
  std::size_t size() const { return by_client_id_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    std::size_t operator()(ByteView id) const { return hash_bytes(id); }
    std::size_t operator()(const Session* session) const {
      return hash_bytes(session->client_id());
    }
  };
  struct Equal {
    using is_transparent = void;
    static ByteView id(ByteView view) { return view; }
    static ByteView id(const Session* session) { return session->client_id(); }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return id(a) == id(b);
    }
  };

  Core& core_;
  boost::unordered_flat_set<Session*, Hash, Equal> by_client_id_;
  boost::unordered_flat_map<SessionId, Session*> by_id_;
  std::uint64_t last_serial_ = 0;
};

}  // namespace sluice::broker

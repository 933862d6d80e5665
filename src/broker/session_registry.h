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

  /// Has the store keep the Session from now on. `number` is 0 for a new one.
  StoredSession& make_stored(Session& session, SessionNumber number = 0);
  StoredSession* find_stored(SessionNumber number);
  void write_row(Session& session, Need need);
  void set_application(StoredSession& stored, bool is_application);
  void write_subscription(Session& session, ByteView filter, const SubscriptionOptions& options);
  void erase_subscription(Session& session, ByteView filter);
  /// Numbers below have been given by earlier starts of the broker.
  void begin_numbers(SessionNumber first) { first_number_ = first; }

  /// The Will of the connection that begins; null is none. Replaces an earlier one.
  void set_will(Session& session, std::unique_ptr<Will> will);
  /// Deletes the Will [MQTT5-3.1.2-10].
  void delete_will(Session& session);

  /// The connection ended: publishes the Will unless it has to wait, and ends the Session or leaves
  /// it to wait. With `keep_will` false the Will is deleted [MQTT5-3.14.4-3].
  void disconnected(Session& session, bool keep_will);

  /// Ends the Session: a waiting Will is published, subscriptions and queue go.
  void end(Session& session);

  void publish_will(Session& session);
  /// Publishes a Will whose Session may be gone.
  /// session  null: it has ended
  void publish(const Will& will, PublisherId publisher, const Session* session = nullptr);

  template <class Visit>
  void for_each(Visit&& visit) {
    for (Session* session : by_client_id_) visit(*session);
  }
  template <class Visit>
  void for_each_stored(Visit&& visit) {
    for (auto& [number, stored] : by_number_) visit(*stored);
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

  SessionNumber new_number();
  void erase_rows(Session& session);
  void count_dropped(Session& session);

  Core& core_;
  boost::unordered_flat_set<Session*, Hash, Equal> by_client_id_;
  boost::unordered_flat_map<SessionNumber, StoredSession*> by_number_;
  SessionNumber first_number_ = 1;
  SessionNumber numbers_given_ = 0;
  boost::unordered_flat_map<SessionId, Session*> by_id_;
  std::uint64_t last_serial_ = 0;
};

}  // namespace sluice::broker

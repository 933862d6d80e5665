#include "broker/broker.h"

#include <variant>

#include "base/hash.h"
#include "broker/core.h"
#include "broker/server_connection.h"

namespace sluice::broker {

Core::Core(const config::Settings& the_settings, ShardId the_self, unsigned the_shards,
           Postman& the_postman)
    : settings(the_settings),
      self(the_self),
      shards(the_shards),
      postman(the_postman),
      random(std::random_device{}()),
      sessions(*this),
      router(*this),
      share_groups(*this),
      retained(*this),
      dispatcher(*this),
      barriers(*this) {}

Core::~Core() {
  for (ServerConnection* connection : connecting) delete connection;
}

ShardId Core::home_of(ByteView name) const {
  return shards == 1 ? ShardId{0} : static_cast<ShardId>(hash_bytes(name) % shards);
}

namespace {

/// Acts on what another shard's core said.
class LetterReader {
 public:
  LetterReader(Core& core, ShardId from) : core_(core), from_(from) {}

  void operator()(PublishLetter& letter) {
    if (letter.retain) core_.retained.store(letter.message);
    if (letter.deliver) core_.dispatcher.deliver_here(letter.message);
  }
  void operator()(RouteLetter& letter) {
    core_.router.set_wanted_by(from_, letter.filter, letter.wanted);
  }
  void operator()(SyncLetter& letter) { core_.post(from_, DoneLetter{letter.token}); }
  void operator()(DoneLetter& letter) { core_.barriers.done(letter.token); }

  void operator()(ShareJoinLetter& letter) {
    core_.share_groups.join(letter.filter, letter.share_name, letter.member);
    const std::uint32_t token = core_.barriers.hold_answer(from_, letter.token, core_.shards - 1);
    core_.post_to_others([&] { return SyncLetter{token}; });
  }
  void operator()(ShareLeaveLetter& letter) {
    core_.share_groups.leave(letter.filter, letter.share_name, letter.session);
  }
  void operator()(ShareStatusLetter& letter) {
    core_.share_groups.set_connected(letter.filter, letter.share_name, letter.session,
                                     letter.connected);
  }
  void operator()(ShareRecallLetter& letter) { core_.share_groups.on_recall(letter); }
  void operator()(ShareDeliveryLetter& letter) { core_.share_groups.on_delivery(letter); }
  void operator()(ShareReturnLetter& letter) {
    core_.share_groups.take_back(letter.group, letter.message);
  }

  void operator()(RetainedQueryLetter& letter) {
    core_.retained.on_query(std::move(letter), from_);
  }
  void operator()(RetainedFoundLetter& letter) {
    Session* session = core_.sessions.find(letter.session);
    if (session == nullptr) return;
    core_.retained.queue_replay(*session, letter.options, std::move(letter.messages));
  }

 private:
  Core& core_;
  ShardId from_;
};

}  // namespace

Broker::Broker(const config::Settings& settings, ShardId self, unsigned shards, Postman& postman)
    : core_(std::make_unique<Core>(settings, self, shards, postman)) {}

Broker::~Broker() = default;

ServerConnection* Broker::open(Link& link, Instant now) {
  core_->now = now;
  return new ServerConnection(*core_, link);
}

std::size_t Broker::on_bytes(ServerConnection& connection, ByteView bytes, Instant now,
                             bool* alive) {
  core_->now = now;
  const std::size_t consumed = connection.on_bytes(bytes);
  *alive = connection.is_open();
  return consumed;
}

void Broker::on_drained(ServerConnection& connection, Instant now) {
  core_->now = now;
  core_->output.mark_dirty(connection);
}

void Broker::on_lost(ServerConnection& connection, Instant now) {
  core_->now = now;
  connection.lost();
}

void Broker::on_mail(ShardId from, Mail mail, Instant now) {
  core_->now = now;
  std::visit(LetterReader(*core_, from), mail->content);
}

void Broker::on_mail_drained(Instant now) {
  core_->now = now;
  core_->retained.on_mail_drained();
}

bool Broker::wants_turn() const {
  return core_->retained.has_waiting();
}

void Broker::on_tick(Instant now) {
  core_->now = now;
  core_->timers.advance(now);
  core_->retained.remove_expired(now);
}

void Broker::on_turn_end(Instant now) {
  core_->now = now;
  core_->output.flush_dirty();
  core_->ended_connections.clear();
}

void Broker::shut_down(Instant now) {
  core_->now = now;
  std::vector<ServerConnection*> open(core_->connecting.begin(), core_->connecting.end());
  core_->sessions.for_each([&](Session& session) {
    if (session.connection() != nullptr) open.push_back(session.connection());
  });
  for (ServerConnection* connection : open) {
    connection->end(mqtt::ReasonCode::ServerShuttingDown, RefusalReason::ShuttingDown);
  }
  on_turn_end(now);
}

const Counters& Broker::counters() const {
  return core_->counters;
}

}  // namespace sluice::broker

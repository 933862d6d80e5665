// What leaves: control packets of the turn, what has to be repeated, what waits in the queue.

#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"

namespace sluice::broker {

using mqtt::Qos;

namespace {

constexpr std::size_t kFlushWithinTurn = 256 * 1024;

}  // namespace

void ServerConnection::append_acknowledgement(ByteView packet, bool is_promise) {
  if (packet.size() > packet_size_max_) return;  // [MQTT5-3.1.2-24]
  count_packet(packet);
  if (is_promise || core_.groups.holds(*this)) return core_.groups.hold(*this, packet);
  append_taken(packet);
}

void ServerConnection::append_output(ByteView packet) {
  if (packet.size() > packet_size_max_) return;  // [MQTT5-3.1.2-24]
  count_packet(packet);
  append_taken(packet);
}

/// Where it is appended: held packets of one Client leave together.
void ServerConnection::count_packet(ByteView packet) {
  if (!packet.empty()) ++core_.counters.packets_sent[static_cast<std::uint8_t>(packet[0]) >> 4];
}

void ServerConnection::append_taken(ByteView packet) {
  if (!control_) control_ = core_.output.take_buffer();
  control_->append(packet);
  core_.output.mark_dirty(*this);
}

void ServerConnection::hold() {
  is_waiting_ = true;
  link_.set_reading(false);
}

void ServerConnection::resume(ByteView reply, bool is_promise) {
  is_waiting_ = false;
  has_said_connack_ = true;
  if (is_promise) {
    append_acknowledgement(reply, true);
  } else {
    append_output(reply);
  }
  link_.set_reading(true);
}

void ServerConnection::flush() {
  if (state_ == State::Ended) return;
  __builtin_prefetch(traffic_.get());  // counted into behind each message that is written
  Output& output = core_.output;
  if (control_ && control_->size() <= output.room()) {
    output.append(*control_);
    output.give_buffer(std::move(control_));
  } else {
    send_control();
  }
  if (session_ != nullptr && session_->flow() != nullptr && !is_waiting_) send_waiting();
  send_gathered();
}

void ServerConnection::send_gathered() {
  core_.counters.bytes_sent += core_.output.gathered();
  core_.output.send_to(link_);
}

void ServerConnection::send_control() {
  if (!control_) return;
  core_.counters.bytes_sent += control_->size();
  const OutputPiece piece{*control_, nullptr};
  link_.send({&piece, 1});
  core_.output.give_buffer(std::move(control_));
}

void ServerConnection::send_waiting() {
  MessageFlow& flow = *session_->flow();
  flow.queue.stalled = link_.unsent() > 0;
  if (flow.queue.stalled) return;  // on_drained comes back here
  while (!(resend_unfinished() && send_queued())) {
    send_gathered();
    if (link_.unsent() > 0) {
      flow.queue.stalled = true;
      return;
    }
  }
  flow.queue.stalled = !flow.queue.empty();
  flow.queue.shrink_if_empty();
  if (session_->stored() != nullptr) core_.backlog.load_more(*session_);
}

/// After a resume: PUBLISH with DUP and PUBREL in their order [MQTT5-4.4.0-1]. Returns false when
/// the output is full.
bool ServerConnection::resend_unfinished() {
  InFlightWindow& window = session_->flow()->window;
  while (auto unsent = window.next_unsent()) {
    InFlightWindow::Entry& entry = unsent->entry;
    if (entry.stage == InFlightWindow::Stage::Pubrel) {
      if (core_.output.room() < 4) return false;
      const char pubrel[4] = {0x62, 2, static_cast<char>(unsent->packet_id >> 8),
                              static_cast<char>(unsent->packet_id & 0xFF)};
      core_.output.append(ByteView(pubrel, sizeof pubrel));
      ++core_.counters.packets_sent[static_cast<std::size_t>(mqtt::PacketType::Pubrel)];
    } else if (is_revoked(window.sequence_of(unsent->packet_id), *entry.delivery.message)) {
      core_.observer.drop(*session_, DropReason::NotAuthorized, *entry.delivery.message);
      complete(unsent->packet_id, entry);
      continue;
    } else {
      if (window.sent() >= receive_maximum_) return true;
      const WriteResult result = write(entry.delivery, unsent->packet_id, true);
      if (result == WriteResult::NoRoom) return false;
      if (result == WriteResult::TooLarge) {
        core_.observer.drop(*session_, DropReason::PacketTooLarge, *entry.delivery.message);
        complete(unsent->packet_id, entry);
        continue;
      }
      if (core_.observer.is_tracing()) {
        core_.observer.tracer().on_sent(*session_, entry.delivery, unsent->packet_id, true);
      }
    }
    window.mark_sent(entry);
  }
  return true;
}

/// Sends from the queue until it is empty or the send quota used up. Returns false when the output
/// is full.
bool ServerConnection::send_queued() {
  MessageFlow& flow = *session_->flow();
  // Nothing overtakes what is to be sent again, even if it has to be read from the store first.
  if (flow.window.has_unsent()) return true;
  StoredSession* const stored = session_->stored();
  while (!flow.queue.empty()) {
    Delivery& next = flow.queue.front();
    const bool acknowledged = next.qos != Qos::AtMostOnce;
    const bool is_stored = acknowledged && stored != nullptr;
    const bool was_sent = is_stored && next.sequence < stored->sent_end;
    if (!was_sent && next.message->is_expired(core_.now)) {  // [MQTT5-3.3.2-5]
      core_.observer.drop(*session_, DropReason::Expired, *next.message);
      settle(flow.queue.pop());
      continue;
    }
    if (is_stored && is_revoked(next.sequence, *next.message)) {
      core_.observer.drop(*session_, DropReason::NotAuthorized, *next.message);
      settle(flow.queue.pop());
      continue;
    }
    const std::uint64_t sequence = is_stored ? next.sequence : flow.window.end();
    if (acknowledged &&
        (flow.window.count() >= receive_maximum_ || !flow.window.has_room_for(sequence))) {
      return true;  // an acknowledgement comes back here [MQTT5-3.3.4-9]
    }
    if (is_stored && next.qos == Qos::ExactlyOnce &&
        !stored->is_committed(core_.journal, sequence)) {
      core_.groups.hold(*this, {});  // a crash must not bind its Packet Identifier to another one
      return true;
    }
    const std::uint16_t packet_id =
        acknowledged ? InFlightWindow::id_of(sequence) : std::uint16_t{0};
    const WriteResult result = write(next, packet_id, was_sent);
    if (result == WriteResult::NoRoom) return false;
    if (result == WriteResult::TooLarge) {  // as if it had been delivered [MQTT5-3.1.2-25]
      core_.observer.drop(*session_, DropReason::PacketTooLarge, *next.message);
      settle(flow.queue.pop());
      continue;
    }
    count_sent(next, packet_id);
    if (core_.observer.is_tracing()) {
      core_.observer.tracer().on_sent(*session_, next, packet_id, was_sent);
    }
    Delivery sent = flow.queue.pop();
    if (acknowledged) flow.window.add(std::move(sent), sequence);
    if (core_.output.gathered() >= Output::kScratchSize) return false;
  }
  return true;
}

void ServerConnection::count_sent(const Delivery& delivery, std::uint16_t packet_id) {
  const auto qos = static_cast<std::size_t>(delivery.qos);
  ++core_.counters.messages_sent[qos];
  ClientStatistics& statistics = make_traffic().statistics;
  ++statistics.sent[qos];
  statistics.sent_bytes += delivery.message->payload().size();
  if (packet_id != 0) core_.probes.on_sent(*this, packet_id, core_.now);
}

/// Whether a stored delivery was queued for a subscription that has been taken away since.
bool ServerConnection::is_revoked(std::uint64_t sequence, const Message& message) const {
  const StoredSession* stored = session_->stored();
  return stored != nullptr && sequence < stored->recheck_below &&
         !is_subscribed(*session_, message.topic());
}

/// A delivery that was never sent is over.
void ServerConnection::settle(const Delivery& delivery) {
  if (session_->stored() != nullptr && delivery.qos != Qos::AtMostOnce) {
    session_->stored()->complete(core_, delivery.sequence);
  }
}

/// A delivery that was sent is over; the window has it.
void ServerConnection::complete(std::uint16_t packet_id, InFlightWindow::Entry& entry) {
  InFlightWindow& window = session_->flow()->window;
  const std::uint64_t sequence = window.sequence_of(packet_id);
  window.complete(entry);
  if (session_->stored() != nullptr) session_->stored()->complete(core_, sequence);
}

WriteResult ServerConnection::write(const Delivery& delivery, std::uint16_t packet_id, bool dup) {
  const Receiver receiver{version_, packet_size_max_, make_traffic().outgoing_aliases.get()};
  const WriteResult result =
      write_publish(core_.output, delivery, packet_id, dup, receiver, core_.now);
  if (result == WriteResult::Written) {
    ++core_.counters.packets_sent[static_cast<std::size_t>(mqtt::PacketType::Publish)];
    core_.counters.payload_bytes_sent += delivery.message->payload().size();
  }
  return result;
}

bool ServerConnection::must_shed(OutboundQueue& queue) {
  if (!queue.stalled) return queue.congested = false;
  const config::LimitSettings& limits = core_.settings.limits;
  const std::size_t waiting = queue.bytes() + link_.unsent();
  if (waiting > limits.output_high_watermark) queue.congested = true;
  if (waiting < limits.output_low_watermark) queue.congested = false;
  return queue.congested;
}

void ServerConnection::on_queued(OutboundQueue& queue) {
  core_.output.mark_dirty(*this);
  // A burst within one turn need not wait for its end, and must not fill the queue of a healthy
  // Client. Acknowledgements do wait: what they promise may still have to be posted.
  if (!queue.stalled && queue.bytes() >= kFlushWithinTurn) flush();
}

}  // namespace sluice::broker

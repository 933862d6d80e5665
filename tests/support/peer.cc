#include "support/peer.h"

#include <deque>
#include <sstream>

namespace sluice::conformance {

namespace {

[[noreturn]] void surprise(const std::string& what, const Where& where) {
  const std::string_view file = where.file_name();
  const std::string_view name = file.substr(file.rfind('/') + 1);
  throw Surprise(std::string(name) + ":" + std::to_string(where.line()) + ": " + what);
}

std::string hexadecimal(unsigned value) {
  std::ostringstream out;
  out << "0x" << std::hex << value;
  return out.str();
}

std::string describe(const std::vector<ReasonCode>& codes) {
  std::string out;
  for (const ReasonCode code : codes) out += " " + hexadecimal(static_cast<unsigned>(code));
  return out;
}

}  // namespace

struct Peer::State {
  std::unique_ptr<Wire> wire;
  std::string buffer;
  Version version = Version::V5;
  PacketId last_id = 30'000;   // away from the small ids that tests write out
  std::deque<Received> early;  // PUBLISH that came before the SUBACK
};

Peer::Peer(std::unique_ptr<Wire> wire) : state_(std::make_shared<State>()) {
  state_->wire = std::move(wire);
}

Version Peer::version() const {
  return state_->version;
}
Wire& Peer::wire() {
  return *state_->wire;
}
PacketId Peer::fresh_id() {
  return ++state_->last_id;
}

Peer& Peer::sends(const Connect& packet) {
  state_->version = packet.version();
  return sends_bytes(packet.encode(packet.version()));
}

Peer& Peer::sends_bytes(std::string_view bytes) {
  state_->wire->write(bytes);
  return *this;
}

Received Peer::next(const std::string& wanted, Where where) {
  if (!state_->early.empty()) {
    Received packet = std::move(state_->early.front());
    state_->early.pop_front();
    return packet;
  }
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  std::size_t size = 0;
  while ((size = packet_size(state_->buffer)) == 0) {
    const ReadStatus status = state_->wire->read(state_->buffer, deadline);
    if (status == ReadStatus::Closed) surprise("connection closed, wanted " + wanted, where);
    if (status == ReadStatus::TimedOut) surprise("nothing came, wanted " + wanted, where);
  }
  try {
    Received packet = take_apart(std::string_view(state_->buffer).substr(0, size), version());
    state_->buffer.erase(0, size);
    return packet;
  } catch (const Surprise& wrong) {
    surprise(std::string(wrong.what()) + ", wanted " + wanted, where);
  }
}

Received Peer::receives(Where where) {
  return next("a packet", where);
}

Received Peer::receives(PacketType type, Where where) {
  Received packet = next(name_of(type), where);
  if (packet.type != type) {
    surprise("wanted " + name_of(type) + ", got " + conformance::describe(packet), where);
  }
  return packet;
}

Received Peer::receives_publish(Where where) {
  return receives(PacketType::Publish, where);
}

Received Peer::receives_message(std::string_view payload, Where where) {
  Received packet = receives_publish(where);
  if (packet.payload != payload) {
    surprise("wanted payload '" + std::string(payload) + "', got " + conformance::describe(packet),
             where);
  }
  return packet;
}

std::vector<std::string> Peer::receives_messages(std::size_t count, Where where) {
  std::vector<std::string> payloads;
  while (payloads.size() < count) {
    Received packet = next("message " + std::to_string(payloads.size() + 1), where);
    if (packet.type == PacketType::Pubrel) {
      sends(pubcomp(packet.packet_id));
      continue;
    }
    if (packet.type != PacketType::Publish) {
      surprise("wanted message " + std::to_string(payloads.size() + 1) + ", got " +
                   conformance::describe(packet),
               where);
    }
    if (packet.qos == Qos::AtLeastOnce) sends(puback(packet.packet_id));
    if (packet.qos == Qos::ExactlyOnce) sends(pubrec(packet.packet_id));
    payloads.push_back(std::move(packet.payload));
  }
  return payloads;
}

Peer& Peer::acknowledges(const Received& publish, Where where) {
  if (publish.qos == Qos::AtLeastOnce) sends(puback(publish.packet_id));
  if (publish.qos == Qos::ExactlyOnce) {
    sends(pubrec(publish.packet_id)).expects(pubrel(publish.packet_id), where);
    sends(pubcomp(publish.packet_id));
  }
  return *this;
}

Peer& Peer::expects(const Ack& ack, Where where) {
  const Received packet = receives(ack.type(), where);
  if (packet.packet_id != ack.packet_id() || packet.reason() != ack.reason()) {
    surprise("wanted id " + std::to_string(ack.packet_id()) + " code " +
                 hexadecimal(static_cast<unsigned>(ack.reason())) + ", got " +
                 conformance::describe(packet),
             where);
  }
  return *this;
}

Received Peer::expects_connack(ReasonCode code, Where where) {
  Received packet = receives(PacketType::Connack, where);
  if (packet.reason() != code) {
    surprise("wanted CONNACK " + hexadecimal(static_cast<unsigned>(code)) + ", got " +
                 conformance::describe(packet),
             where);
  }
  return packet;
}

Peer& Peer::expects_suback(PacketId id, const std::vector<ReasonCode>& codes, Where where) {
  // Messages may come before the SUBACK, v5 3.8.4: they are kept for whoever asks for them next.
  std::deque<Received> early;
  Received packet = next("SUBACK", where);
  for (; packet.type == PacketType::Publish; packet = next("SUBACK", where)) {
    early.push_back(std::move(packet));
  }
  state_->early = std::move(early);
  if (packet.type != PacketType::Suback || packet.packet_id != id || packet.codes != codes) {
    surprise("wanted SUBACK " + std::to_string(id) + describe(codes) + ", got " +
                 conformance::describe(packet),
             where);
  }
  return *this;
}

Peer& Peer::expects_unsuback(PacketId id, const std::vector<ReasonCode>& codes, Where where) {
  const Received packet = receives(PacketType::Unsuback, where);
  if (packet.packet_id != id || packet.codes != codes) {
    surprise("wanted UNSUBACK " + std::to_string(id) + describe(codes) + ", got " +
                 conformance::describe(packet),
             where);
  }
  return *this;
}

Peer& Peer::expects_pingresp(Where where) {
  receives(PacketType::Pingresp, where);
  return *this;
}

Peer& Peer::expects_disconnect(ReasonCode code, Where where) {
  const Received packet = receives(PacketType::Disconnect, where);
  if (packet.reason() != code) {
    surprise("wanted DISCONNECT " + hexadecimal(static_cast<unsigned>(code)) + ", got " +
                 conformance::describe(packet),
             where);
  }
  return expects_closed(where);
}

Peer& Peer::expects_refusal(ReasonCode code, Where where) {
  expects_connack(code, where);
  return expects_closed(where);
}

Peer& Peer::expects_closed(Where where) {
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  if (!state_->early.empty()) {
    surprise("wanted the connection closed, got " + conformance::describe(state_->early.front()),
             where);
  }
  while (true) {
    const std::size_t size = packet_size(state_->buffer);
    if (size > 0) {
      const auto first = static_cast<unsigned char>(state_->buffer[0]);
      const std::string name = name_of(static_cast<PacketType>(first >> 4));
      surprise(
          "wanted the connection closed, got " + name + " of " + std::to_string(size) + " bytes",
          where);
    }
    const ReadStatus status = state_->wire->read(state_->buffer, deadline);
    if (status == ReadStatus::Closed) return *this;
    if (status == ReadStatus::TimedOut) surprise("the connection stays open", where);
  }
}

std::string Peer::bytes_until_closed(Where where) {
  const Deadline deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    const ReadStatus status = state_->wire->read(state_->buffer, deadline);
    if (status == ReadStatus::Closed) return std::move(state_->buffer);
    if (status == ReadStatus::TimedOut) surprise("the connection stays open", where);
  }
}

Peer& Peer::expects_nothing_more(Where where) {
  return sends(pingreq()).expects_pingresp(where);
}

Peer& Peer::subscribed(const std::string& filter, Qos qos, Where where) {
  return subscribed(Filter{.filter = filter, .qos = qos}, where);
}

Peer& Peer::subscribed(const Filter& filter, Where where) {
  const PacketId id = fresh_id();
  return sends(subscribe(id, {filter}))
      .expects_suback(id, {static_cast<ReasonCode>(filter.qos)}, where);
}

Peer& Peer::unsubscribed(const std::string& filter, Where where) {
  const PacketId id = fresh_id();
  sends(unsubscribe(id, {filter}));
  if (version() != Version::V5) return expects_unsuback(id, {}, where);
  return expects_unsuback(id, {ReasonCode::Success}, where);
}

Peer& Peer::published(const std::string& topic, const std::string& payload, Qos qos, Where where) {
  return published(publish(topic, payload, qos, qos == Qos::AtMostOnce ? PacketId{0} : fresh_id()),
                   where);
}

Peer& Peer::published(const Publish& packet, Where where) {
  sends(packet);
  if (packet.qos() == Qos::AtMostOnce) return *this;
  const bool once = packet.qos() == Qos::AtLeastOnce;
  const Received answer = receives(once ? PacketType::Puback : PacketType::Pubrec, where);
  if (answer.packet_id != packet.packet_id() || mqtt::is_failure(answer.reason())) {
    surprise("publishing failed: " + conformance::describe(answer), where);
  }
  if (once) return *this;
  return sends(pubrel(packet.packet_id())).expects(pubcomp(packet.packet_id()), where);
}

void Peer::disconnects(ReasonCode reason, Where where) {
  sends(disconnect(reason)).expects_closed(where);
}

void Peer::vanishes() {
  state_->wire->reset();
}

}  // namespace sluice::conformance

// Who the Client is: CONNECT until the verdict, AUTH, authenticating again.

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"

namespace sluice::broker {

using mqtt::ReasonCode;

namespace {

/// The providers answer within auth.timeout; what comes after it was lost.
constexpr seconds kVerdictGrace{5};

auth::ConnectRequest to_request(const mqtt::ConnectPacket& packet, ByteView client_id,
                                auth::Peer peer) {
  auth::ConnectRequest request;
  request.peer = std::move(peer);
  request.client_id = client_id;
  if (packet.user_name) request.username = std::string(*packet.user_name);
  if (packet.password) request.password = std::string(*packet.password);
  request.method = packet.properties.authentication_method.value_or("");
  request.data = packet.properties.authentication_data.value_or("");
  return request;
}

}  // namespace

void ServerConnection::authenticate(const mqtt::ConnectPacket& packet, ByteView client_id,
                                    ByteView bytes) {
  state_ = State::Authenticating;
  if (packet.properties.authentication_method) {
    core_.access.set_method(*this, *packet.properties.authentication_method);
  }
  await_verdict();
  core_.access.ask(*this, to_request(packet, client_id, link_.peer()), std::string(bytes));
}

void ServerConnection::await_verdict() {
  hold();
  core_.timers.arm(*this, core_.now + core_.settings.auth.timeout + kVerdictGrace);
}

/// The Client has to answer with AUTH, v5 4.12.
void ServerConnection::challenge(ByteView data) {
  send_auth(ReasonCode::ContinueAuthentication, data);
  if (state_ != State::Authenticating) return;
  is_waiting_ = false;
  core_.timers.arm(*this, core_.now + terms().connect_timeout);
  link_.set_reading(true);
}

void ServerConnection::on_authenticated(ByteView connect, ByteView client_id,
                                        auth::Verdict verdict) {
  is_waiting_ = false;
  const mqtt::FrameResult whole = mqtt::next_frame(connect, terms().packet_size_max);
  auto packet = mqtt::decode_connect(whole.frame);  // as before
  if (auto* refused = std::get_if<auth::Refused>(&verdict)) {
    return refuse_client(*packet, client_id, refused->code, std::move(refused->reason));
  }
  auto& admitted = std::get<auth::Admitted>(verdict);
  // Meanwhile somebody may have been blocked.
  if (core_.access.is_blocked(client_id, admitted.identity.username, link_.peer_address())) {
    return refuse_client(*packet, client_id, ReasonCode::Banned, "blocked");
  }
  admit(*packet, client_id, std::move(admitted.identity), admitted.data);
  if (state_ == State::Connected && !is_waiting_) link_.set_reading(true);
}

void ServerConnection::on_reauthenticated(auth::Verdict verdict) {
  if (auto* refused = std::get_if<auth::Refused>(&verdict)) {
    return end(refused->code, refusal_of(refused->code));
  }
  auto& admitted = std::get<auth::Admitted>(verdict);
  if (session_->access() == nullptr) return end(ReasonCode::NotAuthorized, RefusalReason::Other);
  session_->access()->set_identity(std::move(admitted.identity));
  if (session_->stored() != nullptr) core_.sessions.write_row(*session_, Need::Whenever);
  core_.access.recheck(*session_);
  send_auth(ReasonCode::Success, admitted.data);
}

void ServerConnection::send_auth(ReasonCode reason, ByteView data) {
  mqtt::AuthPacket packet;
  packet.reason = reason;
  packet.properties.authentication_method = *core_.access.method_of(*this);
  if (!data.empty()) packet.properties.authentication_data = data;
  std::string bytes;
  mqtt::encode(bytes, packet);
  append_output(bytes);
}

/// An AUTH packet has a place only where an Authentication Method was agreed on [MQTT5-4.12.0-7],
/// and names the same [MQTT5-4.12.0-5].
void ServerConnection::on_auth(const mqtt::Frame& frame) {
  if (!v5()) return fail(ReasonCode::MalformedPacket);
  const auto packet = mqtt::decode_auth(frame);
  if (!packet) return fail(packet.error());
  if (session_ != nullptr) core_.observer.on_packet(*session_, "AUTH");
  const std::string* const method = core_.access.method_of(*this);
  if (method == nullptr) return fail(ReasonCode::ProtocolError);
  if (packet->properties.authentication_method.value_or("") != *method) {
    return fail(ReasonCode::BadAuthenticationMethod);
  }
  const ByteView data = packet->properties.authentication_data.value_or("");
  if (packet->reason == ReasonCode::ContinueAuthentication) {
    if (!core_.access.answer(*this, data)) return fail(ReasonCode::ProtocolError);
    if (state_ == State::Authenticating) await_verdict();
    return;
  }
  const bool may_begin = packet->reason == ReasonCode::Reauthenticate &&
                         state_ == State::Connected && !core_.access.is_asking(*this);
  if (!may_begin) return fail(ReasonCode::ProtocolError);
  auth::ConnectRequest request;
  request.peer = link_.peer();
  request.client_id = session_->client_id();
  request.method = *method;
  request.data = data;
  core_.access.ask(*this, std::move(request), {});
}

}  // namespace sluice::broker

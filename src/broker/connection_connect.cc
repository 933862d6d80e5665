// CONNECT: what is refused, which Session it gets, how it is answered.

#include <algorithm>

#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/own_topics.h"
#include "broker/server_connection.h"
#include "broker/session.h"
#include "mqtt/codec/decoder.h"
#include "mqtt/codec/encoder.h"
#include "mqtt/codec/utf8.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::broker {
namespace {

using mqtt::ReasonCode;

// What every socket may cost before CONNACK; more comes from a pool that all of them share.
constexpr std::size_t kConnectingBytesEach = 4096;

constexpr std::uint32_t kFirstLookWithoutKeepAlive = 30'000;  // ms

/// Seconds that the Session is to live on, as the Client wants it.
std::uint32_t expiry_asked_for(const mqtt::ConnectPacket& packet) {
  if (packet.version == mqtt::Version::V5) {
    return packet.properties.session_expiry_interval.value_or(0);
  }
  return packet.clean_start ? 0 : mqtt::kSessionNeverExpires;
}

Observer::Applicant applicant_of(const mqtt::ConnectPacket& packet, ByteView client_id) {
  return {.client_id = std::string(client_id),
          .username = std::string(packet.user_name.value_or(""))};
}

/// A CONNECT that cannot be understood gets a CONNACK only where the specification gives a code.
bool is_answered(mqtt::Version version, ReasonCode code, bool decoded) {
  if (version == mqtt::Version::V5) return true;
  if (code == ReasonCode::UnsupportedProtocolVersion) return true;  // [MQTT311-3.1.2-2]
  return decoded;                                                   // [MQTT311-3.1.4-1]
}

}  // namespace

std::size_t ServerConnection::on_first_bytes(ByteView bytes) {
  const mqtt::FrameResult result = mqtt::next_frame(bytes, terms().packet_size_max);
  const bool is_connect = !bytes.empty() && static_cast<unsigned char>(bytes[0]) >> 4 ==
                                                static_cast<int>(mqtt::PacketType::Connect);
  if (result.status == mqtt::FrameStatus::Malformed || (!bytes.empty() && !is_connect)) {
    end(ReasonCode::MalformedPacket, RefusalReason::MalformedPacket);
    return 0;
  }
  if (result.status == mqtt::FrameStatus::TooLarge) {
    end(ReasonCode::PacketTooLarge, RefusalReason::PacketTooLarge);
    return 0;
  }
  if (result.status == mqtt::FrameStatus::Incomplete) {
    if (!reserve_connecting_bytes(bytes.size())) {
      end(ReasonCode::QuotaExceeded, RefusalReason::ConnectingBytes);
    }
    return 0;
  }
  auto packet = mqtt::decode_connect(result.frame);
  if (!packet) {
    count_received(result.frame);
    const mqtt::Version version = mqtt::version_of_refused_connect(result.frame);
    if (is_answered(version, packet.error(), false)) {
      refuse(version, packet.error(), refusal_of(packet.error()));
    } else {
      end(packet.error(), refusal_of(packet.error()));
    }
    return result.frame.size;
  }
  const bool has_id = !packet->client_id.empty();
  const ShardId home = has_id ? core_.home_of(packet->client_id) : core_.self;
  if (home != core_.self) {
    leave_session(false);
    link_.hand_over(home);  // the home shard reads the same bytes again
    return 0;
  }
  count_received(result.frame);
  on_connect(*packet, bytes.substr(0, result.frame.size));
  return result.frame.size;
}

bool ServerConnection::reserve_connecting_bytes(std::size_t bytes) {
  if (bytes <= kConnectingBytesEach) return true;
  const auto wanted = static_cast<std::uint32_t>(bytes - kConnectingBytesEach);
  if (wanted <= connecting_bytes_) return true;
  const std::uint32_t more = wanted - connecting_bytes_;
  if (core_.connecting_bytes + more > core_.settings.limits.connecting_bytes_max) return false;
  core_.connecting_bytes += more;
  connecting_bytes_ = wanted;
  return true;
}

void ServerConnection::release_connecting_bytes() {
  core_.connecting_bytes -= connecting_bytes_;
  connecting_bytes_ = 0;
}

/// bytes  of the packet
void ServerConnection::on_connect(mqtt::ConnectPacket& packet, ByteView bytes) {
  version_ = packet.version;
  packet_size_max_ = packet.properties.maximum_packet_size.value_or(mqtt::kLargestPacket);
  if (const auto objection = objection_to(packet)) {
    return refuse(packet.version, *objection, refusal_of(*objection),
                  applicant_of(packet, packet.client_id));
  }
  if (core_.memory_full) {
    return refuse(packet.version, ReasonCode::ServerBusy, RefusalReason::MemoryFull,
                  applicant_of(packet, packet.client_id));
  }
  const std::string client_id =
      packet.client_id.empty() ? core_.new_client_id() : std::string(packet.client_id);
  if (core_.access.is_blocked(client_id, packet.user_name.value_or(""), link_.peer_address())) {
    return refuse_client(packet, client_id, ReasonCode::Banned, "blocked");
  }
  if (core_.access.policy().asks_providers) return authenticate(packet, client_id, bytes);
  if (packet.properties.authentication_method) {
    return refuse_client(packet, client_id, ReasonCode::BadAuthenticationMethod,
                         "no provider for its authentication method");
  }
  if (!core_.access.policy().allows_anonymous) {
    return refuse_client(packet, client_id, ReasonCode::NotAuthorized,
                         "no authentication provider is enabled and auth.allow_anonymous is off");
  }
  admit(packet, client_id, {}, {});
}

/// The Client is who it says: takes it in if there is room. `data` goes back with the CONNACK.
void ServerConnection::admit(mqtt::ConnectPacket& packet, ByteView client_id,
                             auth::Identity identity, ByteView data) {
  release_connecting_bytes();
  const std::uint32_t expiry = expiry_asked_for(packet);
  if (core_.store_failed && expiry != 0) {
    return refuse(packet.version, ReasonCode::ServerUnavailable, RefusalReason::StoreFailed,
                  applicant_of(packet, client_id));
  }
  const auto* rules = identity.rules.get();
  if (packet.will && (is_own_topic(packet.will->topic) ||
                      (rules != nullptr && !rules->may_publish(packet.will->topic)))) {
    ++core_.counters.publishes_denied;
    return refuse_client(packet, client_id, ReasonCode::NotAuthorized,
                         "its Will Topic is not allowed");
  }
  if (!has_room_for(client_id)) {
    return refuse(packet.version, ReasonCode::QuotaExceeded, RefusalReason::Sessions,
                  applicant_of(packet, client_id));
  }
  const bool is_application = identity.provider == auth::ProviderType::None
                                  ? core_.client_types.is_application(client_id)
                                  : identity.client_type == config::ClientType::Application;
  if (is_application && expiry != 0 && !has_room_for_application(client_id)) {
    return refuse(packet.version, ReasonCode::QuotaExceeded, RefusalReason::ApplicationClients,
                  applicant_of(packet, client_id));
  }
  accept(packet, client_id, {std::move(identity), is_application, data});
}

std::optional<ReasonCode> ServerConnection::objection_to(const mqtt::ConnectPacket& packet) const {
  const config::MqttSettings& mqtt = terms();
  if (packet.client_id.empty()) {
    const bool allowed = packet.version == mqtt::Version::V5 ||
                         (packet.version == mqtt::Version::V311 && packet.clean_start);
    if (!allowed) return ReasonCode::ClientIdentifierNotValid;  // [MQTT311-3.1.3-8]
  }
  if (packet.client_id.size() > mqtt.client_id_length_max) {
    return ReasonCode::ClientIdentifierNotValid;
  }
  if (packet.properties.user_properties.size() > mqtt.user_properties_max) {
    return ReasonCode::QuotaExceeded;
  }
  if (packet.will) {
    if (const auto objection = objection_to(*packet.will)) return objection;
  }
  return std::nullopt;
}

/// Within limits.sessions_max; a Client that has a Session already needs no room.
bool ServerConnection::has_room_for(ByteView client_id) const {
  const std::uint64_t limit = core_.settings.limits.sessions_max;
  return limit == 0 || core_.sessions.size() < share_of(limit) ||
         core_.sessions.find(client_id) != nullptr;
}

/// Within limits.application_clients_max.
bool ServerConnection::has_room_for_application(ByteView client_id) const {
  const std::uint64_t limit = core_.settings.limits.application_clients_max;
  if (limit == 0 || core_.counters.application_clients < share_of(limit)) return true;
  const Session* session = core_.sessions.find(client_id);
  return session != nullptr && session->stored() != nullptr && session->stored()->is_application;
}

/// Each shard takes its share of a limit, at least one: exact within one per shard, and no shared
/// count.
std::uint64_t ServerConnection::share_of(std::uint64_t limit) const {
  return std::max<std::uint64_t>(1, limit / core_.shards + (core_.self < limit % core_.shards));
}

std::optional<ReasonCode> ServerConnection::objection_to(const mqtt::WillPacketPart& will) const {
  const config::MqttSettings& mqtt = terms();
  if (static_cast<std::uint8_t>(will.qos) > mqtt.maximum_qos) {
    return ReasonCode::QosNotSupported;  // [MQTT5-3.2.2-12]
  }
  if (will.retain && !mqtt.retain_available) {
    return ReasonCode::RetainNotSupported;  // [MQTT5-3.2.2-13]
  }
  if (!mqtt::is_valid_topic_name(will.topic, mqtt.topic_levels_max)) {
    return ReasonCode::TopicNameInvalid;
  }
  if (will.properties.user_property_count > mqtt.user_properties_max) {
    return ReasonCode::QuotaExceeded;
  }
  if (will.properties.payload_is_utf8 && !mqtt::is_valid_utf8(will.payload)) {
    return ReasonCode::PayloadFormatInvalid;
  }
  return std::nullopt;
}

void ServerConnection::accept(mqtt::ConnectPacket& packet, ByteView client_id,
                              AdmittedClient client) {
  const config::MqttSettings& mqtt = terms();
  const std::uint64_t promised = core_.journal.promises();
  bool present = false;
  Session& session = claim_session(client_id, packet.clean_start, present);

  core_.connecting.erase(this);
  session_ = &session;
  session.begin_connection(*this, core_.wall_now(), packet.clean_start);
  state_ = State::Connected;
  ++core_.counters.connections;
  ++core_.counters.connections_accepted;
  ++core_.counters.connects[static_cast<std::size_t>(ReasonCode::Success)];

  const std::uint32_t expiry = expiry_asked_for(packet);
  session.set_expiry_interval(std::min(expiry, mqtt.session_expiry_max));
  expiry_at_connect_was_zero_ = expiry == 0;
  if (session.is_persistent() && session.stored() == nullptr) core_.sessions.make_stored(session);
  if (StoredSession* stored = session.stored()) {
    core_.sessions.set_application(*stored, client.is_application);
  }
  const bool is_known = client.identity.provider != auth::ProviderType::None;
  session.set_access(is_known || core_.rate_limits.limits_clients()
                         ? std::make_unique<ClientAccess>(core_, session, client.identity)
                         : nullptr);
  if (session.stored() != nullptr) core_.sessions.write_row(session, Need::Promise);
  core_.sessions.set_will(session, packet.will ? std::make_unique<Will>(*packet.will) : nullptr);

  receive_maximum_ =
      std::min(packet.properties.receive_maximum.value_or(65'535), mqtt.in_flight_max);
  alias_maximum_ =
      std::min(packet.properties.topic_alias_maximum.value_or(0), mqtt.topic_alias_outgoing_max);
  wants_problem_information_ = packet.properties.request_problem_information.value_or(true);
  start_keep_alive(packet.keep_alive);
  if (present && session.access() != nullptr) core_.access.recheck(session);
  const std::string connack = make_connack(packet, client, present);
  if (core_.journal.promises() != promised) {
    // What the Client is told of its Session has to hold from now on, whatever happens.
    hold();
    core_.groups.hold(*this, connack, true);
  } else {
    has_said_connack_ = true;
    append_output(connack);
  }
  link_.connected();
  core_.observer.on_connected(session);

  if (session.flow() != nullptr || session.has_backlog()) {
    session.make_flow().window.restart();
    core_.output.mark_dirty(*this);
  }
  core_.share_groups.tell_connected(session, true);
}

Session& ServerConnection::claim_session(ByteView client_id, bool clean_start, bool& present) {
  Session* session = core_.sessions.find(client_id);
  if (session != nullptr && session->connection() != nullptr) {
    // Clean Start 0 with a Will Delay keeps the Will: the Client is back in time [MQTT5-3.1.3-9].
    if (session->will() != nullptr && !clean_start && session->will()->delay > 0) {
      core_.sessions.delete_will(*session);
    }
    session->connection()->end(ReasonCode::SessionTakenOver, RefusalReason::TakenOver);
    session = core_.sessions.find(client_id);  // it may have ended with its connection
  }
  if (session != nullptr && clean_start) {
    core_.sessions.end(*session);
    session = nullptr;
  }
  present = session != nullptr;
  if (session == nullptr) return core_.sessions.create(client_id);
  session->stop_waiting();
  // One that is due comes before what the Client does now, as after a restart.
  if (session->will() != nullptr && session->will()->due <= core_.now) {
    core_.sessions.publish_will(*session);
  }
  core_.sessions.delete_will(*session);
  return *session;
}

void ServerConnection::start_keep_alive(std::uint16_t requested) {
  const auto cap = static_cast<std::uint32_t>(terms().keep_alive_max.count());
  std::uint32_t keep_alive = requested;
  // A v3 Client cannot be told of a cap, and would be cut off for keeping its word.
  if (version_ == mqtt::Version::V5 && cap != 0) keep_alive = std::min(keep_alive, cap);
  keep_alive_ms_ = keep_alive * 1500;
  const std::uint32_t first_look =
      keep_alive_ms_ == 0 ? kFirstLookWithoutKeepAlive : keep_alive_ms_;
  core_.timers.arm(*this, core_.now + milliseconds(first_look));
}

std::string ServerConnection::make_connack(const mqtt::ConnectPacket& packet,
                                           const AdmittedClient& client, bool present) const {
  const config::MqttSettings& mqtt = terms();
  mqtt::ConnackPacket connack;
  connack.session_present = present && packet.version != mqtt::Version::V31;
  if (packet.version == mqtt::Version::V5) {
    mqtt::Properties& properties = connack.properties;
    if (packet.client_id.empty()) properties.assigned_client_identifier = session_->client_id();
    if (packet.properties.authentication_method) {  // [MQTT5-4.12.0-5]
      properties.authentication_method = packet.properties.authentication_method;
      if (!client.data.empty()) properties.authentication_data = client.data;
    }
    const std::uint32_t asked = packet.properties.session_expiry_interval.value_or(0);
    if (session_->expiry_interval() != asked) {
      properties.session_expiry_interval = session_->expiry_interval();
    }
    if (keep_alive_ms_ != packet.keep_alive * 1500u) {
      properties.server_keep_alive = static_cast<std::uint16_t>(keep_alive_ms_ / 1500);
    }
    properties.receive_maximum = mqtt.receive_max;
    properties.maximum_packet_size = mqtt.packet_size_max;
    if (mqtt.topic_alias_max > 0) properties.topic_alias_maximum = mqtt.topic_alias_max;
    if (mqtt.maximum_qos < 2) properties.maximum_qos = mqtt.maximum_qos;
    if (!mqtt.retain_available) properties.retain_available = false;
    if (!mqtt.wildcard_subscriptions) properties.wildcard_subscription_available = false;
    if (!mqtt.subscription_identifiers) properties.subscription_identifier_available = false;
    if (!mqtt.shared_subscriptions) properties.shared_subscription_available = false;
    if (packet.properties.request_response_information.value_or(false) &&
        !mqtt.response_information.empty()) {
      properties.response_information = mqtt.response_information;
    }
  }
  std::string bytes;
  mqtt::encode(bytes, connack, packet.version);
  return bytes;
}

void ServerConnection::refuse(mqtt::Version version, ReasonCode code, RefusalReason counted,
                              Observer::Applicant applicant) {
  mqtt::ConnackPacket connack;
  if (version == mqtt::Version::V5) {
    connack.code = static_cast<std::uint8_t>(code);
    connack.properties.reason_string = mqtt::to_string(code);
  } else {
    connack.code = static_cast<std::uint8_t>(mqtt::to_return_code(code));
  }
  std::string bytes;
  mqtt::encode(bytes, connack, version);
  if (bytes.size() > packet_size_max_) {  // [MQTT5-3.2.2-19]
    bytes.clear();
    connack.properties.reason_string.reset();
    mqtt::encode(bytes, connack, version);
  }
  append_output(bytes);
  applicant.code = code;
  if (applicant.reason.empty()) applicant.reason = to_string(counted);
  core_.observer.on_refused(*this, std::move(applicant));
  finish(code, counted);
}

/// Refuses somebody whom the list of unauthorized clients is to show.
void ServerConnection::refuse_client(const mqtt::ConnectPacket& packet, ByteView client_id,
                                     ReasonCode code, std::string reason) {
  auth::RefusedClient refused;
  refused.client_id = client_id;
  refused.address = link_.peer_address();
  refused.username = packet.user_name.value_or("");
  refused.password_provided = packet.password.has_value();
  refused.is_tls = link_.peer().is_tls;
  refused.reason = reason;
  core_.access.report(std::move(refused));
  Observer::Applicant applicant = applicant_of(packet, client_id);
  applicant.reason = std::move(reason);
  refuse(packet.version, code, refusal_of(code), std::move(applicant));
}

}  // namespace sluice::broker

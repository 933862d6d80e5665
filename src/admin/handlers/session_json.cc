#include "admin/handlers/session_json.h"

#include "admin/handlers/json_parts.h"
#include "admin/handlers/subscription_json.h"
#include "entities/credentials_value.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::int64_t kNone = -1;

const char* state_of(const broker::SessionSummary& session) {
  return session.is_connected ? "CONNECTED" : "DISCONNECTED";
}

/// When it will have been without a connection for too long.
std::int64_t end_of(const broker::SessionDetails& session) {
  const bool ends = !session.summary.is_connected && session.summary.disconnected_at != 0 &&
                    session.expiry_interval != mqtt::kSessionNeverExpires;
  if (!ends) return kNone;
  return session.summary.disconnected_at + std::int64_t{session.expiry_interval} * 1000;
}

json::array by_qos(const std::uint64_t (&counts)[3]) {
  return {counts[0], counts[1], counts[2]};
}

json::value statistics_to_json(const std::optional<broker::ClientStatistics>& statistics) {
  if (!statistics) return nullptr;
  return json::object{{"received", by_qos(statistics->received)},
                      {"sent", by_qos(statistics->sent)},
                      {"receivedBytes", statistics->received_bytes},
                      {"sentBytes", statistics->sent_bytes},
                      {"dropped", statistics->dropped}};
}

json::value will_to_json(const std::optional<broker::WillFacts>& will) {
  if (!will) return nullptr;
  return json::object{{"topic", will->topic},
                      {"qos", static_cast<int>(will->qos)},
                      {"retain", will->retain},
                      {"payloadSize", will->payload_bytes},
                      {"willDelayInterval", will->delay_seconds}};
}

json::object connection_to_json(const broker::SessionDetails& session) {
  return {{"mqttVersion", version_to_json(session.protocol_version)},
          {"listener", session.listener},
          {"username", session.username},
          {"receiveMaximum", session.receive_maximum},
          {"maximumPacketSize", session.packet_size_max},
          {"inFlightCount", session.in_flight},
          {"unreleasedCount", session.unreleased},
          {"unsentBytes", session.unsent_bytes},
          {"stalled", session.is_stalled},
          {"will", will_to_json(session.will)},
          {"statistics", statistics_to_json(session.statistics)}};
}

}  // namespace

json::value version_to_json(std::uint8_t protocol_version) {
  switch (protocol_version) {
    case 3:
      return "MQTT_3_1";
    case 4:
      return "MQTT_3_1_1";
    case 5:
      return "MQTT_5";
    default:
      return nullptr;
  }
}

json::object session_to_json(const broker::SessionSummary& session, const std::string& node_id) {
  return {{"id", session.client_id},
          {"clientId", session.client_id},
          {"connectionState", state_of(session)},
          {"clientType", entities::to_string(session.type)},
          {"nodeId", node_id},
          {"sessionId", session.id},
          {"subscriptionsCount", session.subscriptions},
          {"connectedAt", session.connected_at},
          {"disconnectedAt", session.disconnected_at},
          {"clientIpAdr", session.address},
          {"cleanStart", session.clean_start},
          {"waitingMessages", session.waiting_messages},
          {"waitingBytes", session.waiting_bytes}};
}

json::object session_to_json(const broker::SessionDetails& session, const std::string& node_id) {
  json::object shown = session_to_json(session.summary, node_id);
  json::array subscriptions;
  for (const auto& subscription : session.subscriptions) {
    subscriptions.push_back(subscription_info_to_json(subscription));
  }
  shown["subscriptionsCount"] = session.subscriptions.size();
  shown["subscriptions"] = std::move(subscriptions);
  shown["sessionExpiryInterval"] = session.expiry_interval;
  shown["sessionEndTs"] = end_of(session);
  shown["keepAliveSeconds"] = session.keep_alive;
  shown["connection"] =
      session.summary.is_connected ? json::value(connection_to_json(session)) : nullptr;
  return shown;
}

}  // namespace sluice::admin

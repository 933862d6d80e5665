#include "broker/session_facts.h"

#include <algorithm>
#include <cstdio>

#include "base/hash.h"
#include "broker/client_access.h"
#include "broker/core.h"
#include "broker/server_connection.h"

namespace sluice::broker {

std::string address_of(const Session& session) {
  const ServerConnection* connection = session.connection();
  return connection != nullptr ? connection->peer_address() : session.last_address();
}

config::ClientType type_of(const Core& core, const Session& session) {
  if (const StoredSession* stored = session.stored()) {
    return stored->is_application ? config::ClientType::Application : config::ClientType::Device;
  }
  const ClientAccess* access = session.access();
  if (access != nullptr && access->identity().provider != auth::ProviderType::None) {
    return access->identity().client_type;
  }
  return core.client_types.is_application(session.client_id()) ? config::ClientType::Application
                                                               : config::ClientType::Device;
}

std::string uuid_of(ByteView client_id, WallTime connected_at) {
  const auto seed = static_cast<std::uint64_t>(connected_at);
  const std::uint64_t high = hash_bytes(client_id, seed);
  const std::uint64_t low = hash_bytes(client_id, ~seed);
  char text[37];
  // RFC 9562: version 8 is of the maker's own choice, the variant is 10 in binary.
  std::snprintf(text, sizeof text, "%08x-%04x-8%03x-%04x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xFFFF),
                static_cast<unsigned>(high & 0xFFF),
                static_cast<unsigned>((low >> 48 & 0x3FFF) | 0x8000),
                static_cast<unsigned long long>(low & 0xFFFF'FFFF'FFFF));
  return text;
}

WaitingCounts count_waiting(const Session& session) {
  WaitingCounts waiting;
  if (session.stored() != nullptr) waiting.on_disk = session.stored()->on_disk();
  waiting.messages = waiting.on_disk;
  if (const MessageFlow* flow = session.flow()) {
    waiting.in_flight = flow->window.count();
    waiting.messages += waiting.in_flight + flow->queue.size() + flow->queue.replay_size();
  }
  return waiting;
}

Waiting waiting_of(const Session& session) {
  Waiting waiting{count_waiting(session)};
  MessageFlow* const flow = session.flow();
  const StoredSession* const stored = session.stored();
  if (stored != nullptr) waiting.bytes = stored->bytes();
  if (flow == nullptr) return waiting;
  if (stored != nullptr) {
    waiting.bytes = std::max<std::uint64_t>(waiting.bytes, flow->queue.bytes());
    return waiting;
  }
  waiting.bytes = flow->queue.bytes();
  flow->window.for_each([&](const InFlightWindow::Entry& entry, std::uint16_t) {
    if (entry.delivery.message) waiting.bytes += entry.delivery.message->size();
  });
  return waiting;
}

std::uint64_t waiting_bytes(const Session& session) {
  const ServerConnection* connection = session.connection();
  return waiting_of(session).bytes + (connection != nullptr ? connection->unsent() : 0);
}

WallTime disconnected_at(const Core& core, const Session& session) {
  return session.connection() != nullptr ? 0 : core.to_wall(session.offline_since());
}

SessionSummary summary_of(const Core& core, const Session& session) {
  SessionSummary summary;
  summary.client_id = session.client_id();
  summary.id = uuid_of(session.client_id(), session.connected_at());
  summary.address = address_of(session);
  summary.connected_at = session.connected_at();
  summary.disconnected_at = disconnected_at(core, session);
  summary.subscriptions = session.subscription_count();
  summary.waiting_messages = waiting_of(session).messages;
  summary.waiting_bytes = waiting_bytes(session);
  summary.type = type_of(core, session);
  summary.is_connected = session.connection() != nullptr;
  summary.clean_start = session.is_clean_start();
  return summary;
}

}  // namespace sluice::broker

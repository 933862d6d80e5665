#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::config {

enum class ShareStrategy : std::uint8_t { RoundRobin, Random, Sticky, HashClient, HashTopic };

/// What the protocol offers and where it stops. Key prefix `mqtt.`; each member is a key of that name.
struct MqttSettings {
  std::uint32_t packet_size_max = 2 * 1024 * 1024;  // bytes, up to 256 MiB
  std::uint32_t topic_levels_max = 128;
  std::uint16_t topic_alias_max = 100;       // aliases a Client may set, 0 is none
  std::uint16_t topic_alias_outgoing_max = 32;  // aliases we set towards a Client that allows them
  std::uint16_t receive_max = 1000;          // unfinished QoS 1/2 PUBLISH of one Client
  std::uint16_t in_flight_max = 1000;        // unfinished QoS 1/2 PUBLISH to one Client
  std::uint32_t user_properties_max = 100;   // per packet
  std::uint32_t subscriptions_max = 10'000;  // per Session
  std::uint32_t client_id_length_max = 65'535;  // bytes
  std::chrono::seconds keep_alive_max{600};  // 0 is no cap; a Client's 0 ("off") stays off
  std::uint32_t session_expiry_max = 0xFFFFFFFF;  // seconds; 0xFFFFFFFF is no cap
  std::chrono::seconds connect_timeout{5};
  std::uint8_t maximum_qos = 2;
  bool retain_available = true;
  bool wildcard_subscriptions = true;
  bool shared_subscriptions = true;
  bool subscription_identifiers = true;
  bool allow_anonymous = true;
  std::string response_information;
  ShareStrategy share_strategy = ShareStrategy::RoundRobin;
};

/// Bounds of what the broker holds. Key prefix `limits.`.
struct LimitSettings {
  std::uint64_t sessions_max = 0;  // whole broker, 0 is no limit
  std::uint32_t queue_messages_max = 10'000;         // per Session, in flight included
  std::uint64_t queue_bytes_max = 64ULL * 1024 * 1024;  // per Session
  std::uint64_t output_high_watermark = 1280 * 1024;  // bytes; QoS 0 is dropped above ...
  std::uint64_t output_low_watermark = 640 * 1024;    // ... until it fell below this
  std::uint64_t retained_messages_max = 10'000'000;
  std::uint64_t retained_bytes_max = 4ULL * 1024 * 1024 * 1024;
  std::uint32_t half_open_per_address_max = 1000;     // sockets without CONNACK per shard, 0 is no limit
  std::uint64_t connecting_bytes_max = 8 * 1024 * 1024;  // per shard, for CONNECTs beyond 4 KiB each
};

/// What an acknowledgement promises: that it outlives a power cut, the process, or nothing.
enum class Durability : std::uint8_t { Fsync, Os, Memory };

/// How what must outlive a restart is kept. Key prefix `storage.`.
struct StorageSettings {
  Durability durability = Durability::Fsync;
  std::uint64_t pending_bytes_max = 16 * 1024 * 1024;  // on their way to the disk, per shard
  std::uint64_t loaded_bytes_max = 1024 * 1024;  // messages held of one connected Session
  std::chrono::seconds device_retention = std::chrono::hours{24 * 7};
  std::chrono::seconds application_retention = std::chrono::hours{24 * 7};
  std::uint64_t application_bytes_max = 1024ULL * 1024 * 1024;  // per APPLICATION Session
};

/// A DEVICE has few messages and loses the oldest; an APPLICATION reads a log at its own pace.
enum class ClientType : std::uint8_t { Device, Application };

/// What kind of Client somebody is. Key prefix `clients.`.
struct ClientSettings {
  ClientType default_type = ClientType::Device;
  std::string application_ids;  // RE2 for whole Client Identifiers of APPLICATIONs; empty is none
};

enum class Scheme : std::uint8_t { Mqtt, WebSocket };

/// One listener, written as a URL: mqtt://127.0.0.1:1883, ws://[::1]:8084/mqtt.
struct ListenerSettings {
  Scheme scheme = Scheme::Mqtt;
  std::string host;
  std::uint16_t port = 0;
  std::string path;  // WebSocket only
  std::string url() const;
};

enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error, Off };

struct Settings {
  std::vector<ListenerSettings> listeners;  // empty: loopback 1883 and 8084
  std::uint32_t shards = 0;                 // 0: one per core
  std::string data_dir = "sluice-data";
  LogLevel log_level = LogLevel::Info;
  MqttSettings mqtt;
  LimitSettings limits;
  StorageSettings storage;
  ClientSettings clients;
};

}  // namespace sluice::config

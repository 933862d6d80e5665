#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::config {

enum class ShareStrategy : std::uint8_t { RoundRobin, Random, Sticky, HashClient, HashTopic };

/// What the protocol offers and where it stops. Key prefix `mqtt.`; each member is a key of that
/// name.
struct MqttSettings {
  std::uint32_t packet_size_max = 2 * 1024 * 1024;  // bytes, up to 256 MiB
  std::uint32_t topic_levels_max = 128;
  std::uint16_t topic_alias_max = 100;          // aliases a Client may set, 0 is none
  std::uint16_t topic_alias_outgoing_max = 32;  // aliases we set towards a Client that allows them
  std::uint16_t receive_max = 1000;             // unfinished QoS 1/2 PUBLISH of one Client
  std::uint16_t in_flight_max = 1000;           // unfinished QoS 1/2 PUBLISH to one Client
  std::uint32_t user_properties_max = 100;      // per packet
  std::uint32_t subscriptions_max = 10'000;     // per Session
  std::uint32_t client_id_length_max = 65'535;  // bytes
  std::chrono::seconds keep_alive_max{600};     // 0 is no cap; a Client's 0 ("off") stays off
  std::uint32_t session_expiry_max = 0xFFFFFFFF;  // seconds; 0xFFFFFFFF is no cap
  std::chrono::seconds connect_timeout{5};
  std::uint8_t maximum_qos = 2;
  bool retain_available = true;
  bool wildcard_subscriptions = true;
  bool shared_subscriptions = true;
  bool subscription_identifiers = true;
  std::string response_information;
  ShareStrategy share_strategy = ShareStrategy::RoundRobin;
};

/// Bounds of what the broker holds. Key prefix `limits.`.
struct LimitSettings {
  std::uint64_t sessions_max = 0;             // whole broker, 0 is no limit
  std::uint64_t application_clients_max = 0;  // persistent ones, whole broker, 0 is no limit
  std::uint32_t queue_messages_max = 10'000;  // per Session, in flight included
  std::uint64_t queue_bytes_max = 64ULL * 1024 * 1024;  // per Session
  std::uint64_t output_high_watermark = 1280 * 1024;    // bytes; QoS 0 is dropped above ...
  std::uint64_t output_low_watermark = 640 * 1024;      // ... until it fell below this
  std::uint64_t retained_messages_max = 10'000'000;
  std::uint64_t retained_bytes_max = 4ULL * 1024 * 1024 * 1024;
  std::uint32_t half_open_per_address_max =
      1000;  // sockets without CONNACK per shard, 0 is no limit
  std::uint64_t connecting_bytes_max =
      8 * 1024 * 1024;  // per shard, for CONNECTs beyond 4 KiB each
};

/// What an acknowledgement promises: that it outlives a power cut, the process, or nothing.
enum class Durability : std::uint8_t { Fsync, Os, Memory };

/// How what must outlive a restart is kept. Key prefix `storage.`.
struct StorageSettings {
  Durability durability = Durability::Fsync;
  std::uint64_t pending_bytes_max = 16 * 1024 * 1024;  // on their way to the disk, per shard
  std::uint64_t loaded_bytes_max = 1024 * 1024;        // messages held of one connected Session
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
  bool operator==(const ClientSettings&) const = default;
};

/// How Clients get in. Key prefix `auth.`. Which providers are on, and what they accept, are
/// entities of the administration, not settings.
struct AuthSettings {
  bool allow_anonymous = false;        // those who bring no credentials and whom no provider knows
  std::chrono::seconds timeout{60};    // that providers may take for one CONNECT
  std::uint32_t pending_max = 50'000;  // CONNECTs that wait for a provider, whole broker
  std::chrono::seconds password_cache{60};  // that a verified password is remembered; 0 is not
  std::uint32_t password_cost = 10;         // of bcrypt: 2^n rounds
  std::uint32_t hash_threads = 2;
  bool http_to_private = false;  // HTTP providers and JWKS may call loopback and link-local hosts
  std::string block_after_failures;  // rate of failed logins of an address, empty is never
  std::string block_flapping;        // rate of connections of a Client, empty is never
  std::chrono::seconds block_time{300};
  std::chrono::seconds blocked_ttl =
      std::chrono::hours{24 * 7};    // an expired block is kept so long
  bool unauthorized_clients = true;  // keep a list of the refused
  std::chrono::seconds unauthorized_ttl = std::chrono::hours{24 * 3};
  std::uint32_t unauthorized_max = 100'000;
};

enum class ClientCertificates : std::uint8_t { None, Requested, Required };
enum class TlsVersion : std::uint8_t { V1_2, V1_3 };

/// For all listeners with TLS; a listener's own options go before. Key prefix `tls.`.
struct TlsSettings {
  std::string certificate;  // PEM file, the server's chain
  std::string key;          // PEM file
  std::string key_password;
  std::string client_ca;   // PEM file, who may sign Clients' certificates
  std::string client_crl;  // PEM file, which of them are revoked
  ClientCertificates client_certificates = ClientCertificates::None;
  TlsVersion minimum_version = TlsVersion::V1_2;
  std::string ciphers;                      // OpenSSL's list for TLS 1.2; empty: ECDHE with AEAD
  std::uint32_t handshakes_per_second = 0;  // 0 is no limit
  std::chrono::seconds handshake_timeout{10};
  bool session_tickets = true;
};

/// PROXY protocol v1 and v2. Key prefix `proxy.`.
struct ProxySettings {
  bool enabled = false;                      // on listeners that say nothing else
  std::string trusted = "127.0.0.0/8, ::1";  // ranges that may send the header
};

/// Rates in TBMQ's syntax: "10:1,300:60" is 10 in a second and 300 in a minute. Key prefix
/// `rate_limits.`.
struct RateLimitSettings {
  bool incoming_publish_enabled = false;
  std::string incoming_publish = "10:1,300:60";  // of a Client
  bool outgoing_publish_enabled = false;
  std::string outgoing_publish = "10:1,300:60";  // to a Client, what is not stored
  bool total_enabled = false;
  std::string total = "1000:1,50000:60";  // in and out, whole broker
  bool device_persisted_enabled = false;
  std::string device_persisted = "100:1,1000:60";  // stored for DEVICEs, whole broker
  std::string incoming_bytes;                      // of a Client; empty is no limit, as below
  std::string connects_per_listener;
  std::string connects_per_address;
  bool operator==(const RateLimitSettings&) const = default;
};

/// When to refuse new work. Key prefix `overload.`.
struct OverloadSettings {
  std::uint32_t loop_lag_ms = 500;  // a shard's turn: above it new connections wait; 0 is off
  std::uint64_t memory_max = 0;  // resident bytes above which new work is refused; 0: 85 % of what
                                 // the process may use
};

/// The HTTP server of the administration. Key prefix `admin.`.
struct AdminSettings {
  bool enabled = true;
  std::string address = "127.0.0.1";
  std::uint16_t port = 8083;
  std::string certificate;  // PEM files; empty: without TLS
  std::string key;
  std::string email = "admin@localhost";  // of the administrator made at the first start
  std::string password_file;              // with his password; empty: a setup token is printed
  std::chrono::seconds access_token_ttl{900};
  std::chrono::seconds refresh_token_ttl = std::chrono::hours{24 * 7};
  std::string requests = "200:1";        // of an address or token
  std::uint32_t body_max = 1024 * 1024;  // bytes; bulk import 16 times that
  std::uint32_t page_max = 1000;
  std::chrono::seconds audit_ttl = std::chrono::hours{24 * 365};
  std::uint32_t streams_max = 32;  // of GET /api/stream at a time
  bool metrics_public = true;      // /metrics without a token
};

enum class TopicTree : std::uint8_t { Off, On, Values };

/// What is observed and remembered of what the broker does.
struct TelemetrySettings {
  TopicTree topic_tree = TopicTree::Off;  // at the start; can be switched at run time
  std::uint32_t topics_max = 100'000;     // of the topic tree
  std::uint32_t history_days = 7;
  std::chrono::seconds history_interval{60};
};

/// What the broker publishes of itself, to Clients that may subscribe to it.
struct OwnTopicSettings {
  std::chrono::seconds sys_interval{0};  // between two values of $SYS/broker/#; 0: none
  bool events = false;                   // $events/client/#
};

enum class Scheme : std::uint8_t { Mqtt, WebSocket };

/// What one listener has of its own, written as the query of its URL. What is not set comes from
/// `tls.`, `proxy.` and `rate_limits.`.
struct ListenerOptions {
  std::optional<std::string> certificate{};
  std::optional<std::string> key{};
  std::optional<std::string> key_password{};
  std::optional<std::string> client_ca{};
  std::optional<std::string> client_crl{};
  std::optional<ClientCertificates> client_certificates{};
  std::optional<TlsVersion> minimum_version{};
  std::optional<std::string> ciphers{};
  std::optional<bool> proxy_protocol{};
  std::optional<std::string> trusted{};
  std::optional<std::uint64_t> connections_max{};  // Network Connections at a time, 0 is no limit
  std::optional<std::string> connects{};           // rate of new ones, empty is no limit
  bool operator==(const ListenerOptions&) const = default;
};

/// One listener, written as a URL: mqtt://127.0.0.1:1883, ws://[::1]:8084/mqtt,
/// mqtts://0.0.0.0:8883?certificate=/etc/sluice/chain.pem&key=/etc/sluice/key.pem.
struct ListenerSettings {
  Scheme scheme = Scheme::Mqtt;
  std::string host{};
  std::uint16_t port = 0;
  std::string path{};  // WebSocket only
  bool is_tls = false;
  ListenerOptions options{};
  /// Without options, among which there may be a password.
  std::string url() const;
  bool operator==(const ListenerSettings&) const = default;
};

enum class LogFormat : std::uint8_t { Text, Json };
enum class LogLevel : std::uint8_t { Debug, Info, Warning, Error, Off };

struct Settings {
  std::vector<ListenerSettings> listeners;  // empty: loopback 1883 and 8084
  std::uint32_t shards = 0;                 // 0: one per core
  std::string data_dir = "sluice-data";
  std::string node_id;  // empty: see app/node_id.h
  LogLevel log_level = LogLevel::Info;
  LogFormat log_format = LogFormat::Text;
  std::chrono::seconds drain_delay{
      0};                        // from SIGTERM, when readiness ends, to the first DISCONNECT
  std::uint32_t drain_rate = 0;  // Clients a second that are told to go; 0: all at once
  MqttSettings mqtt;
  LimitSettings limits;
  StorageSettings storage;
  ClientSettings clients;
  AuthSettings auth;
  TlsSettings tls;
  ProxySettings proxy;
  RateLimitSettings rate_limits;
  OverloadSettings overload;
  AdminSettings admin;
  TelemetrySettings telemetry;
  OwnTopicSettings own_topics;
};

}  // namespace sluice::config

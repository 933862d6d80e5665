#include "config/keys.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/join.hpp>
#include <cctype>
#include <limits>
#include <type_traits>
#include <vector>

#include "config/listener_url.h"
#include "config/nearest.h"
#include "config/units.h"

namespace sluice::config {
namespace {

using std::chrono::seconds;

constexpr std::uint64_t k16 = 0xFFFF;
constexpr std::uint64_t k32 = 0xFFFF'FFFF;
constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;
constexpr std::uint64_t kTiB = 1024 * 1024 * kMiB;
constexpr std::uint64_t kManyMessages = 1'000'000'000'000;
constexpr std::uint64_t kTopicLevelsMax = 65'536;  // 65'535 slashes, v5 4.7.3

constexpr std::array<std::string_view, 5> kShareStrategies{"round_robin", "random", "sticky",
                                                           "hash_client", "hash_topic"};
constexpr std::array<std::string_view, 3> kDurabilities{"fsync", "os", "memory"};
constexpr std::array<std::string_view, 2> kClientTypes{"device", "application"};
constexpr std::array<std::string_view, 3> kClientCertificates{"none", "requested", "required"};
constexpr std::array<std::string_view, 2> kTlsVersions{"1.2", "1.3"};
constexpr std::array<std::string_view, 3> kTopicTrees{"off", "on", "values"};
constexpr std::array<std::string_view, 2> kLogFormats{"text", "json"};
constexpr std::array<std::string_view, 5> kLogLevels{"debug", "info", "warning", "error", "off"};

template <auto... Path>
std::uint64_t get_number(const Settings& settings) {
  const auto& member = (settings.*....*Path);
  if constexpr (std::is_same_v<std::decay_t<decltype(member)>, seconds>) {
    return static_cast<std::uint64_t>(member.count());
  } else {
    return static_cast<std::uint64_t>(member);
  }
}

template <auto... Path>
void set_number(Settings& settings, std::uint64_t value) {
  auto& member = (settings.*....*Path);
  member = static_cast<std::decay_t<decltype(member)>>(value);
}

template <auto... Path>
std::string& text_of(Settings& settings) {
  return (settings.*....*Path);
}

template <auto... Path>
constexpr Key number(Kind kind, std::string_view name, std::uint64_t min, std::uint64_t max,
                     std::string_view help, TbmqName tbmq = {}) {
  return {.name = name,
          .kind = kind,
          .min = min,
          .max = max,
          .help = help,
          .tbmq = tbmq,
          .get = get_number<Path...>,
          .set = set_number<Path...>};
}

/// A key that a reload changes.
constexpr Key live(Key key) {
  key.live = true;
  return key;
}

template <auto Member>
constexpr Key mqtt(Kind kind, std::string_view name, std::uint64_t min, std::uint64_t max,
                   std::string_view help, TbmqName tbmq = {}) {
  return live(number<&Settings::mqtt, Member>(kind, name, min, max, help, tbmq));
}

template <auto Member>
constexpr Key mqtt_flag(std::string_view name, std::string_view help) {
  return live(number<&Settings::mqtt, Member>(Kind::Flag, name, 0, 1, help));
}

template <auto Member>
constexpr Key limit(Kind kind, std::string_view name, std::uint64_t min, std::uint64_t max,
                    std::string_view help, TbmqName tbmq = {}) {
  return live(number<&Settings::limits, Member>(kind, name, min, max, help, tbmq));
}

template <auto Member>
constexpr Key storage(Kind kind, std::string_view name, std::uint64_t min, std::uint64_t max,
                      std::string_view help, TbmqName tbmq = {}) {
  return live(number<&Settings::storage, Member>(kind, name, min, max, help, tbmq));
}

template <auto... Path>
constexpr Key choice(std::string_view name, std::span<const std::string_view> choices,
                     std::string_view help, TbmqName tbmq = {}) {
  Key key = number<Path...>(Kind::Choice, name, 0, choices.size() - 1, help, tbmq);
  key.choices = choices;
  return key;
}

template <auto... Path>
constexpr Key text(std::string_view name, std::string_view help, TbmqName tbmq = {}) {
  return {.name = name, .kind = Kind::Text, .help = help, .tbmq = tbmq, .text = text_of<Path...>};
}

template <auto... Path>
constexpr Key pattern(std::string_view name, std::string_view help) {
  Key key = text<Path...>(name, help);
  key.kind = Kind::Pattern;
  return key;
}

template <auto... Path>
constexpr Key rate(std::string_view name, std::string_view help, TbmqName tbmq = {}) {
  Key key = text<Path...>(name, help, tbmq);
  key.kind = Kind::Rate;
  return key;
}

template <auto... Path>
constexpr Key secret(std::string_view name, std::string_view help, TbmqName tbmq = {}) {
  Key key = text<Path...>(name, help, tbmq);
  key.kind = Kind::Secret;
  return key;
}

template <auto... Path>
constexpr Key flag(std::string_view name, std::string_view help, TbmqName tbmq = {}) {
  return number<Path...>(Kind::Flag, name, 0, 1, help, tbmq);
}

using enum Kind;
using M = MqttSettings;
using L = LimitSettings;
using S = StorageSettings;
using C = ClientSettings;
using A = AuthSettings;
using T = TlsSettings;
using R = RateLimitSettings;
using D = AdminSettings;
constexpr auto kAuth = &Settings::auth;
constexpr auto kTls = &Settings::tls;
constexpr auto kRates = &Settings::rate_limits;
constexpr auto kAdmin = &Settings::admin;
constexpr auto kTelemetry = &Settings::telemetry;
constexpr auto kOwnTopics = &Settings::own_topics;

constexpr std::array kKeys{
    Key{.name = "listeners",
        .kind = Listeners,
        .help = "Addresses to listen on, as URLs: mqtt://HOST[:PORT], ws://HOST[:PORT][/PATH]"},
    number<&Settings::shards>(Count, "shards", 0, 256,
                              "Threads that serve Clients; 0 is one per core"),
    text<&Settings::data_dir>("data_dir", "Folder for what must outlive a restart"),
    text<&Settings::node_id>(
        "node_id",
        "Name of this node; empty is the one in the file `node-id` of the data directory, made at "
        "the first start of the host's name",
        {"TB_SERVICE_ID"}),
    live(choice<&Settings::log_level>("log_level", kLogLevels,
                                      "Least severe messages that are logged")),
    live(choice<&Settings::log_format>("log_format", kLogFormats,
                                       "Lines for people, or an object of JSON on each")),
    live(number<&Settings::drain_delay>(Seconds, "drain_delay", 0, 600,
                                        "Time from the request to stop, when the broker is no "
                                        "longer ready, to the first DISCONNECT")),
    live(number<&Settings::drain_rate>(Count, "drain_rate", 0, 1'000'000,
                                       "Clients that are disconnected in a second of stopping, for "
                                       "at most 20 s; 0 is all at once")),

    mqtt<&M::packet_size_max>(Bytes, "mqtt.packet_size_max", 16, 256 * kMiB,
                              "Largest packet taken from a Client", {"TCP_NETTY_MAX_PAYLOAD_SIZE"}),
    mqtt<&M::topic_levels_max>(
        Count, "mqtt.topic_levels_max", 1, kTopicLevelsMax,
        "Levels of a Topic Name or Topic Filter",
        {.name = "MQTT_TOPIC_MAX_SEGMENTS_COUNT", .zero_means = kTopicLevelsMax}),
    mqtt<&M::topic_alias_max>(Count, "mqtt.topic_alias_max", 0, k16,
                              "Topic Aliases that a Client may set; 0 is none",
                              {"MQTT_TOPIC_ALIAS_MAX"}),
    mqtt<&M::topic_alias_outgoing_max>(
        Count, "mqtt.topic_alias_outgoing_max", 0, k16,
        "Topic Aliases that the broker sets towards a Client that allows them"),
    mqtt<&M::receive_max>(Count, "mqtt.receive_max", 1, k16,
                          "Unfinished QoS 1 and 2 PUBLISH packets taken from one Client",
                          {"MQTT_MAX_IN_FLIGHT_MSGS"}),
    mqtt<&M::in_flight_max>(Count, "mqtt.in_flight_max", 1, k16,
                            "Unfinished QoS 1 and 2 PUBLISH packets sent to one Client"),
    mqtt<&M::user_properties_max>(Count, "mqtt.user_properties_max", 0, 1'000'000,
                                  "User Properties of one packet"),
    mqtt<&M::subscriptions_max>(Count, "mqtt.subscriptions_max", 1, k32,
                                "Subscriptions of one Session"),
    mqtt<&M::client_id_length_max>(Bytes, "mqtt.client_id_length_max", 23, k16,
                                   "Length of a Client Identifier"),
    mqtt<&M::keep_alive_max>(
        Seconds, "mqtt.keep_alive_max", 0, k16,
        "Longest Keep Alive of an MQTT 5 Client; 0 is no cap. A Client that switched it off stays "
        "without",
        {"MQTT_KEEP_ALIVE_MAX_KEEP_ALIVE_SEC"}),
    mqtt<&M::session_expiry_max>(Seconds, "mqtt.session_expiry_max", 0, k32,
                                 "Longest Session Expiry Interval; 4294967295 is no cap",
                                 {"MQTT_CLIENT_SESSION_EXPIRY_MAX_EXPIRY_INTERVAL"}),
    mqtt<&M::connect_timeout>(Seconds, "mqtt.connect_timeout", 1, 600,
                              "Time from opening a Network Connection to its CONNECT packet"),
    mqtt<&M::maximum_qos>(Count, "mqtt.maximum_qos", 0, 2, "Highest QoS that a Client may use"),
    mqtt_flag<&M::retain_available>("mqtt.retain_available", "Keep retained messages"),
    mqtt_flag<&M::wildcard_subscriptions>("mqtt.wildcard_subscriptions",
                                          "Allow + and # in Topic Filters"),
    mqtt_flag<&M::shared_subscriptions>("mqtt.shared_subscriptions",
                                        "Allow Shared Subscriptions ($share/...)"),
    mqtt_flag<&M::subscription_identifiers>("mqtt.subscription_identifiers",
                                            "Allow Subscription Identifiers"),
    live(text<&Settings::mqtt, &M::response_information>(
        "mqtt.response_information", "Response Information told to Clients that ask; empty is none",
        {"MQTT_RESPONSE_INFO"})),
    choice<&Settings::mqtt, &M::share_strategy>(
        "mqtt.share_strategy", kShareStrategies,
        "How a message finds one member of a Shared Subscription",
        {"MQTT_SHARED_SUBSCRIPTIONS_PROCESSING_TYPE"}),

    limit<&L::sessions_max>(Count, "limits.sessions_max", 0, kManyMessages,
                            "Sessions of the whole broker; 0 is no limit", {"MQTT_SESSIONS_LIMIT"}),
    limit<&L::application_clients_max>(
        Count, "limits.application_clients_max", 0, kManyMessages,
        "Persistent APPLICATION Clients of the whole broker; 0 is no limit",
        {"MQTT_APPLICATION_CLIENTS_LIMIT"}),
    limit<&L::queue_messages_max>(Count, "limits.queue_messages_max", 1, k32,
                                  "Messages that wait in one Session, those in flight included",
                                  {"MQTT_PERSISTENT_SESSION_DEVICE_PERSISTED_MESSAGES_LIMIT"}),
    limit<&L::queue_bytes_max>(Bytes, "limits.queue_bytes_max", kKiB, kTiB,
                               "Bytes of messages that wait in one Session"),
    limit<&L::output_high_watermark>(
        Bytes, "limits.output_high_watermark", kKiB, kTiB,
        "Unsent bytes of a Network Connection above which QoS 0 messages to it are dropped",
        {.name = "NETTY_WRITE_BUFFER_HIGH_WATER_MARK", .scale = kKiB}),
    limit<&L::output_low_watermark>(
        Bytes, "limits.output_low_watermark", 0, kTiB,
        "Unsent bytes below which QoS 0 messages are sent again; less than the high watermark",
        {.name = "NETTY_WRITE_BUFFER_LOW_WATER_MARK", .scale = kKiB}),
    limit<&L::retained_messages_max>(Count, "limits.retained_messages_max", 0, kManyMessages,
                                     "Retained messages of the whole broker"),
    limit<&L::retained_bytes_max>(Bytes, "limits.retained_bytes_max", 0, kTiB,
                                  "Bytes of retained messages of the whole broker"),
    limit<&L::half_open_per_address_max>(
        Count, "limits.half_open_per_address_max", 0, k32,
        "Network Connections of one address that wait for CONNACK, per shard; 0 is no limit"),
    limit<&L::connecting_bytes_max>(
        Bytes, "limits.connecting_bytes_max", 4 * kKiB, kTiB,
        "Bytes held per shard for unfinished CONNECT packets beyond 4 KiB each"),

    choice<&Settings::storage, &S::durability>(
        "storage.durability", kDurabilities,
        "What is acknowledged outlives: fsync a power cut, os a killed process, memory nothing"),
    storage<&S::pending_bytes_max>(
        Bytes, "storage.pending_bytes_max", 64 * kKiB, kTiB,
        "Bytes on their way to the disk, per shard, before publishers are held back"),
    storage<&S::loaded_bytes_max>(
        Bytes, "storage.loaded_bytes_max", kKiB, kTiB,
        "Bytes of messages of one connected Session held in memory; the rest waits on disk"),
    storage<&S::device_retention>(Seconds, "storage.device_retention", 1, k32,
                                  "Age at which the messages of a DEVICE Session are dropped",
                                  {"MQTT_PERSISTENT_SESSION_DEVICE_PERSISTED_MESSAGES_TTL"}),
    storage<&S::application_retention>(
        Seconds, "storage.application_retention", 1, k32,
        "Age at which the messages of an APPLICATION Session are dropped"),
    storage<&S::application_bytes_max>(Bytes, "storage.application_bytes_max", kKiB, kTiB,
                                       "Bytes of messages kept for one APPLICATION Session"),

    live(choice<&Settings::clients, &C::default_type>(
        "clients.default_type", kClientTypes,
        "Type of the Clients that nothing else gives a type: device or application")),
    live(pattern<&Settings::clients, &C::application_ids>(
        "clients.application_ids",
        "Clients whose whole Client Identifier matches are of type application; empty is none")),

    live(flag<kAuth, &A::allow_anonymous>(
        "auth.allow_anonymous",
        "Let Clients in that bring no credentials and that no provider knows; off, and without a "
        "provider, nobody gets in")),
    live(number<kAuth, &A::timeout>(Seconds, "auth.timeout", 1, 600,
                                    "Time that the providers may take for one CONNECT")),
    live(number<kAuth, &A::pending_max>(Count, "auth.pending_max", 1, k32,
                                        "CONNECT packets that wait for a provider, whole broker")),
    live(number<kAuth, &A::password_cache>(
        Seconds, "auth.password_cache", 0, 86'400,
        "Time since its last use that a verified password is remembered, under a keyed hash",
        {.name = "CACHE_SPECS_BASIC_CREDENTIALS_PASSWORD_TTL", .scale = 60})),
    number<kAuth, &A::password_cost>(Count, "auth.password_cost", 4, 16,
                                     "Cost of new bcrypt hashes of Clients' passwords: 2^n rounds"),
    number<kAuth, &A::hash_threads>(Count, "auth.hash_threads", 1, 64,
                                    "Threads that verify passwords, at low priority"),
    flag<kAuth, &A::http_to_private>(
        "auth.http_to_private",
        "Let HTTP authentication and JWKS call loopback and link-local addresses"),
    live(rate<kAuth, &A::block_after_failures>(
        "auth.block_after_failures",
        "Failed logins of one address, as \"10:60\", after which it is blocked; empty is never")),
    live(rate<kAuth, &A::block_flapping>(
        "auth.block_flapping",
        "Connections of one Client, as \"15:60\", after which it is blocked; empty is never")),
    live(number<kAuth, &A::block_time>(Seconds, "auth.block_time", 1, k32,
                                       "Time for which failures or flapping block")),
    live(number<kAuth, &A::blocked_ttl>(
        Seconds, "auth.blocked_ttl", 1, k32, "Time for which an expired block stays in the list",
        {.name = "BLOCKED_CLIENT_CLEANUP_TTL_MINUTES", .scale = 60})),
    flag<kAuth, &A::unauthorized_clients>("auth.unauthorized_clients",
                                          "Keep a list of the Clients that were refused",
                                          {"SECURITY_UNAUTH_CLIENTS_ENABLED"}),
    live(number<kAuth, &A::unauthorized_ttl>(Seconds, "auth.unauthorized_ttl", 1, k32,
                                             "Time after which a refused Client leaves the list")),
    live(number<kAuth, &A::unauthorized_max>(Count, "auth.unauthorized_max", 1, 10'000'000,
                                             "Refused Clients in the list; the oldest make room")),

    text<kTls, &T::certificate>("tls.certificate",
                                "PEM file with the certificate chain of the server",
                                {"LISTENER_SSL_PEM_CERT"}),
    text<kTls, &T::key>("tls.key", "PEM file with its private key", {"LISTENER_SSL_PEM_KEY"}),
    secret<kTls, &T::key_password>("tls.key_password", "Password of the private key",
                                   {"LISTENER_SSL_PEM_KEY_PASSWORD"}),
    text<kTls, &T::client_ca>("tls.client_ca",
                              "PEM file with the authorities that sign Clients' certificates"),
    text<kTls, &T::client_crl>("tls.client_crl",
                               "PEM file with the lists of their revoked certificates"),
    choice<kTls, &T::client_certificates>("tls.client_certificates", kClientCertificates,
                                          "Whether Clients show a certificate"),
    choice<kTls, &T::minimum_version>("tls.minimum_version", kTlsVersions, "Oldest TLS version"),
    text<kTls, &T::ciphers>(
        "tls.ciphers", "OpenSSL's cipher list for TLS 1.2; empty: ECDHE with AES-GCM or ChaCha20",
        {"LISTENER_SSL_ENABLED_CIPHER_SUITES"}),
    live(number<kTls, &T::handshakes_per_second>(
        Count, "tls.handshakes_per_second", 0, 1'000'000,
        "TLS handshakes begun in a second, whole broker; the others wait; 0 is no limit")),
    live(number<kTls, &T::handshake_timeout>(Seconds, "tls.handshake_timeout", 1, 600,
                                             "Time for a TLS handshake")),
    flag<kTls, &T::session_tickets>("tls.session_tickets",
                                    "Let returning Clients resume a TLS session"),

    flag<&Settings::proxy, &ProxySettings::enabled>(
        "proxy.enabled", "Expect a PROXY protocol header (v1 or v2) on every listener",
        {"MQTT_PROXY_PROTOCOL_ENABLED"}),
    text<&Settings::proxy, &ProxySettings::trusted>(
        "proxy.trusted", "Address ranges whose PROXY protocol headers are believed"),

    live(flag<kRates, &R::incoming_publish_enabled>("rate_limits.incoming_publish_enabled",
                                                    "Limit what one Client publishes",
                                                    {"MQTT_INCOMING_RATE_LIMITS_ENABLED"})),
    live(rate<kRates, &R::incoming_publish>(
        "rate_limits.incoming_publish",
        "Messages of one Client: \"10:1,300:60\" is 10 in a second and 300 in a minute",
        {"MQTT_INCOMING_RATE_LIMITS_CLIENT_CONFIG"})),
    live(flag<kRates, &R::outgoing_publish_enabled>(
        "rate_limits.outgoing_publish_enabled",
        "Limit what one Client is sent of messages that are not stored for it",
        {"MQTT_OUTGOING_RATE_LIMITS_ENABLED"})),
    live(rate<kRates, &R::outgoing_publish>("rate_limits.outgoing_publish",
                                            "Messages to one Client",
                                            {"MQTT_OUTGOING_RATE_LIMITS_CLIENT_CONFIG"})),
    live(flag<kRates, &R::total_enabled>("rate_limits.total_enabled",
                                         "Limit messages in and out of the whole broker",
                                         {"MQTT_TOTAL_RATE_LIMITS_ENABLED"})),
    live(rate<kRates, &R::total>("rate_limits.total", "Messages in and out of the whole broker",
                                 {"MQTT_TOTAL_RATE_LIMITS_CONFIG"})),
    live(flag<kRates, &R::device_persisted_enabled>(
        "rate_limits.device_persisted_enabled", "Limit messages stored for DEVICE Clients",
        {"MQTT_DEVICE_PERSISTED_MSGS_RATE_LIMITS_ENABLED"})),
    live(rate<kRates, &R::device_persisted>("rate_limits.device_persisted",
                                            "Messages stored for DEVICE Clients, whole broker",
                                            {"MQTT_DEVICE_PERSISTED_MSGS_RATE_LIMITS_CONFIG"})),
    live(rate<kRates, &R::incoming_bytes>(
        "rate_limits.incoming_bytes", "Bytes of one Client, as \"1000000:1\"; empty is no limit")),
    live(rate<kRates, &R::connects_per_listener>(
        "rate_limits.connects_per_listener",
        "Network Connections that one listener takes; empty is no limit")),
    live(rate<kRates, &R::connects_per_address>(
        "rate_limits.connects_per_address",
        "Network Connections from one address; empty is no limit")),

    live(number<&Settings::overload, &OverloadSettings::loop_lag_ms>(
        Count, "overload.loop_lag_ms", 0, 60'000,
        "Milliseconds that a shard may be behind before new connections wait; 0 is off")),
    live(number<&Settings::overload, &OverloadSettings::memory_max>(
        Bytes, "overload.memory_max", 0, 1024 * kTiB,
        "Resident memory above which new work is refused; 0 is 85 % of what the process may use")),

    flag<kAdmin, &D::enabled>("admin.enabled", "Serve the administration over HTTP"),
    text<kAdmin, &D::address>("admin.address", "Address of the administration",
                              {"HTTP_BIND_ADDRESS"}),
    number<kAdmin, &D::port>(Count, "admin.port", 1, k16, "Port of the administration",
                             {"HTTP_BIND_PORT"}),
    text<kAdmin, &D::certificate>("admin.certificate",
                                  "PEM file with its certificate chain; empty is HTTP without TLS",
                                  {"SSL_PEM_CERT"}),
    text<kAdmin, &D::key>("admin.key", "PEM file with its private key", {"SSL_PEM_KEY"}),
    text<kAdmin, &D::email>("admin.email",
                            "E-mail address of the administrator who is made at the first start"),
    text<kAdmin, &D::password_file>(
        "admin.password_file", "File with his password; empty: a token to set one is printed once"),
    live(number<kAdmin, &D::access_token_ttl>(Seconds, "admin.access_token_ttl", 10, 86'400,
                                              "Life of an access token")),
    live(number<kAdmin, &D::refresh_token_ttl>(Seconds, "admin.refresh_token_ttl", 60, k32,
                                               "Life of a refresh token")),
    live(
        rate<kAdmin, &D::requests>("admin.requests", "Requests of one address; empty is no limit")),
    live(number<kAdmin, &D::body_max>(Bytes, "admin.body_max", kKiB, 256 * kMiB,
                                      "Body of a request; of a bulk import 16 times that")),
    live(number<kAdmin, &D::page_max>(Count, "admin.page_max", 1, 100'000, "Items of one page")),
    live(number<kAdmin, &D::audit_ttl>(Seconds, "admin.audit_ttl", 3600, k32,
                                       "Time for which the audit log is kept")),
    number<kAdmin, &D::streams_max>(Count, "admin.streams_max", 1, 1000,
                                    "Streams of live events at a time"),
    flag<kAdmin, &D::metrics_public>("admin.metrics_public", "Serve `/metrics` without a token"),

    choice<kTelemetry, &TelemetrySettings::topic_tree>(
        "telemetry.topic_tree", kTopicTrees,
        "Topic tree from the start; `values` also shows what messages carry"),
    number<kTelemetry, &TelemetrySettings::topics_max>(
        Count, "telemetry.topics_max", 1000, 1'000'000,
        "Topics in the tree; beyond it those go that were seen least recently"),
    number<kTelemetry, &TelemetrySettings::history_days>(Count, "telemetry.history_days", 1, 366,
                                                         "Days for which statistics are kept"),
    number<kTelemetry, &TelemetrySettings::history_interval>(
        Seconds, "telemetry.history_interval", 1, 3600, "Time between two values of statistics"),

    number<kOwnTopics, &OwnTopicSettings::sys_interval>(
        Seconds, "sys.interval", 0, 86'400,
        "Time between two values that the broker publishes to `$SYS/broker/#`, 0: none"),
    flag<kOwnTopics, &OwnTopicSettings::events>(
        "events.enabled", "Publish what happens to Clients to `$events/client/#`"),
};

std::vector<std::string_view> section_names() {
  std::vector<std::string_view> names;
  for (const Key& key : kKeys) {
    const auto dot = key.name.find('.');
    if (dot == std::string_view::npos) continue;
    const auto section = key.name.substr(0, dot);
    if (names.empty() || names.back() != section) names.push_back(section);
  }
  return names;
}

}  // namespace

std::span<const Key> all_keys() {
  return kKeys;
}

const Key* find_key(std::string_view name) {
  const auto found = std::ranges::find(kKeys, name, &Key::name);
  return found == kKeys.end() ? nullptr : &*found;
}

bool is_section(std::string_view name) {
  const auto names = section_names();
  return std::ranges::find(names, name) != names.end();
}

std::string nearest_key(std::string_view wrong) {
  std::vector<std::string_view> names;
  names.reserve(kKeys.size());
  for (const Key& key : kKeys) names.push_back(key.name);
  return nearest(wrong, names);
}

std::string nearest_section(std::string_view wrong) {
  return nearest(wrong, section_names());
}

std::string environment_name(const Key& key) {
  std::string name = "SLUICE_";
  for (const char c : key.name) {
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string value_text(const Key& key, const Settings& settings) {
  switch (key.kind) {
    case Count:
    case Bytes:
    case Seconds:
      return format_quantity(key.kind, key.get(settings));
    case Flag:
      return key.get(settings) != 0 ? "true" : "false";
    case Choice:
      return std::string(key.choices[key.get(settings)]);
    case Text:
    case Pattern:
    case Rate: {
      Settings copy = settings;
      return key.text(copy);
    }
    case Secret: {
      Settings copy = settings;
      return key.text(copy).empty() ? "" : "***";
    }
    case Listeners:
      break;
  }
  std::vector<std::string> urls;
  for (const auto& listener : effective_listeners(settings)) urls.push_back(listener.url());
  return boost::join(urls, ", ");
}

bool is_same(const Key& key, const Settings& a, const Settings& b) {
  if (key.kind == Listeners) return effective_listeners(a) == effective_listeners(b);
  if (key.text == nullptr) return key.get(a) == key.get(b);
  Settings copies[] = {a, b};
  return key.text(copies[0]) == key.text(copies[1]);
}

void copy_value(const Key& key, const Settings& from, Settings& to) {
  if (key.kind == Listeners) {
    to.listeners = from.listeners;
  } else if (key.text == nullptr) {
    key.set(to, key.get(from));
  } else {
    Settings copy = from;
    key.text(to) = key.text(copy);
  }
}

}  // namespace sluice::config

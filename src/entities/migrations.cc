#include "entities/migrations.h"

#include <array>

namespace sluice::entities {
namespace {

// Times are milliseconds since 1970. Names of enumerations are those of the REST API.
constexpr const char* kFirst = R"sql(
CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  created INTEGER NOT NULL,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('VIEWER', 'OPERATOR', 'ADMIN')),
  password_hash TEXT NOT NULL,
  password_changed INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  additional_info TEXT NOT NULL,
  failed_logins INTEGER NOT NULL,
  locked_until INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('VIEWER', 'OPERATOR', 'ADMIN')),
  hash BLOB NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT;

CREATE TABLE refresh_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  family TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('GOOD', 'SPENT', 'REVOKED'))
) STRICT;
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (user_id);

CREATE TABLE setup_token (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  hash BLOB NOT NULL,
  expires INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_keys (
  id TEXT NOT NULL PRIMARY KEY,
  secret BLOB NOT NULL,
  created INTEGER NOT NULL
) STRICT;

CREATE TABLE client_credentials (
  id TEXT NOT NULL PRIMARY KEY,
  created INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  client_type TEXT NOT NULL CHECK (client_type IN ('DEVICE', 'APPLICATION')),
  type TEXT NOT NULL CHECK (type IN ('MQTT_BASIC', 'X_509', 'SCRAM')),
  key TEXT NOT NULL UNIQUE,
  value TEXT NOT NULL,
  additional_info TEXT NOT NULL,
  -- Parts of the value, to search in.
  client_id TEXT NOT NULL,
  username TEXT NOT NULL,
  common_name TEXT NOT NULL,
  is_expression INTEGER NOT NULL
) STRICT;
CREATE INDEX client_credentials_by_time ON client_credentials (created);
CREATE INDEX client_credentials_with_expression ON client_credentials (created)
  WHERE is_expression = 1;

CREATE TABLE auth_providers (
  id TEXT NOT NULL PRIMARY KEY,
  created INTEGER NOT NULL,
  type TEXT NOT NULL UNIQUE,
  enabled INTEGER NOT NULL,
  configuration TEXT NOT NULL,
  additional_info TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
  id TEXT NOT NULL PRIMARY KEY,
  created INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE blocked_clients (
  type TEXT NOT NULL CHECK (type IN ('CLIENT_ID', 'USERNAME', 'IP_ADDRESS', 'REGEX')),
  value TEXT NOT NULL,
  target TEXT NOT NULL CHECK (target IN ('', 'BY_CLIENT_ID', 'BY_USERNAME', 'BY_IP_ADDRESS')),
  expires INTEGER NOT NULL,
  description TEXT NOT NULL,
  created INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  UNIQUE (type, value, target)
) STRICT;

CREATE TABLE unauthorized_clients (
  client_id TEXT NOT NULL PRIMARY KEY,
  ip_address TEXT NOT NULL,
  time INTEGER NOT NULL,
  username TEXT NOT NULL,
  password_provided INTEGER NOT NULL,
  tls_used INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX unauthorized_clients_by_time ON unauthorized_clients (time);

CREATE TABLE audit_log (
  sequence INTEGER NOT NULL PRIMARY KEY,
  time INTEGER NOT NULL,
  user TEXT NOT NULL,
  action TEXT NOT NULL,
  entity_type TEXT NOT NULL,
  entity_id TEXT NOT NULL,
  entity_name TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  address TEXT NOT NULL,
  result TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_log_by_time ON audit_log (time);

-- Between which two entries the chain is held: the last one that was removed, and the last one.
CREATE TABLE audit_chain (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  removed_sequence INTEGER NOT NULL,
  removed_hash BLOB NOT NULL,
  last_sequence INTEGER NOT NULL,
  last_hash BLOB NOT NULL
) STRICT;
INSERT INTO audit_chain VALUES (1, 0, zeroblob(32), 0, zeroblob(32));

CREATE TRIGGER audit_log_never_changes BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log never changes'); END;
CREATE TRIGGER audit_log_ends_at_the_front BEFORE DELETE ON audit_log
WHEN old.sequence > (SELECT removed_sequence FROM audit_chain)
BEGIN SELECT RAISE(ABORT, 'the audit log loses its oldest entries only'); END;
)sql";

constexpr const char* kWebSocketClients = R"sql(
CREATE TABLE websocket_connections (
  id TEXT NOT NULL PRIMARY KEY,
  created INTEGER NOT NULL,
  -- The id of a user, or the name of an API key.
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  client_id TEXT NOT NULL,
  configuration TEXT NOT NULL,
  UNIQUE (owner, name)
) STRICT;

CREATE TABLE websocket_subscriptions (
  id TEXT NOT NULL PRIMARY KEY,
  created INTEGER NOT NULL,
  connection_id TEXT NOT NULL REFERENCES websocket_connections (id) ON DELETE CASCADE,
  configuration TEXT NOT NULL
) STRICT;
CREATE INDEX websocket_subscriptions_by_connection ON websocket_subscriptions (connection_id);

CREATE TRIGGER websocket_connections_go_with_their_user AFTER DELETE ON users
BEGIN DELETE FROM websocket_connections WHERE owner = old.id; END;
)sql";

constexpr const char* kPasswordLinks = R"sql(
CREATE TABLE password_links (
  user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  hash BLOB NOT NULL UNIQUE,
  expires INTEGER NOT NULL
) STRICT;
)sql";

constexpr std::array kMigrations{kFirst, kWebSocketClients, kPasswordLinks};

}  // namespace

std::span<const char* const> all_migrations() {
  return kMigrations;
}

}  // namespace sluice::entities

#pragma once

#include <memory>
#include <string>

#include "entities/api_keys.h"
#include "entities/audit_log.h"
#include "entities/auth_providers.h"
#include "entities/blocked_clients.h"
#include "entities/credentials_store.h"
#include "entities/database.h"
#include "entities/password_links.h"
#include "entities/refresh_tokens.h"
#include "entities/settings_store.h"
#include "entities/setup_token.h"
#include "entities/signing_keys.h"
#include "entities/unauthorized_clients.h"
#include "entities/users.h"
#include "entities/websocket_connections.h"
#include "entities/websocket_subscriptions.h"

namespace sluice::entities {

/// All entities of the administration, in the file `admin.db` of the data folder.
///
/// Lives on   the admin thread; the only one that writes.
/// Promises   what a Transaction committed outlives a kill and a power cut; what it did not commit
///            leaves no trace.
///
///   auto transaction = store.begin();
///   auto user = store.users().create(*transaction, draft, now);
///   auto logged = store.audit_log().append(*transaction, entry);
///   auto done = transaction->commit();
class AdminStore {
 public:
  /// Creates folder (0700) and file (0600) where they are missing, brings an older one up to date.
  /// errors  Database: not writable; readable by others; made by a newer version; damaged (a
  /// damaged
  ///         file is never replaced: put back a backup or move it away)
  static Result<std::unique_ptr<AdminStore>> open(const std::string& folder, std::int64_t now);

  /// Of the file; for SqliteCredentialsSource.
  const std::string& path() const { return path_; }

  Result<Transaction> begin() { return database_->begin(); }
  Database& database() { return *database_; }

  Users& users() { return users_; }
  ApiKeys& api_keys() { return api_keys_; }
  RefreshTokens& refresh_tokens() { return refresh_tokens_; }
  SetupTokens& setup_tokens() { return setup_tokens_; }
  PasswordLinks& password_links() { return password_links_; }
  SigningKeys& signing_keys() { return signing_keys_; }
  CredentialsStore& credentials() { return credentials_; }
  AuthProviders& providers() { return providers_; }
  SettingsStore& settings() { return settings_; }
  BlockedClients& blocked_clients() { return blocked_clients_; }
  UnauthorizedClients& unauthorized_clients() { return unauthorized_clients_; }
  WebSocketConnections& websocket_connections() { return websocket_connections_; }
  WebSocketSubscriptions& websocket_subscriptions() { return websocket_subscriptions_; }
  AuditLog& audit_log() { return audit_log_; }

 private:
  AdminStore(std::string path, std::unique_ptr<Database> database);

  std::string path_;
  std::unique_ptr<Database> database_;
  Users users_;
  ApiKeys api_keys_;
  RefreshTokens refresh_tokens_;
  SetupTokens setup_tokens_;
  PasswordLinks password_links_;
  SigningKeys signing_keys_;
  CredentialsStore credentials_;
  AuthProviders providers_;
  SettingsStore settings_;
  BlockedClients blocked_clients_;
  UnauthorizedClients unauthorized_clients_;
  WebSocketConnections websocket_connections_;
  WebSocketSubscriptions websocket_subscriptions_;
  AuditLog audit_log_;
};

}  // namespace sluice::entities

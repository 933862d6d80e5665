#pragma once

#include <memory>
#include <string>

#include "auth/credentials_source.h"
#include "entities/database.h"

namespace sluice::entities {

/// Credentials for the providers, read over a connection of its own beside the writer's.
///
/// Lives on   the authenticator's thread.
/// Promises   finds what was committed before the call.
class SqliteCredentialsSource final : public auth::CredentialsSource {
 public:
  /// path  of a file that an AdminStore has opened before
  static Result<std::unique_ptr<SqliteCredentialsSource>> open(const std::string& path);

  sluice::Result<std::optional<auth::Credentials>> find(std::string_view key) override;
  sluice::Result<std::vector<auth::Credentials>> find_x509_expressions() override;

 private:
  explicit SqliteCredentialsSource(std::unique_ptr<Database> database);

  std::unique_ptr<Database> database_;
  Statement find_;
  Statement find_expressions_;
};

}  // namespace sluice::entities

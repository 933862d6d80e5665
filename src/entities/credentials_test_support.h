#pragma once

#include <string>
#include <vector>

#include "entities/credentials_store.h"

namespace sluice::entities::testing {

inline auth::RuleText rules_of(const std::vector<std::string>& patterns) {
  return {{patterns, {}}, {patterns, {}}};
}

inline ClientCredentials named(const std::string& name, auth::Credentials value) {
  ClientCredentials credentials;
  credentials.value = std::move(value);
  credentials.value.name = name;
  return credentials;
}

/// Basic ones with a user name.
inline ClientCredentials basic(const std::string& name, const std::string& username) {
  auth::Credentials value;
  value.basic.emplace();
  value.basic->username = username;
  value.basic->rules = rules_of({"a/.*"});
  return named(name, std::move(value));
}

inline ClientCredentials x509(const std::string& name, const std::string& common_name,
                              bool is_regex = false) {
  auth::Credentials value;
  value.x509 = auth::X509Credentials{common_name, is_regex, {{".*", rules_of({"${cn}/.*"})}}};
  return named(name, std::move(value));
}

inline ClientCredentials scram(const std::string& name, const std::string& username) {
  auth::Credentials value;
  value.scram.emplace();
  value.scram->username = username;
  value.scram->salt = std::string("salt\0\xFF", 6);
  value.scram->stored_key = std::string(32, '\x01');
  value.scram->server_key = std::string(32, '\xFE');
  return named(name, std::move(value));
}

}  // namespace sluice::entities::testing

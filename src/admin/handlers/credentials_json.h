#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "admin/http/api_error.h"
#include "entities/credentials_store.h"

namespace sluice::admin {

/// TBMQ's MqttClientCredentials as somebody sends them, checked but for what needs the store.
struct CredentialsDraft {
  entities::ClientCredentials credentials;  // an empty id: to be created
  std::optional<std::string> password;      // not hashed yet
};

/// `credentialsValue` is JSON in a text, as TBMQ has it, or the JSON object itself.
/// errors  400, naming the member
Outcome<CredentialsDraft> read_credentials(const boost::json::value& body);

/// Without secrets.
boost::json::object credentials_to_json(const entities::ClientCredentials& credentials);
boost::json::object short_credentials_to_json(const entities::ShortClientCredentials& credentials);

}  // namespace sluice::admin

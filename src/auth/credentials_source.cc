#include "auth/credentials_source.h"

namespace sluice::auth {
namespace {

std::string joined(const char* kind, std::string_view name) {
  return std::string(kind).append("|").append(name);
}

}  // namespace

std::string basic_key_of_username(std::string_view username) {
  return joined("username", username);
}

std::string basic_key_of_client_id(std::string_view client_id) {
  return joined("client_id", client_id);
}

std::string basic_key_of_both(std::string_view username, std::string_view client_id) {
  return joined("mixed", std::to_string(username.size()))
      .append("|")
      .append(username)
      .append("|")
      .append(client_id);
}

std::string x509_key(std::string_view common_name) {
  return joined("ssl", common_name);
}

std::string scram_key(std::string_view username, ScramAlgorithm algorithm) {
  return joined(algorithm == ScramAlgorithm::Sha256 ? "scram|SHA_256" : "scram|SHA_512", username);
}

}  // namespace sluice::auth

#include "ctl/endpoint.h"

#include <cstdlib>

namespace sluice::ctl {
namespace {

constexpr const char* kDefaultUrl = "http://127.0.0.1:8083";
constexpr const char* kSocketName = "/admin.sock";
constexpr const char* kKeyVariable = "SLUICE_API_KEY";

Outcome<std::string> find_key(const CommonOptions& options, Console& console) {
  if (options.api_key) return *options.api_key;
  if (options.api_key_file) return console.secret(options.api_key_file, "API key");
  const char* variable = std::getenv(kKeyVariable);
  return variable == nullptr ? std::string() : std::string(variable);
}

}  // namespace

Outcome<Endpoint> find_endpoint(const CommonOptions& options, Console& console) {
  auto key = find_key(options, console);
  if (!key) return tl::unexpected(key.error());
  Endpoint endpoint{options.url.value_or(kDefaultUrl), options.socket_path.value_or(""),
                    std::move(*key), options.ca_file};
  while (endpoint.url.ends_with('/')) endpoint.url.pop_back();
  if (!options.socket_path && !options.url && endpoint.api_key.empty()) {
    endpoint.socket_path = options.data_dir + kSocketName;
  }
  // The host of the URL names nobody there, and TLS is of the port.
  if (!endpoint.socket_path.empty()) endpoint.url = "http://localhost";
  return endpoint;
}

}  // namespace sluice::ctl

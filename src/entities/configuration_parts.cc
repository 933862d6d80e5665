#include "entities/configuration_parts.h"

#include "entities/rules_json.h"

namespace sluice::entities {

std::string read_url(JsonReader& reader, std::string_view name) {
  std::string url = reader.text(name).value_or("");
  if (url.empty()) return url;
  const auto scheme_end = url.find("://");
  const std::string scheme = url.substr(0, scheme_end);
  if (scheme_end == std::string::npos || (scheme != "http" && scheme != "https")) {
    reader.fail(name, "must begin with http:// or https://");
    return url;
  }
  const auto host_at = scheme_end + 3;
  const std::string authority = url.substr(host_at, url.find_first_of("/?#", host_at) - host_at);
  if (authority.empty()) reader.fail(name, "has no host");
  if (authority.find('@') != std::string::npos) {
    reader.fail(name, "user name and password belong into the credentials");
  }
  if (url.find_first_of(" \t\r\n") != std::string::npos) reader.fail(name, "has white space");
  return url;
}

providers::HttpLogin read_login(JsonReader& reader, std::string_view name) {
  providers::HttpLogin login;
  const auto* const object = reader.object(name);
  if (object == nullptr) return login;
  JsonReader inner = reader.inner(name, *object);
  const std::string type = inner.text("type").value_or("anonymous");
  if (type == "basic") {
    login.username = inner.text("username").value_or("");
    login.password = inner.text("password").value_or("");
    if (login.username.empty()) inner.fail("username", "must not be empty");
  } else if (type == "cert.PEM") {
    login.ca = inner.text("caCert").value_or("");
    login.certificate = inner.text("cert").value_or("");
    login.key = inner.text("privateKey").value_or("");
    login.key_password = inner.text("password").value_or("");
    for (const char* const file : {"caCertFileName", "certFileName", "privateKeyFileName"}) {
      inner.skip(file);
    }
    if (login.certificate.empty() != login.key.empty()) {
      inner.fail("cert", "a certificate and its private key go together");
    }
  } else if (type != "anonymous") {
    inner.fail("type", "must be anonymous, basic or cert.PEM");
  }
  inner.finish();
  return login;
}

std::optional<auth::RuleText> read_checked_rules(JsonReader& reader, std::string_view name) {
  auto rules = read_rules(reader, name);
  if (!rules) return rules;
  const auto checked = auth::check_rules(*rules);
  if (!checked) reader.fail(name, checked.error().what);
  return rules;
}

}  // namespace sluice::entities

#include "security/administration.h"

#include "admin/testing/http_peer.h"

namespace sluice::security {

using admin::testing::HttpPeer;

namespace {

std::string body_of(const std::string& id, const std::string& name, const std::string& password,
                    const std::string& rules) {
  const std::string with_id = id.empty() ? "" : R"("id": ")" + id + R"(", )";
  const std::string with_password =
      password.empty() ? "" : R"("password": ")" + password + R"(", )";
  return "{" + with_id + R"("name": ")" + name +
         R"(", "clientType": "DEVICE", "credentialsType": "MQTT_BASIC", "credentialsValue": {)" +
         R"("userName": ")" + name + R"(", )" + with_password + R"("authRules": )" + rules + "}}";
}

}  // namespace

Administration::Answer Administration::ask(const std::string& method, const std::string& target,
                                           const std::string& body,
                                           const std::string& headers) const {
  HttpPeer peer = HttpPeer::local(socket_);
  if (!peer.is_connected()) throw Surprise("the administration is not there: " + socket_);
  const std::string answer = peer.ask(method, target, body, headers);
  if (answer.empty()) throw Surprise("the administration did not answer " + target);
  return {HttpPeer::status(answer), HttpPeer::body(answer)};
}

std::string Administration::do_it(const std::string& method, const std::string& target,
                                  const std::string& body, Where where) const {
  const Answer answer = ask(method, target, body);
  if (answer.status == 200) return answer.body;
  throw Surprise("line " + std::to_string(where.line()) + ": " + method + " " + target +
                 " was answered by " + std::to_string(answer.status) + " " + answer.body);
}

std::string Administration::add_user(const std::string& name, const std::string& rules,
                                     Where where) const {
  return text_member(do_it("POST", kCredentials, body_of("", name, kPassword, rules), where), "id");
}

void Administration::change_rules(const std::string& id, const std::string& name,
                                  const std::string& rules, Where where) const {
  do_it("POST", kCredentials, body_of(id, name, "", rules), where);
}

void Administration::delete_credentials(const std::string& id, Where where) const {
  do_it("DELETE", std::string(kCredentials) + "/" + id, "", where);
}

void Administration::disable_provider(const std::string& type, Where where) const {
  const std::string provider = do_it("GET", "/api/mqtt/auth/provider/type/" + type, "", where);
  do_it("POST", "/api/mqtt/auth/provider/" + text_member(provider, "id") + "/disable", "", where);
}

std::string may(const std::vector<std::string>& filters) {
  std::string list;
  for (const std::string& filter : filters) {
    list +=
        (list.empty() ? "" : ", ") + std::string(R"({"allow": true, "filter": ")") + filter + "\"}";
  }
  return R"({"pubFilterRules": [)" + list + R"(], "subFilterRules": [)" + list + "]}";
}

Connect connect_as_user(const std::string& client_id, const std::string& user_name) {
  return Connect(client_id).user_name(user_name).password(kPassword);
}

std::string text_member(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\":\"";
  const std::size_t found = json.find(key);
  if (found == std::string::npos) throw Surprise("no " + name + " in " + json);
  const std::size_t begin = found + key.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

}  // namespace sluice::security

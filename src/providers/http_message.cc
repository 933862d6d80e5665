#include "providers/http_message.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <optional>
#include <string_view>
#include <utility>

#include "mqtt/codec/utf8.h"
#include "providers/strict_json.h"
#include "providers/text_template.h"

namespace sluice::providers {

namespace {

namespace json = boost::json;

std::optional<std::string_view> value_of(std::string_view name,
                                         const auth::ConnectRequest& request) {
  const auto& names = request.peer.common_names;
  if (name == "clientId") return request.client_id;
  if (name == "username") return request.username ? std::string_view(*request.username) : "";
  if (name == "password") return request.password ? std::string_view(*request.password) : "";
  if (name == "commonName") return names.empty() ? "" : std::string_view(names.front());
  return std::nullopt;
}

/// The inside of a JSON string.
std::string json_escaped(std::string_view text) {
  const std::string quoted = json::serialize(json::string_view(text.data(), text.size()));
  return quoted.substr(1, quoted.size() - 2);
}

Result<std::string> body_of(const std::string& text, const auth::ConnectRequest& request) {
  bool is_text = true;
  std::string body = expand_template(text, [&](std::string_view name) {
    const auto value = value_of(name, request);
    if (value && !mqtt::is_valid_utf8(*value)) is_text = false;
    return value && is_text ? std::optional(json_escaped(*value)) : std::nullopt;
  });
  if (!is_text) return failure("a user name or password that is not UTF-8");
  return body;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~')) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

Result<std::string> url_with_query(const std::string& endpoint, std::string_view body) {
  const auto object = parse_json_object(body);
  if (!object) return failure("the request template: " + object.error().what);
  std::string url = endpoint.substr(0, endpoint.find('#'));
  for (const auto& member : *object) {
    const json::value& value = member.value();
    if (value.is_structured()) return failure("the request template has lists or objects in it");
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += percent_encoded({member.key().data(), member.key().size()});
    url += '=';
    url += percent_encoded(value.is_string() ? std::string(value.get_string())
                                             : json::serialize(value));
  }
  return url;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

Skipped wrong_answer(std::string what) {
  return {"HTTP: " + std::move(what), true};
}

/// Null and a missing list allow nothing.
Result<auth::RuleList> list_of(const json::object& rules, const char* name) {
  auth::RuleList list;
  const json::value* value = rules.if_contains(name);
  if (value == nullptr || value->is_null()) return list;
  if (!value->is_array()) return failure(std::string(name) + " is not a list");
  for (const auto& element : value->get_array()) {
    if (!element.is_string()) return failure(std::string(name) + " is not a list of texts");
    list.patterns.emplace_back(element.get_string());
  }
  return list;
}

Result<std::optional<auth::RuleText>> rules_of(const json::object& answer,
                                               const std::optional<auth::RuleText>& otherwise) {
  const json::value* rules = answer.if_contains("authRules");
  if (rules == nullptr || rules->is_null()) return otherwise;
  if (!rules->is_object()) return failure("authRules is not an object");
  auto publish = list_of(rules->get_object(), "pubAuthRulePatterns");
  if (!publish) return tl::unexpected(publish.error());
  auto subscribe = list_of(rules->get_object(), "subAuthRulePatterns");
  if (!subscribe) return tl::unexpected(subscribe.error());
  return auth::RuleText{std::move(*publish), std::move(*subscribe)};
}

auth::Admitted admit(const auth::ConnectRequest& request, config::ClientType type,
                     const std::optional<auth::RuleText>& rules, RuleCache& cache) {
  auth::Admitted admitted;
  auth::Identity& identity = admitted.identity;
  identity.provider = auth::ProviderType::Http;
  identity.client_type = type;
  identity.credentials_name = to_string(identity.provider);
  identity.username = request.username.value_or("");
  if (!request.peer.common_names.empty()) identity.common_name = request.peer.common_names.front();
  identity.rules =
      cache.book_of(rules)->rules_for({request.client_id, identity.username, identity.common_name});
  return admitted;
}

/// An object that is no answer of ours, like {"error": "..."}, lets nobody in.
bool has_unknown_members(const json::object& answer) {
  return std::any_of(answer.begin(), answer.end(), [](const auto& member) {
    return member.key() != "result" && member.key() != "clientType" && member.key() != "authRules";
  });
}

Decision decide_by_answer(const HttpSettings& settings, const auth::ConnectRequest& request,
                          const json::object& answer, RuleCache& cache) {
  const std::string result = upper(text_of(answer, "result"));
  if (result == "FAILURE") return not_authorized("HTTP: the server said failure");
  if (result == "SKIPPED") return Skipped{"HTTP: the server said skipped"};
  const bool says_nothing = !answer.contains("result") && !has_unknown_members(answer);
  if (result != "SUCCESS" && !says_nothing) return wrong_answer("an unknown result");

  const std::string type = upper(text_of(answer, "clientType"));
  config::ClientType client_type = settings.default_client_type;
  if (type == "DEVICE") client_type = config::ClientType::Device;
  if (type == "APPLICATION") client_type = config::ClientType::Application;
  const auto rules = rules_of(answer, settings.rules);
  if (!rules) return not_authorized("HTTP: " + rules.error().what);
  return admit(request, client_type, *rules, cache);
}

}  // namespace

Result<HttpCall> make_call(const HttpSettings& settings, const auth::ConnectRequest& request) {
  auto body = body_of(settings.body, request);
  if (!body) return tl::unexpected(body.error());
  HttpCall call;
  call.headers = settings.headers;
  call.reply_max = settings.reply_max;
  if (settings.use_get) {
    auto url = url_with_query(settings.endpoint, *body);
    if (!url) return tl::unexpected(url.error());
    call.url = std::move(*url);
    return call;
  }
  call.method = "POST";
  call.url = settings.endpoint;
  call.body = std::move(*body);
  call.headers.try_emplace("Content-Type", "application/json");
  return call;
}

Decision decide_by_reply(const HttpSettings& settings, const auth::ConnectRequest& request,
                         const HttpReply& reply, RuleCache& rules) {
  if (!reply.error.empty()) return wrong_answer(reply.error);
  if (!reply.is_success()) return wrong_answer("it answered " + std::to_string(reply.status));
  if (is_blank(reply.body)) {
    return admit(request, settings.default_client_type, settings.rules, rules);
  }
  const auto answer = parse_json(reply.body);
  if (!answer) return wrong_answer(answer.error().what);
  if (answer->is_null()) return admit(request, settings.default_client_type, settings.rules, rules);
  if (!answer->is_object()) return wrong_answer("the answer is no object");
  return decide_by_answer(settings, request, answer->get_object(), rules);
}

}  // namespace sluice::providers

#include "ctl/api.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace sluice::ctl {

namespace json = boost::json;

namespace {

constexpr std::size_t kPageSize = 100;
constexpr int kTriesMax = 5;
constexpr int kTooManyRequests = 429;

std::string target_of(std::string_view path, const Query& query) {
  std::string target(path);
  char separator = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    target += separator + name + "=" + percent_encoded(value);
    separator = '&';
  }
  return target;
}

Outcome<json::value> parsed(Outcome<std::string> text) {
  if (!text) return tl::unexpected(std::move(text.error()));
  if (text->empty()) return json::value(nullptr);
  json::error_code error;
  json::value value = json::parse(*text, error);
  if (error) return refused("the broker's answer is no JSON: is this the administration's port?");
  return value;
}

int exit_code_of(int status) {
  if (status == 401 || status == 403) return kExitDenied;
  return status == 404 ? kExitNotFound : kExitRefused;
}

/// What the broker says in TBMQ's shape of an error.
Failure refusal(const HttpReply& reply) {
  Failure failure{exit_code_of(reply.status), "", reply.status};
  json::error_code error;
  const json::value body = json::parse(reply.body, error);
  const json::object* object = error ? nullptr : body.if_object();
  const json::value* message = object ? object->if_contains("message") : nullptr;
  if (message && message->is_string()) {
    failure.what = std::string(message->get_string());
  } else {
    failure.what = "the broker answered with HTTP status " + std::to_string(reply.status);
  }
  if (reply.status == 401) failure.what += " (see --api-key-file, SLUICE_API_KEY and --socket)";
  return failure;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char each : text) {
    if (kPlain.find(each) != std::string_view::npos) {
      encoded += each;
      continue;
    }
    const auto byte = static_cast<unsigned char>(each);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 0xF];
  }
  return encoded;
}

Outcome<json::value> Api::get(std::string_view path, const Query& query) {
  return parsed(request("GET", target_of(path, query)));
}

Outcome<json::value> Api::post(std::string_view path, const json::value& body) {
  const std::string text = body.is_null() ? "" : json::serialize(body);
  return parsed(request("POST", std::string(path), &text));
}

Outcome<json::value> Api::remove(std::string_view path, const Query& query) {
  return parsed(request("DELETE", target_of(path, query)));
}

Outcome<std::string> Api::download(std::string_view path, const Query& query) {
  return request("GET", target_of(path, query));
}

Outcome<void> Api::stream(std::string_view path, const Query& query, const Sink& sink) {
  auto reply = transport_->stream(target_of(path, query), sink);
  if (!reply) return tl::unexpected(std::move(reply.error()));
  if (reply->status >= 300) return tl::unexpected(refusal(*reply));
  return {};
}

Outcome<HttpReply> Api::answer(std::string_view path, const Query& query) {
  return transport_->send("GET", target_of(path, query), nullptr);
}

Outcome<json::array> Api::list(std::string_view path, const Query& query, std::size_t limit) {
  const std::size_t size = limit == 0 ? kPageSize : std::min(limit, kPageSize);
  json::array items;
  for (std::size_t number = 0;; ++number) {
    Query paged = query;
    paged.emplace_back("pageSize", std::to_string(size));
    paged.emplace_back("page", std::to_string(number));
    auto page = get(path, paged);
    if (!page) return tl::unexpected(std::move(page.error()));
    json::object* object = page->if_object();
    json::value* data = object ? object->if_contains("data") : nullptr;
    if (!data || !data->is_array()) return refused("the broker's answer is no page of a list");
    for (json::value& item : data->get_array()) {
      items.push_back(std::move(item));
      if (items.size() == limit) return items;
    }
    const json::value* more = object->if_contains("hasNext");
    if (!more || !more->is_bool() || !more->get_bool()) return items;
  }
}

Outcome<std::string> Api::request(const char* method, const std::string& target,
                                  const std::string* body) {
  for (int tries = 1;; ++tries) {
    auto reply = transport_->send(method, target, body);
    if (!reply) return tl::unexpected(std::move(reply.error()));
    if (reply->status < 300) return std::move(reply->body);
    // The pages of a long list come faster than the broker's limit of requests allows.
    const bool is_read = body == nullptr && std::string_view(method) == "GET";
    if (reply->status != kTooManyRequests || !is_read || tries == kTriesMax) {
      return tl::unexpected(refusal(*reply));
    }
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

}  // namespace sluice::ctl

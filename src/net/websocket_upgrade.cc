#include "net/websocket_upgrade.h"

#include <openssl/evp.h>

#include <array>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <exception>
#include <string_view>

namespace sluice::net {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Request = http::request<http::empty_body>;

constexpr std::string_view kEndOfHeader = "\r\n\r\n";
constexpr std::string_view kAcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 1.3
constexpr std::size_t kKeySize = 24;  // 16 bytes in base64

std::string refusal(std::string_view status, std::string_view why, std::string_view extra = {}) {
  std::string response = "HTTP/1.1 ";
  response.append(status).append("\r\nConnection: close\r\nContent-Type: text/plain\r\n");
  response.append(extra).append("Content-Length: ").append(std::to_string(why.size() + 1));
  return response.append("\r\n\r\n").append(why).append("\n");
}

std::string base64(const unsigned char* bytes, int size) {
  std::string text(static_cast<std::size_t>(4 * ((size + 2) / 3)) + 1, '\0');
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, size);
  text.resize(static_cast<std::size_t>(written));
  return text;
}

/// RFC 6455 4.2.2, step 5.4.
std::string accept_token(std::string_view key) {
  const std::string text = std::string(key).append(kAcceptGuid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return base64(digest.data(), static_cast<int>(size));
}

bool is_key(std::string_view key) {
  if (key.size() != kKeySize || !key.ends_with("==")) return false;
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return key.find_first_not_of(kAlphabet) == kKeySize - 2;
}

/// "mqtt" wins wherever it stands in the Client's list: it is the registered name.
std::string_view choose_subprotocol(std::string_view offered) {
  std::string_view chosen;
  for (const auto name : http::token_list{{offered.data(), offered.size()}}) {
    if (name == "mqtt") return "mqtt";
    if (name == "mqttv3.1") chosen = "mqttv3.1";
  }
  return chosen;
}

std::string_view field(const Request& request, http::field name) {
  const auto value = request[name];
  return {value.data(), value.size()};
}

bool has_token(const Request& request, http::field name, const char* token) {
  return http::token_list{request[name]}.exists(token);
}

std::string joined(const Request& request, http::field name) {
  std::string all;
  const auto [begin, end] = request.equal_range(name);
  for (auto entry = begin; entry != end; ++entry) {
    if (!all.empty()) all += ", ";
    all.append(entry->value().data(), entry->value().size());
  }
  return all;
}

UpgradeAnswer answer_to(const Request& request, const std::string& path) {
  const auto refuse = [](std::string_view status, std::string_view why,
                         std::string_view extra = {}) {
    return UpgradeAnswer{false, refusal(status, why, extra), 0};
  };
  const std::string_view target(request.target().data(), request.target().size());
  if (request.method() != http::verb::get) {
    return refuse("405 Method Not Allowed", "MQTT over WebSocket begins with GET.",
                  "Allow: GET\r\n");
  }
  if (target.substr(0, target.find('?')) != path) {
    return refuse("404 Not Found", "MQTT over WebSocket is served at " + path + ".");
  }
  if (!has_token(request, http::field::upgrade, "websocket") ||
      !has_token(request, http::field::connection, "upgrade")) {
    return refuse("426 Upgrade Required", "This is an MQTT over WebSocket endpoint.",
                  "Upgrade: websocket\r\n");
  }
  if (field(request, http::field::sec_websocket_version) != "13") {
    return refuse("426 Upgrade Required", "Only WebSocket version 13 is served.",
                  "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
  }
  const std::string_view key = field(request, http::field::sec_websocket_key);
  if (request.version() < 11 || !is_key(key)) {
    return refuse("400 Bad Request", "Not a valid WebSocket handshake.");
  }
  const auto subprotocol = choose_subprotocol(joined(request, http::field::sec_websocket_protocol));
  if (subprotocol.empty()) {
    return refuse("400 Bad Request", "Offer the WebSocket subprotocol mqtt.");
  }
  std::string response =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  response.append("Sec-WebSocket-Accept: ").append(accept_token(key));
  response.append("\r\nSec-WebSocket-Protocol: ").append(subprotocol).append("\r\n\r\n");
  return {true, std::move(response), 0};
}

UpgradeAnswer answer_to_header(ByteView header, const std::string& path) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kUpgradeHeaderMax);
  parser.skip(true);  // a body is nobody's business: the answer closes
  boost::system::error_code error;
  parser.put(boost::asio::buffer(header.data(), header.size()), error);
  if (error || !parser.is_header_done()) {
    return {false, refusal("400 Bad Request", "Not a valid HTTP request."), 0};
  }
  return answer_to(parser.get(), path);
}

}  // namespace

bool try_upgrade(ByteView in, const std::string& path, UpgradeAnswer* answer) {
  // MQTT or TLS spoken to the wrong port is told at once rather than at the time limit.
  if (!in.empty() && (in[0] < 'A' || in[0] > 'Z')) {
    *answer = {false, refusal("400 Bad Request", "Not a valid HTTP request."), in.size()};
    return true;
  }
  const std::size_t end = in.substr(0, kUpgradeHeaderMax).find(kEndOfHeader);
  if (end == ByteView::npos) {
    if (in.size() < kUpgradeHeaderMax) return false;
    *answer = {false, refusal("431 Request Header Fields Too Large", "At most 8 KiB of header."),
               in.size()};
    return true;
  }
  const ByteView header = in.substr(0, end + kEndOfHeader.size());
  try {
    *answer = answer_to_header(header, path);
  } catch (const std::exception&) {  // Beast's containers throw when they cannot allocate
    *answer = {false, refusal("503 Service Unavailable", "Try again later."), 0};
  }
  answer->header_size = header.size();
  return true;
}

}  // namespace sluice::net

#include "ctl/http_client.h"

#include <array>
#include <utility>

#include "providers/curl_library.h"

namespace sluice::ctl {

namespace {

using providers::CurlLibrary;

constexpr long kConnectSeconds = 10;
constexpr long kReplySeconds = 3600;  // an import hashes ten thousand passwords

std::size_t append_body(char* bytes, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(bytes, size * count);
  return size * count;
}

/// Where the body of a stream goes, which its status decides.
struct Flow {
  const CurlLibrary& curl;
  CURL* handle;
  const Sink& sink;
  HttpReply reply{};
  bool is_enough = false;
};

std::size_t pass_body(char* bytes, std::size_t size, std::size_t count, void* context) {
  Flow& flow = *static_cast<Flow*>(context);
  const std::string_view piece(bytes, size * count);
  long status = 0;
  flow.curl.easy_getinfo(flow.handle, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 300) {
    flow.reply.body += piece;
  } else if (!flow.sink(piece)) {
    flow.is_enough = true;
    return 0;  // to libcurl a failure, which ends the transfer
  }
  return piece.size();
}

class HttpClient final : public Transport {
 public:
  /// handle  not null
  HttpClient(const CurlLibrary& curl, CURL* handle, Endpoint endpoint)
      : curl_(curl), handle_(handle), endpoint_(std::move(endpoint)) {
    set_up();
  }
  ~HttpClient() override {
    curl_.easy_cleanup(handle_);
    curl_.slist_free_all(headers_);
  }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Outcome<HttpReply> send(const char* method, std::string_view target,
                          const std::string* body) override {
    HttpReply reply;
    set_body(body);
    set(CURLOPT_CUSTOMREQUEST, method);
    set(CURLOPT_TIMEOUT, kReplySeconds);
    set(CURLOPT_WRITEFUNCTION, &append_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&reply.body));
    const CURLcode code = perform(target);
    if (code != CURLE_OK) return tl::unexpected(to_failure(code));
    reply.status = status();
    return reply;
  }

  Outcome<HttpReply> stream(std::string_view target, const Sink& sink) override {
    Flow flow{curl_, handle_, sink};
    set_body(nullptr);
    set(CURLOPT_CUSTOMREQUEST, "GET");
    set(CURLOPT_TIMEOUT, 0L);
    set(CURLOPT_WRITEFUNCTION, &pass_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(&flow));
    const CURLcode code = perform(target);
    if (code != CURLE_OK && !flow.is_enough) return tl::unexpected(to_failure(code));
    flow.reply.status = status();
    return std::move(flow.reply);
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    curl_.easy_setopt(handle_, option, value);
  }

  CURLcode perform(std::string_view target) {
    const std::string url = endpoint_.url + std::string(target);
    set(CURLOPT_URL, url.c_str());
    fault_[0] = '\0';
    return curl_.easy_perform(handle_);
  }

  int status() {
    long status = 0;
    curl_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
  }

  void set_up() {
    headers_ = curl_.slist_append(headers_, "Content-Type: application/json");
    // Health has two forms; streams and files come as what they are.
    headers_ = curl_.slist_append(headers_, "Accept: application/json, */*;q=0.5");
    headers_ =
        curl_.slist_append(headers_, "Expect:");  // a large body shall not wait for a "go on"
    if (!endpoint_.api_key.empty()) {
      headers_ = curl_.slist_append(headers_, ("X-API-Key: " + endpoint_.api_key).c_str());
    }
    set(CURLOPT_HTTPHEADER, headers_);
    set(CURLOPT_ERRORBUFFER, fault_.data());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // A proxy of the environment, meant for the world outside, would read the API key.
    set(CURLOPT_PROXY, "");
    if (!endpoint_.ca_file.empty()) set(CURLOPT_CAINFO, endpoint_.ca_file.c_str());
    if (!endpoint_.socket_path.empty()) {
      set(CURLOPT_UNIX_SOCKET_PATH, endpoint_.socket_path.c_str());
    }
  }

  void set_body(const std::string* body) {
    if (body == nullptr) return set(CURLOPT_HTTPGET, 1L);
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    set(CURLOPT_POSTFIELDS, body->data());
  }

  Failure to_failure(CURLcode code) const {
    const std::string why = fault_[0] != '\0' ? fault_.data() : curl_.easy_strerror(code);
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
      return {kExitUsage, "'" + endpoint_.url + "' is no URL of http or https"};
    }
    if (code == CURLE_SSL_CACERT_BADFILE) return {kExitUsage, "--ca: " + why};
    return {kExitUnavailable, "cannot reach the broker at " + endpoint_.name() + ": " + why};
  }

  const CurlLibrary& curl_;
  CURL* handle_;
  Endpoint endpoint_;
  curl_slist* headers_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> fault_{};
};

}  // namespace

Outcome<std::unique_ptr<Transport>> make_http_client(const Endpoint& endpoint) {
  const auto curl = CurlLibrary::load();
  if (!curl) return unreachable(curl.error().what);
  if (endpoint.api_key.find_first_of("\r\n") != std::string::npos) {
    return misused("the API key has a line break");
  }
  CURL* handle = (*curl)->easy_init();
  if (handle == nullptr) return unreachable("libcurl has no memory");
  return std::make_unique<HttpClient>(**curl, handle, endpoint);
}

}  // namespace sluice::ctl

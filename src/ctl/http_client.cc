#include "ctl/http_client.h"

#include <array>
#include <utility>

#include "providers/curl_library.h"

namespace sluice::ctl {

namespace {

constexpr long kConnectSeconds = 10;
constexpr long kReplySeconds = 3600;  // an import hashes ten thousand passwords

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(bytes, size * count);
  return size * count;
}

}  // namespace

struct HttpClient::Impl {
  const providers::CurlLibrary& curl;
  Endpoint endpoint;
  CURL* handle;
  curl_slist* headers = nullptr;
  std::array<char, CURL_ERROR_SIZE> fault{};

  Impl(const providers::CurlLibrary& library, Endpoint where)
      : curl(library), endpoint(std::move(where)), handle(library.easy_init()) {}
  ~Impl() {
    if (handle != nullptr) curl.easy_cleanup(handle);
    curl.slist_free_all(headers);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  template <class T>
  void set(CURLoption option, T value) {
    curl.easy_setopt(handle, option, value);
  }

  void set_up() {
    headers = curl.slist_append(headers, "Content-Type: application/json");
    headers = curl.slist_append(headers, "Expect:");  // a large body shall not wait for a "go on"
    if (!endpoint.api_key.empty()) {
      headers = curl.slist_append(headers, ("X-API-Key: " + endpoint.api_key).c_str());
    }
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_ERRORBUFFER, fault.data());
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_TIMEOUT, kReplySeconds);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // A proxy of the environment, meant for the world outside, would read the API key.
    set(CURLOPT_PROXY, "");
    if (!endpoint.ca_file.empty()) set(CURLOPT_CAINFO, endpoint.ca_file.c_str());
    if (!endpoint.socket_path.empty()) {
      set(CURLOPT_UNIX_SOCKET_PATH, endpoint.socket_path.c_str());
    }
  }

  void set_body(const std::string* body) {
    if (body == nullptr) return set(CURLOPT_HTTPGET, 1L);
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    set(CURLOPT_POSTFIELDS, body->data());
  }

  Failure to_failure(CURLcode code) const {
    const std::string why = fault[0] != '\0' ? fault.data() : curl.easy_strerror(code);
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
      return {kExitUsage, "'" + endpoint.url + "' is no URL of http or https"};
    }
    if (code == CURLE_SSL_CACERT_BADFILE) return {kExitUsage, "--ca: " + why};
    return {kExitUnavailable, "cannot reach the broker at " + endpoint.name() + ": " + why};
  }
};

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Outcome<HttpClient> HttpClient::make(const Endpoint& endpoint) {
  const auto curl = providers::CurlLibrary::load();
  if (!curl) return unreachable(curl.error().what);
  if (endpoint.api_key.find_first_of("\r\n") != std::string::npos) {
    return misused("the API key has a line break");
  }
  auto impl = std::make_unique<Impl>(**curl, endpoint);
  if (impl->handle == nullptr) return unreachable("libcurl has no memory");
  impl->set_up();
  return HttpClient(std::move(impl));
}

Outcome<HttpReply> HttpClient::send(const char* method, std::string_view target,
                                    const std::string* body) {
  HttpReply reply;
  const std::string url = impl_->endpoint.url + std::string(target);
  impl_->set_body(body);
  impl_->set(CURLOPT_CUSTOMREQUEST, method);
  impl_->set(CURLOPT_URL, url.c_str());
  impl_->set(CURLOPT_WRITEDATA, static_cast<void*>(&reply.body));
  impl_->fault[0] = '\0';
  const CURLcode code = impl_->curl.easy_perform(impl_->handle);
  if (code != CURLE_OK) return tl::unexpected(impl_->to_failure(code));
  long status = 0;
  impl_->curl.easy_getinfo(impl_->handle, CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<int>(status);
  return reply;
}

}  // namespace sluice::ctl

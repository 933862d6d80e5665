#include "providers/curl_transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "providers/address_guard.h"

namespace sluice::providers {

Result<std::unique_ptr<CurlTransfer>> CurlTransfer::make(const CurlLibrary& curl, HttpCall call,
                                                         bool to_private) {
  std::unique_ptr<CurlTransfer> transfer(new CurlTransfer(curl, std::move(call), to_private));
  if (transfer->handle_ == nullptr) return failure("libcurl has no memory");
  transfer->set_request();
  transfer->set_limits();
  transfer->set_login();
  if (auto set = transfer->set_headers(); !set) return tl::unexpected(set.error());
  return transfer;
}

CurlTransfer::CurlTransfer(const CurlLibrary& curl, HttpCall call, bool to_private)
    : curl_(curl), call_(std::move(call)), to_private_(to_private), handle_(curl.easy_init()) {}

CurlTransfer::~CurlTransfer() {
  if (handle_ != nullptr) curl_.easy_cleanup(handle_);
  curl_.slist_free_all(headers_);
}

HttpReply CurlTransfer::reply(CURLcode result) {
  HttpReply reply;
  if (result == CURLE_OK) {
    long status = 0;
    curl_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    reply.status = static_cast<int>(status);
    reply.body = std::move(body_);
  } else if (is_address_refused_) {
    reply.error = "the server's address is of this host or link (see auth.http_to_private)";
  } else if (is_too_long_) {
    reply.error = "the reply is longer than " + std::to_string(call_.reply_max) + " bytes";
  } else {
    reply.error = error_[0] != '\0' ? error_ : curl_.easy_strerror(result);
  }
  return reply;
}

void CurlTransfer::set_request() {
  curl_.easy_setopt(handle_, CURLOPT_URL, call_.url.c_str());
  if (call_.method == "HEAD") {
    curl_.easy_setopt(handle_, CURLOPT_NOBODY, 1L);
  } else if (call_.method == "POST") {
    curl_.easy_setopt(handle_, CURLOPT_POST, 1L);
    curl_.easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE,
                      static_cast<curl_off_t>(call_.body.size()));
    curl_.easy_setopt(handle_, CURLOPT_POSTFIELDS, call_.body.data());
  }
  curl_.easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  curl_.easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  curl_.easy_setopt(handle_, CURLOPT_ERRORBUFFER, error_);
  curl_.easy_setopt(handle_, CURLOPT_PRIVATE, this);
}

void CurlTransfer::set_limits() {
  const long timeout = std::max<long>(1, static_cast<long>(call_.timeout.count()));
  curl_.easy_setopt(handle_, CURLOPT_TIMEOUT_MS, timeout);
  curl_.easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS, timeout);
  curl_.easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  // A name server that is silent must not hold up the transfers of others: libcurl resolves names
  // on threads, and would wait for one of a call that timed out or was cancelled.
  curl_.easy_setopt(handle_, CURLOPT_QUICK_EXIT, 1L);
  curl_.easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_.easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_.easy_setopt(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // A proxy of the environment would connect for us, to addresses that we never see.
  curl_.easy_setopt(handle_, CURLOPT_PROXY, "");
  curl_.easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::on_open);
  curl_.easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
}

void CurlTransfer::set_login() {
  const HttpLogin& login = call_.login;
  curl_.easy_setopt(handle_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!login.username.empty()) {
    curl_.easy_setopt(handle_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    curl_.easy_setopt(handle_, CURLOPT_USERNAME, login.username.c_str());
    curl_.easy_setopt(handle_, CURLOPT_PASSWORD, login.password.c_str());
  }
  set_blob(CURLOPT_CAINFO_BLOB, login.ca);
  set_blob(CURLOPT_SSLCERT_BLOB, login.certificate);
  set_blob(CURLOPT_SSLKEY_BLOB, login.key);
  if (!login.key_password.empty()) {
    curl_.easy_setopt(handle_, CURLOPT_KEYPASSWD, login.key_password.c_str());
  }
}

void CurlTransfer::set_blob(CURLoption option, const std::string& text) {
  if (text.empty()) return;
  curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
  curl_.easy_setopt(handle_, option, &blob);
}

Result<void> CurlTransfer::set_headers() {
  // Without it libcurl asks before it sends a body of more than 1 MiB, and waits for an answer.
  headers_ = curl_.slist_append(headers_, "Expect:");
  for (const auto& [name, value] : call_.headers) {
    // libcurl reads "Name;" as a header without value, and "Name:" as one to leave out.
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    if (line.find_first_of("\r\n") != std::string::npos) {
      return failure("a line break in the HTTP header '" +
                     name.substr(0, name.find_first_of("\r\n")) + "'");
    }
    headers_ = curl_.slist_append(headers_, line.c_str());
  }
  curl_.easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
  return {};
}

std::size_t CurlTransfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  const std::size_t length = size * count;
  if (length > transfer.call_.reply_max - transfer.body_.size()) {
    transfer.is_too_long_ = true;
    return CURL_WRITEFUNC_ERROR;
  }
  transfer.body_.append(bytes, length);
  return length;
}

curl_socket_t CurlTransfer::on_open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (!transfer.to_private_ && !is_public_enough(address->addr)) {
    transfer.is_address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  transfer.is_address_refused_ = false;  // a name may have several, of which one is enough
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace sluice::providers

#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "providers/curl_library.h"
#include "providers/http_call.h"

namespace sluice::providers {

/// One call on its way: a handle of libcurl with everything that it points to.
///
/// Follows no redirect, asks no proxy, speaks HTTP/1.1 over TCP or TLS from 1.2 on with
/// certificates verified, and connects to no address that is_public_enough refuses.
class CurlTransfer {
 public:
  /// to_private  also to addresses that would be refused
  /// errors      libcurl has no memory; a header with a line break
  static Result<std::unique_ptr<CurlTransfer>> make(const CurlLibrary& curl, HttpCall call,
                                                    bool to_private);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  CURL* handle() { return handle_; }
  /// Once libcurl says that it is done.
  HttpReply reply(CURLcode result);

 private:
  CurlTransfer(const CurlLibrary& curl, HttpCall call, bool to_private);
  Result<void> set_headers();
  void set_request();
  void set_limits();
  void set_login();
  void set_blob(CURLoption option, const std::string& text);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);

  const CurlLibrary& curl_;
  const HttpCall call_;
  const bool to_private_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  std::string body_;
  bool is_too_long_ = false;
  bool is_address_refused_ = false;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace sluice::providers

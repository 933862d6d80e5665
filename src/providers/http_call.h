#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/time.h"
#include "providers/provider_settings.h"

namespace sluice::providers {

/// One request to a server that an operator named.
struct HttpCall {
  std::string method = "GET";  // GET, POST, HEAD
  std::string url;             // http:// or https://
  std::map<std::string, std::string> headers;
  std::string body;
  HttpLogin login;
  milliseconds timeout{5000};          // for all of it, names included
  std::size_t reply_max = 256 * 1024;  // bytes of the body; a larger one is an error
};

/// What came of it.
struct HttpReply {
  int status = 0;
  std::string body;
  std::string error;  // in words for an operator; then nothing else is set

  bool is_success() const { return error.empty() && status >= 200 && status < 300; }
};

}  // namespace sluice::providers

#pragma once

#include <curl/curl.h>

#include "base/result.h"

namespace sluice::providers {

/// The functions of libcurl that we call.
///
/// Loaded when the first request is made, not with the program: with all that Debian's build of it
/// brings along (Kerberos, LDAP, SSH, ...) it takes 4 MB of memory, which a broker without HTTP
/// providers and JWKS shall not pay.
struct CurlLibrary {
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_perform) easy_perform;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_strerror) easy_strerror;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_slist_append) slist_append;
  decltype(&curl_slist_free_all) slist_free_all;
  decltype(&curl_multi_init) multi_init;
  decltype(&curl_multi_add_handle) multi_add_handle;
  decltype(&curl_multi_remove_handle) multi_remove_handle;
  decltype(&curl_multi_perform) multi_perform;
  decltype(&curl_multi_poll) multi_poll;
  decltype(&curl_multi_wakeup) multi_wakeup;
  decltype(&curl_multi_info_read) multi_info_read;
  decltype(&curl_multi_cleanup) multi_cleanup;

  /// Loaded once for the process and never unloaded. Any thread.
  /// errors  the library is missing, or older than 7.87
  static Result<const CurlLibrary*> load();
};

}  // namespace sluice::providers

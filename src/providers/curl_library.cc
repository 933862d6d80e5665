#include "providers/curl_library.h"

#include <dlfcn.h>

#include <string>

namespace sluice::providers {

namespace {

constexpr const char* kName = "libcurl.so.4";
constexpr unsigned kVersionMin = 0x075700;  // 7.87: CURLOPT_QUICK_EXIT

template <class Function>
bool resolve(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

bool resolve_all(void* library, CurlLibrary& curl) {
  return resolve(library, "curl_easy_init", curl.easy_init) &&
         resolve(library, "curl_easy_setopt", curl.easy_setopt) &&
         resolve(library, "curl_easy_perform", curl.easy_perform) &&
         resolve(library, "curl_easy_getinfo", curl.easy_getinfo) &&
         resolve(library, "curl_easy_strerror", curl.easy_strerror) &&
         resolve(library, "curl_easy_cleanup", curl.easy_cleanup) &&
         resolve(library, "curl_slist_append", curl.slist_append) &&
         resolve(library, "curl_slist_free_all", curl.slist_free_all) &&
         resolve(library, "curl_multi_init", curl.multi_init) &&
         resolve(library, "curl_multi_add_handle", curl.multi_add_handle) &&
         resolve(library, "curl_multi_remove_handle", curl.multi_remove_handle) &&
         resolve(library, "curl_multi_perform", curl.multi_perform) &&
         resolve(library, "curl_multi_poll", curl.multi_poll) &&
         resolve(library, "curl_multi_wakeup", curl.multi_wakeup) &&
         resolve(library, "curl_multi_info_read", curl.multi_info_read) &&
         resolve(library, "curl_multi_cleanup", curl.multi_cleanup);
}

Result<CurlLibrary> load_once() {
  void* library = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return failure(std::string("HTTP and mail need libcurl: ") + ::dlerror());
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_version_info) version_info = nullptr;
  CurlLibrary curl{};
  if (!resolve(library, "curl_global_init", global_init) ||
      !resolve(library, "curl_version_info", version_info) || !resolve_all(library, curl)) {
    return failure("HTTP and mail need another libcurl: a function is missing");
  }
  if (version_info(CURLVERSION_NOW)->version_num < kVersionMin) {
    return failure("HTTP and mail need libcurl 7.87 or newer");
  }
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return failure("libcurl does not start");
  return curl;
}

}  // namespace

Result<const CurlLibrary*> CurlLibrary::load() {
  static const Result<CurlLibrary> library = load_once();
  if (!library) return tl::unexpected(library.error());
  return &*library;
}

}  // namespace sluice::providers

#include "admin/handlers/http_check.h"

#include "providers/curl_transfer.h"

namespace sluice::admin {
namespace {

constexpr milliseconds kTimeout{15'000};
constexpr int kPollMs = 1000;

CURLcode perform(const providers::CurlLibrary& curl, CURLM* calls, const std::atomic<bool>& stop) {
  int running = 1;
  while (running > 0) {
    if (stop) return CURLE_ABORTED_BY_CALLBACK;
    if (curl.multi_perform(calls, &running) != CURLM_OK) return CURLE_FAILED_INIT;
    if (running > 0) curl.multi_poll(calls, nullptr, 0, kPollMs, nullptr);
  }
  int left = 0;
  const CURLMsg* message = curl.multi_info_read(calls, &left);
  return message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
}

}  // namespace

Result<void> check_http_server(const providers::HttpSettings& settings, bool to_private,
                               const std::atomic<bool>& stop) {
  const auto curl = providers::CurlLibrary::load();
  if (!curl) return tl::unexpected(curl.error());
  providers::HttpCall call;
  call.method = "HEAD";
  call.url = settings.endpoint;
  call.headers = settings.headers;
  call.login = settings.login;
  call.timeout = kTimeout;
  auto transfer = providers::CurlTransfer::make(**curl, std::move(call), to_private);
  if (!transfer) return tl::unexpected(transfer.error());
  CURLM* calls = (*curl)->multi_init();
  if (!calls) return failure("libcurl has no memory");
  (*curl)->multi_add_handle(calls, (*transfer)->handle());
  const CURLcode code = perform(**curl, calls, stop);
  (*curl)->multi_remove_handle(calls, (*transfer)->handle());
  (*curl)->multi_cleanup(calls);
  const providers::HttpReply reply = (*transfer)->reply(code);
  if (!reply.error.empty()) return failure(reply.error);
  return {};
}

}  // namespace sluice::admin

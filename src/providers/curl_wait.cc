#include "providers/curl_wait.h"

namespace sluice::providers {
namespace {

constexpr int kPollMs = 1000;

CURLcode perform(const CurlLibrary& curl, CURLM* transfers, const std::atomic<bool>& stop) {
  int running = 1;
  while (running > 0) {
    if (stop) return CURLE_ABORTED_BY_CALLBACK;
    if (curl.multi_perform(transfers, &running) != CURLM_OK) return CURLE_FAILED_INIT;
    if (running > 0) curl.multi_poll(transfers, nullptr, 0, kPollMs, nullptr);
  }
  int left = 0;
  const CURLMsg* message = curl.multi_info_read(transfers, &left);
  return message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
}

}  // namespace

CURLcode wait_for(const CurlLibrary& curl, CURL* transfer, const std::atomic<bool>& stop) {
  CURLM* transfers = curl.multi_init();
  if (!transfers) return CURLE_OUT_OF_MEMORY;
  curl.multi_add_handle(transfers, transfer);
  const CURLcode code = perform(curl, transfers, stop);
  curl.multi_remove_handle(transfers, transfer);
  curl.multi_cleanup(transfers);
  return code;
}

}  // namespace sluice::providers

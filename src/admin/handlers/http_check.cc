#include "admin/handlers/http_check.h"

#include "providers/curl_transfer.h"
#include "providers/curl_wait.h"

namespace sluice::admin {
namespace {

constexpr milliseconds kTimeout{15'000};

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
  const CURLcode code = providers::wait_for(**curl, (*transfer)->handle(), stop);
  const providers::HttpReply reply = (*transfer)->reply(code);
  if (!reply.error.empty()) return failure(reply.error);
  return {};
}

}  // namespace sluice::admin

#include "net/watched_tls_context.h"

#include <sys/stat.h>

#include <utility>

#include "base/log.h"
#include "config/listener_url_options.h"

namespace sluice::net {

FileStamp FileStamp::of(const std::string& path) {
  struct stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return {};
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return {status.st_dev, status.st_ino, status.st_size,
          status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec};
}

Result<WatchedTlsContext> WatchedTlsContext::make(Listener& listener,
                                                  const config::Settings& settings,
                                                  TicketKeys& ticket_keys) {
  WatchedTlsContext watched(listener, config::tls_of(listener.settings, settings), ticket_keys);
  watched.loaded_ = watched.seen_ = watched.take_stamps();  // before reading: a change shows later
  auto context = make_tls_context(watched.tls_, listener.settings, ticket_keys);
  if (!context) return failure("cannot listen on " + listener.url + ": " + context.error().what);
  watched.context_ = std::move(*context);
  return watched;
}

WatchedTlsContext::Stamps WatchedTlsContext::take_stamps() const {
  return {FileStamp::of(tls_.certificate), FileStamp::of(tls_.key), FileStamp::of(tls_.client_ca),
          FileStamp::of(tls_.client_crl)};
}

WatchedTlsContext::Change WatchedTlsContext::poll() {
  const Stamps stamps = take_stamps();
  // Certificate and key are rarely replaced in the same instant.
  const bool is_settled = std::exchange(seen_, stamps) == stamps;
  if (!is_settled || stamps == loaded_) return Change::None;
  loaded_ = stamps;
  auto context = make_tls_context(tls_, listener_->settings, *ticket_keys_);
  if (!context) {
    log::error("new TLS files not taken",
               {{"listener", listener_->url}, {"reason", context.error().what}});
    return Change::Failed;
  }
  context_ = std::move(*context);
  log::info("new TLS files taken", {{"listener", listener_->url}});
  warn_of_expiry();
  return Change::Reloaded;
}

void WatchedTlsContext::warn_of_expiry() const {
  const int days = days_to_expiry(context_.get());
  if (days >= kWarningDays) return;
  log::warning(
      days < 0 ? "certificate has expired" : "certificate expires soon",
      {{"days", std::to_string(days)}, {"file", tls_.certificate}, {"listener", listener_->url}});
}

}  // namespace sluice::net

#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "config/settings.h"
#include "net/listener.h"
#include "net/tls_context.h"

namespace sluice::net {

/// What tells two states of a file apart without reading it. A missing file is all zeroes.
struct FileStamp {
  static FileStamp of(const std::string& path);
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970
  bool operator==(const FileStamp&) const = default;
};

/// One listener's TLS context, made again when its files change. Handshakes under way and
/// connections keep the one that they began with.
class WatchedTlsContext {
 public:
  /// errors  as make_tls_context, naming the listener
  static Result<WatchedTlsContext> make(Listener& listener, const config::Settings& settings,
                                        TicketKeys& ticket_keys);

  Listener& listener() const { return *listener_; }
  SSL_CTX* get() const { return context_.get(); }

  enum class Change : std::uint8_t { None, Reloaded, Failed };
  /// To be called about each second. Files that change still are left alone until they do not; one
  /// that cannot be used is logged, and what was loaded last holds.
  Change poll();

  /// Logs a warning if a certificate of the server ends within kWarningDays.
  void warn_of_expiry() const;
  static constexpr int kWarningDays = 30;

 private:
  using Stamps = std::array<FileStamp, 4>;
  WatchedTlsContext(Listener& listener, config::TlsSettings tls, TicketKeys& ticket_keys)
      : listener_(&listener), tls_(std::move(tls)), ticket_keys_(&ticket_keys) {}
  Stamps take_stamps() const;

  Listener* listener_;
  config::TlsSettings tls_;
  TicketKeys* ticket_keys_;
  Stamps loaded_{};  // of what context_ was made of, or could not be made of
  Stamps seen_{};    // at the last poll
  SslContext context_;
};

}  // namespace sluice::net

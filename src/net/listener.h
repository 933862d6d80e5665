#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "net/peer_address.h"

namespace sluice::net {

/// One listener of the configuration as all threads that accept for it see it.
///
/// Lives on   the server, longer than its connections.
struct Listener {
  /// errors  none that the configuration's checks let through
  static Result<std::unique_ptr<Listener>> make(const config::ListenerSettings& settings,
                                                const config::Settings& all);

  bool trusts(const PeerAddress& proxy) const;

  const config::ListenerSettings& settings;
  std::string url;
  bool expects_proxy = false;
  std::vector<config::AddressRange> trusted;  // that may send PROXY headers
  std::uint64_t connections_max = 0;          // 0: no limit
  std::atomic<std::uint64_t> connections{0};  // now
};

/// One connection's place at its listener, for as long as the connection.
class ListenerSlot {
 public:
  ListenerSlot() = default;
  /// Empty if the listener has connections_max already.
  static ListenerSlot try_take(Listener& listener);

  ListenerSlot(ListenerSlot&& other) noexcept
      : listener_(std::exchange(other.listener_, nullptr)) {}
  ListenerSlot& operator=(ListenerSlot&& other) noexcept {
    std::swap(listener_, other.listener_);
    return *this;
  }
  ~ListenerSlot() {
    if (listener_ != nullptr) listener_->connections.fetch_sub(1, std::memory_order_relaxed);
  }

  explicit operator bool() const { return listener_ != nullptr; }
  const Listener& operator*() const { return *listener_; }
  const Listener* operator->() const { return listener_; }

 private:
  explicit ListenerSlot(Listener& listener) : listener_(&listener) {}
  Listener* listener_ = nullptr;
};

}  // namespace sluice::net

#include "net/listener.h"

#include <algorithm>

#include "config/listener_url_options.h"

namespace sluice::net {

Result<std::unique_ptr<Listener>> Listener::make(const config::ListenerSettings& settings,
                                                 const config::Settings& all) {
  const config::ProxySettings proxy = config::proxy_of(settings, all);
  auto trusted = config::parse_address_ranges(proxy.trusted);
  if (!trusted) return failure(settings.url() + ": " + trusted.error().message);
  return std::unique_ptr<Listener>(new Listener{
      .settings = settings,
      .url = settings.url(),
      .expects_proxy = proxy.enabled,
      .trusted = std::move(*trusted),
      .connections_max = settings.options.connections_max.value_or(0),
  });
}

bool Listener::trusts(const PeerAddress& proxy) const {
  return std::ranges::any_of(trusted,
                             [&](const auto& range) { return range.contains(proxy.bytes()); });
}

ListenerSlot ListenerSlot::try_take(Listener& listener) {
  ListenerSlot slot(listener);  // gives the place back if it is one too many
  const std::uint64_t before = listener.connections.fetch_add(1, std::memory_order_relaxed);
  if (listener.connections_max != 0 && before >= listener.connections_max) return {};
  return slot;
}

}  // namespace sluice::net

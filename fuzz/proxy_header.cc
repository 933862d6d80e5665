#include "net/proxy_header.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"

namespace net = sluice::net;

/// What arrives first on a listener that expects proxies. Whatever came so far is looked at again
/// with each byte that follows, so the answer must not change once it is known.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  net::ProxyHeader whole;
  const auto status = net::parse_proxy_header(bytes, &whole);
  if (status == net::ProxyHeaderStatus::Incomplete) {
    SLUICE_ASSERT(size < net::kProxyHeaderMax);
    return 0;
  }
  if (status == net::ProxyHeaderStatus::Complete) {
    SLUICE_ASSERT(whole.size > 0 && whole.size <= size && whole.size <= net::kProxyHeaderMax);
    net::ProxyHeader exact;
    SLUICE_ASSERT(net::parse_proxy_header(bytes.substr(0, whole.size), &exact) == status);
    SLUICE_ASSERT(exact.source == whole.source && exact.size == whole.size);
    net::ProxyHeader shorter;
    SLUICE_ASSERT(net::parse_proxy_header(bytes.substr(0, whole.size - 1), &shorter) ==
                  net::ProxyHeaderStatus::Incomplete);
  }
  return 0;
}

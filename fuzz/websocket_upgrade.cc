// The HTTP request that begins a WebSocket connection, from foreign bytes: an answer is whole, and
// a request that is accepted is accepted whatever follows it.

#include "net/websocket_upgrade.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const ByteView in(reinterpret_cast<const char*>(data), size);
  net::UpgradeAnswer answer;
  if (!net::try_upgrade(in, "/mqtt", &answer)) {
    SLUICE_ASSERT(size < net::kUpgradeHeaderMax);
    return 0;
  }
  SLUICE_ASSERT(answer.header_size <= size);
  SLUICE_ASSERT(answer.response.starts_with("HTTP/1.1 "));
  SLUICE_ASSERT(answer.response.find("\r\n\r\n") != std::string::npos);
  SLUICE_ASSERT(answer.accepted == answer.response.starts_with("HTTP/1.1 101 "));
  if (!answer.accepted) return 0;
  net::UpgradeAnswer again;
  SLUICE_ASSERT(net::try_upgrade(in.substr(0, answer.header_size), "/mqtt", &again));
  SLUICE_ASSERT(again.accepted && again.response == answer.response);
  return 0;
}

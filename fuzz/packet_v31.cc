// Packets of MQTT 3.1 in both directions, as a stream of bytes.

#include "packet_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const sluice::ByteView stream(reinterpret_cast<const char*>(data), size);
  sluice::fuzz::check_stream(stream, sluice::mqtt::Version::V31);
  return 0;
}

// WebSocket frames from foreign bytes: however the input is cut, the decoder must find the same
// payload, control frames and end. Input: the size of the first cut, then the frames.

#include "net/websocket_frame.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"

namespace {

using sluice::net::WebSocketDecoder;
using Step = WebSocketDecoder::Step;

struct Transcript {
  std::string payload;
  std::string events;
  bool ended = false;
  bool operator==(const Transcript&) const = default;
};

void feed(WebSocketDecoder& decoder, std::string part, Transcript& transcript) {
  char* in = part.data();
  char* out = part.data();
  const char* const end = part.data() + part.size();
  while (!transcript.ended) {
    const Step step = decoder.next(&in, end, &out);
    SLUICE_ASSERT(out <= in && in <= end);
    if (step == Step::NeedMore) {
      SLUICE_ASSERT(in == end);
      break;
    }
    transcript.ended = step == Step::Close || step == Step::Violation;
    transcript.events += static_cast<char>(step);
    if (transcript.ended) {
      transcript.events += std::to_string(static_cast<int>(decoder.status()));
    } else {
      SLUICE_ASSERT(decoder.control().size() <= 125);
      transcript.events += decoder.control();
    }
  }
  transcript.payload.append(part.data(), out);
}

Transcript decode(const std::string& bytes, std::size_t piece) {
  WebSocketDecoder decoder(4096);
  Transcript transcript;
  for (std::size_t at = 0; at < bytes.size() && !transcript.ended; at += piece) {
    feed(decoder, bytes.substr(at, piece), transcript);
  }
  return transcript;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Transcript whole = decode(bytes, bytes.size());
  SLUICE_ASSERT(whole == decode(bytes, 1));
  SLUICE_ASSERT(whole == decode(bytes, std::size_t{data[0]} + 1));
  return 0;
}

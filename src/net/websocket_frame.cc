#include "net/websocket_frame.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace sluice::net {

namespace {

constexpr std::uint8_t kFinalBit = 0x80;
constexpr std::uint8_t kReservedBits = 0x70;
constexpr std::uint8_t kMaskBit = 0x80;
constexpr std::uint8_t kLength16 = 126;
constexpr std::uint8_t kLength64 = 127;

bool is_control(WebSocketOpcode opcode) {
  return opcode >= WebSocketOpcode::Close;
}

bool is_known(WebSocketOpcode opcode) {
  return opcode <= WebSocketOpcode::Binary ||
         (opcode >= WebSocketOpcode::Close && opcode <= WebSocketOpcode::Pong);
}

/// RFC 6455 7.4: what an endpoint may send.
bool is_sendable_status(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

std::uint64_t read_big_endian(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

}  // namespace

WebSocketDecoder::Step WebSocketDecoder::violation(WebSocketStatus status) {
  status_ = status;
  return Step::Violation;
}

/// Known from the second byte on; before that, the two bytes that tell.
std::size_t WebSocketDecoder::header_size() const {
  if (header_bytes_ < 2) return 2;
  const std::uint8_t length = header_[1] & 0x7F;
  const std::size_t extended = length == kLength16 ? 2 : length == kLength64 ? 8 : 0;
  return 2 + extended + mask_.size();
}

WebSocketDecoder::Step WebSocketDecoder::next(char** in, const char* end, char** out) {
  Step step = Step::NeedMore;
  while (in_payload_ || (step = take_header(in, end), in_payload_)) {
    take_payload(in, end, out);
    if (remaining_ > 0) return Step::NeedMore;
    in_payload_ = false;
    header_bytes_ = 0;
    if (is_control(opcode_)) return end_control_frame();
  }
  return step;
}

/// Sets `in_payload_` once the header is complete.
WebSocketDecoder::Step WebSocketDecoder::take_header(char** in, const char* end) {
  while (header_bytes_ < header_size()) {
    if (*in == end) return Step::NeedMore;
    header_[header_bytes_++] = static_cast<std::uint8_t>(*(*in)++);
    // The first two bytes are judged at once: a peer that is wrong need not send the rest.
    if (header_bytes_ != 2) continue;
    if (const Step step = judge_first_bytes(); step != Step::NeedMore) return step;
  }
  const std::size_t size = header_size();
  const std::size_t extended = size - 2 - mask_.size();
  const std::uint64_t payload =
      extended == 0 ? header_[1] & 0x7FU : read_big_endian(header_.data() + 2, extended);
  // RFC 6455 5.2: the shortest form, and the highest bit of 64 is 0.
  const bool is_valid = extended == 0 || (extended == 2 && payload >= kLength16) ||
                        (extended == 8 && payload > 0xFFFF && payload >> 63 == 0);
  if (!is_valid) return violation(WebSocketStatus::ProtocolError);
  if (payload > payload_max_) return violation(WebSocketStatus::TooBig);
  std::memcpy(mask_.data(), header_.data() + 2 + extended, mask_.size());
  mask_phase_ = 0;
  remaining_ = payload;
  in_payload_ = true;
  return Step::NeedMore;
}

void WebSocketDecoder::take_payload(char** in, const char* end, char** out) {
  const auto available = static_cast<std::size_t>(end - *in);
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, available));
  if (is_control(opcode_)) {
    const std::size_t had = control_.size();
    control_.resize(had + count);
    unmask(in, count, control_.data() + had);
  } else {
    unmask(in, count, *out);
    *out += count;
  }
  remaining_ -= count;
}

WebSocketDecoder::Step WebSocketDecoder::judge_first_bytes() {
  const bool is_final = (header_[0] & kFinalBit) != 0;
  opcode_ = static_cast<WebSocketOpcode>(header_[0] & 0x0F);
  const bool is_valid = (header_[0] & kReservedBits) == 0 && is_known(opcode_) &&
                        (header_[1] & kMaskBit) != 0;  // RFC 6455 5.1: a client masks
  if (!is_valid) return violation(WebSocketStatus::ProtocolError);
  if (is_control(opcode_)) {
    control_.clear();
    const bool is_short = (header_[1] & 0x7F) <= kControlPayloadMax;
    return is_final && is_short ? Step::NeedMore : violation(WebSocketStatus::ProtocolError);
  }
  if (in_message_ != (opcode_ == WebSocketOpcode::Continuation)) {
    return violation(WebSocketStatus::ProtocolError);
  }
  if (opcode_ == WebSocketOpcode::Text) return violation(WebSocketStatus::UnsupportedData);
  in_message_ = !is_final;
  return Step::NeedMore;
}

WebSocketDecoder::Step WebSocketDecoder::end_control_frame() {
  switch (opcode_) {
    case WebSocketOpcode::Ping:
      return Step::Ping;
    case WebSocketOpcode::Pong:
      return Step::Pong;
    default:
      return end_close_frame();
  }
}

WebSocketDecoder::Step WebSocketDecoder::end_close_frame() {
  if (control_.empty()) {
    status_ = WebSocketStatus::NoStatus;
    return Step::Close;
  }
  if (control_.size() < 2) return violation(WebSocketStatus::ProtocolError);
  const auto code = static_cast<std::uint16_t>(
      read_big_endian(reinterpret_cast<const std::uint8_t*>(control_.data()), 2));
  if (!is_sendable_status(code)) return violation(WebSocketStatus::ProtocolError);
  status_ = static_cast<WebSocketStatus>(code);
  return Step::Close;
}

/// Eight bytes at a time; source and target may overlap as long as the target is not behind.
void WebSocketDecoder::unmask(char** in, std::size_t count, char* out) {
  std::array<std::uint8_t, 8> pattern{};
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = mask_[(mask_phase_ + i) & 3];
  std::uint64_t word_mask = 0;
  std::memcpy(&word_mask, pattern.data(), sizeof word_mask);
  const char* source = *in;
  std::size_t left = count;
  for (; left >= 8; left -= 8, source += 8, out += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, source, sizeof word);
    word ^= word_mask;
    std::memcpy(out, &word, sizeof word);
  }
  for (std::size_t i = 0; i < left; ++i) {
    out[i] = static_cast<char>(static_cast<std::uint8_t>(source[i]) ^ pattern[i]);
  }
  *in += count;
  mask_phase_ = static_cast<std::uint8_t>((mask_phase_ + count) & 3);
}

std::size_t write_websocket_header(char* out, WebSocketOpcode opcode, std::uint64_t payload_size) {
  out[0] = static_cast<char>(kFinalBit | static_cast<std::uint8_t>(opcode));
  const std::size_t length_bytes = payload_size < kLength16 ? 0 : payload_size <= 0xFFFF ? 2 : 8;
  out[1] = static_cast<char>(length_bytes == 0   ? payload_size
                             : length_bytes == 2 ? kLength16
                                                 : kLength64);
  for (std::size_t i = 0; i < length_bytes; ++i) {
    out[2 + i] = static_cast<char>(payload_size >> 8 * (length_bytes - 1 - i));
  }
  return 2 + length_bytes;
}

std::string make_control_frame(WebSocketOpcode opcode, ByteView payload) {
  SLUICE_ASSERT(payload.size() < kLength16);
  char header[kWebSocketHeaderMax];
  std::string frame(header, write_websocket_header(header, opcode, payload.size()));
  frame.append(payload);
  return frame;
}

std::string make_close_frame(WebSocketStatus status) {
  if (status == WebSocketStatus::NoStatus) return make_control_frame(WebSocketOpcode::Close, {});
  const auto code = static_cast<std::uint16_t>(status);
  const char payload[2] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  return make_control_frame(WebSocketOpcode::Close, {payload, 2});
}

}  // namespace sluice::net

#pragma once

#include <string>

#include "support/conformance.h"

namespace sluice::conformance {

/// The same CONNECT as MQTT 3.1.1 has it.
inline Connect v311(Connect packet) {
  return packet.version(Version::V311);
}
/// MQTT 3.1.1 with CleanSession 0: resumes the session, and leaves it behind.
inline Connect v311_kept(Connect packet) {
  return packet.version(Version::V311).clean_start(false);
}

/// The CONNECT Return Codes of v3 3.2.2.3, as the support's reader carries them.
inline constexpr ReasonCode kUnacceptableVersion{1};
inline constexpr ReasonCode kIdentifierRejected{2};
/// The failure code of a v3 SUBACK.
inline constexpr ReasonCode kSubscribeFailure{0x80};

inline constexpr ReasonCode granted(Qos qos) {
  return static_cast<ReasonCode>(qos);
}

/// The variable header and payload of a v3 CONNECT, for what the builder would not write.
inline std::string connect_body(unsigned flags, std::string_view payload,
                                std::string_view name = "MQTT", unsigned level = 4) {
  return text(name) + static_cast<char>(level) + static_cast<char>(flags) + two_bytes(60) +
         std::string(payload);
}

}  // namespace sluice::conformance

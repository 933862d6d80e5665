#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace sluice::admin {

inline constexpr std::string_view kContentPolicyHeader = "Content-Security-Policy";
inline constexpr std::string_view kContentPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// With each answer. No CORS header: pages of other origins may not read any.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSecurityHeaders{{
    {kContentPolicyHeader, kContentPolicy},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cache-Control", "no-store"},
}};

/// With each answer over TLS.
inline constexpr std::pair<std::string_view, std::string_view> kTlsHeader{
    "Strict-Transport-Security", "max-age=31536000"};

}  // namespace sluice::admin

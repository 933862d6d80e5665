#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "config/problem.h"
#include "config/settings.h"

namespace sluice::config {

/// Reads the query of a listener's URL, `certificate=/x.pem&client_certificates=required`; %XX
/// stands for any byte. Each option may be given once; an empty value is a value.
///
/// is_tls  without TLS the options that speak of it are refused
tl::expected<ListenerOptions, Complaint> parse_listener_options(std::string_view query,
                                                                bool is_tls);

/// What holds for this listener: its own options before the keys of `settings`.
TlsSettings tls_of(const ListenerSettings& listener, const Settings& settings);
ProxySettings proxy_of(const ListenerSettings& listener, const Settings& settings);
std::string connects_of(const ListenerSettings& listener, const Settings& settings);

}  // namespace sluice::config

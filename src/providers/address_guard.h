#pragma once

#include <sys/socket.h>

namespace sluice::providers {

/// Whether a server that an operator named may have this address: not this host, not its link, and
/// not where clouds keep the credentials of their machines. Against an address book that points
/// inwards (SSRF) it is asked for the address that will be connected, after names were resolved.
/// Private networks (10/8, 192.168/16, fc00::/7) are allowed: there the servers of operators are.
///
/// address  IPv4 or IPv6, also IPv4 within IPv6; another family is refused
bool is_public_enough(const sockaddr& address);

}  // namespace sluice::providers

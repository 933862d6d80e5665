#pragma once

#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "runtime/file_descriptor.h"

namespace sluice::net {

/// Binds one listener's address for each shard and begins to listen.
///
/// shards   with more than one, the sockets share the port (SO_REUSEPORT) and the kernel spreads
/// the
///          connections; a port that another process holds is refused all the same
/// host     an IPv4 or IPv6 address, or a name, which may stand for several addresses; empty is
/// every
///          address of both families
/// returns  per shard its sockets, non-blocking, with TCP_NODELAY, which accepted sockets inherit
/// errors   one line for an operator: "cannot listen on mqtt://127.0.0.1:1883: address already in
/// use"
Result<std::vector<std::vector<runtime::FileDescriptor>>> listen_on(
    const config::ListenerSettings& listener, unsigned shards);

}  // namespace sluice::net

#pragma once

#include "base/tally.h"

namespace sluice::net {

/// What one thread of net itself counts, a shard or the TLS handshaker; the core counts the rest.
/// Written by that thread, read by any.
struct NetCounters {
  Tally sockets_accepted;
  Tally half_open_refused;
  Tally no_descriptor;
  Tally upgrades_refused;
  Tally connect_timeouts;  // WebSocket; the core counts those of MQTT
  Tally websocket_violations;
  Tally connections_max_refused;  // by an option of the listener
  Tally listener_rate_refused;
  Tally address_rate_refused;
  Tally proxy_untrusted;
  Tally proxy_failed;  // no PROXY header, a malformed or a late one
  Tally accept_pauses;
  Tally tls_handshakes;  // finished
  Tally tls_resumed;     // among them
  Tally tls_failed;      // also those below
  Tally tls_timeouts;
  Tally tls_certificates_refused;
  Tally tls_reloads;
  Tally tls_reloads_failed;
};

void add_counters(NetCounters& sum, const NetCounters& one);

}  // namespace sluice::net

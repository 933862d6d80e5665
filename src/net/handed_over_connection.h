#pragma once

#include <memory>
#include <string>

#include "net/listener.h"
#include "net/output_queue.h"
#include "net/peer_address.h"
#include "net/transport.h"
#include "net/websocket_state.h"

namespace sluice::net {

/// A connection on its way to another thread: to the shard that owns its Session, or from its TLS
/// handshake.
struct HandedOverConnection {
  Transport transport;
  ListenerSlot slot;
  PeerAddress peer;  // the real one where a proxy named it
  std::string unread;  // MQTT bytes that no core has consumed
  std::unique_ptr<WebSocketState> websocket;
  std::unique_ptr<OutputQueue>
      output;  // before CONNACK: bytes of ours, no Message of the old shard
};

}  // namespace sluice::net

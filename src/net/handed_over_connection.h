#pragma once

#include <memory>
#include <string>

#include "net/output_queue.h"
#include "net/peer_address.h"
#include "net/websocket_state.h"
#include "runtime/file_descriptor.h"

namespace sluice::net {

/// A connection on its way to the shard that owns its Session.
struct HandedOverConnection {
  runtime::FileDescriptor socket;
  PeerAddress peer;
  std::string unread;  // MQTT bytes that no core has consumed
  std::unique_ptr<WebSocketState> websocket;
  std::unique_ptr<OutputQueue>
      output;  // before CONNACK: bytes of ours, no Message of the old shard
};

}  // namespace sluice::net

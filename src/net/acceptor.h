#pragma once

#include "net/listener.h"
#include "net/peer_address.h"
#include "runtime/event_loop.h"
#include "runtime/file_descriptor.h"

namespace sluice::net {

/// Takes the sockets that an Acceptor accepted.
class AcceptorSink {
 public:
  virtual void on_accepted(runtime::FileDescriptor socket, const PeerAddress& peer,
                           Listener& listener) = 0;
  /// The process has no descriptor left; one waiting connection was accepted and closed.
  virtual void on_no_descriptor() = 0;

 protected:
  ~AcceptorSink() = default;
};

/// One listening socket of one thread.
class Acceptor final : public runtime::EventHandler {
 public:
  /// listener  borrowed, like `sink`, for the acceptor's life
  Acceptor(runtime::FileDescriptor socket, Listener& listener, AcceptorSink& sink);

  int fd() const { return socket_.get(); }
  const Listener& listener() const { return listener_; }
  void on_events(std::uint32_t events) override;

 private:
  /// A storm of connections must not keep the thread from those it has.
  static constexpr int kAcceptsPerTurn = 64;

  bool accept_one();
  void shed_one();

  runtime::FileDescriptor socket_;
  Listener& listener_;
  AcceptorSink& sink_;
  runtime::FileDescriptor spare_;  // given up to be able to close what cannot be accepted
};

}  // namespace sluice::net

#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstdint>
#include <string>

#include "net/listener.h"
#include "net/peer_address.h"
#include "net/tls_context.h"
#include "net/tls_stream.h"
#include "runtime/event_loop.h"
#include "runtime/file_descriptor.h"
#include "runtime/timer_wheel.h"

namespace sluice::net {

class TlsHandshakeOwner;

/// A socket between accept and the end of its TLS handshake; a refused one stays until the peer had
/// time to read the alert.
class TlsHandshake final : public runtime::EventHandler,
                           public runtime::Timer,
                           public boost::intrusive::list_base_hook<> {
 public:
  enum class Outcome : std::uint8_t {
    Done,
    Failed,    // reason() says why; the socket is kept for the alert
    TimedOut,  // the same
    Gone,      // after a failure: may be destroyed
  };

  TlsHandshake(TlsHandshakeOwner& owner, runtime::EventLoop& loop, runtime::TimerWheel& timers,
               runtime::FileDescriptor socket, const PeerAddress& peer, ListenerSlot slot)
      : owner_(owner),
        loop_(loop),
        timers_(timers),
        peer_(peer),
        slot_(std::move(slot)),
        socket_(std::move(socket)) {}
  ~TlsHandshake();

  /// The owner hears of outcomes, maybe before this returns; after Done or Gone it may destroy
  /// this.
  void start(SSL_CTX* context, Instant deadline);

  const PeerAddress& peer() const { return peer_; }
  const Listener& listener() const { return *slot_; }
  /// In words, for an operator.
  const std::string& reason() const { return reason_; }
  /// Set if it was the Client's certificate, or that it had none.
  bool is_certificate_refused() const { return !refusal_.reason.empty(); }
  const std::string& common_name() const { return refusal_.common_name; }
  bool is_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

  /// After Done, once: what goes on as a connection.
  struct Result {
    runtime::FileDescriptor socket;
    std::unique_ptr<TlsStream> tls;
    ListenerSlot slot;
  };
  Result take();

  void on_events(std::uint32_t events) override;

  static constexpr milliseconds kAlertGrace{1000};

 private:
  void on_due(Instant now) override;
  void proceed();
  void fail(int error);
  void end_refused(Instant until);
  void discard_input();

  TlsHandshakeOwner& owner_;
  runtime::EventLoop& loop_;
  runtime::TimerWheel& timers_;
  CertificateRefusal refusal_;
  std::string reason_;
  PeerAddress peer_;
  ListenerSlot slot_;
  SslPointer ssl_;
  runtime::FileDescriptor socket_;
  std::uint32_t interest_ = 0;
  bool has_failed_ = false;
};

class TlsHandshakeOwner {
 public:
  virtual void on_handshake(TlsHandshake& handshake, TlsHandshake::Outcome outcome) = 0;
  virtual Instant handshake_time() const = 0;

 protected:
  ~TlsHandshakeOwner() = default;
};

}  // namespace sluice::net

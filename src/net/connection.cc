#include "net/connection.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "net/websocket_upgrade.h"

namespace sluice::net {

namespace {

/// Up to here an incomplete packet goes in front of the next read; longer ones gather apart.
constexpr std::size_t kPrependMax = 16 * 1024;
constexpr std::size_t kGatherMax = 256;  // pieces per sendmsg
constexpr milliseconds kCloseGrace{2000};

std::size_t total_size(std::span<const broker::OutputPiece> pieces) {
  std::size_t size = 0;
  for (const auto& piece : pieces) size += piece.bytes.size();
  return size;
}

}  // namespace

Connection::Connection(ConnectionHost& host, HandedOverConnection moved)
    : host_(host),
      output_(std::move(moved.output)),
      websocket_(std::move(moved.websocket)),
      peer_(moved.peer),
      slot_(std::move(moved.slot)),
      transport_(std::move(moved.transport)) {
  if (!moved.unread.empty()) partial_ = std::make_unique<std::string>(std::move(moved.unread));
}

Connection::~Connection() = default;

void Connection::start() {
  interest_ = EPOLLIN;
  if (!host_.loop->add(transport_.fd(), *this, interest_)) return retire();
  if (websocket_) arm_deadline(websocket_->connect_by);
  read_rest_later();
  if (websocket_ && !websocket_->upgraded) {
    phase_ = Phase::Upgrading;
    return;
  }
  open();
  if (phase_ == Phase::Open && partial_) deliver(*partial_);
  if (phase_ == Phase::Open && websocket_ && websocket_->ending) end_websocket();
  if (phase_ != Phase::Retired) update_interest();
}

void Connection::open() {
  phase_ = Phase::Open;
  core_ = host_.open(*this);
  if (core_ != nullptr) return;
  if (websocket_) websocket_->ending = WebSocketStatus::TryAgainLater;
  begin_closing();
}

void Connection::on_events(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush();
  if (phase_ == Phase::Retired) return;
  if ((events & EPOLLOUT) != 0 && transport_.wants_write()) events |= EPOLLIN;
  if ((events & EPOLLIN) != 0 && (interest_ & EPOLLIN) != 0) return on_readable();
  // Only a socket that is not read gets here: reading would tell the end by itself.
  if ((events & (EPOLLHUP | EPOLLERR)) != 0 && (events & EPOLLIN) == 0) on_end_of_input();
}

void Connection::on_readable() {
  if (phase_ == Phase::Closing) return discard_input();
  if (host_.is_reading_paused) return read_rest_later();
  const std::size_t kept = partial_ && partial_->size() <= kPrependMax ? partial_->size() : 0;
  const std::ptrdiff_t received = receive(kept);
  if (transport_.wants_write()) update_interest();
  if (received < 0) return;
  if (received == 0) return on_end_of_input();
  read_rest_later();
  const auto fresh = static_cast<std::size_t>(received);
  if (phase_ == Phase::Upgrading) return on_upgrade_bytes(kept + fresh);
  on_stream_bytes(host_.read_buffer.data(), kept, fresh);
}

/// Reads behind `kept` bytes of the incomplete packet. Returns -1 if there is nothing to read now,
/// 0 at the end of input, also by an error.
std::ptrdiff_t Connection::receive(std::size_t kept) {
  const auto buffer = host_.read_buffer;
  if (kept > 0) std::memcpy(buffer.data(), partial_->data(), kept);
  return transport_.receive(buffer.subspan(kept));
}

/// One read takes no more than the shard's buffer, so that the others have their turn.
void Connection::read_rest_later() {
  if (will_read_ || !transport_.has_buffered_input()) return;
  will_read_ = true;
  host_.read_later(*this);
}

void Connection::read_buffered() {
  will_read_ = false;
  if ((interest_ & EPOLLIN) != 0) on_readable();
}

void Connection::discard_input() {
  const std::ptrdiff_t received = receive(0);
  if (received == 0) return on_end_of_input();
  read_rest_later();
}

void Connection::on_end_of_input() {
  if (phase_ == Phase::Open) return lose();
  if (phase_ != Phase::Closing || !output_ || has_seen_end_) return retire();
  has_seen_end_ = true;  // a half-closed peer may still take what is unsent
  update_interest();
}

void Connection::on_upgrade_bytes(std::size_t size) {
  char* const begin = host_.read_buffer.data();
  UpgradeAnswer answer;
  if (!try_upgrade({begin, size}, *websocket_->path, &answer)) return keep({begin, size});
  partial_.reset();
  write(answer.response, {});
  if (!answer.accepted) {
    ++host_.counters.upgrades_refused;
    return begin_closing();
  }
  websocket_->upgraded = true;
  open();
  const std::size_t rest = size - answer.header_size;
  if (phase_ == Phase::Open && rest > 0) on_stream_bytes(begin + answer.header_size, 0, rest);
}

/// `begin` is in the shard's read buffer: `kept` bytes of the incomplete packet, then `fresh` ones
/// as they came from the socket.
void Connection::on_stream_bytes(char* begin, std::size_t kept, std::size_t fresh) {
  if (websocket_) fresh = unframe(begin + kept, fresh);
  if (fresh > 0 && partial_ && kept == 0) {
    partial_->append(begin, fresh);
    deliver(*partial_);
  } else if (fresh > 0) {
    deliver({begin, kept + fresh});
  }
  if (phase_ == Phase::Open && websocket_ && websocket_->ending) end_websocket();
}

std::size_t Connection::unframe(char* begin, std::size_t size) {
  if (websocket_->ending) return 0;
  char* in = begin;
  char* out = begin;
  WebSocketDecoder& decoder = websocket_->decoder;
  using Step = WebSocketDecoder::Step;
  for (;;) {
    const Step step = decoder.next(&in, begin + size, &out);
    if (step == Step::Ping) {
      write(make_control_frame(WebSocketOpcode::Pong, decoder.control()), {});
    } else if (step != Step::Pong) {
      if (step == Step::Violation) ++host_.counters.websocket_violations;
      if (step != Step::NeedMore) websocket_->ending = decoder.status();
      return static_cast<std::size_t>(out - begin);
    }
  }
}

void Connection::deliver(ByteView bytes) {
  bool is_alive = true;
  is_in_core_ = true;
  const std::size_t consumed = host_.on_bytes(*core_, bytes, &is_alive);
  is_in_core_ = false;
  if (phase_ == Phase::HandingOver) return move_to_home(bytes.substr(consumed));
  if (phase_ == Phase::Open && is_alive) return keep(bytes.substr(consumed));
  partial_.reset();
  if (phase_ == Phase::Open) close();
}

/// `rest` may be a part of `partial_`.
void Connection::keep(ByteView rest) {
  if (rest.empty()) return partial_.reset();
  if (!partial_) {
    partial_ = std::make_unique<std::string>(rest);
  } else if (partial_->size() != rest.size() || partial_->data() != rest.data()) {
    *partial_ = std::string(rest);  // a new one: the room of a large packet goes back
  }
}

void Connection::redeliver() {
  if (phase_ == Phase::Open && core_reads_ && partial_) deliver(*partial_);
}

void Connection::set_reading(bool reading) {
  if (core_reads_ == reading) return;
  core_reads_ = reading;
  // What the core left may hold whole packets, and the socket may stay silent.
  if (reading && partial_) host_.redeliver_later(*this);
  update_interest();
}

void Connection::connected() {
  if (is_connected_) return;
  is_connected_ = true;
  drop_deadline();
  if (transport_.tls() != nullptr) transport_.tls()->forget_common_names();
  host_.end_half_open(peer_);
}

auth::Peer Connection::peer() const {
  auth::Peer peer;
  peer.address = peer_address();
  if (slot_) peer.listener = slot_->url;
  peer.is_tls = transport_.tls() != nullptr;
  if (peer.is_tls) peer.common_names = transport_.tls()->common_names();
  return peer;
}

void Connection::send(std::span<const broker::OutputPiece> pieces) {
  if (!websocket_) return write({}, pieces);
  std::array<char, kWebSocketHeaderMax> header;
  const std::size_t size =
      write_websocket_header(header.data(), WebSocketOpcode::Binary, total_size(pieces));
  write({header.data(), size}, pieces);
}

void Connection::write(ByteView prefix, std::span<const broker::OutputPiece> pieces) {
  if (is_output_dead_) return;
  if (output_) return keep_output(prefix, pieces, 0);
  std::array<iovec, kGatherMax> gathered;
  std::size_t sent = 0;
  std::size_t next = 0;
  do {
    std::size_t count = 0;
    std::size_t offered = 0;
    const auto offer = [&](ByteView bytes) {
      gathered[count++] = {const_cast<char*>(bytes.data()), bytes.size()};
      offered += bytes.size();
    };
    if (next == 0 && !prefix.empty()) offer(prefix);
    while (next < pieces.size() && count < kGatherMax) offer(pieces[next++].bytes);
    const std::ptrdiff_t taken = transport_.send({gathered.data(), count}, host_.record_buffer);
    if (taken < 0) return fail_output();
    sent += static_cast<std::size_t>(taken);
    if (static_cast<std::size_t>(taken) < offered) return keep_output(prefix, pieces, sent);
  } while (next < pieces.size());
}

void Connection::keep_output(ByteView prefix, std::span<const broker::OutputPiece> pieces,
                             std::size_t sent) {
  if (!output_) output_ = std::make_unique<OutputQueue>();
  const auto append = [&](const broker::OutputPiece& piece) {
    const std::size_t skip = std::min(sent, piece.bytes.size());
    sent -= skip;
    output_->append(piece, skip);
  };
  append({prefix, nullptr});
  for (const auto& piece : pieces) append(piece);
  if (output_->size() > host_.settings->limits.output_high_watermark) is_throttled_ = true;
  update_interest();
}

void Connection::flush() {
  std::array<iovec, kGatherMax> gathered;
  while (output_ && output_->size() > 0) {
    const std::size_t count = output_->gather(gathered);
    const std::ptrdiff_t taken = transport_.send({gathered.data(), count}, host_.record_buffer);
    if (taken < 0) return fail_output();
    if (taken == 0) break;
    output_->consume(static_cast<std::size_t>(taken));
  }
  if (unsent() <= host_.settings->limits.output_low_watermark) is_throttled_ = false;
  const bool has_drained = output_ && output_->size() == 0;
  if (has_drained) output_.reset();
  update_interest();
  if (!has_drained) return;
  if (phase_ == Phase::Open) return host_.on_drained(*core_);
  if (phase_ != Phase::Closing) return;
  if (has_seen_end_) return retire();
  transport_.end_output();
}

void Connection::fail_output() {
  is_output_dead_ = true;
  output_.reset();
  if (phase_ == Phase::Closing) return retire();
  // The core may be in the middle of its work: it hears of the loss as an event of its own.
  transport_.break_off();
  update_interest();
}

void Connection::close() {
  if (phase_ == Phase::Closing || phase_ == Phase::Retired) return;
  core_ = nullptr;
  begin_closing();
}

void Connection::close_at_once() {
  // A WebSocket has a closing handshake of its own.
  if (websocket_ || output_) return close();
  core_ = nullptr;
  if (transport_.tls() != nullptr) transport_.end_output();
  retire();
}

void Connection::begin_closing() {
  phase_ = Phase::Closing;
  if (!is_in_core_) partial_.reset();
  if (websocket_ && websocket_->upgraded && !websocket_->close_sent) {
    websocket_->close_sent = true;
    write(make_close_frame(websocket_->ending.value_or(WebSocketStatus::Normal)), {});
  }
  if (is_output_dead_) return retire();
  if (phase_ == Phase::Retired) return;
  arm_deadline(host_.now + kCloseGrace);
  // Closing at once with unread input would reset the connection, and with it the last packet.
  if (!output_) transport_.end_output();
  update_interest();
}

void Connection::end_websocket() {
  if (core_ != nullptr) host_.on_lost(*std::exchange(core_, nullptr));
  begin_closing();
}

void Connection::shut_down() {
  if (phase_ == Phase::Closing || phase_ == Phase::Retired) return;
  if (websocket_) websocket_->ending = WebSocketStatus::GoingAway;
  if (core_ != nullptr) host_.on_lost(*std::exchange(core_, nullptr));
  begin_closing();
}

void Connection::hand_over(ShardId home) {
  core_ = nullptr;
  home_ = home;
  phase_ = Phase::HandingOver;
  if (!is_in_core_) move_to_home(partial_ ? ByteView(*partial_) : ByteView());
}

void Connection::move_to_home(ByteView unread) {
  auto moved = std::make_unique<HandedOverConnection>();
  moved->unread = unread;
  moved->slot = std::move(slot_);
  moved->peer = peer_;
  moved->websocket = std::move(websocket_);
  moved->output = std::move(output_);
  host_.loop->remove(transport_.fd(), *this);
  moved->transport = std::move(transport_);
  host_.hand_over(home_, std::move(moved));
  retire();
}

void Connection::lose() {
  host_.on_lost(*std::exchange(core_, nullptr));
  retire();
}

void Connection::retire() {
  if (phase_ == Phase::Retired) return;
  phase_ = Phase::Retired;
  if (transport_) host_.loop->forget(*this);  // closing takes it out of epoll
  transport_.close();
  slot_ = {};
  drop_deadline();
  output_.reset();
  if (!is_connected_) host_.end_half_open(peer_);
  host_.retire(*this);
}

void Connection::arm_deadline(Instant deadline) {
  has_deadline_ = true;
  auto& kept = host_.deadlines[this];
  if (!kept) kept = std::make_unique<ConnectionDeadline>(*this);
  host_.timers->arm(*kept, deadline);
}

void Connection::drop_deadline() {
  if (has_deadline_) host_.deadlines.erase(this);
  has_deadline_ = false;
}

void ConnectionDeadline::on_due(Instant) {
  connection_.on_deadline();
}

void Connection::on_deadline() {
  if (phase_ == Phase::Closing) return retire();
  ++host_.counters.connect_timeouts;
  if (core_ != nullptr) return lose();
  retire();
}

void Connection::update_interest() {
  if (phase_ == Phase::Retired || phase_ == Phase::HandingOver) return;
  const bool reads = phase_ == Phase::Closing ? !has_seen_end_ : core_reads_ && !is_throttled_;
  unsigned wanted = 0;
  if (reads) wanted |= EPOLLIN;
  if (output_ || (reads && transport_.wants_write())) wanted |= EPOLLOUT;
  if (reads) read_rest_later();
  if (wanted == interest_) return;
  interest_ = static_cast<std::uint8_t>(wanted);
  host_.loop->modify(transport_.fd(), *this, interest_);
}

}  // namespace sluice::net

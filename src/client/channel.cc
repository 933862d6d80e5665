#include "client/channel.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/assert.h"

namespace sluice::client {
namespace {

constexpr std::size_t kIdleCapacityMax = 16 * 1024;
constexpr std::size_t kSentBytesKeptMax = 1024 * 1024;

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  SLUICE_ASSERT(getrandom(&seed, sizeof seed, 0) == sizeof seed);
  return seed;
}

std::string host_header(const Endpoint& endpoint) {
  const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + endpoint.host + "]" : endpoint.host;
  return host + ":" + std::to_string(endpoint.effective_port());
}

void clear(std::string& buffer) {
  if (buffer.capacity() > kIdleCapacityMax) {
    buffer = {};
  } else {
    buffer.clear();
  }
}

}  // namespace

Result<void> Channel::open(const Endpoint& endpoint, const SocketAddress& address) {
  SLUICE_ASSERT(state_ == State::Closed);
  fd_ = socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return failure(std::strerror(errno));
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto* name = reinterpret_cast<const sockaddr*>(&address.storage);
  if (connect(fd_, name, address.length) != 0 && errno != EINPROGRESS) {
    const int error = errno;
    ::close(fd_);
    fd_ = -1;
    return failure(std::strerror(error));
  }
  if (endpoint.tls) tls_ = std::make_unique<TlsSession>(endpoint.tls, fd_, endpoint.host);
  if (endpoint.transport == Transport::WebSocket) {
    web_socket_ = std::make_unique<WebSocket>(random_seed());
    output_ = web_socket_->make_request(host_header(endpoint), endpoint.path);
    framed_ = output_.size();
  }
  state_ = State::Connecting;
  wants_write_ = true;
  SLUICE_ASSERT(loop_.add(fd_, EPOLLIN | EPOLLOUT, *this));
  return {};
}

void Channel::close() {
  if (state_ == State::Closed) return;
  state_ = State::Closed;
  loop_.remove(fd_, *this);
  if (tls_) tls_->close();
  tls_.reset();
  if (dirty_) loop_.forget_dirty(*this);
  ::close(fd_);
  fd_ = -1;
  dirty_ = false;
  output_ = {};
  rest_ = {};
  sent_ = framed_ = 0;
  web_socket_.reset();
}

void Channel::fail(const std::string& why) {
  close();
  listener_.on_closed(why);
}

void Channel::on_events(std::uint32_t events) {
  if (state_ == State::Connecting) {
    on_connected();
    return;
  }
  if (state_ == State::Handshaking) return on_handshake();
  // Of what TLS holds epoll tells nothing.
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
    do on_readable();
    while (state_ != State::Closed && tls_ && !is_drained_);
  }
  if ((events & EPOLLOUT) != 0 && state_ != State::Closed) flush();
}

void Channel::on_connected() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(std::strerror(error));
  if (!tls_) return on_secured();
  state_ = State::Handshaking;
  on_handshake();
}

void Channel::on_handshake() {
  if (tls_->handshake() == 1) return on_secured();
  if (errno != EAGAIN) return fail("TLS: " + error_text());
  want_write(tls_->wants_write());
}

/// Bytes may go both ways from now on.
void Channel::on_secured() {
  state_ = web_socket_ ? State::Upgrading : State::Open;
  if (state_ == State::Open) listener_.on_open();
  if (state_ != State::Closed) flush();
}

ssize_t Channel::read_some(char* data, std::size_t size) {
  const ssize_t got = tls_ ? tls_->read(data, size) : recv(fd_, data, size, 0);
  is_drained_ = got <= 0;
  return got;
}

ssize_t Channel::write_some(const char* data, std::size_t size) {
  return tls_ ? tls_->write(data, size) : send(fd_, data, size, MSG_NOSIGNAL);
}

std::string Channel::error_text() const {
  return tls_ && !tls_->why().empty() ? tls_->why() : std::strerror(errno);
}

void Channel::on_readable() {
  if (rest_.size() > EventLoop::kReadBufferBytes / 2) return read_large();
  char* data = loop_.read_buffer();
  const std::size_t kept = rest_.size();
  std::memcpy(data, rest_.data(), kept);
  const ssize_t got = read_some(data + kept, EventLoop::kReadBufferBytes - kept);
  if (got <= 0) return on_read_failed(got);

  const std::size_t size = kept + static_cast<std::size_t>(got);
  std::size_t from = 0;
  if (state_ == State::Upgrading) {
    from = read_upgrade({data, size});
    if (from == 0) return;
  }
  const std::size_t fresh = from == 0 ? kept : from;
  const std::size_t end = web_socket_ ? unwrap(data, fresh, size) : size;
  if (state_ != State::Open) return;
  const std::size_t taken = take_frames({data + from, end - from});
  if (state_ == State::Open) keep_rest({data + from + taken, end - from - taken});
}

/// Reads straight into `rest_`, whose packet is too large for the shared buffer.
void Channel::read_large() {
  const std::size_t kept = rest_.size();
  rest_.resize(kept + EventLoop::kReadBufferBytes);
  const ssize_t got = read_some(rest_.data() + kept, EventLoop::kReadBufferBytes);
  rest_.resize(kept + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got <= 0) return on_read_failed(got);
  if (web_socket_) rest_.resize(unwrap(rest_.data(), kept, rest_.size()));
  if (state_ != State::Open) return;
  const std::size_t taken = take_frames(rest_);
  if (state_ != State::Open) return;
  rest_.erase(0, taken);
  if (rest_.empty()) clear(rest_);
}

void Channel::on_read_failed(ssize_t result) {
  if (result < 0 && (errno == EAGAIN || errno == EINTR)) return;
  fail(result == 0 ? "the server closed the connection" : error_text());
}

/// Returns the bytes that the answer to the upgrade takes, 0 if it is not complete or was refused.
std::size_t Channel::read_upgrade(std::string_view bytes) {
  const auto taken = web_socket_->read_response(bytes);
  if (!taken) {
    fail(taken.error().what);
    return 0;
  }
  if (*taken == 0) {
    keep_rest(bytes);
    return 0;
  }
  rest_.clear();
  state_ = State::Open;
  listener_.on_open();
  return state_ == State::Open ? *taken : 0;
}

/// Takes the WebSocket framing out of data[from, end); returns the new end.
std::size_t Channel::unwrap(char* data, std::size_t from, std::size_t end) {
  std::string control;
  const auto size = web_socket_->unwrap(data + from, end - from, control);
  if (!size) {
    fail(size.error().what);
    return 0;
  }
  if (!control.empty()) {
    wrap_output();
    output_ += control;
    framed_ = output_.size();
    send_soon();
  }
  return from + *size;
}

std::size_t Channel::take_frames(std::string_view bytes) {
  std::size_t at = 0;
  while (state_ == State::Open && at < bytes.size()) {
    const auto next = mqtt::next_frame(bytes.substr(at), mqtt::kLargestPacket);
    if (next.status == mqtt::FrameStatus::Incomplete) break;
    if (next.status != mqtt::FrameStatus::Complete) {
      fail("the server sent a malformed packet");
      return at;
    }
    at += next.frame.size;
    listener_.on_frame(next.frame);
  }
  if (state_ == State::Open) listener_.on_batch_end();
  return at;
}

void Channel::keep_rest(std::string_view rest) {
  if (rest.empty()) {
    clear(rest_);
  } else {
    rest_.assign(rest);
  }
}

void Channel::wrap_output() {
  if (output_.size() == framed_) return;
  web_socket_->wrap(output_, framed_);
  framed_ = output_.size();
}

void Channel::flush() {
  dirty_ = false;
  if (state_ != State::Open && state_ != State::Upgrading) return;
  if (web_socket_ && state_ == State::Open) wrap_output();
  while (sent_ < output_.size()) {
    const ssize_t sent = write_some(output_.data() + sent_, output_.size() - sent_);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) break;
    if (sent <= 0) return fail(error_text());
    sent_ += static_cast<std::size_t>(sent);
  }
  if (sent_ == output_.size()) {
    clear(output_);
    sent_ = framed_ = 0;
  } else if (sent_ > kSentBytesKeptMax) {
    output_.erase(0, sent_);
    framed_ -= web_socket_ ? sent_ : 0;
    sent_ = 0;
  }
  want_write(!output_.empty());
}

void Channel::want_write(bool wanted) {
  if (wanted == wants_write_) return;
  wants_write_ = wanted;
  loop_.change(fd_, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, *this);
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace sluice::client

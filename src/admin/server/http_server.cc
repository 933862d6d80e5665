#include "admin/server/http_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "admin/server/connection.h"
#include "base/log.h"

namespace sluice::admin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using asio::local::stream_protocol;
using TcpStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<TcpStream>;
using LocalStream = beast::basic_stream<stream_protocol>;

constexpr const char* kLocalAddress = "local";
constexpr milliseconds kAcceptPause{100};

/// "::ffff:192.0.2.1" is written as the IPv4 address that it is.
std::string address_of(const tcp::endpoint& peer) {
  const asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

/// Only who could read the store anyway: ourselves and root.
bool is_trusted(stream_protocol::socket& socket) {
  ucred peer{};
  socklen_t size = sizeof(peer);
  if (getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == geteuid() || peer.uid == 0;
}

}  // namespace

struct HttpServer::Impl final : ConnectionHost {
  Impl(Options given, Api& served) : settings(std::move(given)), api_(served) {}

  Result<void> open() {
    try {
      if (!settings.certificate.empty()) load_certificate();
      listen_on_port();
      if (!settings.socket_path.empty()) listen_on_socket();
    } catch (const std::exception& problem) {
      return failure("The administration on " + settings.address + ":" +
                     std::to_string(settings.port) + ": " + problem.what());
    }
    return {};
  }

  void load_certificate() {
    tls.emplace(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(tls->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    tls->use_certificate_chain_file(settings.certificate);
    tls->use_private_key_file(settings.key, asio::ssl::context::pem);
  }

  void listen_on_port() {
    const tcp::endpoint endpoint(asio::ip::make_address(settings.address), settings.port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
  }

  void listen_on_socket() {
    ::unlink(settings.socket_path.c_str());  // of a run before; the data folder is locked by us
    const mode_t before = ::umask(0177);
    local_acceptor.open();
    beast::error_code error;
    local_acceptor.bind(stream_protocol::endpoint(settings.socket_path), error);
    ::umask(before);
    if (error) throw beast::system_error(error, settings.socket_path);
    local_acceptor.listen();
  }

  void accept() {
    acceptor.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (error) return pause_then([this] { accept(); });
      beast::error_code gone;
      const tcp::endpoint peer = socket.remote_endpoint(gone);
      if (!gone && has_room(address_of(peer))) serve(std::move(socket), address_of(peer));
      accept();
    });
  }

  void serve(tcp::socket socket, const std::string& address) {
    beast::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (tls) {
      TlsStream stream(TcpStream(std::move(socket)), *tls);
      std::make_shared<Connection<TlsStream>>(*this, std::move(stream), address, false)->start();
    } else {
      TcpStream stream(std::move(socket));
      std::make_shared<Connection<TcpStream>>(*this, std::move(stream), address, false)->start();
    }
  }

  void accept_local() {
    local_acceptor.async_accept([this](beast::error_code error, stream_protocol::socket socket) {
      if (!local_acceptor.is_open()) return;
      if (error) return pause_then([this] { accept_local(); });
      if (is_trusted(socket) && has_room(kLocalAddress)) {
        LocalStream stream(std::move(socket));
        std::make_shared<Connection<LocalStream>>(*this, std::move(stream), kLocalAddress, true)
            ->start();
      }
      accept_local();
    });
  }

  /// Without descriptors accept fails at once, again and again.
  void pause_then(std::function<void()> next) {
    accept_timer.expires_after(kAcceptPause);
    accept_timer.async_wait([next = std::move(next)](beast::error_code error) {
      if (!error) next();
    });
  }

  /// Strangers leave room for the local socket.
  bool has_room(const std::string& address) const {
    const auto found = per_address.find(address);
    const std::size_t same = found == per_address.end() ? 0 : found->second;
    const bool is_local = address == kLocalAddress;
    return same < settings.connections_per_address_max &&
           (is_local || connections.size() < settings.connections_max);
  }

  void begin_stop() {
    stopping = true;
    beast::error_code ignored;
    acceptor.close(ignored);
    if (local_acceptor.is_open()) ::unlink(settings.socket_path.c_str());
    local_acceptor.close(ignored);
    accept_timer.cancel();
    for (auto& timer : timers) timer->cancel();
    for (OpenConnection* connection : connections) connection->close_when_idle();
    stop_timer.expires_after(settings.stop_timeout);
    stop_timer.async_wait([this](beast::error_code error) {
      if (error) return;
      for (OpenConnection* connection : connections) connection->close_now();
      stop_work = true;
      io.stop();
    });
    end_if_done();
  }

  void end_if_done() {
    if (stopping && !has_run && connections.empty()) stop_timer.cancel();
  }

  void repeat(asio::steady_timer& timer, milliseconds interval, std::function<void()> task) {
    timer.expires_after(interval);
    timer.async_wait([this, &timer, interval, task = std::move(task)](beast::error_code error) {
      if (error || stopping) return;
      task();
      repeat(timer, interval, task);
    });
  }

  Api& api() override { return api_; }
  const Options& options() const override { return settings; }
  bool is_stopping() const override { return stopping; }
  void run_aside(Aside work) override {
    auto guard = asio::make_work_guard(io);
    asio::post(worker, [this, work = std::move(work), guard = std::move(guard)] {
      asio::post(io, work(stop_work));
    });
  }
  void opened(OpenConnection& connection, const std::string& address) override {
    connections.insert(&connection);
    ++per_address[address];
  }
  void closed(OpenConnection& connection, const std::string& address) override {
    connections.erase(&connection);
    if (--per_address[address] == 0) per_address.erase(address);
    end_if_done();
  }

  const Options settings;
  Api& api_;
  bool stopping = false;
  bool has_run = false;  // what is left of connections goes with `io`, when the timers are gone
  Response::StopFlag stop_work{false};
  std::unordered_set<OpenConnection*> connections;
  std::unordered_map<std::string, std::size_t> per_address;
  std::optional<asio::ssl::context> tls;
  // What follows owns connections by its handlers, and goes before what these use.
  asio::io_context io{1};
  asio::steady_timer accept_timer{io};
  asio::steady_timer stop_timer{io};
  std::vector<std::unique_ptr<asio::steady_timer>> timers;
  tcp::acceptor acceptor{io};
  stream_protocol::acceptor local_acceptor{io};
  asio::thread_pool worker{1};
};

HttpServer::HttpServer() = default;
HttpServer::~HttpServer() {
  if (impl_) impl_->worker.join();
}

Result<std::unique_ptr<HttpServer>> HttpServer::make(Options options, Api& api) {
  std::unique_ptr<HttpServer> server(new HttpServer);
  server->impl_ = std::make_unique<Impl>(std::move(options), api);
  if (auto opened = server->impl_->open(); !opened) return tl::unexpected(opened.error());
  return server;
}

std::uint16_t HttpServer::port() const {
  return impl_->acceptor.local_endpoint().port();
}

void HttpServer::run() {
  impl_->accept();
  if (impl_->local_acceptor.is_open()) impl_->accept_local();
  impl_->io.run();
  impl_->has_run = true;
}

void HttpServer::stop() {
  asio::post(impl_->io, [this] { impl_->begin_stop(); });
}

void HttpServer::post(std::function<void()> task) {
  asio::post(impl_->io, std::move(task));
}

void HttpServer::repeat(milliseconds interval, std::function<void()> task) {
  impl_->timers.push_back(std::make_unique<asio::steady_timer>(impl_->io));
  impl_->repeat(*impl_->timers.back(), interval, std::move(task));
}

}  // namespace sluice::admin

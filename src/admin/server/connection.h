#pragma once

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "admin/server/connection_host.h"
#include "admin/server/security_headers.h"

namespace sluice::admin {

/// Reads one request after the other from a stream (TCP, TLS, Unix) and writes the answers.
///
/// Keeps itself alive while an operation is under way; each has a deadline.
template <class Stream>
class Connection final : public std::enable_shared_from_this<Connection<Stream>>,
                         public OpenConnection {
 public:
  static constexpr bool kIsTls = requires(Stream & stream) { stream.next_layer(); };

  Connection(ConnectionHost& host, Stream stream, std::string address, bool is_local)
      : host_(host),
        stream_(std::move(stream)),
        buffer_(kBufferMax),
        address_(std::move(address)),
        is_local_(is_local) {
    host_.opened(*this, address_);
  }
  ~Connection() { host_.closed(*this, address_); }

  void start() {
    if constexpr (kIsTls) {
      socket().expires_after(host_.options().head_timeout);
      stream_.async_handshake(boost::asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](ErrorCode error) {
                                if (!error) self->read_head();
                              });
    } else {
      read_head();
    }
  }

  void close_when_idle() override {
    if (is_idle_) close_now();
  }
  void close_now() override { socket().close(); }

 private:
  using ErrorCode = boost::system::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Answer = boost::beast::http::response<boost::beast::http::string_body>;

  static constexpr std::size_t kBufferMax = 64 * 1024;
  static constexpr std::size_t kDrainMax = 1024 * 1024;

  auto& socket() { return boost::beast::get_lowest_layer(stream_); }

  void read_head() {
    is_idle_ = true;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(host_.options().head_bytes_max));
    parser_->body_limit(boost::none);  // known when we know who asks for what
    socket().expires_after(host_.options().head_timeout);
    boost::beast::http::async_read_header(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](ErrorCode error, std::size_t) { self->on_head(error); });
  }

  void on_head(ErrorCode error) {
    is_idle_ = false;
    if (error) return on_read_error(error);
    RequestHead head = read_request_head();
    admission_ = host_.api().admit(head);
    if (admission_.refusal) return refuse(std::move(*admission_.refusal));
    if (parser_->content_length().value_or(0) > admission_.body_max) return refuse_large_body();
    parser_->body_limit(admission_.body_max);
    socket().expires_after(host_.options().body_timeout);
    if (boost::beast::iequals(parser_->get()[boost::beast::http::field::expect], "100-continue")) {
      return write_continue();
    }
    read_body();
  }

  RequestHead read_request_head() const {
    using boost::beast::http::field;
    const auto& request = parser_->get();
    const auto text = [&request](auto name) { return std::string(request[name]); };
    RequestHead head;
    head.method = std::string(request.method_string());
    head.target = std::string(request.target());
    head.authorization = text("X-Authorization");
    if (head.authorization.empty()) head.authorization = text(field::authorization);
    head.api_key = text("X-API-Key");
    head.accept = text(field::accept);
    head.last_event_id = text("Last-Event-ID");
    head.idempotency_key = text("Idempotency-Key");
    head.address = address_;
    head.is_local = is_local_;
    return head;
  }

  void write_continue() {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    boost::asio::async_write(stream_, boost::asio::buffer(kContinue),
                             [self = this->shared_from_this()](ErrorCode error, std::size_t) {
                               if (!error) self->read_body();
                             });
  }

  void read_body() {
    boost::beast::http::async_read(
        stream_, buffer_, *parser_,
        [self = this->shared_from_this()](ErrorCode error, std::size_t) { self->on_body(error); });
  }

  void on_body(ErrorCode error) {
    if (error == boost::beast::http::error::body_limit) return refuse_large_body();
    if (error) return on_read_error(error);
    Response response = host_.api().answer(std::move(admission_), parser_->get().body());
    if (!response.work) return write(std::move(response));
    // The deadline of the body does not count for the work; it has its own.
    socket().expires_never();
    host_.run_aside([self = this->shared_from_this(),
                     work = std::move(response.work)](const Response::StopFlag& stop) {
      return [self, finish = work(stop)] {
        auto outcome = finish();
        self->write(outcome ? std::move(*outcome) : self->host_.api().to_response(outcome.error()));
      };
    });
  }

  void on_read_error(ErrorCode error) {
    namespace http = boost::beast::http;
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return refuse_request(431, "The head of the request is too large");
    }
    const bool is_malformed =
        error.category() == make_error_code(http::error::bad_method).category();
    if (is_malformed && error != http::error::end_of_stream &&
        error != http::error::partial_message) {
      return refuse_request(400, "The request is not HTTP");
    }
  }

  void refuse_request(unsigned status, std::string message) {
    keeps_alive_ = false;
    drains_ = true;
    write(host_.api().to_response(
        ApiError{status, admin::ErrorCode::BadRequest, std::move(message), {}, {}}));
  }

  void refuse_large_body() {
    refuse_request(413, "The body has more than " + std::to_string(admission_.body_max) + " bytes");
  }

  /// Nobody reads the body of what is refused: the connection ends with the answer.
  void refuse(Response response) {
    const bool has_body = parser_->chunked() || parser_->content_length().value_or(0) > 0;
    if (has_body) keeps_alive_ = false;
    drains_ = has_body;
    write(std::move(response));
  }

  template <class Message>
  void set_headers(Message& message, const Response& response) const {
    for (const auto& [name, value] : kSecurityHeaders) message.set(name, value);
    if constexpr (kIsTls) message.set(kTlsHeader.first, kTlsHeader.second);
    for (const auto& [name, value] : response.headers) message.set(name, value);
    if (!response.body.empty() || response.stream) {
      message.set(boost::beast::http::field::content_type, response.content_type);
    }
  }

  void write(Response response) {
    namespace http = boost::beast::http;
    if (response.stream) return begin_stream(std::move(response));
    keeps_alive_ =
        keeps_alive_ && parser_->is_header_done() && parser_->keep_alive() && !host_.is_stopping();
    answer_ = Answer(http::int_to_status(response.status), 11);
    set_headers(answer_, response);
    if (parser_->get().method() != http::verb::head) answer_.body() = std::move(response.body);
    answer_.keep_alive(keeps_alive_);
    answer_.prepare_payload();
    socket().expires_after(host_.options().write_timeout);
    http::async_write(stream_, answer_,
                      [self = this->shared_from_this()](ErrorCode error, std::size_t) {
                        self->on_written(error);
                      });
  }

  /// From here on the body's source lives; whatever ends the connection ends it too.
  void begin_stream(Response response) {
    namespace http = boost::beast::http;
    http::response<http::empty_body> head(http::int_to_status(response.status), 11);
    set_headers(head, response);
    head.keep_alive(false);
    is_chunked_ = parser_->get().version() >= 11;
    if (is_chunked_) head.chunked(true);
    source_ = std::move(response.stream);
    source_->on_reader([weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) self->write_piece();
    });
    std::ostringstream text;
    text << head.base();
    piece_ = std::move(text).str();
    watch_peer();
    send_piece();
  }

  /// While it waits a stream has nothing to write, so this is what notices that the reader left.
  /// Nobody has more to ask on this connection: what comes is dropped.
  void watch_peer() {
    socket().expires_never();
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kBufferMax),
                            [self = this->shared_from_this()](ErrorCode error, std::size_t) {
                              if (error) return self->end_stream();
                              self->watch_peer();
                            });
  }

  void write_piece() {
    if (is_sending_ || !source_) return;
    BodySource::Piece piece = source_->next();
    is_idle_ = piece.bytes.empty() && !piece.is_last;
    if (is_idle_) {
      if (host_.is_stopping()) end_stream();
      return;
    }
    is_last_piece_ = piece.is_last;
    piece_ = is_chunked_ ? framed(piece) : std::move(piece.bytes);
    send_piece();
  }

  static std::string framed(const BodySource::Piece& piece) {
    std::ostringstream text;
    if (!piece.bytes.empty()) {
      text << std::hex << piece.bytes.size() << "\r\n" << piece.bytes << "\r\n";
    }
    if (piece.is_last) text << "0\r\n\r\n";
    return std::move(text).str();
  }

  void send_piece() {
    is_sending_ = true;
    socket().expires_after(host_.options().write_timeout);
    boost::asio::async_write(stream_, boost::asio::buffer(piece_),
                             [self = this->shared_from_this()](ErrorCode error, std::size_t) {
                               self->is_sending_ = false;
                               if (error || self->is_last_piece_) return self->end_stream();
                               self->write_piece();
                             });
  }

  void end_stream() {
    source_.reset();
    ErrorCode ignored;
    if constexpr (!kIsTls) {
      socket().socket().shutdown(boost::asio::socket_base::shutdown_send, ignored);
    }
    socket().close();
  }

  void on_written(ErrorCode error) {
    if (error) return;
    if (keeps_alive_ && !host_.is_stopping()) return read_head();
    if constexpr (!kIsTls) {
      ErrorCode ignored;
      socket().socket().shutdown(boost::asio::socket_base::shutdown_send, ignored);
      if (drains_) drain(0);
    } else {
      stream_.async_shutdown([self = this->shared_from_this()](ErrorCode) {});
    }
  }

  /// To close with unread bytes would reset the connection, and the answer might be lost with it.
  void drain(std::size_t drained) {
    if (drained > kDrainMax) return;
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kBufferMax), [self = this->shared_from_this(), drained](
                                                             ErrorCode error, std::size_t size) {
      if (!error) self->drain(drained + size);
    });
  }

  ConnectionHost& host_;
  Stream stream_;
  boost::beast::flat_buffer buffer_;
  const std::string address_;
  const bool is_local_;
  bool is_idle_ = true;
  bool keeps_alive_ = true;
  bool drains_ = false;
  std::optional<Parser> parser_;
  Api::Admission admission_;
  Answer answer_;
  // Of an answer that comes piece by piece.
  std::shared_ptr<BodySource> source_;
  std::string piece_;  // being sent
  bool is_chunked_ = true;
  bool is_sending_ = false;
  bool is_last_piece_ = false;
};

}  // namespace sluice::admin

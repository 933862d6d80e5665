#include "admin/server/http_server.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <future>
#include <thread>

#include "admin/testing/harness.h"
#include "admin/testing/http_peer.h"

namespace sluice::admin {
namespace {

using testing::Harness;
using testing::HttpPeer;
using testing::kEmail;
using testing::kPassword;
namespace json = boost::json;

class HttpServerTest : public ::testing::Test {
 protected:
  ~HttpServerTest() override { stop(); }

  void start() {
    options.socket_path = harness.folder.path() + "/admin.sock";
    auto made = HttpServer::make(options, *harness.api);
    ASSERT_TRUE(made) << made.error().what;
    server = std::move(*made);
    thread = std::thread([this] { server->run(); });
  }
  void stop() {
    if (!thread.joinable()) return;
    server->stop();
    thread.join();
  }
  HttpPeer connect() { return HttpPeer::tcp(server->port()); }
  HttpPeer connect_locally() { return HttpPeer::local(options.socket_path); }

  static std::string member(const std::string& answer, const char* name) {
    return json::parse(HttpPeer::body(answer)).at(name).as_string().c_str();
  }
  static int code(const std::string& answer) {
    return json::parse(HttpPeer::body(answer)).at("errorCode").to_number<int>();
  }

  Harness harness;
  HttpServer::Options options;
  std::unique_ptr<HttpServer> server;
  std::thread thread;
};

TEST_F(HttpServerTest, ServesAWholeLifeOverOneConnection) {
  const std::string setup_token = **harness.api->services().setup.prepare();
  start();
  HttpPeer peer = connect();
  const json::object first{{"token", setup_token}, {"email", kEmail}, {"password", kPassword}};
  EXPECT_EQ(HttpPeer::status(peer.ask("POST", "/api/noauth/setup", json::serialize(first))), 200);
  const json::object login{{"username", kEmail}, {"password", kPassword}};
  const std::string pair = peer.ask("POST", "/api/auth/login", json::serialize(login));
  ASSERT_EQ(HttpPeer::status(pair), 200) << pair;
  const std::string token = "X-Authorization: Bearer " + member(pair, "token") + "\r\n";

  const std::string path = "/api/mqtt/client/credentials";
  const std::string made =
      peer.ask("POST", path,
               R"({"name": "m", "clientType": "DEVICE", "credentialsType": "MQTT_BASIC",
          "credentialsValue": "{\"userName\": \"u\", \"password\": \"p\"}"})",
               token);
  ASSERT_EQ(HttpPeer::status(made), 200) << made;
  const std::string one = path + "/" + member(made, "id");
  const std::string page = peer.ask("GET", path + "?pageSize=10&page=0", "", token);
  EXPECT_NE(page.find(R"("totalElements":1)"), std::string::npos) << page;
  EXPECT_EQ(HttpPeer::status(peer.ask("POST", one, R"({"newPassword": "q"})", token)), 200);
  EXPECT_EQ(HttpPeer::status(peer.ask("DELETE", one, "", token)), 200);
  const std::string audit = peer.ask("GET", "/api/audit/export", "", token);
  for (const char* action : {"LOGIN", "CREATE", "CHANGE_PASSWORD", "DELETE"}) {
    EXPECT_NE(audit.find(action), std::string::npos) << action;
  }
  EXPECT_EQ(HttpPeer::status(peer.ask("POST", "/api/auth/logout", "", token)), 200);
  EXPECT_EQ(HttpPeer::status(peer.ask("GET", path + "/info", "", token)), 401);
}

TEST_F(HttpServerTest, TakesCallersOfTheSocketForAdministrators) {
  start();
  struct stat file {};
  ASSERT_EQ(stat(options.socket_path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600U);
  HttpPeer peer = connect_locally();
  const std::string answer = peer.ask("GET", "/api/auth/user");
  EXPECT_EQ(HttpPeer::status(answer), 200);
  EXPECT_EQ(member(answer, "email"), "local");
  HttpPeer stranger = connect();
  EXPECT_EQ(HttpPeer::status(stranger.ask("GET", "/api/auth/user")), 401);
}

TEST_F(HttpServerTest, SendsSecurityHeadersWithEachAnswer) {
  start();
  HttpPeer peer = connect();
  for (const char* path : {"/api/noauth/userPasswordPolicy", "/api/nothing", "/"}) {
    const std::string answer = peer.ask("GET", path);
    EXPECT_NE(answer.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_NE(answer.find("X-Content-Type-Options: nosniff"), std::string::npos);
    EXPECT_NE(answer.find("Referrer-Policy: no-referrer"), std::string::npos);
    EXPECT_NE(answer.find("Cache-Control: no-store"), std::string::npos);
    EXPECT_EQ(answer.find("Access-Control-Allow"), std::string::npos);
    EXPECT_EQ(answer.find("unsafe-inline"), std::string::npos);
    EXPECT_EQ(answer.find("Server:"), std::string::npos);
  }
}

TEST_F(HttpServerTest, RefusesBodiesInTbmqsShape) {
  start();
  HttpPeer peer = connect_locally();
  const std::string bad = peer.ask("POST", "/api/blockedClient", "{\"type\":");
  EXPECT_EQ(HttpPeer::status(bad), 400);
  EXPECT_EQ(code(bad), 31);
  const std::string empty = peer.ask("POST", "/api/blockedClient");
  EXPECT_EQ(HttpPeer::status(empty), 400);
  const std::string large =
      peer.ask("POST", "/api/blockedClient", std::string(harness.settings.body_max + 1, 'x'));
  EXPECT_EQ(HttpPeer::status(large), 413);
  EXPECT_TRUE(peer.is_closed_by_peer());
}

TEST_F(HttpServerTest, RefusesALargeBodyBeforeItIsSent) {
  start();
  HttpPeer peer = connect_locally();
  peer.send("POST /api/blockedClient HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_EQ(HttpPeer::status(peer.read_answer()), 413);
  HttpPeer stranger = connect();
  stranger.send(
      "POST /api/mqtt/client/credentials/bulk_import HTTP/1.1\r\nHost: x\r\n"
      "Content-Length: 9999999\r\n\r\n");
  EXPECT_EQ(HttpPeer::status(stranger.read_answer()), 401);
}

TEST_F(HttpServerTest, BoundsABodyOfUnknownLength) {
  start();
  HttpPeer peer = connect_locally();
  peer.send("POST /api/blockedClient HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk(256 * 1024, 'x');
  for (int i = 0; i < 6; ++i) peer.send("40000\r\n" + chunk + "\r\n");
  EXPECT_EQ(HttpPeer::status(peer.read_answer()), 413);
}

TEST_F(HttpServerTest, TakesLargerFilesForTheImport) {
  start();
  HttpPeer peer = connect_locally();
  const json::object body{{"file", std::string(harness.settings.body_max + 1, ' ')},
                          {"mapping", json::parse(R"({"columns": [{"type": "NAME"}]})")}};
  const std::string answer =
      peer.ask("POST", "/api/mqtt/client/credentials/bulk_import", json::serialize(body));
  EXPECT_EQ(HttpPeer::status(answer), 200) << answer;
}

TEST_F(HttpServerTest, AsksForTheBodyOfWhoWaitsForThat) {
  start();
  HttpPeer peer = connect_locally();
  peer.send(
      "POST /api/blockedClient HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
      "Content-Length: 2\r\n\r\n");
  EXPECT_EQ(HttpPeer::status(peer.read_answer()), 100);
  peer.send("{}");
  EXPECT_EQ(HttpPeer::status(peer.read_answer()), 400);
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttp) {
  start();
  HttpPeer garbage = connect();
  garbage.send("\x16\x03\x01garbage\r\n\r\n");
  EXPECT_EQ(HttpPeer::status(garbage.read_answer()), 400);
  HttpPeer smuggler = connect();
  smuggler.send(
      "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
      "Transfer-Encoding: chunked\r\n\r\n{}");
  EXPECT_EQ(HttpPeer::status(smuggler.read_answer()), 400);
  HttpPeer large = connect();
  large.send("GET / HTTP/1.1\r\nX: " + std::string(options.head_bytes_max, 'x'));
  EXPECT_EQ(HttpPeer::status(large.read_answer()), 431);
}

TEST_F(HttpServerTest, ClosesWhoSendsTooSlowly) {
  options.head_timeout = milliseconds{50};
  options.body_timeout = milliseconds{50};
  start();
  HttpPeer head = connect();
  head.send("GET /api/noauth/userPasswordPolicy HTTP/1.1\r\nX-Slow: ");
  EXPECT_TRUE(head.is_closed_by_peer());
  HttpPeer body = connect();
  body.send("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  EXPECT_TRUE(body.is_closed_by_peer());
}

TEST_F(HttpServerTest, BoundsConnectionsOfOneAddress) {
  options.connections_per_address_max = 2;
  start();
  HttpPeer first = connect();
  HttpPeer second = connect();
  EXPECT_EQ(HttpPeer::status(first.ask("GET", "/api/noauth/userPasswordPolicy")), 200);
  EXPECT_EQ(HttpPeer::status(second.ask("GET", "/api/noauth/userPasswordPolicy")), 200);
  HttpPeer third = connect();
  EXPECT_TRUE(third.is_closed_by_peer());
  EXPECT_EQ(HttpPeer::status(first.ask("GET", "/api/noauth/userPasswordPolicy")), 200);
}

TEST_F(HttpServerTest, BoundsRequestsOfOneAddress) {
  start();
  HttpPeer peer = connect();
  int limited = 0;
  std::string last;
  // The clock of the test stands still, so that nothing is given back.
  for (int i = 0; i < 205; ++i) {
    const std::string answer = peer.ask("GET", "/api/noauth/userPasswordPolicy");
    if (HttpPeer::status(answer) != 429) continue;
    ++limited;
    last = answer;
  }
  EXPECT_EQ(limited, 5);
  EXPECT_NE(last.find("Retry-After: 1"), std::string::npos) << last;
  EXPECT_EQ(code(last), 33);
  EXPECT_EQ(HttpPeer::status(connect_locally().ask("GET", "/api/auth/user")), 200);
}

TEST_F(HttpServerTest, StopsWithIdleConnectionsOpen) {
  start();
  HttpPeer idle = connect();
  EXPECT_EQ(HttpPeer::status(idle.ask("GET", "/api/noauth/userPasswordPolicy")), 200);
  stop();
  EXPECT_TRUE(idle.is_closed_by_peer());
  EXPECT_FALSE(HttpPeer::local(options.socket_path).is_connected());
}

TEST_F(HttpServerTest, StopsInTheMiddleOfAnImport) {
  options.stop_timeout = milliseconds{50};
  harness.auth.password_cost = 15;  // seconds each
  start();
  std::string file;
  for (int i = 0; i < 1000; ++i) file += "n" + std::to_string(i) + ",u,p\n";
  const json::object body{
      {"file", file},
      {"mapping", json::parse(R"({"columns": [{"type": "NAME"}, {"type": "USERNAME"},
                                              {"type": "PASSWORD"}]})")}};
  HttpPeer peer = connect_locally();
  peer.request("POST", "/api/mqtt/client/credentials/bulk_import", json::serialize(body));
  HttpPeer other = connect_locally();
  EXPECT_EQ(HttpPeer::status(other.ask("GET", "/api/auth/user")), 200) << "others are served";
  stop();
  server.reset();
  EXPECT_TRUE(peer.is_closed_by_peer());
  EXPECT_EQ(harness.store->credentials().counts()->total(), 0U);
}

TEST_F(HttpServerTest, ServesOthersDuringABackup) {
  std::promise<void> begun;
  std::promise<void> may_end;
  harness.node.copied_folder = harness.folder.path() + "/copy";
  std::filesystem::create_directories(harness.node.copied_folder);
  harness.node.on_copy = [&](const std::atomic<bool>&) {
    begun.set_value();
    may_end.get_future().wait();
  };
  start();
  HttpPeer peer = connect_locally();
  peer.request("GET", "/api/backup");
  begun.get_future().wait();

  HttpPeer other = connect_locally();
  EXPECT_EQ(HttpPeer::status(other.ask("GET", "/api/auth/user")), 200);

  may_end.set_value();
  EXPECT_NE(peer.read_until("0\r\n\r\n").find("200 OK"), std::string::npos);
}

TEST_F(HttpServerTest, StopsInTheMiddleOfABackup) {
  options.stop_timeout = milliseconds{50};
  std::promise<void> begun;
  harness.node.on_copy = [&](const std::atomic<bool>& stop) {
    begun.set_value();
    while (!stop) std::this_thread::yield();
  };
  start();
  HttpPeer peer = connect_locally();
  peer.request("GET", "/api/backup");
  begun.get_future().wait();

  stop();
  server.reset();

  EXPECT_TRUE(peer.is_closed_by_peer());
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
  start();
  HttpServer::Options taken;
  taken.port = server->port();
  EXPECT_FALSE(HttpServer::make(taken, *harness.api));
  HttpServer::Options no_certificate;
  no_certificate.certificate = "/nonexistent.pem";
  EXPECT_FALSE(HttpServer::make(no_certificate, *harness.api));
}

/// Sends what a test gives it, and tells when nobody reads any more.
struct ScriptedSource final : BodySource {
  ~ScriptedSource() override { is_gone.set_value(); }
  Piece next() override {
    if (pieces.empty()) return {};
    Piece piece = std::move(pieces.front());
    pieces.pop_front();
    return piece;
  }
  void on_reader(std::function<void()> given) override { wake = std::move(given); }

  std::deque<Piece> pieces;
  std::function<void()> wake;
  std::promise<void> is_gone;
};

class HttpStreamTest : public HttpServerTest {
 protected:
  HttpStreamTest() {
    std::vector<Route> routes;
    routes.push_back({"GET", "/stream", std::nullopt, [this](const Request&) -> Outcome<Response> {
                        return Response::streamed("text/plain", std::move(source));
                      }});
    harness.api = std::make_unique<Api>(*harness.context, std::move(routes));
  }
  /// On the thread of the server, as sources are used there only.
  void push(const std::weak_ptr<ScriptedSource>& weak, BodySource::Piece piece) {
    server->post([weak, piece] {
      const auto locked = weak.lock();
      if (!locked) return;
      locked->pieces.push_back(piece);
      locked->wake();
    });
  }
  std::shared_ptr<ScriptedSource> source = std::make_shared<ScriptedSource>();
};

TEST_F(HttpStreamTest, SendsPiecesAsTheyCome) {
  start();
  source->pieces.push_back({"first", false});
  const std::weak_ptr<ScriptedSource> weak = source;
  HttpPeer peer = connect();
  peer.request("GET", "/stream");
  const std::string head = peer.read_until("first\r\n");
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("Content-Type: text/plain"), std::string::npos);
  EXPECT_NE(head.find("frame-ancestors 'none'"), std::string::npos);
  push(weak, {"second", false});
  EXPECT_EQ(peer.read_until("second\r\n"), "6\r\nsecond\r\n");
  push(weak, {"", true});
  EXPECT_EQ(peer.read_until("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_TRUE(peer.is_closed_by_peer());
}

TEST_F(HttpStreamTest, SendsLongBodiesWhole) {
  start();
  const std::string piece(64 * 1024, '#');
  for (int i = 0; i < 100; ++i) source->pieces.push_back({piece, i == 99});
  HttpPeer peer = connect();
  peer.request("GET", "/stream");
  const std::string answer = peer.read_until("\r\n0\r\n\r\n");
  EXPECT_EQ(std::count(answer.begin(), answer.end(), '#'), 100 * 64 * 1024);
}

TEST_F(HttpStreamTest, FramesNothingForOldReaders) {
  start();
  source->pieces.push_back({"all", true});
  HttpPeer peer = connect();
  peer.send("GET /stream HTTP/1.0\r\n\r\n");
  const std::string answer = peer.read_until("\r\n\r\nall");
  EXPECT_EQ(answer.find("chunked"), std::string::npos);
  EXPECT_TRUE(peer.is_closed_by_peer());
}

TEST_F(HttpStreamTest, TellsTheSourceThatItsReaderLeft) {
  start();
  source->pieces.push_back({"first", false});
  std::future<void> gone = source->is_gone.get_future();
  {
    HttpPeer peer = connect();
    peer.request("GET", "/stream");
    (void)peer.read_until("first\r\n");
  }
  EXPECT_EQ(gone.wait_for(std::chrono::seconds{10}), std::future_status::ready);
}

TEST_F(HttpStreamTest, ClosesWhoDoesNotTakeAPiece) {
  options.write_timeout = milliseconds{50};
  start();
  source->pieces.push_back({std::string(64 * 1024 * 1024, 'x'), false});
  std::future<void> gone = source->is_gone.get_future();
  HttpPeer peer = connect();
  peer.request("GET", "/stream");
  EXPECT_EQ(gone.wait_for(std::chrono::seconds{10}), std::future_status::ready);
}

TEST_F(HttpStreamTest, StopsWithAStreamThatWaits) {
  start();
  source->pieces.push_back({"first", false});
  HttpPeer peer = connect();
  peer.request("GET", "/stream");
  (void)peer.read_until("first\r\n");
  stop();
  EXPECT_TRUE(peer.is_closed_by_peer());
}

}  // namespace
}  // namespace sluice::admin

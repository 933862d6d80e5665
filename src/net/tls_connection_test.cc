// A connection with TLS on real sockets, on a shard without a core.

#include <gtest/gtest.h>

#include <csignal>

#include "net/connection_test_support.h"
#include "net/tls_handshake.h"
#include "net/tls_test_support.h"

namespace sluice::net::testing {
namespace {

struct TlsConnectionTest : ::testing::TestWithParam<int> {
  TlsConnectionTest() {
    ::signal(SIGPIPE, SIG_IGN);  // as the program does
    const Holder server = authority.issue("broker");
    tls.certificate = server.write_certificate(folder, "certificate.pem");
    tls.key = server.write_key(folder, "key.pem");
    client.speaks_only(GetParam());
    connects();
  }

  void connects() {
    auto [ours, theirs] = make_socket_pair();
    ::fcntl(theirs.get(), F_SETFL, O_NONBLOCK);
    context = std::move(*make_tls_context(tls, {}, keys));
    CertificateRefusal refusal;
    SslPointer ssl(make_server_ssl(context.get(), ours.get(), &refusal));
    client.begins(std::move(theirs));
    for (int done = 0; done < 2;) {
      done = (SSL_do_handshake(client.ssl()) == 1 ? 1 : 0) +
             (SSL_do_handshake(ssl.get()) == 1 ? 1 : 0);
    }
    auto stream = std::make_unique<TlsStream>(std::move(ssl), std::vector<std::string>{"somebody"});
    host.connection = std::make_unique<Connection>(
        host, new_connection(Transport(std::move(ours), std::move(stream))));
    host.connection->start();
  }

  void writes(std::string_view bytes) {
    ASSERT_EQ(SSL_write(client.ssl(), bytes.data(), static_cast<int>(bytes.size())),
              static_cast<int>(bytes.size()));
  }
  std::string reads() {
    std::string bytes;
    std::string buffer(64 * 1024, '\0');
    for (;;) {
      const int count = SSL_read(client.ssl(), buffer.data(), static_cast<int>(buffer.size()));
      if (count <= 0) return bytes;
      bytes.append(buffer, 0, static_cast<std::size_t>(count));
    }
  }
  bool sees_end() {
    reads();
    return (SSL_get_shutdown(client.ssl()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  void sends(std::string_view bytes) {
    const broker::OutputPiece piece{bytes, nullptr};
    host.connection->send({&piece, 1});
  }

  Folder folder;
  Authority authority{"root"};
  config::TlsSettings tls;
  TicketKeys keys = *TicketKeys::make(Instant{});
  SslContext context;
  TlsClient client;
  FakeHost host;
};

INSTANTIATE_TEST_SUITE_P(Versions, TlsConnectionTest,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

TEST_P(TlsConnectionTest, GivesTheCoreWhatThePeerWritesAndAnswers) {
  writes("hello");
  host.turn();
  EXPECT_EQ(host.received, "hello");

  sends("answer");
  EXPECT_EQ(reads(), "answer");
}

TEST_P(TlsConnectionTest, ReadsAllRecordsThatCameTogether) {
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    writes("record " + std::to_string(i));
    expected += "record " + std::to_string(i);
  }
  host.turn();

  EXPECT_EQ(host.received, expected);
}

TEST_P(TlsConnectionTest, TakesRecordsThatTrickleIn) {
  // The Client's bytes go through a memory BIO, and from there one by one.
  BIO* const written = BIO_new(BIO_s_mem());
  SSL_set0_wbio(client.ssl(), written);
  writes("slow");
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(written, &bytes);
  for (long i = 0; i < size; ++i) {
    EXPECT_EQ(host.received, "");
    ASSERT_EQ(::send(client.fd(), bytes + i, 1, MSG_NOSIGNAL), 1);
    host.turn();
  }

  EXPECT_EQ(host.received, "slow");
}

TEST_P(TlsConnectionTest, ReadsMoreThanTheShardsBufferInSeveralTurns) {
  std::string expected;
  host.core = [&](ByteView bytes, bool*) -> std::size_t {
    host.received.append(bytes);
    return bytes.size();
  };
  const std::string chunk(10'000, 'x');
  while (expected.size() < 600'000) {
    const int count = SSL_write(client.ssl(), chunk.data(), static_cast<int>(chunk.size()));
    if (count > 0) expected.append(chunk, 0, static_cast<std::size_t>(count));
    if (count <= 0) host.turn();
  }
  for (int i = 0; i < 1000 && host.received.size() < expected.size(); ++i) host.turn();

  EXPECT_EQ(host.received, expected);
}

TEST_P(TlsConnectionTest, ReadsWhatTlsHoldsWhenTheCoreReadsAgain) {
  host.core = [&](ByteView bytes, bool*) -> std::size_t {
    host.received.append(bytes);
    host.connection->set_reading(false);
    return bytes.size();
  };
  host.read_buffer = host.read_buffer.first(10);  // so that TLS keeps the rest of the record
  writes("twenty bytes or so, in one record");
  host.turn();
  host.turn();
  EXPECT_EQ(host.received, "twenty byt");

  while (host.received.size() < 33) {
    host.connection->set_reading(true);
    host.turn();
  }

  EXPECT_EQ(host.received, "twenty bytes or so, in one record");
}

TEST_P(TlsConnectionTest, KeepsWhatASlowReaderDoesNotTakeAndTellsWhenItHasLeft) {
  std::string expected;
  for (int i = 0; i < 400; ++i) {
    const std::string chunk = std::to_string(i) + std::string(static_cast<std::size_t>(i) * 7, 'x');
    const std::vector<broker::OutputPiece> pieces{{"head", nullptr}, {chunk, nullptr}};
    host.connection->send(pieces);
    expected += "head" + chunk;
  }
  EXPECT_GT(host.connection->unsent(), 0U);

  std::string arrived;
  while (arrived.size() < expected.size()) {
    arrived += reads();
    host.turn();
  }

  EXPECT_EQ(arrived, expected);
  EXPECT_EQ(host.drained, 1);
  EXPECT_EQ(host.connection->unsent(), 0U);
}

TEST_P(TlsConnectionTest, PutsManyPiecesIntoFewRecords) {
  const std::vector<broker::OutputPiece> pieces(200, {"0123456789", nullptr});

  host.connection->send(pieces);

  std::string buffer(16 * 1024, '\0');
  EXPECT_EQ(SSL_read(client.ssl(), buffer.data(), static_cast<int>(buffer.size())), 2000);
}

TEST_P(TlsConnectionTest, CloseTellsThePeerThatItIsTheEnd) {
  sends("goodbye");
  host.connection->close();

  EXPECT_EQ(reads(), "goodbye");
  EXPECT_TRUE(sees_end());
  EXPECT_FALSE(host.has_retired);
  client.closes();
  host.turn();
  EXPECT_TRUE(host.has_retired);
}

TEST_P(TlsConnectionTest, ReportsTheEndOfThePeerOnce) {
  SSL_shutdown(client.ssl());
  host.turn();

  EXPECT_EQ(host.lost, 1);
  EXPECT_TRUE(host.has_retired);
}

TEST_P(TlsConnectionTest, ReportsBrokenRecordsAsTheEnd) {
  ASSERT_EQ(::send(client.fd(), "no record at all", 16, MSG_NOSIGNAL), 16);
  host.turn();

  EXPECT_EQ(host.lost, 1);
}

TEST_P(TlsConnectionTest, MovesToAnotherShardWithWhatTlsHolds) {
  host.core = [&](ByteView, bool* alive) -> std::size_t {
    host.connection->hand_over(1);
    *alive = false;
    return 0;
  };
  host.read_buffer = host.read_buffer.first(7);
  writes("CONNECT and what follows");
  host.turn();
  ASSERT_TRUE(host.handed_over);

  FakeHost home;
  home.connection = std::make_unique<Connection>(home, std::move(*host.handed_over));
  home.connection->start();
  home.turn();
  const broker::OutputPiece answer{"CONNACK", nullptr};
  home.connection->send({&answer, 1});

  EXPECT_EQ(home.received, "CONNECT and what follows");
  EXPECT_EQ(reads(), "CONNACK");
}

TEST_P(TlsConnectionTest, KnowsWhoThePeerIsUntilItIsConnected) {
  EXPECT_TRUE(host.connection->peer().is_tls);
  EXPECT_EQ(host.connection->peer().common_names, std::vector<std::string>{"somebody"});

  host.connection->connected();

  EXPECT_TRUE(host.connection->peer().common_names.empty());
}

}  // namespace
}  // namespace sluice::net::testing

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "support/broker_process.h"
#include "support/packets.h"
#include "support/peer.h"
#include "support/received.h"

namespace sluice::conformance {

/// For the names that GoogleTest prints.
inline void PrintTo(Transport transport, std::ostream* out) {
  *out << (transport == Transport::Tcp ? "TCP" : "WebSocket");
}

/// A test of one rule of the specification, over TCP and over WebSocket, against the real broker.
///
/// Client Identifiers and topics are made unique per test, so that all tests can share one process.
class Conformance : public ::testing::TestWithParam<Transport> {
 public:
  static void TearDownTestSuite();

 protected:
  /// A Client Identifier of this test's own.
  std::string id(const std::string& name) const;
  /// A Topic Name or Filter below a level of this test's own.
  std::string topic(const std::string& levels) const;
  /// A CONNECT with `id(name)`.
  Connect connect(const std::string& name) const { return Connect(id(name)); }

  /// A connection on which nothing was sent yet.
  Peer peer();
  /// v5, Clean Start 1, Session Expiry 0 and accepted.
  Peer connected(const std::string& name, Where where = Where::current());
  /// Any CONNECT, accepted.
  Peer connected(const Connect& packet, Where where = Where::current());
  /// A v5 session that outlives its connection by an hour; Clean Start 0 resumes it.
  Connect persistent(const std::string& name, bool clean_start = true) const;

  /// Proves that nothing published by `publisher` so far is on its way to `subscriber`: a marker
  /// published behind it comes first.
  void expect_no_delivery(Peer& subscriber, Peer& publisher, Where where = Where::current());

  /// Lets that much of the broker's own time pass: the Will of a Client comes after such a delay.
  void let_pass(unsigned seconds, Where where = Where::current());

  /// From here on this test talks to a broker of its own, started with these settings.
  BrokerProcess& own_broker(const std::vector<std::string>& settings = {});
  BrokerProcess& broker();

 private:
  const std::string prefix_ = make_prefix();
  static std::string make_prefix();
  std::unique_ptr<BrokerProcess> own_;
  unsigned markers_ = 0;
};

}  // namespace sluice::conformance

/// One test per transport. `ID` is the statement's id with underscores: MQTT5_3_3_1_5. Further ids
/// stand in a line "// Covers: MQTT5-3.3.1-6, MQTT5-3.3.1-7" directly above.
#define CONFORMANCE_TEST(ID, Name) CONFORMANCE_TEST_NAMED(ID##_##Name)
#define CONFORMANCE_TEST_NAMED(Name) TEST_P(Conformance, Name)

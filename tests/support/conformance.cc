#include "support/conformance.h"

#include <atomic>

namespace sluice::conformance {

namespace {

std::unique_ptr<BrokerProcess>& shared_broker() {
  static std::unique_ptr<BrokerProcess> broker;
  return broker;
}

}  // namespace

void Conformance::TearDownTestSuite() {
  shared_broker().reset();
}

std::string Conformance::make_prefix() {
  static std::atomic<unsigned> count{0};
  // The process id: several test programs may share a broker that somebody else started.
  return "t" + std::to_string(::getpid()) + "n" + std::to_string(++count);
}

std::string Conformance::id(const std::string& name) const {
  return prefix_ + name;
}
std::string Conformance::topic(const std::string& levels) const {
  return prefix_ + "/" + levels;
}

BrokerProcess& Conformance::broker() {
  if (own_) return *own_;
  if (!shared_broker()) shared_broker() = std::make_unique<BrokerProcess>();
  return *shared_broker();
}

BrokerProcess& Conformance::own_broker(const std::vector<std::string>& settings) {
  own_ = std::make_unique<BrokerProcess>(settings);
  return *own_;
}

Peer Conformance::peer() {
  return Peer(broker().dial(GetParam()));
}

Peer Conformance::connected(const std::string& name, Where where) {
  return connected(connect(name), where);
}

Peer Conformance::connected(const Connect& packet, Where where) {
  Peer out = peer();
  out.sends(packet).expects_connack(ReasonCode::Success, where);
  return out;
}

Connect Conformance::persistent(const std::string& name, bool clean_start) const {
  return connect(name).clean_start(clean_start).session_expiry(3600);
}

void Conformance::expect_no_delivery(Peer& subscriber, Peer& publisher, Where where) {
  const std::string marker = topic("marker/" + std::to_string(++markers_));
  subscriber.subscribed(marker, Qos::AtMostOnce, where);
  publisher.published(marker, "marker", Qos::AtMostOnce, where);
  subscriber.receives_message("marker", where);
}

void Conformance::let_pass(unsigned seconds, Where where) {
  const std::string name = "clock" + std::to_string(++markers_);
  Peer watcher = connected(name + "w", where);
  watcher.subscribed(topic(name), Qos::AtMostOnce, where);
  Will will(topic(name), "now");
  Peer clock = connected(connect(name).session_expiry(3600).will(will.delay(seconds)), where);
  clock.vanishes();
  watcher.receives_message("now", where);
}

INSTANTIATE_TEST_SUITE_P(, Conformance, ::testing::Values(Transport::Tcp, Transport::WebSocket),
                         [](const auto& test) {
                           return test.param == Transport::Tcp ? "Tcp" : "WebSocket";
                         });

}  // namespace sluice::conformance

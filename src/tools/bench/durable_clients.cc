#include "tools/bench/durable_clients.h"

#include <algorithm>

#include "tools/bench/durable.h"
#include "tools/bench/ramp.h"

namespace sluice::tools::bench {
namespace {

/// Long enough for any run; a Session that a run leaves behind is gone after it.
constexpr std::uint32_t kSessionExpirySeconds = 3600;

}  // namespace

DurableSession::DurableSession(Durable& durable, std::uint32_t number)
    : BenchClient(durable.run(), make_client_id(durable.run(), "session", number)),
      durable_(durable),
      number_(number) {}

bool DurableSession::create() {
  creates_ = true;
  leaving_ = false;
  return start();
}

bool DurableSession::drain(std::uint64_t expected) {
  creates_ = leaving_ = false;
  expected_ = expected;
  return start();
}

bool DurableSession::come_back() {
  return !leaving_ && start();
}

void DurableSession::prepare(mqtt::ConnectPacket& packet) const {
  packet.clean_start = creates_;
  packet.properties.session_expiry_interval = kSessionExpirySeconds;
}

void DurableSession::on_connected() {
  set_ready();
  if (creates_) {
    const std::string filter = durable_.topic_of_flow(number_);
    subscribe({&filter, 1});
  } else if (!session_present()) {
    run().add_error("the broker does not have a Session any more");
  } else if (received_ == expected_) {
    leave();
  }
}

void DurableSession::on_message(const Received& message) {
  if (!durable_.on_received(number_, message)) return;
  ++received_;
  if (received_ == expected_) return leave();
  const std::uint64_t parts = std::uint64_t{durable_.options().reconnects} + 1;
  if (received_ * parts >= expected_ * (reconnects_ + 1)) break_connection();
}

/// Acknowledgements that were not sent yet are lost with it, so their messages come again.
void DurableSession::break_connection() {
  ++reconnects_;
  stop();
  durable_.on_left(*this);
}

/// The broker closes first, so that the waiting state of TCP stays on its side and our local ports
/// are free again at once.
void DurableSession::leave() {
  leaving_ = true;
  disconnect();
}

void DurableSession::on_lost(const std::string& why) {
  if (!leaving_) return BenchClient::on_lost(why);
  durable_.on_left(*this);
}

DurablePublisher::DurablePublisher(Durable& durable, std::uint32_t number)
    : BenchClient(durable.run(), make_client_id(durable.run(), "pub", number)), durable_(durable) {
  const Options& options = durable.options();
  for (std::size_t flow = number; flow < durable.flow_count(); flow += options.publishers) {
    targets_.push_back({flow, PublishPacketBytes(durable.topic_of_flow(flow), options.qos, false,
                                                 options.payload, options.version)});
  }
}

/// The shares of the flows never grow with their numbers, so the first flow without more is the
/// end.
bool DurablePublisher::has_more() const {
  const std::size_t flow = targets_[next_target_].flow;
  return durable_.is_sending() && durable_.flow(flow).sent < durable_.share_of_flow(flow);
}

std::uint64_t DurablePublisher::quota() const {
  return receive_maximum() - std::min<std::uint64_t>(receive_maximum(), unacknowledged_.size());
}

void DurablePublisher::append(std::uint64_t time_ns) {
  Target& target = targets_[next_target_];
  next_target_ = (next_target_ + 1) % targets_.size();
  Flow& flow = durable_.flow(target.flow);
  const auto number = static_cast<std::uint32_t>(target.flow);
  target.packet.append_to(output(), {number, run().id, flow.sent, time_ns}, sent_);
  ++flow.sent;
  ++sent_;
  unacknowledged_.push_back(time_ns);
  durable_.on_sent();
}

void DurablePublisher::send_what_is_allowed() {
  if (is_closed()) return;
  const Options& options = durable_.options();
  const std::uint64_t used = std::min<std::uint64_t>(options.window, unacknowledged_.size());
  std::uint64_t credit = std::min(options.window - used, quota());
  const std::uint64_t batch =
      options.batch == 0 ? std::max<std::uint64_t>(credit, 1) : options.batch;
  const std::uint64_t now = now_ns();
  for (; credit >= batch && has_more(); credit -= batch) {
    for (std::uint64_t i = 0; i < batch && has_more(); ++i) append(now);
    channel().flush();
    if (is_closed()) return;
  }
}

void DurablePublisher::add_due(std::uint64_t due_ns) {
  due_.push_back(due_ns);
  send_due();
}

void DurablePublisher::send_due() {
  if (is_closed()) return;
  for (; !due_.empty() && quota() != 0; due_.pop_front()) {
    if (has_more()) append(due_.front());
  }
  send_soon();
}

void DurablePublisher::on_acknowledged() {
  if (unacknowledged_.empty()) return run().add_error("an acknowledgement of nothing came");
  durable_.on_acknowledged(unacknowledged_.front());
  unacknowledged_.pop_front();
  if (!due_.empty()) send_due();
}

}  // namespace sluice::tools::bench

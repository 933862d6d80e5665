#include <bit>

#include "tools/bench/ramp.h"
#include "tools/bench/traffic.h"

namespace sluice::tools::bench {

TrafficPublisher::TrafficPublisher(Traffic& traffic, std::uint32_t number, std::string_view topic)
    : BenchClient(traffic.run_, make_client_id(traffic.run_, "pub", number)),
      traffic_(traffic),
      number_(number),
      packet_(topic, traffic.options_.qos, false, traffic.options_.payload,
              traffic.options_.version) {
  if (traffic.options_.rate == 0) receipts_.resize(std::bit_ceil(traffic.options_.window));
}

std::uint64_t TrafficPublisher::quota() const {
  if (traffic_.options_.qos == mqtt::Qos::AtMostOnce) return ~0ULL;
  return receive_maximum() - (sent_ - acknowledged_);
}

void TrafficPublisher::want_turn() {
  if (wants_turn_ || !traffic_.sending_) return;
  wants_turn_ = true;
  traffic_.with_credit_.push_back(this);
}

void TrafficPublisher::append(std::uint64_t time_ns) {
  packet_.append_to(output(), {number_, run().id, sent_, time_ns});
  ++sent_;
  ++traffic_.sent_;
}

void TrafficPublisher::send_what_is_allowed() {
  wants_turn_ = false;
  if (is_closed()) return;
  const std::uint64_t window = traffic_.options_.window;
  std::uint64_t credit = std::min(window - (sent_ - completed_), quota());
  const std::uint64_t batch = traffic_.options_.batch == 0 ? credit : traffic_.options_.batch;
  const std::uint64_t now = now_ns();
  for (; credit >= batch && credit != 0; credit -= batch) {
    for (std::uint64_t i = 0; i < batch; ++i) append(now);
    if (traffic_.options_.batch == 0) return send_soon();
    channel().flush();
    if (is_closed()) return;
  }
}

void TrafficPublisher::add_due(std::uint64_t time_ns) {
  due_.push_back(time_ns);
  send_due();
}

void TrafficPublisher::send_due() {
  if (is_closed() || due_.empty()) return;
  std::uint32_t unwritten = 0;
  for (; !due_.empty() && quota() != 0; due_.pop_front()) {
    append(due_.front());
    if (++unwritten != traffic_.options_.batch) continue;
    unwritten = 0;
    channel().flush();
    if (is_closed()) return;
  }
  if (unwritten != 0) send_soon();
}

void TrafficPublisher::on_received(std::uint64_t sequence) {
  if (receipts_.empty()) return;
  const std::size_t mask = receipts_.size() - 1;
  ++receipts_[sequence & mask];
  const std::uint64_t before = completed_;
  while (completed_ < sent_ && receipts_[completed_ & mask] == traffic_.receivers_) {
    receipts_[completed_ & mask] = 0;
    ++completed_;
  }
  if (completed_ != before) want_turn();
}

void TrafficPublisher::on_acknowledged() {
  ++acknowledged_;
  if (!receipts_.empty()) {
    want_turn();
  } else {
    send_due();
  }
}

bool TrafficPublisher::is_settled() const {
  const bool acknowledged =
      traffic_.options_.qos == mqtt::Qos::AtMostOnce || acknowledged_ == sent_;
  return due_.empty() && acknowledged;
}

TrafficSubscriber::TrafficSubscriber(Traffic& traffic, std::uint32_t number, std::string filter)
    : BenchClient(traffic.run_, make_client_id(traffic.run_, "sub", number)),
      traffic_(traffic),
      number_(number),
      filter_(std::move(filter)) {}

void TrafficSubscriber::on_message(const Received& message) {
  traffic_.on_received(number_, message);
}

}  // namespace sluice::tools::bench

#include "simulation/peer.h"

#include <algorithm>
#include <utility>

namespace sluice::simulation {

using broker::testing::Connect;
using broker::testing::WillSpec;
using mqtt::Qos;
using mqtt::ReasonCode;
using mqtt::Version;

namespace {

constexpr std::uint32_t kForLong = 3600;  // seconds
constexpr auto kGrace = seconds(2);       // what ends by the clock has ended this much later

std::uint32_t subscriber_base(std::uint32_t index) {
  return index * 100;  // a number for each of its Sessions
}

}  // namespace

Peer::Peer(Stage& stage, std::uint32_t index, Kind kind, Duties duties)
    : stage_(stage),
      index_(index),
      kind_(kind),
      shares_(duties.shares),
      client_(stage.world.client("peer" + std::to_string(index))),
      double_(stage.world.client("peer" + std::to_string(index))),
      subscriber_(subscriber_base(index)) {
  client_.witness = this;
  expiry_ = static_cast<std::uint32_t>(1 + stage.draw(4));
  make_filters(duties);
}

/// One filter at most matches a topic: the checker counts on it.
void Peer::make_filters(Duties duties) {
  for (const auto& [wildcard, first] : {std::pair("a/+", 0U), {"b/+", 2U}, {"r/+", 4U}}) {
    if (stage_.chance(2)) {
      filters_.push_back({wildcard, {first, first + 1}});
    } else {
      filters_.push_back({kTopics[first], {first}});
      filters_.push_back({kTopics[first + 1], {first + 1}});
    }
  }
  for (Filter& filter : filters_) filter.qos = static_cast<Qos>(stage_.draw(3));
  if (duties.watches_wills) filters_.push_back({"w/+", {kWillTopic}, Qos::ExactlyOnce, true});
  if (duties.shares) filters_.push_back({"$share/g/s/0", {}, Qos::ExactlyOnce, true});
}

void Peer::new_subscriber() {
  ++subscriber_;
  for (Filter& filter : filters_) {
    filter.is_wanted = filter.is_confirmed = false;
    filter.since = kNotYet;
  }
}

void Peer::act(bool group_exists) {
  observe();
  group_exists_ = group_exists;
  if (!client_.is_open()) {
    if (stage_.chance(12)) return impersonate();
    if (stage_.chance(3) && may_connect()) connect();
    return;
  }
  if (!client_.is_connected() || is_leaving_) {
    if (stage_.chance(20)) drop();
    return;
  }
  const std::size_t what = stage_.draw(60);
  if (what == 0) return drop();
  if (what == 1) return leave();
  if (what == 2) return impersonate();
  if (what == 3) return client_.stall(stage_.draw(80));
  if (what < 8) return client_.unstall();
  if (what < 20) return subscribe(filters_[stage_.draw(filters_.size())]);
  if (what < 24) return unsubscribe(filters_[stage_.draw(filters_.size())]);
  publish(group_exists);
}

// Connections

bool Peer::may_connect() const {
  if (kind_ != Kind::Expiring) return true;
  return stage_.now() > std::max(ended_, stage_.started) + seconds(expiry_) + kGrace;
}

void Peer::connect() {
  settle_delayed_will();
  delayed_will_.reset();
  const Connect how = make_connect();
  version_ = how.version;
  was_open_ = true;
  is_leaving_ = leaves_with_will_ = false;
  was_replaced_ = double_.is_open();  // its CONNECT may be heard behind this one
  ++stage_.operations;
  stage_.tell([&] {
    return name() + " connects" + (how.clean_start ? ", clean" : "") + ", expiry " +
           std::to_string(how.expiry) +
           (how.will ? ", will " + how.will->payload + " delay " + std::to_string(how.will->delay)
                     : "") +
           ", subscriber " + std::to_string(subscriber_);
  });
  client_.open();
  client_.request_connect(how);
}

Connect Peer::make_connect() {
  Connect how;
  how.version = stage_.chance(2) ? Version::V5 : Version::V311;
  how.clean_start = kind_ == Kind::Transient;
  if (kind_ == Kind::Expiring) {
    how.version = Version::V5;
    how.expiry = expiry_;
  }
  if (kind_ == Kind::Persistent) {
    how.expiry = how.version == Version::V5 ? kForLong : 0;
    if (clears_session()) {
      how.version = Version::V5;
      how.expiry = kForLong;
      how.clean_start = true;
    }
  } else {
    new_subscriber();
  }
  if (how.version == Version::V5 && stage_.chance(2)) {
    how.receive_maximum = static_cast<std::uint16_t>(1 + stage_.draw(5));
  }
  add_will(how);
  return how;
}

void Peer::add_will(Connect& how) {
  will_.reset();
  if (!stage_.chance(3)) return;
  Will will;
  will.qos = static_cast<Qos>(1 + stage_.draw(2));
  const bool delays = how.version == Version::V5 && kind_ == Kind::Persistent;
  if (delays && stage_.chance(3)) will.delay = static_cast<std::uint32_t>(1 + stage_.draw(3));
  const std::string payload = stage_.ledger.next_payload(index_, 0);
  will.message = *Ledger::read(payload);
  how.will = WillSpec{kTopics[kWillTopic], payload, will.qos, false, will.delay};
  stage_.ledger.on_will_sent(will.message, kWillTopic, will.qos, payload);
  will_ = will;
}

/// Ends the Session with Clean Start now and then, if that can lose nothing.
bool Peer::clears_session() {
  if (must_clear_) return true;
  const bool has_duties = std::ranges::any_of(filters_, &Filter::is_kept);
  if (has_duties || !has_session_ || !stage_.chance(6)) return false;
  if (stage_.ledger.checker.missing(subscriber_) > 0) return false;
  stage_.ledger.checker.on_session_ended(subscriber_);
  new_subscriber();
  has_session_ = false;
  must_clear_ = true;
  return true;
}

/// The device connects over a line that brings nothing back to it: a take-over, and one more when
/// it tries again.
void Peer::impersonate() {
  if (kind_ != Kind::Persistent || !has_session_) return;
  if (double_.is_open()) {
    double_.drop();
    return;
  }
  stage_.tell([&] { return name() + "'s double connects"; });
  was_replaced_ = true;
  delayed_will_.reset();  // it is back in time, or not
  double_.open();
  double_.stall(0);
  double_.request_connect({.clean_start = false, .expiry = kForLong});
}

void Peer::drop() {
  stage_.tell([&] { return name() + " drops"; });
  leaves_with_will_ = false;  // nobody knows whether the DISCONNECT came
  client_.drop();
  observe();
}

void Peer::leave() {
  const bool may_fire = version_ == Version::V5 && will_ && will_->delay == 0;
  const bool with_will = may_fire && stage_.chance(3);
  stage_.tell([&] { return name() + " leaves" + (with_will ? " with its Will" : ""); });
  is_leaving_ = true;
  leaves_with_will_ = with_will;
  ++stage_.operations;
  client_.request_leave(with_will ? ReasonCode::DisconnectWithWill : ReasonCode::Success);
}

void Peer::observe() {
  if (!was_open_ || client_.is_open()) return;
  if (client_.disconnect && *client_.disconnect != ReasonCode::SessionTakenOver) {
    stage_.ledger.checker.on_stuck(name() + " was disconnected with reason " +
                                   std::to_string(static_cast<int>(*client_.disconnect)));
  }
  on_ended();
}

void Peer::on_broker_died() {
  if (!was_open_) return;
  leaves_with_will_ = false;  // nobody knows whether the DISCONNECT came
  on_ended();
}

void Peer::on_ended() {
  stage_.tell([&] { return name() + "'s connection ended"; });
  was_open_ = false;
  ended_ = stage_.now();
  requests_.clear();
  end_will();
  if (kind_ == Kind::Persistent) return;
  sending_.clear();
}

void Peer::end_will() {
  const auto will = std::exchange(will_, std::nullopt);
  if (!will || !will->is_certain) return;
  if (is_leaving_ && !leaves_with_will_) return;
  if (will->delay == 0) {
    stage_.ledger.checker.on_will_due(will->message);
  } else if (!was_replaced_) {
    delayed_will_ = will;
  }
}

void Peer::settle_delayed_will() {
  if (!delayed_will_) return;
  const Instant due = std::max(ended_, stage_.started) + seconds(delayed_will_->delay) + kGrace;
  if (stage_.now() < due) return;
  stage_.ledger.checker.on_will_due(delayed_will_->message);
  delayed_will_.reset();
}

// Requests

bool Peer::has_request(const Filter& filter) const {
  return std::ranges::any_of(
      requests_, [&](const auto& request) { return &filters_[request.second.second] == &filter; });
}

void Peer::subscribe(Filter& filter) {
  if (has_request(filter)) return;
  stage_.tell([&] { return name() + " subscribes to " + filter.name; });
  for (TopicId topic : filter.topics) {
    stage_.ledger.checker.on_subscribing(subscriber_, topic, filter.qos);
  }
  filter.is_wanted = true;
  ++stage_.operations;
  const std::uint16_t packet_id = client_.request_subscribe({filter.name}, {.qos = filter.qos});
  requests_[packet_id] = {Request::Subscribe, &filter - filters_.data()};
}

void Peer::unsubscribe(Filter& filter) {
  if (filter.is_kept || !filter.is_wanted || has_request(filter)) return;
  stage_.tell([&] { return name() + " unsubscribes from " + filter.name; });
  for (TopicId topic : filter.topics) {
    stage_.ledger.checker.on_unsubscribing(subscriber_, topic);
  }
  filter.is_wanted = false;
  filter.since = kNotYet;
  ++stage_.operations;
  requests_[client_.request_unsubscribe(filter.name)] = {Request::Unsubscribe,
                                                         &filter - filters_.data()};
}

void Peer::publish(bool group_exists) {
  for (std::size_t count = 1 + stage_.draw(4); count > 0; --count) {
    auto topic = static_cast<TopicId>(stage_.draw(kTopics.size() - 1));
    if (topic == kSharedTopic && !group_exists) topic = 0;
    broker::testing::Publish how{.qos = static_cast<Qos>(stage_.draw(3))};
    const bool may_retain = topic >= kRetainedFirst && topic < kRetainedFirst + kRetainedTopics;
    how.retain = may_retain && !stage_.chance(3);
    // Sent again, QoS 1 and 2 of one publisher overtake each other: which value is last is open.
    if (how.retain && how.qos != Qos::AtMostOnce) how.qos = static_cast<Qos>(1 + topic % 2);
    const bool may_expire = topic < kPlainTopics && version_ == Version::V5;
    if (may_expire && stage_.chance(8)) how.expiry = 1 + stage_.draw(3);
    const std::size_t size = stage_.chance(10) ? stage_.draw(3000) : 0;
    std::string payload = stage_.ledger.next_payload(index_, size);
    sending_now_ = Ledger::read(payload);
    if (topic == kClearedTopic && how.retain && how.qos != Qos::AtMostOnce && stage_.chance(3)) {
      payload.clear();
    }
    ++stage_.operations;
    client_.request_publish(kTopics[topic], payload, how);
    sending_now_.reset();
  }
}

void Peer::request_duties() {
  for (Filter& filter : filters_) {
    if (filter.is_kept && !filter.is_confirmed) subscribe(filter);
  }
}

bool Peer::shares_for_sure() const {
  return std::ranges::any_of(
      filters_, [](const Filter& filter) { return filter.topics.empty() && filter.is_confirmed; });
}

Peer::Filter* Peer::filter_of(TopicId topic) {
  const auto found = std::ranges::find_if(filters_, [topic](const Filter& filter) {
    return std::ranges::find(filter.topics, topic) != filter.topics.end();
  });
  return found == filters_.end() ? nullptr : &*found;
}

// The end

void Peer::come_home() {
  observe();
  if (double_.is_open()) double_.drop();
  if (!client_.is_open()) {
    if (kind_ == Kind::Persistent) connect();
    return;
  }
  client_.unstall();
  if (!client_.is_connected() || is_leaving_) return;
  if (kind_ != Kind::Persistent) leave();
}

bool Peer::is_home() const {
  if (kind_ != Kind::Persistent) return !client_.is_open();
  return client_.is_connected() && !is_leaving_;
}

void Peer::judge() {
  auto& checker = stage_.ledger.checker;
  if (!is_home()) return checker.on_stuck(name() + " cannot connect or leave");
  if (kind_ != Kind::Persistent) return;
  for (const std::string& payload : client_.sending()) {
    checker.on_stuck(name() + " waits for the acknowledgement of " + payload.substr(0, 20));
  }
  if (client_.unsent() > 0) checker.on_stuck(name() + " does not get what was sent to it");
  if (!client_.unfinished().empty()) checker.on_stuck(name() + " waits for PUBREL");
}

}  // namespace sluice::simulation

#include "net/entrance.h"

#include <string>
#include <utility>

#include "base/assert.h"
#include "config/listener_url_options.h"
#include "config/rate_limit.h"

namespace sluice::net {

Entrance::Entrance(const Tools& tools, unsigned parts, EntranceSink& sink)
    : tools_(tools),
      parts_(parts),
      sink_(sink),
      half_open_(tools.settings.limits.half_open_per_address_max),
      address_rates_(
          config::parse_rate_limit(tools.settings.rate_limits.connects_per_address).value(),
          parts) {}

Entrance::~Entrance() {
  greetings_.clear_and_dispose(std::default_delete<ProxyGreeting>());
}

Result<void> Entrance::listen(runtime::FileDescriptor socket, Listener& listener) {
  if (auto limited = limit_rate(listener); !limited) return limited;
  acceptors_.push_back(
      std::make_unique<Acceptor>(std::move(socket), listener, static_cast<AcceptorSink&>(*this)));
  return tools_.loop.add(acceptors_.back()->fd(), *acceptors_.back(), EPOLLIN);
}

Result<void> Entrance::limit_rate(const Listener& listener) {
  const auto rate =
      config::parse_rate_limit(config::connects_of(listener.settings, tools_.settings));
  if (!rate) return failure(listener.url + ": " + rate.error().message);
  if (rate->is_on()) listener_rates_.try_emplace(&listener, *rate, parts_);
  return {};
}

void Entrance::on_settings(const config::Settings& before) {
  const config::Settings& now = tools_.settings;
  half_open_.set_max(now.limits.half_open_per_address_max);
  if (now.rate_limits.connects_per_address != before.rate_limits.connects_per_address) {
    address_rates_.set_limit(
        config::parse_rate_limit(now.rate_limits.connects_per_address).value());
  }
  if (now.rate_limits.connects_per_listener == before.rate_limits.connects_per_listener) return;
  listener_rates_.clear();
  for (const auto& acceptor : acceptors_) {
    const auto limited = limit_rate(acceptor->listener());
    SLUICE_ASSERT(limited);  // the rate was checked when it was loaded
  }
}

void Entrance::set_open(bool open) {
  if (open == is_open_) return;
  is_open_ = open;
  for (const auto& acceptor : acceptors_) {
    tools_.loop.modify(acceptor->fd(), *acceptor, open ? std::uint32_t{EPOLLIN} : 0U);
  }
}

void Entrance::close() {
  for (const auto& acceptor : acceptors_) tools_.loop.remove(acceptor->fd(), *acceptor);
  acceptors_.clear();
  while (!greetings_.empty()) on_greeted(greetings_.front(), ProxyGreeting::Outcome::Lost);
}

void Entrance::on_accepted(runtime::FileDescriptor socket, const PeerAddress& peer,
                           Listener& listener) {
  NetCounters& counters = tools_.counters;
  ListenerSlot slot = ListenerSlot::try_take(listener);
  if (!slot) return refuse(peer, "connections_max", counters.connections_max_refused);
  const auto rate = listener_rates_.find(&listener);
  if (rate != listener_rates_.end() && !rate->second.try_take(1, tools_.now)) {
    return refuse(peer, "connects_per_listener", counters.listener_rate_refused);
  }
  if (!listener.expects_proxy) return admit(std::move(socket), peer, std::move(slot));
  if (!listener.trusts(peer)) return refuse(peer, "untrusted_proxy", counters.proxy_untrusted);
  if (greetings_count_ >= kGreetingsMax) {
    return refuse(peer, "proxy_greetings_max", counters.proxy_failed);
  }
  greet(std::move(socket), peer, std::move(slot));
}

void Entrance::greet(runtime::FileDescriptor socket, const PeerAddress& peer, ListenerSlot slot) {
  auto* greeting = new ProxyGreeting(*this, std::move(socket), peer, std::move(slot));
  greetings_.push_back(*greeting);  // owns it
  ++greetings_count_;
  const Instant deadline = tools_.now + tools_.settings.mqtt.connect_timeout;
  greeting->start(tools_.loop, tools_.timers, deadline);
}

void Entrance::on_greeted(ProxyGreeting& greeting, ProxyGreeting::Outcome outcome) {
  runtime::FileDescriptor socket = greeting.take_socket(tools_.loop);
  const PeerAddress peer = greeting.peer();
  ListenerSlot slot = greeting.take_slot();
  greetings_.erase_and_dispose(greetings_.iterator_to(greeting),
                               std::default_delete<ProxyGreeting>());
  --greetings_count_;
  switch (outcome) {
    case ProxyGreeting::Outcome::Done:
      return admit(std::move(socket), peer, std::move(slot));
    case ProxyGreeting::Outcome::Malformed:
      return refuse(peer, "no_proxy_header", tools_.counters.proxy_failed);
    case ProxyGreeting::Outcome::TimedOut:
      return refuse(peer, "proxy_header_timeout", tools_.counters.proxy_failed);
    case ProxyGreeting::Outcome::Lost:
      return;
  }
}

void Entrance::admit(runtime::FileDescriptor socket, const PeerAddress& peer, ListenerSlot slot) {
  if (!address_rates_.try_take(peer, tools_.now)) {
    return refuse(peer, "connects_per_address", tools_.counters.address_rate_refused);
  }
  if (!half_open_.try_add(peer)) {
    return refuse(peer, "half_open_per_address_max", tools_.counters.half_open_refused);
  }
  ++tools_.counters.sockets_accepted;
  sink_.on_admitted(std::move(socket), peer, std::move(slot));
}

void Entrance::refuse(const PeerAddress& peer, const char* reason, Tally& counter) {
  ++counter;
  refusal_lines_.warn("refused", {{"peer", peer.to_string()}, {"reason", reason}}, tools_.now);
}

void Entrance::on_no_descriptor() {
  ++tools_.counters.no_descriptor;
  refusal_lines_.warn("refused", {{"reason", "no_descriptor_left"}}, tools_.now);
}

}  // namespace sluice::net

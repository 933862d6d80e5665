#include <algorithm>
#include <cstdio>

#include "mqtt/topic/topic_filter.h"
#include "tools/client_tools/session.h"
#include "tools/tools.h"

namespace sluice::tools {
namespace {

class Subscriber final : public ToolSession {
 public:
  using ToolSession::ToolSession;

 private:
  void on_connected(const mqtt::ConnackPacket& packet) override {
    debug(packet.session_present ? "received CONNACK, session present" : "received CONNACK");
    if (!arguments_.topics.empty()) subscribe();
    if (!arguments_.unsubscribe.empty()) unsubscribe();
  }

  void subscribe() {
    mqtt::SubscribePacket packet;
    packet.properties = arguments_.properties.of("subscribe");
    for (const auto& filter : arguments_.topics) {
      mqtt::SubscriptionRequest request;
      request.filter = filter;
      request.maximum_qos = arguments_.qos;
      packet.subscriptions.push_back(request);
    }
    client_.subscribe(packet);
    ++unanswered_;
  }

  void unsubscribe() {
    mqtt::UnsubscribePacket packet;
    packet.properties = arguments_.properties.of("unsubscribe");
    packet.filters.assign(arguments_.unsubscribe.begin(), arguments_.unsubscribe.end());
    client_.unsubscribe(packet);
    ++unanswered_;
  }

  void on_subscribed(const mqtt::SubscribeAckPacket& packet) override {
    std::size_t refused = 0;
    for (std::size_t i = 0; i < std::min(packet.codes.size(), arguments_.topics.size()); ++i) {
      debug("subscribed '" + arguments_.topics[i] + "': " + to_string(packet.codes[i]));
      if (!is_failure(packet.codes[i])) continue;
      ++refused;
      error("subscription to '" + arguments_.topics[i] +
            "' refused: " + to_string(packet.codes[i]));
    }
    if (refused == packet.codes.size()) return finish(static_cast<int>(packet.codes[0]));
    answered();
  }

  void on_unsubscribed(const mqtt::SubscribeAckPacket& /*packet*/) override {
    debug("unsubscribed");
    answered();
  }

  void answered() {
    if (--unanswered_ == 0 && arguments_.exit_after_subscribe) finish(0);
  }

  void on_message(const mqtt::PublishPacket& packet) override {
    if (is_finishing()) return;
    if (arguments_.retained_only && !packet.retain) return finish(0);
    if (arguments_.skip_retained && packet.retain) return;
    const auto hides = [&](const std::string& filter) {
      return mqtt::matches(filter, packet.topic);
    };
    if (std::any_of(arguments_.filters_out.begin(), arguments_.filters_out.end(), hides)) return;
    if (arguments_.remove_retained && packet.retain) clear_retained(packet.topic);
    print(packet);
    if (++printed_ == arguments_.message_count) finish(0);
  }

  void clear_retained(ByteView topic) {
    mqtt::PublishPacket packet;
    packet.retain = true;
    packet.topic = topic;
    client_.publish(packet);
  }

  void print(const mqtt::PublishPacket& packet) {
    std::string line;
    if (arguments_.format) {
      const auto now = std::chrono::system_clock::now();
      if (auto printed = arguments_.format->append(line, packet, now); !printed) {
        return error(printed.error().what);
      }
    } else {
      if (arguments_.verbose) line.append(packet.topic).append(" ");
      line.append(packet.payload);
    }
    if (arguments_.end_of_line) line += '\n';
    std::fwrite(line.data(), 1, line.size(), stdout);
  }

  void turn_ended() override {
    if (std::fflush(stdout) != 0) finish(kExitFailure);
  }

  std::uint64_t printed_ = 0;
  int unanswered_ = 0;
};

}  // namespace

int run_sub(int argc, char** argv) {
  auto arguments = parse_arguments(ClientTool::Sub, argc, argv);
  if (const auto status = refuse_or_help(ClientTool::Sub, arguments)) return *status;
  return Subscriber(std::move(*arguments)).run();
}

}  // namespace sluice::tools

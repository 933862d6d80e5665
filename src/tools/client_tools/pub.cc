#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "tools/client_tools/line_reader.h"
#include "tools/client_tools/session.h"
#include "tools/tools.h"

namespace sluice::tools {
namespace {

constexpr std::size_t kUnsentBytesMax = 1024 * 1024;

class Publisher final : public ToolSession {
 public:
  explicit Publisher(Arguments arguments) : ToolSession(std::move(arguments)) {
    properties_ = arguments_.properties.of_message("publish", section_);
    if (arguments_.source == PayloadSource::StdinLines) {
      lines_ = std::make_unique<LineReader>(loop_, STDIN_FILENO);
    }
  }

 private:
  void on_connected(const mqtt::ConnackPacket& packet) override {
    debug("received CONNACK");
    const auto& limits = packet.properties;
    const auto qos = static_cast<int>(arguments_.qos);
    if (limits.maximum_qos.value_or(2) < qos) refuse("the server does not take QoS", 155);
    if (arguments_.retain && !limits.retain_available.value_or(true)) {
      refuse("the server does not take retained messages", 154);
    }
  }

  void refuse(const std::string& why, int status) {
    error(why);
    finish(status);
  }

  void on_published(std::uint16_t packet_id, mqtt::ReasonCode reason) override {
    debug("message " + std::to_string(packet_id) + " acknowledged: " + to_string(reason));
    if (is_failure(reason)) {
      refuse(std::string("publish failed: ") + to_string(reason), static_cast<int>(reason));
    }
  }

  void step(Clock::time_point now) override {
    while (!is_finishing() && has_room() && now >= next_at_) {
      if (!publish_next(now)) return;
    }
  }

  bool has_room() const {
    return client_.can_publish() && client_.unsent_bytes() < kUnsentBytesMax;
  }

  /// False if there is nothing to publish yet.
  bool publish_next(Clock::time_point now) {
    if (!lines_) {
      publish(arguments_.payload);
      next_at_ = now + arguments_.repeat_delay;
      if (++published_ == arguments_.repeat) finish(0);
      return true;
    }
    const auto line = lines_->next();
    if (line) publish(*line);
    if (lines_->is_at_end()) finish(0);
    return line.has_value();
  }

  void publish(const std::string& payload) {
    mqtt::PublishPacket packet;
    packet.qos = arguments_.qos;
    packet.retain = arguments_.retain;
    packet.topic = arguments_.topics[0];
    packet.payload = payload;
    packet.properties = properties_;
    const auto id = client_.publish(packet);
    debug("sending PUBLISH, packet identifier " + std::to_string(id) + ", " +
          std::to_string(payload.size()) + " bytes");
  }

  Clock::duration longest_wait(Clock::time_point now) const override {
    if (is_finishing() || !client_.is_connected() || !has_room()) {
      return ToolSession::longest_wait(now);
    }
    if (lines_) return lines_->never_waits() ? Clock::duration{0} : ToolSession::longest_wait(now);
    return std::min(ToolSession::longest_wait(now), std::max(next_at_ - now, Clock::duration{0}));
  }

  std::string section_;
  mqtt::PublishProperties properties_;
  std::unique_ptr<LineReader> lines_;
  Clock::time_point next_at_{};
  std::uint64_t published_ = 0;
};

/// Loads what -f and -s ask for into `arguments.payload`.
Result<void> load_payload(Arguments& arguments) {
  if (arguments.source == PayloadSource::Stdin) {
    arguments.payload.assign(std::istreambuf_iterator<char>(std::cin), {});
  }
  if (arguments.source == PayloadSource::File) {
    const std::string path = arguments.payload;
    std::ifstream file(path, std::ios::binary);
    if (!file) return failure("cannot read the file '" + path + "'");
    arguments.payload.assign(std::istreambuf_iterator<char>(file), {});
    if (file.bad()) return failure("cannot read the file '" + path + "'");
  }
  constexpr std::size_t kPayloadMax = 268'435'455;  // v5 1.5.5
  if (arguments.payload.size() + arguments.topics[0].size() + 1024 > kPayloadMax) {
    return failure("the payload is larger than MQTT allows");
  }
  return {};
}

}  // namespace

int run_pub(int argc, char** argv) {
  auto arguments = parse_arguments(ClientTool::Pub, argc, argv);
  if (const auto status = refuse_or_help(ClientTool::Pub, arguments)) return *status;
  if (auto loaded = load_payload(*arguments); !loaded) {
    std::fprintf(stderr, "Error: %s.\n", loaded.error().what.c_str());
    return kExitFailure;
  }
  return Publisher(std::move(*arguments)).run();
}

}  // namespace sluice::tools

#pragma once

#include <vector>

#include "crash/crash_client.h"

namespace sluice::crash {

/// Subscribes once to everything of its group, and tells the checker of every PUBLISH.
class Subscriber final : public CrashClient {
 public:
  Subscriber(World& world, SubscriberId id, mqtt::Version version, Qos maximum_qos);

  SubscriberId id() const { return id_; }
  /// Dies in the midst of the PUBLISH packets, before the last acknowledgements leave.
  void cut_after(std::uint64_t publishes) { publishes_until_cut_ = publishes; }

 private:
  bool is_settled() const override { return is_connected() && is_subscribed_; }
  void on_session(bool is_present) override;
  void on_packet(const mqtt::Frame& frame) override;
  void on_publish(const mqtt::Frame& frame);
  void on_suback(const mqtt::Frame& frame);
  void subscribe();

  const SubscriberId id_;
  const Qos maximum_qos_;
  std::vector<std::string> filters_;
  std::vector<TopicId> topics_;            // that match them
  std::uint64_t publishes_until_cut_ = 0;  // 0: none
  bool had_session_ = false;
  bool is_subscribed_ = false;  // SUBACK came, and the Session is the same since
};

}  // namespace sluice::crash

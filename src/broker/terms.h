#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "config/settings.h"

namespace sluice::broker {

/// What CONNACK promises, for as long as a Network Connection: settings that change meanwhile hold
/// for those who connect from then on, so that nobody is cut off for what he was told he may do.
///
/// Limit  kKeptMax changes that are still in use by somebody; beyond it the newest is replaced, and
///        who connected under it is judged by what holds now.
class Terms {
 public:
  using Number = std::uint8_t;
  static constexpr std::size_t kKeptMax = 255;

  /// live  those of now; borrowed
  explicit Terms(const config::MqttSettings& live);
  ~Terms();

  /// For a new connection, which gives it back at its end.
  Number take();
  void give_back(Number number);
  const config::MqttSettings& of(Number number) const {
    return number == newest_ ? live_ : kept_[number]->settings;
  }

  /// The live settings have changed and were `before`.
  void renew(const config::MqttSettings& before);

 private:
  struct Kept {
    config::MqttSettings settings;
    std::uint64_t connections = 0;
  };
  const config::MqttSettings& live_;
  std::array<std::unique_ptr<Kept>, kKeptMax + 1> kept_;
  Number newest_ = 0;
};

}  // namespace sluice::broker

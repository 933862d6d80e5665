#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"

namespace sluice::broker {

/// Topic Aliases that a Client set on its connection, v5 3.3.2.3.4.
class IncomingAliases {
 public:
  /// 1..maximum; the caller checked.
  void set(std::uint16_t alias, ByteView topic) {
    if (topics_.size() < alias) topics_.resize(alias);
    topics_[alias - 1u] = topic;
  }
  /// Empty when the alias was never set.
  ByteView find(std::uint16_t alias) const {
    return alias <= topics_.size() ? ByteView(topics_[alias - 1u]) : ByteView();
  }

 private:
  std::vector<std::string> topics_;
};

struct AliasChoice {
  std::uint16_t alias = 0;  // 0: send without
  bool is_known = false;    // the Client knows it: leave the Topic Name out
};

/// Topic Aliases that we set towards a Client: first come, first served, until its maximum is
/// reached.
class OutgoingAliases {
 public:
  explicit OutgoingAliases(std::uint16_t maximum) : maximum_(maximum) {}

  AliasChoice look_up(ByteView topic) const {
    auto found = aliases_.find(topic);
    if (found != aliases_.end()) return {found->second, true};
    if (topic.size() < kWorthwhile || aliases_.size() >= maximum_) return {};
    return {static_cast<std::uint16_t>(aliases_.size() + 1), false};
  }
  void remember(ByteView topic, std::uint16_t alias) {
    aliases_.emplace(std::string(topic), alias);
  }

 private:
  static constexpr std::size_t kWorthwhile = 8;  // the property itself costs three bytes a packet

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(ByteView topic) const { return hash_bytes(topic); }
  };

  boost::unordered_flat_map<std::string, std::uint16_t, Hash, std::equal_to<>> aliases_;
  std::uint16_t maximum_;
};

}  // namespace sluice::broker

#include "broker/terms.h"

#include <algorithm>

namespace sluice::broker {

Terms::Terms(const config::MqttSettings& live) : live_(live) {
  kept_[newest_] = std::make_unique<Kept>();
}

Terms::~Terms() = default;

Terms::Number Terms::take() {
  ++kept_[newest_]->connections;
  return newest_;
}

void Terms::give_back(Number number) {
  if (--kept_[number]->connections == 0 && number != newest_) kept_[number].reset();
}

void Terms::renew(const config::MqttSettings& before) {
  if (kept_[newest_]->connections == 0) return;
  const auto free = std::ranges::find_if(kept_, [](const auto& kept) { return !kept; });
  if (free == kept_.end()) return;
  kept_[newest_]->settings = before;
  *free = std::make_unique<Kept>();
  newest_ = static_cast<Number>(free - kept_.begin());
}

}  // namespace sluice::broker

#include "broker/inspector.h"

#include "broker/core.h"

namespace sluice::broker {

void Inspector::when_durable(std::function<void()> answer) {
  core_.groups.when_durable(std::move(answer));
}

}  // namespace sluice::broker

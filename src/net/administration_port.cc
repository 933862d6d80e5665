#include "net/administration_port.h"

#include <algorithm>

namespace sluice::net {

namespace {

constexpr seconds kPatience{30};
constexpr const char* kNotRunning = "the broker is starting";

}  // namespace

Result<void> AdministrationPort::run_on_all(const Task& task) {
  if (!is_running_) return failure(kNotRunning);
  const unsigned self = members_.administration();
  // A copy for each: a call that was given up may still run.
  for (unsigned shard = 0; shard < members_.shards; ++shard) {
    auto one = std::make_unique<ShardCall::Task>(
        [task, shard](broker::Broker& core, std::function<void()> done) {
          task(core, shard, std::move(done));
        });
    mailboxes_.post(self, shard, ShardCall{std::move(one)});
  }
  return await(members_.shards);
}

Result<void> AdministrationPort::change_settings(const config::Settings& settings) {
  if (!is_running_) return failure(kNotRunning);
  const unsigned self = members_.administration();
  const auto change = [&] { return SettingsChange{std::make_unique<config::Settings>(settings)}; };
  for (unsigned shard = 0; shard < members_.shards; ++shard) mailboxes_.post(self, shard, change());
  if (has_handshaker_) mailboxes_.post(self, members_.tls_handshaker(), change());
  return await(members_.shards + (has_handshaker_ ? 1 : 0));
}

/// Of as many threads as were posted to.
Result<void> AdministrationPort::await(unsigned answers) {
  const unsigned self = members_.administration();
  mailboxes_.publish(self);
  const Instant give_up = monotonic_now() + kPatience;
  unsigned awaited = answers + late_;
  while (awaited > 0) {
    const auto left = std::chrono::duration_cast<milliseconds>(give_up - monotonic_now());
    if (left <= milliseconds{0}) {
      late_ = awaited;
      return failure("the broker does not answer");
    }
    wait_for_mail(mailboxes_, self, left);
    mailboxes_.drain(self, [&](unsigned, ShardMail) { --awaited; });
  }
  late_ = 0;
  return {};
}

}  // namespace sluice::net

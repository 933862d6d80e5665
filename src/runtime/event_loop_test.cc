#include "runtime/event_loop.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <functional>
#include <memory>

namespace sluice::runtime {
namespace {

class Probe final : public EventHandler {
 public:
  Probe() : fd(::eventfd(0, EFD_NONBLOCK)) {}
  void on_events(std::uint32_t events) override {
    ++calls;
    seen = events;
    if (action) action();
  }
  void make_ready() { ASSERT_EQ(::eventfd_write(fd.get(), 1), 0); }

  FileDescriptor fd;
  int calls = 0;
  std::uint32_t seen = 0;
  std::function<void()> action;
};

TEST(EventLoop, ReportsReadinessUntilItIsConsumed) {
  auto loop = EventLoop::make();
  ASSERT_TRUE(loop.has_value());
  Probe probe;
  ASSERT_TRUE(loop->add(probe.fd.get(), probe, EPOLLIN).has_value());

  loop->run_once(milliseconds{0});
  EXPECT_EQ(probe.calls, 0);
  probe.make_ready();
  loop->run_once(milliseconds{0});
  loop->run_once(milliseconds{0});

  EXPECT_EQ(probe.calls, 2);
  EXPECT_EQ(probe.seen, static_cast<std::uint32_t>(EPOLLIN));
}

TEST(EventLoop, ModifyChangesWhatIsReported) {
  auto loop = EventLoop::make();
  Probe probe;
  ASSERT_TRUE(loop->add(probe.fd.get(), probe, 0).has_value());
  probe.make_ready();

  loop->run_once(milliseconds{0});
  EXPECT_EQ(probe.calls, 0);
  loop->modify(probe.fd.get(), probe, EPOLLIN | EPOLLOUT);
  loop->run_once(milliseconds{0});

  EXPECT_EQ(probe.seen, static_cast<std::uint32_t>(EPOLLIN | EPOLLOUT));
}

TEST(EventLoop, DropsTheBatchEventsOfAHandlerThatAnotherRemoved) {
  auto loop = EventLoop::make();
  auto one = std::make_unique<Probe>();
  auto other = std::make_unique<Probe>();
  int calls = 0;
  const auto remove = [&](std::unique_ptr<Probe>& victim) {
    ++calls;
    if (!victim) return;
    loop->remove(victim->fd.get(), *victim);
    victim.reset();
  };
  one->action = [&] { remove(other); };
  other->action = [&] { remove(one); };
  for (Probe* probe : {one.get(), other.get()}) {
    ASSERT_TRUE(loop->add(probe->fd.get(), *probe, EPOLLIN).has_value());
    probe->make_ready();
  }

  loop->run_once(milliseconds{0});

  EXPECT_EQ(calls, 1);
}

TEST(EventLoop, RefusesADescriptorThatIsNotOpen) {
  auto loop = EventLoop::make();
  Probe probe;

  EXPECT_FALSE(loop->add(-1, probe, EPOLLIN).has_value());
}

}  // namespace
}  // namespace sluice::runtime

#include "ctl/event_stream.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace sluice::ctl {
namespace {

/// The events of a text that arrives in pieces of `size` bytes, as "name=data".
std::vector<std::string> events_of(std::string_view text, std::size_t size) {
  EventParser parser;
  std::vector<std::string> events;
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
    parser.feed(text.substr(0, size), [&](const EventParser::Event& event) {
      events.push_back(event.name + "=" + event.data);
      return true;
    });
  }
  return events;
}

TEST(EventParser, TakesEventsWhateverThePieces) {
  const std::string text =
      ": heartbeat\n\nid: 1-7\nevent: jobs\ndata: {\"a\":\r\ndata: 1}\r\n\r\ndata:x\n\nevent: "
      "e\n\n";

  for (const std::size_t size : {1U, 3U, 1000U}) {
    EXPECT_EQ(events_of(text, size), (std::vector<std::string>{"jobs={\"a\":\n1}", "message=x"}));
  }
}

TEST(EventParser, LeavesAnUnfinishedEventOut) {
  EXPECT_TRUE(events_of("data: x\n", 100).empty());
}

TEST(EventParser, StopsWhenItIsTold) {
  EventParser parser;
  int count = 0;

  EXPECT_FALSE(parser.feed("data: 1\n\ndata: 2\n\n", [&](const EventParser::Event&) {
    ++count;
    return false;
  }));
  EXPECT_EQ(count, 1);
}

/// A broker whose streams are as they were written down, one after the other.
class FollowEvents : public testing::Test {
 protected:
  struct Stream {
    std::string bytes{};
    int status = 200;
    bool is_lost = false;  // or could not be reached at all
  };
  class Wire final : public Transport {
   public:
    explicit Wire(FollowEvents& test) : test_(test) {}
    Outcome<HttpReply> send(const char*, std::string_view, const std::string*) override {
      return HttpReply{};
    }
    Outcome<HttpReply> stream(std::string_view target, const Sink& sink) override {
      test_.targets.emplace_back(target);
      const Stream next = test_.streams.empty() ? Stream{.status = 401} : test_.streams.front();
      if (!test_.streams.empty()) test_.streams.pop_front();
      if (!next.bytes.empty()) sink(next.bytes);
      if (next.is_lost) return unreachable("cannot reach the broker");
      return HttpReply{next.status, ""};
    }

   private:
    FollowEvents& test_;
  };

  Outcome<void> follow() {
    Api api(std::make_unique<Wire>(*this));
    const auto take = [this](const std::string& name, const boost::json::value&) {
      names.push_back(name);
      return name != "last";
    };
    return follow_events(api, "jobs", take,
                         {[this](const std::string& line) { said.push_back(line); },
                          [this](std::chrono::seconds time) { pauses.push_back(time.count()); }});
  }

  std::deque<Stream> streams;
  std::vector<std::string> targets;
  std::vector<std::string> names;
  std::vector<std::string> said;
  std::vector<std::int64_t> pauses;
};

TEST_F(FollowEvents, ComesBackBehindTheLastEventThatCameWhole) {
  streams = {{.bytes = "id: 5-1\nevent: jobs\ndata: {}\n\nid: 5-2\nevent: jo", .is_lost = true},
             {.bytes = "id: 5-2\nevent: jobs\ndata: {}\n\n"},
             {.bytes = "id: 5-3\nevent: last\ndata: {}\n\n"}};

  EXPECT_TRUE(follow());

  EXPECT_EQ(names, (std::vector<std::string>{"jobs", "jobs", "last"}));
  EXPECT_EQ(targets, (std::vector<std::string>{"/api/stream?topics=jobs",
                                               "/api/stream?topics=jobs&lastEventId=5-1",
                                               "/api/stream?topics=jobs&lastEventId=5-2"}));
  EXPECT_EQ(said, (std::vector<std::string>{
                      "cannot reach the broker; trying again in 1 s", "connected again",
                      "the broker has ended the stream; trying again in 1 s", "connected again"}));
}

TEST_F(FollowEvents, WaitsLongerEachTimeUntilItIsConnected) {
  streams = {{.bytes = "retry: 2000\n\n"}};
  for (int i = 0; i < 6; ++i) streams.push_back({.is_lost = true});
  streams.push_back({.status = 503});
  streams.push_back({.status = 429});
  streams.push_back({.bytes = "retry: 2000\n\n"});
  streams.push_back({.bytes = "event: last\ndata: {}\n\n"});

  EXPECT_TRUE(follow());

  EXPECT_EQ(pauses, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 30, 30, 30, 30, 1}));
}

TEST_F(FollowEvents, FailsAtOnceWhereItWasNeverConnected) {
  streams = {{.is_lost = true}};

  const auto followed = follow();

  ASSERT_FALSE(followed);
  EXPECT_EQ(followed.error().exit_code, kExitUnavailable);
  EXPECT_TRUE(pauses.empty());
}

TEST_F(FollowEvents, EndsWhenItMayNotReadAnyMore) {
  streams = {{.bytes = "event: jobs\ndata: {}\n\n"}, {.status = 401}};

  const auto followed = follow();

  ASSERT_FALSE(followed);
  EXPECT_EQ(followed.error().exit_code, kExitDenied);
}

}  // namespace
}  // namespace sluice::ctl

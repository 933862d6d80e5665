#include "admin/monitoring/event_hub.h"

#include <gtest/gtest.h>

namespace sluice::admin {
namespace {

constexpr WallTime kStart = 1'800'000'000'000;

Channels only(Channel channel) {
  Channels channels;
  channels.add(channel);
  return channels;
}

std::string read(BodySource& source) {
  return source.next().bytes;
}

/// The ids in the order in which they came.
std::vector<std::string> ids_in(const std::string& text) {
  std::vector<std::string> ids;
  for (std::size_t at = text.find("id: "); at != std::string::npos;
       at = text.find("id: ", at + 1)) {
    ids.push_back(text.substr(at + 4, text.find('\n', at) - at - 4));
  }
  return ids;
}

class EventHubTest : public ::testing::Test {
 protected:
  void pass(milliseconds time) {
    now += time;
    hub.on_second();
  }
  EventHub::Options options{.streams_max = 2, .kept_bytes_max = 400, .waiting_bytes_max = 1000};
  Instant now{};
  EventHub hub{options, kStart, [this] { return now; }};
};

TEST_F(EventHubTest, BringsEventsToThoseWhoFollowTheirChannel) {
  const auto drops = hub.follow(only(Channel::Drops), "");
  const auto jobs = hub.follow(only(Channel::Jobs), "");
  bool is_woken = false;
  drops->on_reader([&] { is_woken = true; });
  (void)read(*drops);
  (void)read(*jobs);

  hub.publish(Channel::Drops, {{"count", 3}});

  EXPECT_TRUE(is_woken);
  const std::string text = read(*drops);
  EXPECT_NE(text.find("\nevent: drops\ndata: {\"count\":3}\n\n"), std::string::npos) << text;
  EXPECT_EQ(read(*jobs), "");
}

TEST_F(EventHubTest, BringsToWhoComesBackWhatWasMissed) {
  auto first = hub.follow(only(Channel::Jobs), "");
  hub.publish(Channel::Jobs, 1);
  const std::string last = ids_in(read(*first)).back();
  first.reset();
  hub.publish(Channel::Jobs, 2);
  hub.publish(Channel::Jobs, 3);

  const auto again = hub.follow(only(Channel::Jobs), last);
  const std::string text = read(*again);

  EXPECT_EQ(ids_in(text).size(), 2U) << text;
  EXPECT_EQ(text.find("reset"), std::string::npos);
  EXPECT_LT(text.find("data: 2"), text.find("data: 3"));
}

TEST_F(EventHubTest, SaysWhenWhatWasMissedIsGone) {
  const auto first = hub.follow(only(Channel::Jobs), "");
  hub.publish(Channel::Jobs, 1);
  const std::string last = ids_in(read(*first)).back();
  for (int i = 0; i < 20; ++i) hub.publish(Channel::Jobs, "something long to fill the ring");

  const auto late = hub.follow(only(Channel::Jobs), last);

  const std::string text = read(*late);
  EXPECT_NE(text.find("event: reset"), std::string::npos) << text;
  EXPECT_EQ(ids_in(text).size(), 1U);
}

TEST_F(EventHubTest, SaysSoToWhoComesBackAfterNobodyFollowed) {
  auto first = hub.follow(only(Channel::Jobs), "");
  hub.publish(Channel::Jobs, 1);
  const std::string last = ids_in(read(*first)).back();
  first.reset();
  pass(options.absence_max + milliseconds{1});
  EXPECT_FALSE(hub.is_followed(Channel::Jobs));
  hub.publish(Channel::Jobs, 2);

  const auto late = hub.follow(only(Channel::Jobs), last);

  EXPECT_NE(read(*late).find("event: reset"), std::string::npos);
}

TEST_F(EventHubTest, TakesIdsOfAnotherProcessAndNonsenseForTooOld) {
  for (const char* id : {"1700000000000-1", "x", "1800000000000-", "1800000000000-99", "-1"}) {
    const auto stream = hub.follow(Channels::all(), id);
    EXPECT_NE(read(*stream).find("event: reset"), std::string::npos) << id;
  }
}

TEST_F(EventHubTest, DropsWhoDoesNotRead) {
  const auto slow = hub.follow(only(Channel::Jobs), "");
  const auto fast = hub.follow(only(Channel::Jobs), "");
  const std::string text(300, 'x');
  for (int i = 0; i < 4; ++i) {
    hub.publish(Channel::Jobs, boost::json::string(text));
    EXPECT_NE(read(*fast), "");
  }

  EXPECT_TRUE(slow->next().is_last);
  EXPECT_FALSE(fast->next().is_last);
  EXPECT_EQ(hub.streams(), 1U);
  EXPECT_EQ(hub.streams_dropped(), 1U);
}

TEST_F(EventHubTest, BoundsTheNumberOfStreams) {
  auto first = hub.follow(Channels::all(), "");
  const auto second = hub.follow(Channels::all(), "");
  EXPECT_EQ(hub.follow(Channels::all(), ""), nullptr);

  first.reset();

  EXPECT_NE(hub.follow(Channels::all(), ""), nullptr);
}

TEST_F(EventHubTest, EndsAStreamWhenATokenWouldHaveEnded) {
  const auto stream = hub.follow(only(Channel::Jobs), "");
  const auto endless = hub.follow(only(Channel::Jobs), "", true);
  hub.publish(Channel::Jobs, 1);
  pass(options.life_max);
  const BodySource::Piece last = stream->next();
  EXPECT_TRUE(last.is_last);
  EXPECT_NE(last.bytes.find("data: 1"), std::string::npos) << "with what it waited for";
  EXPECT_FALSE(endless->next().is_last);
}

TEST_F(EventHubTest, EndsStreamsOfWhoMayNotReadAnyMore) {
  bool is_welcome = true;
  const auto stream = hub.follow(only(Channel::Jobs), "", false, [&] { return is_welcome; });
  const auto other = hub.follow(only(Channel::Jobs), "");
  (void)read(*stream);
  hub.end_unwelcome();
  EXPECT_FALSE(stream->next().is_last);
  hub.publish(Channel::Jobs, 1);
  is_welcome = false;

  hub.end_unwelcome();

  const BodySource::Piece last = stream->next();
  EXPECT_TRUE(last.is_last);
  EXPECT_EQ(last.bytes, "") << "nor what it waited for";
  EXPECT_FALSE(other->next().is_last);
}

TEST_F(EventHubTest, SendsHeartbeats) {
  pass(milliseconds{0});
  const auto stream = hub.follow(Channels::all(), "");
  (void)read(*stream);
  pass(options.heartbeat_interval - milliseconds{1});
  EXPECT_EQ(read(*stream), "");
  pass(milliseconds{1});
  EXPECT_EQ(read(*stream).front(), ':');
}

}  // namespace
}  // namespace sluice::admin

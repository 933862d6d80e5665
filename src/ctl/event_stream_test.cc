#include "ctl/event_stream.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace sluice::ctl

#include "ctl/top.h"

#include <gtest/gtest.h>

#include "ctl/output/progress.h"

namespace sluice::ctl {
namespace {

constexpr const char* kText = R"(# HELP sluice_connections Network Connections.
# TYPE sluice_connections gauge
sluice_connections{listener="mqtt://0.0.0.0:1883 {a}",protocol="4"} 3
sluice_connections{listener="ws",protocol="5"} 4
sluice_messages_received_total{qos="0"} 1e3
sluice_payload_bytes_total{direction="in"} 5
sluice_payload_bytes_total{direction="out"} 70
no number
)";

TEST(Metrics, AreSummedByNameAndLabel) {
  const Metrics metrics = Metrics::parse(kText);

  EXPECT_EQ(metrics.sum("sluice_connections"), 7);
  EXPECT_EQ(metrics.sum("sluice_payload_bytes_total", "direction=\"out\""), 70);
  EXPECT_EQ(metrics.sum("sluice_nothing"), 0);
  EXPECT_TRUE(metrics.has("sluice_messages_received_total"));
}

double figure(const std::vector<TopFigure>& figures, const std::string& member) {
  for (const TopFigure& each : figures) {
    if (each.member == member) return each.value;
  }
  ADD_FAILURE() << member;
  return 0;
}

TEST(Top, ShowsRatesOfCountersAndGaugesAsTheyAre) {
  const TopSample before{Metrics::parse("sluice_messages_received_total{qos=\"0\"} 400\n"), 10};
  const TopSample after{Metrics::parse(kText), 12};

  const auto figures = top_figures(before, after);

  EXPECT_EQ(figure(figures, "messagesIn"), 300);
  EXPECT_EQ(figure(figures, "connections"), 7);
}

TEST(Top, ABrokerThatStartedAnewHasNoNegativeRates) {
  const TopSample before{Metrics::parse("sluice_messages_received_total 9000\n"), 10};
  const TopSample after{Metrics::parse("sluice_messages_received_total 10\n"), 12};

  EXPECT_EQ(figure(top_figures(before, after), "messagesIn"), 0);
}

TEST(Top, HasNoColoursWithoutATerminal) {
  const TopSample sample{Metrics::parse(kText), 10};

  const std::string screen = top_screen(sample, sample, Terminal{});

  EXPECT_EQ(screen.find('\x1b'), std::string::npos);
  EXPECT_NE(screen.find("connections          7"), std::string::npos) << screen;
}

TEST(ShortNumber, KeepsAboutThreeDigits) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(0.25), "0.2");
  EXPECT_EQ(short_number(9999), "9999");
  EXPECT_EQ(short_number(12'345), "12.3k");
  EXPECT_EQ(short_number(123'456'789), "123M");
}

TEST(Progress, ShowsHowFarItIs) {
  EXPECT_EQ(progress_bar(5, 10), "[###############---------------] 5 of 10");
  EXPECT_EQ(progress_bar(0, 0), "[------------------------------] 0 of 0");
}

TEST(Progress, IsSilentAboutWhatIsSoonDone) {
  std::ostringstream out;
  {
    Progress progress(out, true);
    const auto start = Progress::Clock::now();
    progress.show(1, 2, start);
    EXPECT_EQ(out.str(), "");
    progress.show(1, 2, start + std::chrono::seconds(2));
  }
  EXPECT_EQ(out.str(), "\r" + progress_bar(1, 2) + "\x1b[K\r\x1b[K");
}

TEST(Progress, IsSilentWithoutATerminal) {
  std::ostringstream out;
  Progress progress(out, false);

  progress.show(1, 2, Progress::Clock::now() + std::chrono::seconds(5));

  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace sluice::ctl

#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "ctl/metrics_text.h"
#include "ctl/output/terminal.h"

namespace sluice::ctl {

/// What `ctl top` asks the broker for, once in a while.
struct TopSample {
  Metrics metrics;
  double seconds = 0;  // on a steady clock
  boost::json::array slow{};
  boost::json::array drops{};
};

/// One figure and what it is called.
struct TopFigure {
  std::string title;   // "messages in/s"
  std::string member;  // of the JSON
  double value = 0;
};

/// Counts of `after`, and rates since `before`; without what this broker does not measure.
std::vector<TopFigure> top_figures(const TopSample& before, const TopSample& after);

/// A screen of it: figures, then as many of the slow and of the dropped as fit.
std::string top_screen(const TopSample& before, const TopSample& after, const Terminal& terminal);

/// "time=... messages_in=12 ...": one line, for what is no screen.
std::string top_line(const std::vector<TopFigure>& figures);

boost::json::object top_json(const std::vector<TopFigure>& figures, const TopSample& after);

/// "1234", "12.3k", "4.5M"; three digits that count.
std::string short_number(double value);

}  // namespace sluice::ctl

#include "ctl/top.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "ctl/input/time_text.h"
#include "ctl/nouns/insight.h"
#include "ctl/output/table.h"

namespace sluice::ctl {

namespace json = boost::json;

namespace {

struct Source {
  const char* title;
  const char* member;
  const char* metric;
  const char* label;
  bool is_rate;
};

constexpr std::array kSources{
    Source{"connections", "connections", "sluice_connections", "", false},
    Source{"sessions", "sessions", "sluice_sessions", "", false},
    Source{"subscriptions", "subscriptions", "sluice_subscriptions", "", false},
    Source{"retained", "retained", "sluice_retained_messages", "", false},
    Source{"messages in/s", "messagesIn", "sluice_messages_received_total", "", true},
    Source{"messages out/s", "messagesOut", "sluice_messages_sent_total", "", true},
    Source{"bytes in/s", "bytesIn", "sluice_payload_bytes_total", "direction=\"in", true},
    Source{"bytes out/s", "bytesOut", "sluice_payload_bytes_total", "direction=\"out", true},
    Source{"dropped/s", "dropped", "sluice_messages_dropped_total", "", true},
    Source{"connects/s", "connects", "sluice_connects_total", "", true},
    Source{"refusals/s", "refusals", "sluice_refusals_total", "", true},
    Source{"memory bytes", "memory", "process_resident_memory_bytes", "", false},
    Source{"CPU cores", "cpu", "process_cpu_seconds_total", "", true},
};

constexpr std::size_t kFiguresPerRow = 4;

json::array first(const json::array& items, std::size_t count) {
  return json::array(items.begin(),
                     items.begin() + static_cast<std::ptrdiff_t>(std::min(items.size(), count)));
}

std::string figures_text(const std::vector<TopFigure>& figures) {
  std::string text;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    std::array<char, 64> cell{};
    std::snprintf(cell.data(), cell.size(), "%-15s%7s   ", figures[i].title.c_str(),
                  short_number(figures[i].value).c_str());
    text += cell.data();
    if ((i + 1) % kFiguresPerRow == 0 || i + 1 == figures.size()) text += '\n';
  }
  return text;
}

std::string part_text(const std::string& title, const json::array& items,
                      const std::vector<Column>& columns, const Terminal& terminal) {
  // Figures and titles are 8 lines; both lists share the rest.
  const std::size_t rows = terminal.rows < 16 ? 3 : (terminal.rows - 10) / 2;
  if (items.empty()) return "\n" + terminal.title(title) + "\n(none)\n";
  return "\n" + terminal.title(title) + "\n" + table_text(first(items, rows), columns, false);
}

}  // namespace

std::string short_number(double value) {
  constexpr std::array<const char*, 5> kUnits{"", "k", "M", "G", "T"};
  std::size_t unit = 0;
  while (std::abs(value) >= 9999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  const bool is_whole = std::abs(value) >= 100 || value == std::floor(value);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f%s", is_whole ? 0 : 1, value, kUnits.at(unit));
  return text.data();
}

std::vector<TopFigure> top_figures(const TopSample& before, const TopSample& after) {
  const double seconds = std::max(after.seconds - before.seconds, 1e-3);
  std::vector<TopFigure> figures;
  for (const Source& source : kSources) {
    if (!after.metrics.has(source.metric)) continue;
    double value = after.metrics.sum(source.metric, source.label);
    // A counter that went back is of a broker that started anew.
    if (source.is_rate) {
      value = std::max(0.0, value - before.metrics.sum(source.metric, source.label)) / seconds;
    }
    figures.push_back({source.title, source.member, value});
  }
  return figures;
}

std::string top_screen(const TopSample& before, const TopSample& after, const Terminal& terminal) {
  return terminal.title("sluice  " + format_time(now_ms())) + "\n\n" +
         figures_text(top_figures(before, after)) +
         part_text("Slowest", after.slow, slow_columns(), terminal) +
         part_text("Dropped", after.drops, drop_columns(), terminal);
}

std::string top_line(const std::vector<TopFigure>& figures) {
  std::string line = format_time(now_ms());
  for (const TopFigure& figure : figures) {
    line += " " + figure.member + "=" + short_number(figure.value);
  }
  return line + "\n";
}

json::object top_json(const std::vector<TopFigure>& figures, const TopSample& after) {
  json::object object{{"time", now_ms()}};
  for (const TopFigure& figure : figures) object[figure.member] = figure.value;
  object["slow"] = after.slow;
  object["drops"] = after.drops;
  return object;
}

}  // namespace sluice::ctl

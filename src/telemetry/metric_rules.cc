#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <sstream>
#include <string_view>

#include "telemetry/metric.h"

namespace sluice::telemetry {
namespace {

using Texts = std::vector<std::string>;

/// Units that have a base unit to be used in their place.
constexpr std::array<std::string_view, 16> kWrongUnits{
    "milliseconds", "microseconds", "nanoseconds", "minutes",   "hours",     "days",
    "kilobytes",    "megabytes",    "gigabytes",   "kibibytes", "mebibytes", "bits",
    "percent",      "ms",           "us",          "ns"};
/// Of the format, or of who may be many.
constexpr std::array<std::string_view, 9> kWrongLabels{"job",       "instance", "client",
                                                       "client_id", "topic",    "topic_filter",
                                                       "username",  "user",     "address"};

bool is_name(std::string_view text) {
  return !text.empty() && !std::isdigit(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::islower(c) || std::isdigit(c) || c == '_';
         });
}

/// The words of a name between its underscores.
Texts words_of(const std::string& name) {
  std::istringstream stream(name);
  Texts words;
  for (std::string word; std::getline(stream, word, '_');) words.push_back(word);
  return words;
}

struct Reader {
  void complain(const std::string& name, std::string_view what) {
    findings.push_back(name + ": " + std::string(what));
  }

  void on_type(const std::string& name, const std::string& type) {
    if (!types.emplace(name, type).second) complain(name, "has two TYPE lines");
    if (!is_name(name)) complain(name, "is no lower case name with underscores");
    if (!helped.contains(name)) complain(name, "has no HELP");
    const bool is_total = name.ends_with("_total");
    if (type == "counter" && !is_total) complain(name, "is a counter without _total");
    if (type != "counter" && is_total) complain(name, "ends in _total and is no counter");
    for (const char* suffix : {"_count", "_sum", "_bucket"}) {
      if (name.ends_with(suffix)) complain(name, "has a suffix of histograms");
    }
    for (const std::string& word : words_of(name)) {
      if (std::find(kWrongUnits.begin(), kWrongUnits.end(), word) != kWrongUnits.end()) {
        complain(name, "is not in a base unit");
      }
      if (word == type) complain(name, "has its type in its name");
    }
  }

  void on_sample(const std::string& line) {
    const std::size_t end = line.find_first_of("{ ");
    std::string name = line.substr(0, end);
    const std::string series = line.substr(0, line.rfind(' '));
    if (!series_seen.insert(series).second) complain(name, "has a series twice: " + series);
    for (const char* suffix : {"_bucket", "_sum", "_count"}) {
      const std::string base = name.substr(0, name.rfind('_'));
      if (name.ends_with(suffix) && types.contains(base)) name = base;
    }
    if (!types.contains(name)) complain(name, "has no TYPE");
    for (const std::string_view label : kWrongLabels) {
      const std::string mark = std::string(label) + "=\"";
      if (line.find('{' + mark) != line.npos || line.find(',' + mark) != line.npos) {
        complain(name, "has the label " + std::string(label));
      }
    }
  }

  std::map<std::string, std::string> types;
  std::set<std::string> helped;
  std::set<std::string> series_seen;
  Texts findings;
};

}  // namespace

std::vector<std::string> check_metrics(const std::string& text) {
  Reader reader;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string mark;
    std::string kind;
    std::string name;
    std::string rest;
    if (!line.starts_with("# ")) {
      reader.on_sample(line);
      continue;
    }
    words >> mark >> kind >> name >> rest;
    if (kind == "HELP" && !rest.empty()) reader.helped.insert(name);
    if (kind == "TYPE") reader.on_type(name, rest);
  }
  return std::move(reader.findings);
}

}  // namespace sluice::telemetry

#include "app/config_show.h"

#include <algorithm>
#include <boost/json.hpp>
#include <iomanip>
#include <ostream>
#include <vector>

#include "app/check.h"
#include "app/exit_codes.h"
#include "config/keys.h"

namespace sluice::app {
namespace {

struct Line {
  const config::Key* key;
  std::string value;
  std::string origin;
};

std::vector<Line> lines_of(const config::LoadOutcome& loaded, const std::string& prefix) {
  std::vector<Line> lines;
  for (const config::Key& key : config::all_keys()) {
    if (!key.name.starts_with(prefix)) continue;
    const auto origin = loaded.origins.find(key.name);
    lines.push_back({&key, config::value_text(key, loaded.settings),
                     origin == loaded.origins.end() ? "default" : origin->second.to_string()});
  }
  return lines;
}

void write_table(const std::vector<Line>& lines, bool with_origin, std::ostream& out) {
  std::size_t key_width = 3;
  std::size_t value_width = 5;
  for (const Line& line : lines) {
    key_width = std::max(key_width, line.key->name.size());
    value_width = std::max(value_width, line.value.size());
  }
  const auto write = [&](std::string_view key, std::string_view value, std::string_view origin) {
    out << std::left << std::setw(static_cast<int>(key_width) + 2) << key;
    if (with_origin) out << std::setw(static_cast<int>(value_width) + 2) << value << origin;
    if (!with_origin) out << value;
    out << '\n';
  };
  write("KEY", "VALUE", "ORIGIN");
  for (const Line& line : lines) write(line.key->name, line.value, line.origin);
}

/// In double quotes JSON's escapes are YAML's.
std::string yaml_value(const Line& line, const std::string& value) {
  const bool is_text = line.key->text != nullptr || line.key->kind == config::Kind::Listeners;
  return is_text ? boost::json::serialize(boost::json::string(value)) : value;
}

void write_yaml(const std::vector<Line>& lines, bool with_origin, std::ostream& out) {
  for (const Line& line : lines) {
    const std::string comment = with_origin ? "  # " + line.origin : "";
    out << line.key->name << ": ";
    if (line.key->kind == config::Kind::Listeners) {
      out << '[';
      for (std::size_t begin = 0; begin < line.value.size();) {
        const std::size_t end = std::min(line.value.find(", ", begin), line.value.size());
        out << (begin == 0 ? "" : ", ") << yaml_value(line, line.value.substr(begin, end - begin));
        begin = end + 2;
      }
      out << ']' << comment << '\n';
    } else {
      out << yaml_value(line, line.value) << comment << '\n';
    }
  }
}

void write_json(const std::vector<Line>& lines, bool with_origin, std::ostream& out) {
  boost::json::array array;
  for (const Line& line : lines) {
    boost::json::object object{{"key", std::string(line.key->name)}, {"value", line.value}};
    if (with_origin) object.emplace("origin", line.origin);
    array.push_back(std::move(object));
  }
  out << boost::json::serialize(array) << '\n';
}

}  // namespace

int show_configuration(const config::Sources& sources, const std::string& prefix, bool with_origin,
                       ShowFormat format, std::ostream& out, std::ostream& err) {
  const auto loaded = config::load(sources);
  print_problems(loaded, err);
  if (!loaded.ok()) return kExitConfig;
  const std::vector<Line> lines = lines_of(loaded, prefix);
  if (lines.empty()) {
    err << "there is no key that begins with '" << prefix << "'\n";
    return kExitUsage;
  }
  switch (format) {
    case ShowFormat::Table:
      write_table(lines, with_origin, out);
      break;
    case ShowFormat::Yaml:
      write_yaml(lines, with_origin, out);
      break;
    case ShowFormat::Json:
      write_json(lines, with_origin, out);
      break;
  }
  return kExitOk;
}

}  // namespace sluice::app

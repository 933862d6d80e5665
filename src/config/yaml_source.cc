#include "config/yaml_source.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/algorithm/string/trim.hpp>
#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace sluice::config {
namespace {

class YamlReader {
 public:
  YamlReader(const std::string& name, Assembly& assembly) : name_(name), assembly_(assembly) {}

  void read_document(const YAML::Node& root) {
    if (root.IsNull()) return;
    if (!root.IsMap()) {
      return assembly_.report(at(root.Mark()), {"expects 'key: value' lines", ""});
    }
    read_map(root, "");
  }

  Origin at(const YAML::Mark& mark) const {
    if (mark.is_null()) return {name_, 1, 1};
    return {name_, mark.line + 1, mark.column + 1};
  }

 private:
  // Goes no deeper than sections do, so a document that contains itself through an alias ends too.
  void read_map(const YAML::Node& map, const std::string& prefix) {
    for (const auto& entry : map) {
      const Origin origin = at(entry.first.Mark());
      if (!entry.first.IsScalar()) {
        assembly_.report(origin, {"expects a plain word as key", ""});
        continue;
      }
      read_entry(prefix + entry.first.Scalar(), entry.second, origin);
    }
  }

  void read_entry(const std::string& name, const YAML::Node& value, const Origin& origin) {
    if (const Key* key = find_key(name)) return read_value(*key, value, origin);
    if (is_section(name)) return read_section(name, value, origin);
    std::string suggestion = value.IsMap() ? nearest_section(name) : std::string();
    if (suggestion.empty()) suggestion = nearest_key(name);
    assembly_.report(origin, {"unknown key '" + name + "'", std::move(suggestion)});
  }

  void read_section(const std::string& name, const YAML::Node& value, const Origin& origin) {
    if (value.IsMap()) return read_map(value, name + ".");
    // A section whose lines are all commented out is no mistake.
    if (value.IsNull()) return;
    assembly_.report(origin, {"'" + name + "' is a section and expects keys below it", ""});
  }

  void read_value(const Key& key, const YAML::Node& value, const Origin& origin) {
    const std::string name(key.name);
    const auto [first, is_new] = first_lines_.emplace(name, origin.line);
    if (!is_new) {
      const auto line = std::to_string(first->second);
      return assembly_.report(origin, {"'" + name + "' is given twice, first in line " + line, ""});
    }
    if (value.IsMap()) {
      return assembly_.report(origin, {name + ": expects a value, not keys below it", ""});
    }
    if (value.IsNull()) return assembly_.report(origin, {name + ": the value is missing", ""});
    if (value.IsSequence()) return read_list(key, value, origin);
    const Item item{value.Scalar(), at(value.Mark())};
    assembly_.set(key, {&item, 1}, item.origin);
  }

  void read_list(const Key& key, const YAML::Node& list, const Origin& origin) {
    std::vector<Item> items;
    for (const auto& element : list) {
      if (element.IsScalar()) {
        items.push_back({element.Scalar(), at(element.Mark())});
      } else {
        const auto place = element.IsNull() ? origin : at(element.Mark());
        assembly_.report(place, {std::string(key.name) + ": expects plain values in its list", ""});
      }
    }
    if (items.size() == list.size()) assembly_.set(key, items, origin);
  }

  const std::string& name_;
  Assembly& assembly_;
  std::map<std::string, int> first_lines_;
};

// Notes where documents start and ignores what is in them.
class DocumentStarts : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

  std::vector<YAML::Mark> marks;
};

// Where a second document starts, if there is one. YAML::LoadAll would not do: on a text like `,`
// it finds empty documents without end.
std::optional<YAML::Mark> find_second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  while (starts.marks.size() < 2 && parser.HandleNextDocument(starts)) {
  }
  if (starts.marks.size() < 2) return std::nullopt;
  return starts.marks[1];
}

Complaint second_document(const std::string& text, const YAML::Mark& mark) {
  const auto position = static_cast<std::size_t>(std::max(mark.pos, 0));
  if (position < text.size() && text.compare(position, 3, "---") == 0) {
    return {"a second document: only one is read, remove the '---' before it", ""};
  }
  // After a complete value the parser takes whatever does not fit for a new document.
  return {"not valid YAML: this does not continue what stands before it", ""};
}

}  // namespace

void add_yaml(const std::string& text, const std::string& name, Assembly& assembly) {
  YamlReader reader(name, assembly);
  // yaml-cpp takes an unclosed quote for closed when a line end follows, and so swallows the rest
  // of the file. Without that last line end it reports the mistake.
  const std::string trimmed = boost::trim_right_copy(text);
  try {
    if (const auto mark = find_second_document(trimmed)) {
      return assembly.report(reader.at(*mark), second_document(trimmed, *mark));
    }
    reader.read_document(YAML::Load(trimmed));
  } catch (const YAML::Exception& error) {
    assembly.report(reader.at(error.mark), {"not valid YAML: " + error.msg, ""});
  }
}

}  // namespace sluice::config

#include "config/yaml_source.h"

#include <yaml-cpp/yaml.h>

#include <boost/algorithm/string/trim.hpp>
#include <map>
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

}  // namespace

void add_yaml(const std::string& text, const std::string& name, Assembly& assembly) {
  YamlReader reader(name, assembly);
  try {
    // yaml-cpp takes an unclosed quote for closed when a line end follows, and so swallows the rest
    // of the file. Without that last line end it reports the mistake.
    const auto documents = YAML::LoadAll(boost::trim_right_copy(text));
    if (!documents.empty()) reader.read_document(documents.front());
    if (documents.size() > 1) {
      assembly.report(reader.at(documents[1].Mark()),
                      {"a second document: only one is read, remove the '---' before it", ""});
    }
  } catch (const YAML::Exception& error) {
    assembly.report(reader.at(error.mark), {"not valid YAML: " + error.msg, ""});
  }
}

}  // namespace sluice::config

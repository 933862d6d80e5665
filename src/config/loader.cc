#include "config/loader.h"

#include <boost/algorithm/string/trim.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/result.h"
#include "config/split_list.h"
#include "config/yaml_source.h"

namespace sluice::config {
namespace {

constexpr std::size_t kFileSizeMax = 1024 * 1024;  // a mistaken path must not fill the memory

Result<std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(kFileSizeMax + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || !file.eof()) {
    if (file.gcount() > static_cast<std::streamsize>(kFileSizeMax)) {
      return failure("larger than 1 MiB, so probably not a configuration file");
    }
    return failure(std::string("cannot be read: ") + std::strerror(errno));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

void add_file(const std::string& path, Assembly& assembly) {
  const auto text = read_file(path);
  if (text) return add_yaml(*text, path, assembly);
  assembly.report({path}, {text.error().what, ""});
}

void add_assignment(const Assignment& assignment, Assembly& assembly) {
  Origin origin{assignment.origin};
  if (const Key* key = find_key(assignment.key)) {
    // What is shown to others must not hold the secret itself.
    const bool is_secret = key->kind == Kind::Secret || key->kind == Kind::Listeners;
    if (is_secret) origin.source = origin.source.substr(0, origin.source.find('='));
    return assembly.set(*key, items_of(*key, assignment.value, origin), origin);
  }
  assembly.report(origin, {"unknown key '" + assignment.key + "'", nearest_key(assignment.key)});
}

}  // namespace

LoadOutcome load(const Sources& sources) {
  Assembly assembly;
  if (sources.file) add_file(*sources.file, assembly);
  add_environment(sources.environment, assembly);
  for (const auto& assignment : sources.assignments) add_assignment(assignment, assembly);
  return std::move(assembly).finish();
}

LoadOutcome load_file(const std::string& path) {
  Assembly assembly;
  add_file(path, assembly);
  return std::move(assembly).finish();
}

LoadOutcome load_text(const std::string& text, const std::string& name) {
  Assembly assembly;
  add_yaml(text, name, assembly);
  return std::move(assembly).finish();
}

Assignment parse_assignment(std::string_view text) {
  const auto equals = text.find('=');
  Assignment assignment;
  assignment.origin = "--set " + std::string(text);
  assignment.key = boost::trim_copy(std::string(text.substr(0, equals)));
  if (equals != std::string_view::npos) {
    assignment.value = boost::trim_copy(std::string(text.substr(equals + 1)));
  }
  return assignment;
}

}  // namespace sluice::config

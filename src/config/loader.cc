#include "config/loader.h"

#include <algorithm>
#include <boost/algorithm/string/trim.hpp>
#include <filesystem>

#include "config/small_file.h"
#include "config/split_list.h"
#include "config/yaml_source.h"

namespace sluice::config {
namespace {

constexpr std::size_t kFileSizeMax = 1024 * 1024;  // a mistaken path must not fill the memory

void add_file(const std::string& path, Assembly& assembly) {
  const auto text = read_small_file(path, kFileSizeMax);
  if (text) return add_yaml(*text, path, assembly);
  assembly.report({path}, {text.error().what, ""});
}

/// The files conf.d/*.yml beside `file`, by name.
void add_folder_beside(const std::string& file, Assembly& assembly) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(file).parent_path() / "conf.d";
  std::error_code error;
  if (!fs::is_directory(folder, error)) return;
  std::vector<std::string> paths;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".yml") paths.push_back(entry->path().string());
  }
  if (error) assembly.report({folder.string()}, {"cannot be read: " + error.message(), ""});
  std::ranges::sort(paths);
  for (const std::string& path : paths) add_file(path, assembly);
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
  if (sources.file) {
    add_file(*sources.file, assembly);
    add_folder_beside(*sources.file, assembly);
  }
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

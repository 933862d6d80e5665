#include "app/node_id.h"

#include <unistd.h>

#include <array>
#include <boost/algorithm/string/trim.hpp>
#include <filesystem>
#include <fstream>

namespace sluice::app {

namespace {

constexpr std::size_t kLengthMax = 255;

std::string host_name() {
  std::array<char, kLengthMax + 1> name{};
  if (::gethostname(name.data(), kLengthMax) != 0 || name[0] == '\0') return "sluice";
  return name.data();
}

}  // namespace

Result<std::string> find_node_id(const std::string& configured, const std::string& data_folder) {
  if (!configured.empty()) return configured;
  if (data_folder.empty()) return host_name();
  const std::string path = data_folder + "/node-id";
  if (std::filesystem::exists(path)) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    boost::trim(line);
    if (file && !line.empty() && line.size() <= kLengthMax) return line;
    return failure(path + " does not hold the name of a node");
  }
  const std::string name = host_name();
  std::ofstream file(path);
  file << name << '\n';
  if (!file.flush()) return failure(path + " cannot be written");
  return name;
}

}  // namespace sluice::app

#include "ctl/bundle/bundle_folder.h"

#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace sluice::ctl {

namespace fs = std::filesystem;

namespace {

/// Runs a program and waits for its end. false: it could not be run, or failed
bool run_program(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) {
    return false;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

BundleFolder::BundleFolder(fs::path root, std::string name)
    : root_(std::move(root)), name_(std::move(name)) {}

BundleFolder::BundleFolder(BundleFolder&& other) noexcept
    : root_(std::exchange(other.root_, {})),
      name_(std::move(other.name_)),
      manifest_(std::move(other.manifest_)),
      missing_(other.missing_) {}

BundleFolder::~BundleFolder() {
  std::error_code ignored;
  if (!root_.empty()) fs::remove_all(root_, ignored);
}

Outcome<BundleFolder> BundleFolder::make(const std::string& name) {
  std::error_code error;
  const fs::path place = fs::temp_directory_path(error);
  std::string pattern = (place / "sluice-debug-XXXXXX").string();
  if (error || ::mkdtemp(pattern.data()) == nullptr) {
    return refused("cannot make a folder in '" + place.string() + "': " + std::strerror(errno));
  }
  BundleFolder folder(pattern, name);
  fs::create_directory(folder.root_ / name, error);
  if (error) return refused("cannot make a folder in '" + pattern + "': " + error.message());
  return folder;
}

void BundleFolder::add(const std::string& file, std::string_view content, std::string_view what) {
  std::ofstream out(root_ / name_ / file, std::ios::binary);
  out << content << std::flush;
  if (!out) return miss(file, std::string("cannot be written: ") + std::strerror(errno));
  manifest_ += file + "\t" + std::to_string(content.size()) + " bytes\t" + std::string(what) + "\n";
}

void BundleFolder::miss(const std::string& file, std::string_view reason) {
  ++missing_;
  manifest_ += file + "\tmissing\t" + std::string(reason) + "\n";
}

Outcome<void> BundleFolder::pack(const std::string& archive, std::string_view introduction) {
  std::ofstream out(root_ / name_ / "MANIFEST.txt");
  out << introduction << '\n' << manifest_ << std::flush;
  if (!out) return refused(std::string("cannot write MANIFEST.txt: ") + std::strerror(errno));
  const ::mode_t before = ::umask(077);
  const bool is_packed = run_program({"tar", "-czf", archive, "-C", root_.string(), name_});
  ::umask(before);
  if (!is_packed) return refused("tar could not make '" + archive + "'");
  return {};
}

}  // namespace sluice::ctl

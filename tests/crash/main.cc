#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "crash/disk_full.h"
#include "crash/run.h"

namespace sluice::crash {
namespace {

constexpr std::size_t kLinesMax = 10;
constexpr int kUsage = 3;
constexpr int kSkipped = 77;

Result<std::string> make_folder(const Options& options) {
  std::error_code error;
  if (!options.data_dir.empty()) {
    std::filesystem::create_directories(options.data_dir, error);
    if (error) return failure(options.data_dir + ": " + error.message());
    return std::filesystem::absolute(options.data_dir).string();
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "sluice-crash-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return failure("cannot make " + pattern);
  return pattern;
}

void remove(const std::string& folder) {
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

void explain(const World& world, const Measures& measures, const Options& options,
             const std::string& folder) {
  const auto& kept = world.checker.findings().kept();
  for (std::size_t i = 0; i < kept.size() && i < kLinesMax; ++i) {
    std::fprintf(stderr, "%s: %s\n", to_string(kept[i].kind), kept[i].line.c_str());
  }
  const std::string& broken_off = measures.broken_off;
  if (!broken_off.empty()) std::fprintf(stderr, "broken off: %s\n", broken_off.c_str());
  const std::string& last_drop = world.last_drop;
  if (!last_drop.empty()) std::fprintf(stderr, "dropped: %s\n", last_drop.c_str());
  std::fprintf(stderr, "seed %llu; store, events.log and broker.log are in %s\n",
               static_cast<unsigned long long>(options.seed), folder.c_str());
}

/// Executes a run of either kind and returns the exit status.
template <class Played>
int play(Played&& run, const Options& options, const std::string& folder) {
  run.execute();
  const World& world = run.world();
  const Measures& measures = run.measures();
  const Verdict verdict = judge_run(options, world, measures);
  if (verdict == Verdict::Failed) {
    explain(world, measures, options, folder);
  } else if (options.data_dir.empty()) {
    remove(folder);
  }
  std::printf("%s\n", to_json(options, world, measures).c_str());
  return static_cast<int>(verdict);
}

int fill_disks(const Options& options, Subject& subject, const std::string& folder) {
  auto disk = SmallDisk::mount(folder + "/data");
  if (disk) return play(DiskFull(options, subject, *disk, folder), options, folder);
  std::printf("skipped: %s\n", disk.error().what.c_str());
  remove(folder);
  return kSkipped;
}

int run(int argc, char** argv) {
  const auto options = parse_options(argc, argv);
  if (!options && options.error().what.empty()) return 0;
  const auto folder = options ? make_folder(*options) : tl::unexpected(options.error());
  auto subject = folder ? Subject::make(*options, *folder) : tl::unexpected(folder.error());
  if (!subject) {
    std::fprintf(stderr, "Error: %s. See --help.\n", subject.error().what.c_str());
    return kUsage;
  }
  if (options->disk_full) return fill_disks(*options, *subject, *folder);
  return play(Run(*options, *subject, *folder), *options, *folder);
}

}  // namespace
}  // namespace sluice::crash

int main(int argc, char** argv) {
  return sluice::crash::run(argc, argv);
}

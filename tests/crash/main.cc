#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "crash/run.h"

namespace sluice::crash {
namespace {

constexpr std::size_t kLinesMax = 10;

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

void explain(const Run& run, const Options& options, const std::string& folder) {
  const auto& kept = run.world().checker.findings().kept();
  for (std::size_t i = 0; i < kept.size() && i < kLinesMax; ++i) {
    std::fprintf(stderr, "%s: %s\n", to_string(kept[i].kind), kept[i].line.c_str());
  }
  const std::string& broken_off = run.measures().broken_off;
  if (!broken_off.empty()) std::fprintf(stderr, "broken off: %s\n", broken_off.c_str());
  const std::string& last_drop = run.world().last_drop;
  if (!last_drop.empty()) std::fprintf(stderr, "dropped: %s\n", last_drop.c_str());
  std::fprintf(stderr, "seed %llu; store, events.log and broker.log are in %s\n",
               static_cast<unsigned long long>(options.seed), folder.c_str());
}

int run(int argc, char** argv) {
  constexpr int kUsage = 3;
  const auto options = parse_options(argc, argv);
  if (!options && options.error().what.empty()) return 0;
  const auto folder = options ? make_folder(*options) : tl::unexpected(options.error());
  auto subject = folder ? Subject::make(*options, *folder) : tl::unexpected(folder.error());
  if (!subject) {
    std::fprintf(stderr, "Error: %s. See --help.\n", subject.error().what.c_str());
    return kUsage;
  }

  Run run(*options, *subject, *folder);
  run.execute();
  const Verdict verdict = judge_run(*options, run.world(), run.measures());
  if (verdict == Verdict::Failed) {
    explain(run, *options, *folder);
  } else if (options->data_dir.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(*folder, ignored);
  }
  std::printf("%s\n", to_json(*options, run.world(), run.measures()).c_str());
  return static_cast<int>(verdict);
}

}  // namespace
}  // namespace sluice::crash

int main(int argc, char** argv) {
  return sluice::crash::run(argc, argv);
}

#include "simulation/options.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>

namespace sluice::simulation {

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  std::optional<std::uint64_t> seed;
  CLI::App app(
      "Plays a broker with its clients in one thread, crashes it at random and judges what it\n"
      "delivered. Exits 0 when nothing was found, 1 when something was, 2 when there was no time\n"
      "for all seeds, 3 when the arguments make no sense.");
  app.add_option("--seeds", options.seeds, "how many to play")->check(CLI::PositiveNumber);
  app.add_option("--first-seed", options.first_seed, "the others follow");
  app.add_option("--seed", seed, "this one only, told event by event");
  app.add_option("--seconds-max", options.seconds_max, "begin no seed after that; 0 is no limit")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--threads", options.threads, "0 is one for each core")->check(CLI::Range(0, 64));
  app.add_option("--plant", options.plant, "a fault that has to be found")
      ->transform(CLI::CheckedTransformer(plants()).description("NAME"));
  app.add_flag("--keep-going", options.keep_going, "play all seeds though something was found");
  app.add_flag("--json", options.json, "the last line as JSON");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return failure("");
  } catch (const CLI::ParseError& error) {
    return failure(error.what());
  }
  if (seed) {
    options.first_seed = *seed;
    options.seeds = 1;
    options.is_verbose = true;
  }
  return options;
}

}  // namespace sluice::simulation

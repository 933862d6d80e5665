#include "crash/options.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <random>

namespace sluice::crash {
namespace {

const std::map<std::string, SubjectKind> kSubjects = {{"sluice", SubjectKind::Sluice},
                                                      {"mosquitto", SubjectKind::Mosquitto}};

void add_options(CLI::App& app, Options& options) {
  app.add_option("--rounds", options.rounds, "kills under load")->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "for loads and moments; 0 takes a random one");
  app.add_option("--seconds", options.seconds, "longest load of one round; the shortest is 0.2")
      ->check(CLI::Range(0.2, 3600.0));
  app.add_option("--rate", options.rate, "messages per second of all publishers; 0 is no limit");
  app.add_option("--drain-every", options.drain_every, "rounds between two judgements")
      ->check(CLI::PositiveNumber);
  app.add_option("--operations", options.operations,
                 "acknowledged messages that a valid run needs; 0 is 10000 a round");
  app.add_flag("--kill-in-recovery", options.kill_in_recovery,
               "kill once more before each restart is through");
  app.add_flag(
      "--disk-full", options.disk_full,
      "fill the disk in each round, a tmpfs of 64 MiB; exit status 77 without the right to "
      "mount it");
  app.add_flag("--no-kill", options.no_kill,
               "cut all connections instead: nothing may be found, and the run is invalid");
  app.add_flag("--keep-going", options.keep_going, "run all rounds though something was found");
  app.add_flag("--json", options.json_only, "print the JSON line only");
  app.add_option("--subject", options.subject, "whom to kill: sluice or mosquitto")
      ->transform(CLI::CheckedTransformer(kSubjects).description("sluice|mosquitto"));
  app.add_option("--broker", options.broker, "its program");
  app.add_option("--durability", options.durability, "storage.durability of sluice");
  app.add_option("--set", options.settings, "KEY=VALUE for sluice; may be repeated");
  app.add_option("--data-dir", options.data_dir,
                 "an empty folder for store, logs and configuration");
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
  Options options;
  CLI::App app("Kills a broker under load, again and again, and judges what it delivered.");
  add_options(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return failure("");
  } catch (const CLI::ParseError& error) {
    return failure(error.what());
  }
  if (options.seed == 0) options.seed = std::random_device{}();
  if (options.operations == 0) options.operations = std::uint64_t{10'000} * options.rounds;
  if (options.broker.empty()) {
    options.broker =
        options.subject == SubjectKind::Mosquitto ? "mosquitto" : SLUICE_DEFAULT_BINARY;
  }
  return options;
}

}  // namespace sluice::crash

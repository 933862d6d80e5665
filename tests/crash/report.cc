#include "crash/report.h"

#include <algorithm>

#include "tools/json.h"

namespace sluice::crash {
namespace {

using delivery::FindingKind;

constexpr std::array kVerdicts = {"passed", "failed", "invalid"};

std::chrono::milliseconds median_of(std::vector<std::chrono::milliseconds> values) {
  if (values.empty()) return {};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

Verdict judge_run(const Options& options, const World& world, const Measures& measures) {
  const bool is_clean = world.checker.findings().total() == 0 && world.connections_dropped == 0 &&
                        measures.broken_off.empty();
  if (!is_clean) return Verdict::Failed;
  // A start may be through before the random moment comes, but not in most of the rounds.
  const bool hit_recovery =
      !options.kill_in_recovery || measures.kills_in_recovery * 2 >= options.rounds;
  const bool is_enough = hit_recovery && measures.rounds == options.rounds &&
                         measures.kills >= options.rounds &&
                         world.checker.totals().acknowledged >= options.operations;
  return is_enough ? Verdict::Passed : Verdict::Invalid;
}

std::string to_json(const Options& options, const World& world, const Measures& measures) {
  const auto& findings = world.checker.findings();
  const auto& totals = world.checker.totals();
  const auto& restarts = measures.restarts;
  const auto slowest =
      restarts.empty() ? std::chrono::milliseconds{} : *std::ranges::max_element(restarts);
  const double rate = measures.load_seconds == 0
                          ? 0
                          : static_cast<double>(totals.acknowledged) / measures.load_seconds;
  tools::JsonObject json;
  json.add("verdict", kVerdicts[static_cast<std::size_t>(judge_run(options, world, measures))]);
  json.add("seed", options.seed);
  json.add("rounds", measures.rounds);
  json.add("kills", measures.kills);
  json.add("kills_in_recovery", measures.kills_in_recovery);
  json.add("subscribers_cut", measures.subscribers_cut);
  json.add("acknowledged", totals.acknowledged);
  json.add("acknowledged_per_second", static_cast<std::uint64_t>(rate));
  json.add("received", totals.received);
  json.add("repeats", totals.repeats);
  json.add("repeats_without_dup", totals.repeats_without_dup);
  json.add("refused", world.refused);
  json.add("lost", findings.count(FindingKind::Lost));
  json.add("duplicates", findings.count(FindingKind::Duplicate));
  json.add("reordered", findings.count(FindingKind::Reordered));
  json.add("phantoms", findings.count(FindingKind::Phantom));
  json.add("stuck", findings.count(FindingKind::Stuck));
  json.add("wills_lost", findings.count(FindingKind::WillLost));
  json.add("retained_stale", findings.count(FindingKind::RetainedStale));
  json.add("sessions_lost", findings.count(FindingKind::SessionLost));
  json.add("connections_dropped", world.connections_dropped);
  json.add("restart_ms_median", median_of(restarts).count());
  json.add("restart_ms_max", slowest.count());
  if (options.disk_full) json.add("resumed_ms_max", measures.resumed_max.count());
  return json.text();
}

}  // namespace sluice::crash

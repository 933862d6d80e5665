#include "app/check.h"

#include <ostream>

#include "app/exit_codes.h"

namespace sluice::app {

void print_problems(const config::LoadOutcome& outcome, std::ostream& out) {
  for (const auto& problem : outcome.problems) out << problem.to_string() << '\n';
}

int check(const config::Sources& sources, std::ostream& out, std::ostream& err) {
  const auto outcome = config::load(sources);
  print_problems(outcome, err);
  for (const auto& notice : outcome.notices) err << "note: " << notice << '\n';
  if (!outcome.ok()) return kExitConfig;
  out << "ok\n";
  return kExitOk;
}

}  // namespace sluice::app

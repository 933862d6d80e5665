#include "ctl/nouns/nouns.h"

namespace sluice::ctl {

std::vector<Noun> all_nouns() {
  return {account(),  health(),   top(),           sessions(),  subscriptions(), groups(),
          retained(), publish(),  topics(),        insight(),   trace(),         events(),
          stats(),    jobs(),     configuration(), backup(),    debug_bundle(),  complete(),
          users(),    api_keys(), credentials(),   providers(), blocked(),       unauthorized(),
          settings(), audit()};
}

}  // namespace sluice::ctl

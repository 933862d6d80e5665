#include "ctl/nouns/nouns.h"

namespace sluice::ctl {

std::vector<Noun> all_nouns() {
  return {account(), users(),        api_keys(), credentials(), providers(),
          blocked(), unauthorized(), settings(), audit()};
}

}  // namespace sluice::ctl

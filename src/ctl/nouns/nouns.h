#pragma once

#include <vector>

#include "ctl/noun.h"

namespace sluice::ctl {

Noun account();  // setup, whoami
Noun health();
Noun top();
Noun sessions();
Noun subscriptions();
Noun groups();
Noun retained();
Noun publish();
Noun topics();
Noun insight();  // explain, drops, slow
Noun trace();
Noun events();
Noun stats();
Noun jobs();
Noun configuration();  // config
Noun backup();
Noun debug_bundle();
Noun complete();  // hidden
Noun users();
Noun api_keys();
Noun credentials();
Noun providers();
Noun blocked();
Noun unauthorized();
Noun settings();
Noun audit();

/// In the order of the help.
std::vector<Noun> all_nouns();

}  // namespace sluice::ctl

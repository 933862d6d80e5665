#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "ctl/noun.h"

namespace sluice::ctl {

// What the files of the noun `credentials` share.

inline constexpr const char* kCredentialsPath = "/api/mqtt/client/credentials";

/// --client-type and --description.
std::vector<Parameter> credentials_options();

/// Sets the members that were given.
void set_members(const Arguments& arguments, boost::json::object& credentials);

/// Changes the rules within a `credentialsValue` of that type.
Outcome<void> set_rules(const Arguments& arguments, const std::string& type,
                        boost::json::object& value);

/// POSTs credentials and shows what the broker has now.
Outcome<Answer> save_credentials(const Call& call, const boost::json::object& credentials);

/// The verbs `create basic`, `create x509` and `create scram`.
std::vector<Verb> create_verbs();

/// The verb `import`.
Verb import_verb();

}  // namespace sluice::ctl

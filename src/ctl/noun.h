#pragma once

#include <boost/json.hpp>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "ctl/api.h"
#include "ctl/arguments.h"
#include "ctl/failure.h"
#include "ctl/http_client.h"
#include "ctl/input/console.h"
#include "ctl/output/column.h"
#include "ctl/output/format.h"

namespace sluice::ctl {

/// What a verb has to show.
struct Answer {
  boost::json::value value{};     // null: nothing
  std::vector<Column> columns{};  // of a list of objects; a single object is shown member by member
  std::string list_member{};      // of a single object: the list in it that `columns` are for
  std::string text{};             // shown as it is, in every format
  std::string note{};             // for a person, on stderr
  int exit_code = 0;
};

/// What a verb works with.
struct Call {
  Api& api;
  const Arguments& arguments;
  Console& console;
  std::ostream& out;  // for what comes over time; an Answer is shown by the caller
  Format format = Format::Table;
  Endpoint endpoint{};
};

/// One thing to do with an entity.
struct Verb {
  std::string name;  // "list"; or two words, "create basic"
  std::string help;
  std::string example;  // what follows the verb; "": it may stand alone
  std::vector<Parameter> parameters;
  std::function<Outcome<Answer>(const Call&)> run;
  bool is_watchable = false;  // may be asked again and again
};

/// With --watch.
inline Verb watchable(Verb verb) {
  verb.is_watchable = true;
  return verb;
}

/// A kind of entity. `name` is empty for verbs that stand alone.
struct Noun {
  std::string name;
  std::string help;
  std::vector<Verb> verbs;
  bool is_hidden = false;  // from help: for scripts of ours
};

}  // namespace sluice::ctl

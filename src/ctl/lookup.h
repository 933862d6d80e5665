#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "ctl/api.h"

namespace sluice::ctl {

/// How the API names entities of one kind.
struct EntityKind {
  const char* what;       // "user"
  const char* list_path;  // of all
  const char* item_path;  // of one: an id follows
  const char* name;       // the member by which people know it
};

/// The entity with this id or name. Names are compared in either case of ASCII letters, as the
/// broker compares e-mail addresses, but where only the case differs the exact one wins.
/// errors  NotFound: there is none; Refused: several have that name
Outcome<boost::json::object> find_entity(Api& api, const EntityKind& kind,
                                         const std::string& id_or_name);

/// A member that is a text; "" otherwise.
std::string text_of(const boost::json::object& object, std::string_view member);

/// "client-id" as the API writes it: "CLIENT_ID".
std::string api_name(std::string_view word);

/// The value as an object.
/// errors  Refused: it is none, so the other side is no Sluice
Outcome<boost::json::object> as_object(Outcome<boost::json::value> value);

}  // namespace sluice::ctl

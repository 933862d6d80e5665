#include "ctl/input/time_text.h"
#include "ctl/listing.h"
#include "ctl/lookup.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kPath = "/api/blockedClient";

const std::vector<std::string> kTypes{"client-id", "username", "ip", "regex"};
const std::vector<std::string> kTargets{"client-id", "username", "ip"};

std::string type_name(const std::string& word) {
  return word == "ip" ? "IP_ADDRESS" : api_name(word);
}

std::string target_name(const std::string& word) {
  return "BY_" + type_name(word);
}

/// What an expression is for; nothing for the other types.
Outcome<std::string> target_of(const Arguments& arguments) {
  const bool is_regex = arguments.text("TYPE") == "regex";
  const auto target = arguments.find("--target");
  if (is_regex != target.has_value()) {
    return misused(is_regex ? "an expression needs a --target"
                            : "only expressions have a --target");
  }
  return target ? target_name(*target) : std::string();
}

Outcome<Answer> add(const Call& call) {
  const Arguments& arguments = call.arguments;
  const auto target = target_of(arguments);
  if (!target) return tl::unexpected(target.error());
  json::object entry{{"type", type_name(arguments.text("TYPE"))},
                     {"value", arguments.text("VALUE")},
                     {"description", arguments.text("--description")}};
  if (!target->empty()) entry["regexMatchTarget"] = *target;
  if (const auto expires = arguments.find("--expires")) {
    const auto time = parse_future(*expires);
    if (!time) return tl::unexpected(time.error());
    entry["expirationTime"] = *time;
  }
  auto saved = call.api.post(kPath, entry);
  if (!saved) return tl::unexpected(saved.error());
  return Answer{std::move(*saved)};
}

Outcome<Answer> remove(const Call& call) {
  const auto target = target_of(call.arguments);
  if (!target) return tl::unexpected(target.error());
  const auto done = call.api.remove(kPath, {{"type", type_name(call.arguments.text("TYPE"))},
                                            {"value", call.arguments.text("VALUE")},
                                            {"regexMatchTarget", *target}});
  if (!done) return tl::unexpected(done.error());
  return Answer{};
}

Listing listing() {
  return {
      "/api/blockedClient/v2",
      {text_column("TYPE", "type"), text_column("VALUE", "value"), text_column("STATUS", "status"),
       time_column("EXPIRES", "expirationTime"), text_column("DESCRIPTION", "description"),
       wide(text_column("TARGET", "regexMatchTarget")), wide(time_column("CREATED", "createdTime")),
       wide(text_column("CREATED BY", "createdBy"))},
      {{"type", "typeList",
        [](const std::string& value) { return Outcome<std::string>(type_name(value)); }},
       {"value", "value"},
       {"target", "regexMatchTargetList",
        [](const std::string& value) { return Outcome<std::string>(target_name(value)); }}}};
}

}  // namespace

Noun blocked() {
  const Parameter type = positional("TYPE", "client-id, username, ip or regex", kTypes);
  const Parameter value = positional("VALUE", "Whom; of ip an address or range, 10.0.0.0/8");
  const Parameter target = choice("--target", kTargets, "What the expression has to match");
  return {"blocked",
          "Clients that are kept out",
          {list_verb("List the blocked clients", "--filter type=ip", listing()),
           {"add",
            "Block clients, also those that are connected",
            "client-id pump-7 --expires 2h",
            {type, value, target,
             option("--expires", "TIME", "As 15m or 2027-01-31; never if it is not given"),
             option("--description", "TEXT", "Why")},
            add},
           {"remove", "Let them in again", "client-id pump-7", {type, value, target}, remove}}};
}

}  // namespace sluice::ctl

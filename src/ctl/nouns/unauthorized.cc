#include "ctl/input/console.h"
#include "ctl/listing.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {
namespace {

constexpr const char* kPath = "/api/unauthorized/client";

Outcome<Answer> get(const Call& call) {
  auto client = call.api.get(kPath, {{"clientId", call.arguments.text("CLIENT")}});
  if (!client) return tl::unexpected(client.error());
  return Answer{std::move(*client)};
}

Outcome<Answer> remove(const Call& call) {
  const auto done = call.api.remove(kPath, {{"clientId", call.arguments.text("CLIENT")}});
  if (!done) return tl::unexpected(done.error());
  return Answer{};
}

Outcome<Answer> clear(const Call& call) {
  const auto agreed =
      call.console.confirm(call.arguments.has("--yes"), "Clear the list of refused clients?");
  if (!agreed) return tl::unexpected(agreed.error());
  const auto done = call.api.remove(kPath);
  if (!done) return tl::unexpected(done.error());
  return Answer{};
}

Listing listing() {
  std::vector<ListFilter> filters{{"client-id", "clientId"},
                                  {"ip", "ipAddress"},
                                  {"username", "username"},
                                  {"reason", "reason"},
                                  {"password", "passwordProvidedList", true_or_false},
                                  {"tls", "tlsUsedList", true_or_false}};
  for (ListFilter& filter : time_filters()) filters.push_back(std::move(filter));
  return {"/api/unauthorized/client/v2",
          {time_column("TIME", "ts"), text_column("CLIENT ID", "clientId"),
           text_column("IP", "ipAddress"), text_column("USERNAME", "username"),
           text_column("REASON", "reason"), wide(text_column("PASSWORD", "passwordProvided")),
           wide(text_column("TLS", "tlsUsed"))},
          std::move(filters),
          "ts:desc"};
}

}  // namespace

Noun unauthorized() {
  const Parameter client = positional("CLIENT", "Client Identifier");
  return {"unauthorized",
          "Clients that were refused",
          {list_verb("List them, the latest first", "--filter since=1h --watch 2", listing()),
           {"get", "Show why a client was refused", "pump-7", {client}, get},
           {"remove", "Remove one from the list", "pump-7", {client}, remove},
           {"clear", "Remove all from the list", "--yes", {yes_flag()}, clear}}};
}

}  // namespace sluice::ctl

#include "providers/x509_provider.h"

#include <re2/re2.h>

#include <utility>

namespace sluice::providers {

namespace {

constexpr std::size_t kExpressionsMax = 1024;  // compiled; beyond it all are made anew

}  // namespace

X509Provider::X509Provider(auth::CredentialsSource& source, RuleCache& rules)
    : source_(source), rules_(rules) {}

X509Provider::~X509Provider() = default;

Decision X509Provider::ask(AttemptId, const auth::ConnectRequest& request, Instant) {
  if (request.peer.common_names.empty()) return Skipped{"X.509: no client certificate"};
  const auto found = find(request.peer.common_names);
  if (!found) return unavailable("X.509: " + found.error().what);
  if (!*found) return Skipped{"X.509: no credentials for the certificate's Common Name"};
  return admit(request, **found);
}

Result<std::optional<auth::Credentials>> X509Provider::find(
    const std::vector<std::string>& common_names) {
  auto expressions = source_.find_x509_expressions();
  if (!expressions) return tl::unexpected(expressions.error());
  for (const auto& name : common_names) {
    for (auto& credentials : *expressions) {
      if (credentials.x509 && is_found_in(credentials.x509->common_name, name)) {
        return std::move(credentials);
      }
    }
    auto exact = source_.find(auth::x509_key(name));
    if (!exact) return tl::unexpected(exact.error());
    if (*exact && (*exact)->x509 && !(*exact)->x509->is_regex) return exact;
  }
  return std::nullopt;
}

bool X509Provider::is_found_in(const std::string& pattern, const std::string& common_name) {
  auto found = expressions_.find(pattern);
  if (found == expressions_.end()) {
    if (expressions_.size() >= kExpressionsMax) expressions_.clear();
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(1 << 20);
    found = expressions_.emplace(pattern, std::make_unique<RE2>(pattern, options)).first;
  }
  return found->second->ok() && RE2::PartialMatch(common_name, *found->second);
}

Decision X509Provider::admit(const auth::ConnectRequest& request,
                             const auth::Credentials& credentials) {
  const auto book = rules_.book_of(credentials.x509->mappings);
  if (!book) return not_authorized("X.509: " + book.error().what);
  auth::Admitted admitted;
  auth::Identity& identity = admitted.identity;
  identity.provider = auth::ProviderType::X509;
  identity.client_type = credentials.client_type;
  identity.credentials_id = credentials.id;
  identity.credentials_name = credentials.name;
  identity.common_name = request.peer.common_names.front();
  // Not the User Name of the CONNECT: no certificate vouches for it.
  identity.rules = (*book)->rules_for({request.client_id, "", identity.common_name});
  return admitted;
}

}  // namespace sluice::providers

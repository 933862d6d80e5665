#pragma once

#include <string>

#include "auth/connect_request.h"
#include "base/result.h"
#include "providers/http_call.h"
#include "providers/provider.h"
#include "providers/provider_settings.h"
#include "providers/rule_cache.h"

namespace sluice::providers {

// What we ask an HTTP server about a Client, and what its answer means. Pure functions.

/// The call, without its timeout and login. Values in the template are written as the inside of a
/// JSON string, so that a Client cannot add members. With GET the template must be a JSON object of
/// texts, numbers and truth values, which become parameters of the query.
///
/// errors  a value that is not UTF-8; with GET a template that is not such an object
Result<HttpCall> make_call(const HttpSettings& settings, const auth::ConnectRequest& request);

/// 2xx without body lets in by the settings; JSON {result: success | failure | skipped, clientType:
/// DEVICE | APPLICATION, authRules: {pubAuthRulePatterns: [], subAuthRulePatterns: []}}, each
/// optional, says more. Anything else skips, and bars the Client from being let in as anonymous;
/// rules that cannot be read refuse.
Decision decide_by_reply(const HttpSettings& settings, const auth::ConnectRequest& request,
                         const HttpReply& reply, RuleCache& rules);

}  // namespace sluice::providers

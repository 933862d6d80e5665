#pragma once

#include "admin/context.h"
#include "admin/http/message.h"
#include "admin/login/token_issuer.h"

namespace sluice::admin {

/// Who sent this: an access token, an API key, or the local socket, whose callers are ADMIN.
///
/// What a token says of its owner is not trusted: the store is asked each time, so that a role that
/// was taken away or a login that was ended holds at once.
/// errors  401: no token, none of ours, expired (errorCode 11), of a login that has ended
Outcome<Caller> identify(Context& context, const TokenIssuer& tokens, const RequestHead& head);

/// Whether `caller`, identified some time ago, still is who they were and may as much: the user or
/// key is there and enabled, the login has not ended, the role is not lower.
bool is_still_welcome(Context& context, const Caller& caller);

}  // namespace sluice::admin

#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// /api/mqtt/client/credentials: what Clients authenticate with.

/// Creates, or with an id updates. Clients that are here follow other rules from the answer on;
/// those that could not come in by the new form any more are disconnected.
Outcome<Response> save_credentials(Services& services, const Request& request);
/// With `name` one, else a page.
Outcome<Response> find_credentials(Services& services, const Request& request);
Outcome<Response> list_credentials(Services& services, const Request& request);
Outcome<Response> get_credentials(Services& services, const Request& request);
Outcome<Response> count_credentials(Services& services, const Request& request);
Outcome<Response> change_client_password(Services& services, const Request& request);
Outcome<Response> delete_credentials(Services& services, const Request& request);

/// Who of the Clients that are here would lose what if these credentials were saved so, or, with
/// an id only, if they were deleted. Changes nothing.
Outcome<Response> try_credentials(Services& services, const Request& request);

/// What the broker has to be told when `before` became `after`.
Outcome<void> publish_credentials(Context& context, const auth::Credentials& before,
                                  const auth::Credentials& after);

}  // namespace sluice::admin

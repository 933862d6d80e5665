#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

/// A page of the groups of Shared Subscriptions with their members.
Outcome<Response> list_share_groups(Services& services, const Request& request);

}  // namespace sluice::admin

#pragma once

#include <vector>

#include "admin/http/router.h"
#include "admin/services.h"

namespace sluice::admin {

/// All routes of the API with the role that each needs: what is not here is not there.
/// services  borrowed by the handlers
std::vector<Route> make_routes(Services& services);

}  // namespace sluice::admin

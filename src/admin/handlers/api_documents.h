#pragma once

#include "admin/http/message.h"
#include "admin/services.h"

namespace sluice::admin {

// The description of this API, open to everybody like TBMQ's.

Outcome<Response> get_api_document(Services& services, const Request& request);
Outcome<Response> get_api_page(Services& services, const Request& request);
Outcome<Response> get_api_page_file(Services& services, const Request& request);

}  // namespace sluice::admin

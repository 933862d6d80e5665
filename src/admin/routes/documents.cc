#include "admin/handlers/api_documents.h"
#include "admin/routes/parts.h"

namespace sluice::admin {

/// The description of this API.
std::vector<Route> document_routes(Services& services) {
  const RouteMaker call(services);
  // clang-format off
  return {
      {"GET", "/v3/api-docs/TBMQ", kOpen, call(get_api_document)},
      {"GET", "/api/openapi.yaml", kOpen, call(get_api_document)},
      {"GET", "/swagger-ui.html", kOpen, call(get_api_page)},
      {"GET", "/swagger-ui/index.html", kOpen, call(get_api_page)},
      {"GET", "/swagger-ui/{file}", kOpen, call(get_api_page_file)},
  };
  // clang-format on
}

}  // namespace sluice::admin

#include "admin/handlers/api_documents.h"

#include "admin/documents/documents.h"
#include "admin/server/security_headers.h"

namespace sluice::admin {
namespace {

Response show(const Document& document) {
  Response response;
  response.content_type = std::string(document.content_type);
  response.body = std::string(document.text);
  return response;
}

}  // namespace

Outcome<Response> get_api_document(Services&, const Request&) {
  return show(api_document());
}

/// Its style sheet has icons within itself, which no other page of ours does.
Outcome<Response> get_api_page(Services&, const Request&) {
  Response page = show(api_page());
  page.headers.emplace_back(kContentPolicyHeader,
                            std::string(kContentPolicy) + "; img-src 'self' data:");
  return page;
}

Outcome<Response> get_api_page_file(Services&, const Request& request) {
  const auto file = api_page_file(request.param("file"));
  if (!file) return not_found("There is no file '" + request.param("file") + "'");
  return show(*file);
}

}  // namespace sluice::admin

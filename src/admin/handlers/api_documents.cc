#include "admin/handlers/api_documents.h"

#include "admin/documents/documents.h"

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

Outcome<Response> get_api_page(Services&, const Request&) {
  return show(api_page());
}

Outcome<Response> get_api_page_file(Services&, const Request& request) {
  const auto file = api_page_file(request.param("file"));
  if (!file) return not_found("There is no file '" + request.param("file") + "'");
  return show(*file);
}

}  // namespace sluice::admin

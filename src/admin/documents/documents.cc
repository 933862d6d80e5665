#include "admin/documents/documents.h"

/// The bytes of a file as `embedded_<name>` up to `embedded_<name>_end`. The paths come from
/// cmake/documents.cmake. By the assembler, since compilers take minutes for arrays of this size.
#define SLUICE_EMBED(name, path)                            \
  __asm__(                                                  \
      ".pushsection .rodata\n"                              \
      ".global embedded_" #name "\n.hidden embedded_" #name \
      "\n"                                                  \
      "embedded_" #name ":\n.incbin \"" path                \
      "\"\n"                                                \
      ".global embedded_" #name                             \
      "_end\n"                                              \
      ".hidden embedded_" #name                             \
      "_end\n"                                              \
      "embedded_" #name "_end:\n.byte 0\n.popsection\n");   \
  extern "C" {                                              \
  extern const char embedded_##name[];                      \
  extern const char embedded_##name##_end[];                \
  }

SLUICE_EMBED(openapi, SLUICE_OPENAPI)
SLUICE_EMBED(page, SLUICE_DOCUMENTS "/page.html")
SLUICE_EMBED(no_page, SLUICE_DOCUMENTS "/no_page.html")
SLUICE_EMBED(start, SLUICE_DOCUMENTS "/start.js")
#ifdef SLUICE_SWAGGER_UI
SLUICE_EMBED(swagger_script, SLUICE_SWAGGER_UI "/swagger-ui-bundle.js")
SLUICE_EMBED(swagger_style, SLUICE_SWAGGER_UI "/swagger-ui.css")
#endif

namespace sluice::admin {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";
constexpr std::string_view kStyle = "text/css; charset=utf-8";
constexpr std::string_view kYaml = "application/yaml; charset=utf-8";

}  // namespace

Document api_document() {
  return {kYaml, {embedded_openapi, embedded_openapi_end}};
}

#ifdef SLUICE_SWAGGER_UI

Document api_page() {
  return {kHtml, {embedded_page, embedded_page_end}};
}

std::optional<Document> api_page_file(std::string_view name) {
  if (name == "start.js") return Document{kScript, {embedded_start, embedded_start_end}};
  if (name == "swagger-ui-bundle.js") {
    return Document{kScript, {embedded_swagger_script, embedded_swagger_script_end}};
  }
  if (name == "swagger-ui.css") {
    return Document{kStyle, {embedded_swagger_style, embedded_swagger_style_end}};
  }
  return std::nullopt;
}

#else

Document api_page() {
  return {kHtml, {embedded_no_page, embedded_no_page_end}};
}

std::optional<Document> api_page_file(std::string_view) {
  return std::nullopt;
}

#endif

}  // namespace sluice::admin

# What src/admin/documents/documents.cc puts into the program: the description of the REST API, and its
# interactive page where scripts/swagger-ui has fetched what that needs.
set(SLUICE_SWAGGER_UI "${CMAKE_SOURCE_DIR}/build/swagger-ui" CACHE PATH "Where Swagger UI is, if it is")
set(folder "${CMAKE_SOURCE_DIR}/src/admin/documents")
set(openapi "${CMAKE_SOURCE_DIR}/api/openapi.yaml")
set(definitions "SLUICE_OPENAPI=\"${openapi}\"" "SLUICE_DOCUMENTS=\"${folder}\"")
set(embedded "${openapi}" "${folder}/page.html" "${folder}/no_page.html" "${folder}/start.js")

# A glob, so that the build looks again when it has come.
file(GLOB swagger_ui CONFIGURE_DEPENDS "${SLUICE_SWAGGER_UI}/swagger-ui-bundle.js")
if(swagger_ui)
  list(APPEND definitions "SLUICE_SWAGGER_UI=\"${SLUICE_SWAGGER_UI}\"")
  list(APPEND embedded "${swagger_ui}" "${SLUICE_SWAGGER_UI}/swagger-ui.css")
endif()

set_source_files_properties("${folder}/documents.cc" PROPERTIES
  COMPILE_DEFINITIONS "${definitions}" OBJECT_DEPENDS "${embedded}")

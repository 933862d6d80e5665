#pragma once

#include <optional>
#include <string_view>

namespace sluice::admin {

/// A file that is in the program itself: read when the program was built, never from the disk.
struct Document {
  std::string_view content_type;
  std::string_view text;
};

/// api/openapi.yaml.
Document api_document();

/// The interactive page of it; without Swagger UI, which is fetched apart, a page that says so.
Document api_page();

/// A script or style sheet of the page. nullopt: there is none of this name.
std::optional<Document> api_page_file(std::string_view name);

}  // namespace sluice::admin

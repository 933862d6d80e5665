#pragma once

#include <algorithm>
#include <sstream>
#include <string>

#include "admin/documents/documents.h"
#include "admin/http/message.h"
#include "admin/testing/schema_check.h"

namespace sluice::admin::testing {

/// Holds answers against what api/openapi.yaml says of their operation.
class DocumentedAnswers {
 public:
  /// pattern  of the route: "/api/trace/{id}"
  /// body     of the answer, whether in one piece or streamed
  /// returns  what is wrong; empty: nothing
  std::string check(std::string method, const std::string& pattern, const Response& answer,
                    const std::string& body) const {
    std::ranges::transform(method, method.begin(), [](unsigned char c) { return tolower(c); });
    const YAML::Node responses = schemas_.document()["paths"][pattern][method]["responses"];
    if (!responses) return "there is no such operation";
    const std::string status = std::to_string(answer.status);
    const YAML::Node response =
        schemas_.resolved(responses[status] ? responses[status] : responses["default"]);
    const YAML::Node content = response["content"];
    if (body.empty()) return content ? "nothing was sent" : "";
    const std::string type = answer.content_type.substr(0, answer.content_type.find(';'));
    if (!content || !content[type]) return type + " is not documented";
    if (type == "application/json") return check_json(body, content[type]);
    if (type == "application/x-ndjson") return check_lines(body, content[type]);
    return "";
  }
  std::string check(const std::string& method, const std::string& pattern,
                    const Response& answer) const {
    return check(method, pattern, answer, answer.body);
  }

  const SchemaCheck& schemas() const { return schemas_; }

 private:
  static boost::json::value parse(const std::string& text) {
    return boost::json::parse({text.data(), text.size()});
  }
  std::string check_json(const std::string& body, const YAML::Node& content) const {
    if (!content["schema"]) return "there is no schema";
    return schemas_.check(parse(body), content["schema"]);
  }
  std::string check_lines(const std::string& body, const YAML::Node& content) const {
    std::istringstream lines(body);
    for (std::string line; content["schema"] && std::getline(lines, line);) {
      const std::string wrong = schemas_.check(parse(line), content["schema"]);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

  const SchemaCheck schemas_{YAML::Load(std::string(api_document().text))};
};

}  // namespace sluice::admin::testing

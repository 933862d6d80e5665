#include "admin/handlers/device_connectivity.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "admin/handlers/json_parts.h"
#include "admin/handlers/listener_kinds.h"

namespace sluice::admin {
namespace {

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
constexpr std::size_t kFileMax = 1024 * 1024;  // bytes

/// The file; nullopt: there is no MQTTS listener.
std::optional<std::string> certificate_path(Node& node) {
  constexpr ListenerKind kMqtts = kListenerKinds[1];
  const auto listener = find_listener(node.listeners(), kMqtts);
  if (!listener) return std::nullopt;
  return listener->options.certificate.value_or(node.settings().tls.certificate);
}

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

/// Only the certificates: a file may have the key too.
std::string certificates_in(std::string_view pem) {
  std::string chain;
  while (true) {
    const std::size_t begin = pem.find(kBegin);
    if (begin == std::string_view::npos) return chain;
    const std::size_t end = pem.find(kEnd, begin);
    if (end == std::string_view::npos) return chain;
    chain += pem.substr(begin, end + kEnd.size() - begin);
    chain += '\n';
    pem.remove_prefix(end + kEnd.size());
  }
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kFileMax, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace

Outcome<Response> is_certificate_configured(Services& services, const Request&) {
  const auto path = certificate_path(*services.context.node);
  return Response::json(path && !certificates_in(read_file(*path)).empty());
}

Outcome<Response> get_certificate_name(Services& services, const Request&) {
  const auto path = certificate_path(*services.context.node);
  if (!path) return not_found("There is no MQTTS listener");
  return Response::json(text_json(name_of(*path)));
}

Outcome<Response> download_certificate(Services& services, const Request&) {
  const auto path = certificate_path(*services.context.node);
  if (!path) return not_found("There is no MQTTS listener");
  std::string chain = certificates_in(read_file(*path));
  if (chain.empty()) return broken("'" + *path + "' has no certificate that can be read");
  Response response;
  response.body = std::move(chain);
  response.content_type = "application/x-pem-file";
  const std::string name = name_of(*path);
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
  response.headers.emplace_back("x-filename", name);
  return response;
}

}  // namespace sluice::admin

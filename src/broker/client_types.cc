#include "broker/client_types.h"

#include <re2/re2.h>

namespace sluice::broker {

ClientTypes::ClientTypes(const config::ClientSettings& settings)
    : is_application_by_default_(settings.default_type == config::ClientType::Application) {
  if (settings.application_ids.empty()) return;
  applications_ = std::make_unique<re2::RE2>(settings.application_ids, re2::RE2::Quiet);
}

ClientTypes::ClientTypes(ClientTypes&&) noexcept = default;
ClientTypes& ClientTypes::operator=(ClientTypes&&) noexcept = default;
ClientTypes::~ClientTypes() = default;

bool ClientTypes::is_application(ByteView client_id) const {
  return is_application_by_default_ ||
         (applications_ &&
          re2::RE2::FullMatch({client_id.data(), client_id.size()}, *applications_));
}

}  // namespace sluice::broker

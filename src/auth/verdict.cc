#include "auth/verdict.h"

#include "base/assert.h"

namespace sluice::auth {

const char* to_string(ProviderType type) {
  switch (type) {
    case ProviderType::None:
      return "NONE";
    case ProviderType::Basic:
      return "MQTT_BASIC";
    case ProviderType::X509:
      return "X_509";
    case ProviderType::Jwt:
      return "JWT";
    case ProviderType::Scram:
      return "SCRAM";
    case ProviderType::Http:
      return "HTTP";
  }
  SLUICE_UNREACHABLE();
}

}  // namespace sluice::auth

#include "admin/handlers/account.h"
#include "admin/handlers/api_keys.h"
#include "admin/handlers/audit.h"
#include "admin/handlers/blocked_clients.h"
#include "admin/handlers/credentials.h"
#include "admin/handlers/credentials_import.h"
#include "admin/handlers/providers.h"
#include "admin/handlers/settings.h"
#include "admin/handlers/unauthorized_clients.h"
#include "admin/handlers/users.h"
#include "admin/routes/parts.h"

namespace sluice::admin {

/// Users, settings, keys, credentials, providers, blocks.
std::vector<Route> entity_routes(Services& services) {
  const RouteMaker call(services);
  // clang-format off
  return {
      {"POST", "/api/auth/login", kOpen, call(log_in)},
      {"POST", "/api/auth/token", kOpen, call(refresh_token)},
      {"POST", "/api/noauth/setup", kOpen, call(set_up)},
      {"GET", "/api/noauth/userPasswordPolicy", kOpen, call(get_password_policy)},
      {"POST", "/api/noauth/resetPasswordByEmail", kOpen, call(request_password_reset)},
      {"GET", "/api/noauth/resetPassword", kOpen, call(follow_password_reset)},
      {"POST", "/api/noauth/resetPassword", kOpen, call(reset_password)},

      {"POST", "/api/auth/logout", kViewer, call(log_out)},
      {"GET", "/api/auth/user", kViewer, call(get_own_user)},
      {"POST", "/api/auth/changePassword", kViewer, call(change_own_password)},

      {"POST", "/api/admin", kAdmin, call(save_user)},
      {"GET", "/api/admin", kViewer, call(list_users)},
      {"GET", "/api/admin/user/tokenAccessEnabled", kViewer, call(is_login_as_enabled)},
      {"GET", "/api/admin/user/{userId}", kViewer, call(get_user)},
      {"GET", "/api/admin/user/{userId}/token", kAdmin, call(log_in_as)},
      {"DELETE", "/api/admin/{userId}", kAdmin, call(delete_user)},
      {"POST", "/api/admin/signingKey/rotate", kAdmin, call(rotate_signing_key)},
      {"GET", "/api/admin/settings/{key}", kViewer, call(get_setting)},
      {"POST", "/api/admin/settings", kAdmin, call(save_setting)},
      {"POST", "/api/admin/settings/testMail", kAdmin, call(send_test_mail)},
      {"GET", "/api/admin/securitySettings", kViewer, call(get_security_settings)},
      {"POST", "/api/admin/securitySettings", kAdmin, call(save_security_settings)},

      {"POST", "/api/apiKey", kAdmin, call(create_api_key)},
      {"GET", "/api/apiKey", kAdmin, call(list_api_keys)},
      {"GET", "/api/apiKey/{id}", kAdmin, call(get_api_key)},
      {"DELETE", "/api/apiKey/{id}", kAdmin, call(delete_api_key)},

      {"GET", "/api/audit", kAdmin, call(list_audit)},
      {"GET", "/api/audit/export", kAdmin, call(export_audit)},
      {"GET", "/api/audit/verify", kAdmin, call(verify_audit)},

      {"POST", "/api/mqtt/client/credentials", kAdmin, call(save_credentials)},
      {"GET", "/api/mqtt/client/credentials", kViewer, call(find_credentials)},
      {"GET", "/api/v2/mqtt/client/credentials", kViewer, call(list_credentials)},
      {"GET", "/api/mqtt/client/credentials/info", kViewer, call(count_credentials)},
      {"POST", "/api/mqtt/client/credentials/dryRun", kAdmin, call(try_credentials)},
      {"POST", "/api/mqtt/client/credentials/bulk_import", kAdmin, call(import_credentials), true},
      {"GET", "/api/mqtt/client/credentials/{id}", kViewer, call(get_credentials)},
      {"POST", "/api/mqtt/client/credentials/{id}", kAdmin, call(change_client_password)},
      {"DELETE", "/api/mqtt/client/credentials/{id}", kAdmin, call(delete_credentials)},

      {"GET", "/api/mqtt/auth/providers", kViewer, call(list_providers)},
      {"GET", "/api/mqtt/auth/provider/{id}", kViewer, call(get_provider)},
      {"GET", "/api/mqtt/auth/provider/type/{type}", kViewer, call(get_provider_of_type)},
      {"POST", "/api/mqtt/auth/provider", kAdmin, call(save_provider)},
      {"POST", "/api/mqtt/auth/provider/{id}/enable", kAdmin, call(enable_provider)},
      {"POST", "/api/mqtt/auth/provider/{id}/disable", kAdmin, call(disable_provider)},
      {"GET", "/api/mqtt/auth/provider/basic/strategy", kViewer, call(get_basic_strategy)},
      {"POST", "/api/mqtt/auth/provider/http/check", kAdmin, call(check_http_provider)},

      {"POST", "/api/blockedClient", kOperator, call(block_client)},
      {"GET", "/api/blockedClient", kViewer, call(list_blocked_clients)},
      {"GET", "/api/blockedClient/v2", kViewer, call(list_blocked_clients)},
      {"GET", "/api/blockedClient/ttl", kViewer, call(get_blocked_ttl)},
      {"DELETE", "/api/blockedClient", kOperator, call(unblock_client)},

      {"GET", "/api/unauthorized/client", kViewer, call(find_unauthorized_clients)},
      {"GET", "/api/unauthorized/client/v2", kViewer, call(list_unauthorized_clients)},
      {"DELETE", "/api/unauthorized/client", kOperator, call(forget_unauthorized_clients)},
  };
  // clang-format on
}

}  // namespace sluice::admin

#pragma once

#include <string>

#include "security/test_broker.h"

namespace sluice::security {

/// The REST API of a guarded TestBroker over its Unix socket, whose callers are administrators.
class Administration {
 public:
  struct Answer {
    int status = 0;
    std::string body;
  };

  explicit Administration(const TestBroker& broker)
      : socket_(broker.data_folder() + "/admin.sock") {}

  /// headers  further ones, each with CR LF
  Answer ask(const std::string& method, const std::string& target, const std::string& body = "",
             const std::string& headers = "") const;
  /// The body of the answer. Throws Surprise unless it is 200.
  std::string do_it(const std::string& method, const std::string& target,
                    const std::string& body = "", Where where = Where::current()) const;

  /// Makes credentials MQTT_BASIC for this user name with the password kPassword.
  ///
  /// rules    JSON of `authRules`, see `may`; "null": everything is allowed
  /// returns  their id
  std::string add_user(const std::string& name, const std::string& rules,
                       Where where = Where::current()) const;
  /// Other rules for the same user. They hold when this returns.
  void change_rules(const std::string& id, const std::string& name, const std::string& rules,
                    Where where = Where::current()) const;
  void delete_credentials(const std::string& id, Where where = Where::current()) const;
  /// type  "MQTT_BASIC", "HTTP", ...
  void disable_provider(const std::string& type, Where where = Where::current()) const;

 private:
  std::string socket_;
};

inline constexpr const char* kPassword = "orchid-lantern-17";

/// Rules that allow to publish to and to subscribe these Topic Filters, and nothing else.
std::string may(const std::vector<std::string>& filters);

/// A CONNECT with that user name and kPassword.
Connect connect_as_user(const std::string& client_id, const std::string& user_name);

inline constexpr const char* kCredentials = "/api/mqtt/client/credentials";

/// A text member of a JSON object, whichever object of `json` has it first.
std::string text_member(const std::string& json, const std::string& name);

}  // namespace sluice::security

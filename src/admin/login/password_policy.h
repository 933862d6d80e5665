#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::admin {

/// TBMQ's UserPasswordPolicy: what an administrator asks for beyond our own rules. 0: nothing.
struct PasswordPolicy {
  std::uint32_t minimum_length = 12;
  std::uint32_t maximum_length = 128;
  std::uint32_t uppercase_min = 0, lowercase_min = 0, digits_min = 0, special_min = 0;
  bool allows_whitespace = true;
  bool resets_if_not_valid = false;  // a login with a password against the policy has to change it
  std::uint32_t expires_after_days = 0;
  std::uint32_t reuse_after_days = 0;

  /// Of the setting `securitySettings`; what it lacks or has wrong is as above.
  static PasswordPolicy from_json(std::string_view security_settings);
  boost::json::object to_json() const;
};

/// What is wrong with a password, in words for its owner; nullopt: nothing.
///
/// Beyond the policy: 12 to 128 characters, not among the most used ones, and not made from the
/// e-mail address or the name of the product.
std::optional<std::string> find_password_fault(std::string_view password, std::string_view email,
                                               const PasswordPolicy& policy);

/// Whether a password is one of those that everybody tries first, whatever is appended to it.
bool is_common_password(std::string_view password);

}  // namespace sluice::admin

#include "admin/login/password_policy.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "admin/http/fields.h"

namespace sluice::admin {
namespace {

constexpr std::uint32_t kShortest = 12;
constexpr std::uint32_t kLongest = 128;
constexpr std::size_t kDifferentCharactersMin = 5;

constexpr std::array kCommonWords = std::to_array<std::string_view>({
#include "admin/login/common_passwords.inc"
});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

std::uint32_t count_of(std::string_view text, auto predicate) {
  return static_cast<std::uint32_t>(std::ranges::count_if(text, predicate));
}

/// UTF-8: what is no continuation byte begins a character.
std::uint32_t count_characters(std::string_view text) {
  return count_of(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), to_lower);
  return out;
}

/// "P4$$w0rd" is no better than "Password".
char undo_substitution(char c) {
  constexpr std::string_view kFrom = "0134$5@7!";
  constexpr std::string_view kTo = "oleassati";
  const std::size_t found = kFrom.find(c);
  return found == std::string_view::npos ? c : kTo[found];
}

std::string letters_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_lower(c) || static_cast<unsigned char>(c) >= 0x80) out += c;
  }
  return out;
}

/// Whether common words, one after the other, are all there is.
bool is_made_of_common_words(std::string_view letters) {
  // reached[i]: the first i letters are.
  std::vector<bool> reached(letters.size() + 1, false);
  reached[0] = true;
  for (std::size_t start = 0; start < letters.size(); ++start) {
    if (!reached[start]) continue;
    for (const std::string_view word : kCommonWords) {
      if (letters.substr(start).starts_with(word)) reached[start + word.size()] = true;
    }
  }
  return reached[letters.size()];
}

/// "abcdefgh", "87654321", "aaaaaaaa": most characters follow from the one before.
bool is_sequence(std::string_view text) {
  std::size_t steps = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const int distance = text[i] - text[i - 1];
    const bool wraps =
        (text[i] == '0' && text[i - 1] == '9') || (text[i] == '9' && text[i - 1] == '0');
    if ((distance >= -1 && distance <= 1) || wraps) ++steps;
  }
  return steps * 4 >= text.size() * 3;
}

/// Few letters beside a name that is known to everybody: the name was the password.
bool is_made_from(std::string_view password, std::string_view name) {
  const std::size_t found = name.size() < 4 ? std::string_view::npos : password.find(name);
  return found != std::string_view::npos && password.size() - name.size() < 8;
}

std::optional<std::string> find_missing_characters(std::string_view password,
                                                   const PasswordPolicy& policy) {
  const auto too_few = [](std::uint32_t min, const char* what) {
    return "The password needs at least " + std::to_string(min) + " " + what;
  };
  const auto is_special = [](char c) { return !is_digit(c) && !is_lower(c) && !is_upper(c); };
  if (count_of(password, is_upper) < policy.uppercase_min) {
    return too_few(policy.uppercase_min, "uppercase letters");
  }
  if (count_of(password, is_lower) < policy.lowercase_min) {
    return too_few(policy.lowercase_min, "lowercase letters");
  }
  if (count_of(password, is_digit) < policy.digits_min) {
    return too_few(policy.digits_min, "digits");
  }
  if (count_of(password, is_special) < policy.special_min) {
    return too_few(policy.special_min, "special characters");
  }
  const bool has_space = password.find_first_of(" \t\r\n") != std::string_view::npos;
  if (has_space && !policy.allows_whitespace) return "The password may not have white space";
  return std::nullopt;
}

}  // namespace

bool is_common_password(std::string_view password) {
  const std::string small = lower(password);
  std::string plain = small;
  std::ranges::transform(plain, plain.begin(), undo_substitution);
  const std::set<char> different(small.begin(), small.end());
  if (different.size() < kDifferentCharactersMin || is_sequence(small)) return true;
  // Digits at the ends are an appendix before they are letters in disguise.
  const auto first = small.find_first_of("abcdefghijklmnopqrstuvwxyz");
  const auto last = small.find_last_of("abcdefghijklmnopqrstuvwxyz");
  if (first == std::string::npos) return false;
  return is_made_of_common_words(letters_of(small)) || is_made_of_common_words(letters_of(plain)) ||
         is_made_of_common_words(letters_of(plain.substr(first, last - first + 1)));
}

std::optional<std::string> find_password_fault(std::string_view password, std::string_view email,
                                               const PasswordPolicy& policy) {
  const std::uint32_t shortest = std::max(kShortest, policy.minimum_length);
  const std::uint32_t longest =
      policy.maximum_length == 0 ? kLongest : std::min(kLongest, policy.maximum_length);
  const std::uint32_t length = count_characters(password);
  if (length < shortest) {
    return "The password needs at least " + std::to_string(shortest) + " characters";
  }
  if (length > longest) {
    return "The password may have at most " + std::to_string(longest) + " characters";
  }
  if (auto missing = find_missing_characters(password, policy)) return missing;
  const std::string small = lower(password);
  const std::string address = lower(email);
  if (is_made_from(small, address) || is_made_from(small, address.substr(0, address.find('@'))) ||
      is_made_from(small, "sluice")) {
    return "The password is too close to the e-mail address or the name of the product";
  }
  if (is_common_password(password)) return "The password is among those that are guessed first";
  return std::nullopt;
}

PasswordPolicy PasswordPolicy::from_json(std::string_view security_settings) {
  constexpr std::int64_t kMax = 100'000;
  const auto value = parse_json(security_settings);
  if (!value) return {};
  Fields settings(*value);
  Fields fields = settings.object("passwordPolicy");
  const auto number = [&](std::string_view name, std::uint32_t fallback) {
    return static_cast<std::uint32_t>(fields.number(name, 0, kMax, fallback));
  };
  PasswordPolicy policy;
  policy.minimum_length = number("minimumLength", policy.minimum_length);
  policy.maximum_length = number("maximumLength", policy.maximum_length);
  policy.uppercase_min = number("minimumUppercaseLetters", 0);
  policy.lowercase_min = number("minimumLowercaseLetters", 0);
  policy.digits_min = number("minimumDigits", 0);
  policy.special_min = number("minimumSpecialCharacters", 0);
  policy.allows_whitespace = fields.flag("allowWhitespaces", true);
  policy.resets_if_not_valid = fields.flag("forceUserToResetPasswordIfNotValid", false);
  policy.expires_after_days = number("passwordExpirationPeriodDays", 0);
  policy.reuse_after_days = number("passwordReuseFrequencyDays", 0);
  return policy;
}

boost::json::object PasswordPolicy::to_json() const {
  const std::uint32_t longest = maximum_length == 0 ? kLongest : std::min(kLongest, maximum_length);
  return {{"minimumLength", std::max(kShortest, minimum_length)},
          {"maximumLength", longest},
          {"minimumUppercaseLetters", uppercase_min},
          {"minimumLowercaseLetters", lowercase_min},
          {"minimumDigits", digits_min},
          {"minimumSpecialCharacters", special_min},
          {"allowWhitespaces", allows_whitespace},
          {"forceUserToResetPasswordIfNotValid", resets_if_not_valid},
          {"passwordExpirationPeriodDays", expires_after_days},
          {"passwordReuseFrequencyDays", reuse_after_days}};
}

}  // namespace sluice::admin

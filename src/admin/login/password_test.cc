#include <gtest/gtest.h>

#include "admin/login/password_hash.h"
#include "admin/login/password_history.h"
#include "admin/login/password_policy.h"

namespace sluice::admin {
namespace {

bool is_fine(std::string_view password, const PasswordPolicy& policy = {}) {
  return !find_password_fault(password, "jane.doe@example.com", policy);
}

TEST(PasswordPolicy, AcceptsWhatNobodyGuesses) {
  for (const char* password :
       {"violet-tractor-umbra-91", "correct umbrella fjord", "pX9!kq27Lm#tz0",
        "grüne Äpfel am Abend", "mein Hut, der hat drei"}) {
    EXPECT_TRUE(is_fine(password)) << password;
  }
}

TEST(PasswordPolicy, RefusesTheShortAndTheLong) {
  EXPECT_FALSE(is_fine("kq27Lm#tz0x"));
  EXPECT_TRUE(is_fine("kq27Lm#tz0xy"));
  std::string longest;
  while (longest.size() < 128) longest += "vRt7#Kp2";
  EXPECT_TRUE(is_fine(longest));
  EXPECT_FALSE(is_fine(longest + "x"));
}

TEST(PasswordPolicy, RefusesWhatIsGuessedFirst) {
  for (const char* password :
       {"password1234",   "Password123!",    "P4$$w0rd2024",     "administrator",
        "Administrator1", "adminadminadmin", "welcome12345",     "Letmein!2024",
        "qwertyuiop12",   "123456789012",    "abcdefghijkl",     "aaaaaaaaaaaa",
        "ababababababab", "iloveyou1234",    "thingsboard1",     "mosquitto123",
        "changeme2026",   "SummerWinter1",   "passwordpassword", "trustno1trustno1",
        "987654321098",   "sysadminsysadmin"}) {
    EXPECT_FALSE(is_fine(password)) << password;
  }
}

TEST(PasswordPolicy, RefusesTheOwnersNameAndTheProducts) {
  EXPECT_FALSE(is_fine("jane.doe@example.com"));
  EXPECT_FALSE(is_fine("Jane.Doe-2024"));
  EXPECT_FALSE(is_fine("sluice-2024!"));
}

TEST(PasswordPolicy, AsksForWhatAnAdministratorWants) {
  const auto policy = PasswordPolicy::from_json(
      R"({"passwordPolicy": {"minimumLength": 16, "minimumUppercaseLetters": 2,
          "minimumDigits": 1, "minimumSpecialCharacters": 1, "allowWhitespaces": false}})");
  EXPECT_TRUE(is_fine("Violet-Tractor-umbra-9", policy));
  EXPECT_FALSE(is_fine("Violet-Tract-9", policy));
  EXPECT_FALSE(is_fine("violet-Tractor-umbra-9", policy));
  EXPECT_FALSE(is_fine("Violet-Tractor-umbra", policy));
  EXPECT_FALSE(is_fine("VioletTractorumbra9", policy));
  EXPECT_FALSE(is_fine("Violet-Tractor umbra-9", policy));
}

TEST(PasswordPolicy, IsNeverWeakerThanOurs) {
  const auto policy = PasswordPolicy::from_json(
      R"({"passwordPolicy": {"minimumLength": 4, "maximumLength": 4000}})");
  EXPECT_FALSE(is_fine("kq27Lm", policy));
  EXPECT_EQ(policy.to_json().at("minimumLength").to_number<int>(), 12);
  EXPECT_EQ(policy.to_json().at("maximumLength").to_number<int>(), 128);
}

TEST(PasswordHash, IsArgon2idWithOurParameters) {
  const std::string hash = *hash_user_password("violet-tractor");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_EQ(match_user_password("violet-tractor", hash), PasswordMatch::Yes);
  EXPECT_EQ(match_user_password("violet-tractoR", hash), PasswordMatch::No);
  EXPECT_NE(hash, *hash_user_password("violet-tractor"));
}

TEST(PasswordHash, TakesForeignParametersAndBcryptOnceMore) {
  // Made by the reference implementation: argon2 somesalt -id -t 2 -k 65536 -p 1 -l 24, "password".
  EXPECT_EQ(
      match_user_password("password",
                          "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y"
                          "7cJHAph8ArZWb2GRPPc"),
      PasswordMatch::YesButRehash);
  // Of the test vectors of crypt_blowfish.
  const std::string bcrypt = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
  EXPECT_EQ(match_user_password("U*U", bcrypt), PasswordMatch::YesButRehash);
  EXPECT_EQ(match_user_password("U*V", bcrypt), PasswordMatch::No);
}

TEST(PasswordHash, MatchesNothingThatIsNoHash) {
  for (const char* hash : {"", "x", "$2a$", "$argon2id$", "violet", "*0"}) {
    EXPECT_EQ(match_user_password("violet", hash), PasswordMatch::No) << hash;
  }
  EXPECT_EQ(match_user_password(std::string(kPasswordBytesMax + 1, 'x'), "x"), PasswordMatch::No);
}

TEST(PasswordHistory, KnowsTheLastAndShowsNone) {
  std::string info = R"({"description":"boss"})";
  info = remember_password(info, *hash_user_password("first"), 1000);
  info = remember_password(info, *hash_user_password("second"), 2000);
  EXPECT_TRUE(was_used_since(info, "first", 500));
  EXPECT_FALSE(was_used_since(info, "first", 1500));
  EXPECT_TRUE(was_used_since(info, "second", 1500));
  EXPECT_FALSE(was_used_since(info, "third", 0));
  EXPECT_EQ(without_password_history(info), R"({"description":"boss"})");
}

TEST(PasswordHistory, IsBounded) {
  std::string info;
  for (int i = 1; i <= 15; ++i) info = remember_password(info, "$2a$x", i);
  const auto value = boost::json::parse(info);
  EXPECT_EQ(value.at("userPasswordHistory").as_object().size(), kPasswordHistoryMax);
}

}  // namespace
}  // namespace sluice::admin

#include "providers/password_hash.h"

#include <gtest/gtest.h>

namespace sluice::providers {
namespace {

TEST(PasswordHash, AcceptsThePasswordAndNoOther) {
  const auto hash = hash_password("secret", 4);

  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$2b$04$"));
  EXPECT_TRUE(verify_password("secret", *hash));
  EXPECT_FALSE(verify_password("Secret", *hash));
  EXPECT_FALSE(verify_password("", *hash));
}

TEST(PasswordHash, SaltsEachPasswordAnew) {
  EXPECT_NE(*hash_password("secret", 4), *hash_password("secret", 4));
}

TEST(PasswordHash, RefusesWhatBcryptWouldCut) {
  EXPECT_TRUE(hash_password(std::string(72, 'x'), 4));
  EXPECT_FALSE(hash_password(std::string(73, 'x'), 4));
  EXPECT_FALSE(hash_password(std::string("a\0b", 3), 4));
  EXPECT_FALSE(hash_password("", 4));

  const std::string hash = *hash_password(std::string(72, 'x'), 4);
  EXPECT_FALSE(verify_password(std::string(73, 'x'), hash));
  EXPECT_FALSE(verify_password(std::string("a\0b", 3), *hash_password("a", 4)));
}

// Vectors of OpenBSD's and Spring's bcrypt ("$2a$", as TBMQ stores it).
TEST(PasswordHash, ReadsHashesOfOthers) {
  EXPECT_TRUE(
      verify_password("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
  EXPECT_TRUE(
      verify_password("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"));
}

TEST(PasswordHash, AcceptsNoPasswordForOtherHashes) {
  for (const char* hash : {"", "*", "*0", "plain", "$1$abcdefgh$G//4keteveJp0qb8z2DxG/", "$2b$",
                           "$2b$04$", "$2b$04$tooshort", "$2x$05$CCCC"}) {
    EXPECT_FALSE(verify_password("plain", hash)) << hash;
  }
}

TEST(PasswordHash, AnUnmatchedHashIsMatchedByNothing) {
  const std::string hash = *make_unmatched_hash(4);

  EXPECT_FALSE(verify_password("", hash));
  EXPECT_FALSE(verify_password("secret", hash));
}

TEST(PasswordHash, RefusesACostThatNobodyShouldPay) {
  EXPECT_FALSE(hash_password("secret", 3));
  EXPECT_FALSE(hash_password("secret", kPasswordCostMax + 1));
  EXPECT_FALSE(verify_password("secret", "$2b$17$" + hash_password("secret", 4)->substr(7)));
}

}  // namespace
}  // namespace sluice::providers

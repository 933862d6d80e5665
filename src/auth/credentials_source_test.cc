#include "auth/credentials_source.h"

#include <gtest/gtest.h>

namespace sluice::auth {
namespace {

TEST(CredentialsKeys, KeepKindsApart) {
  EXPECT_EQ(basic_key_of_username("x"), "username|x");
  EXPECT_EQ(basic_key_of_client_id("x"), "client_id|x");
  EXPECT_EQ(basic_key_of_both("bob", "dev"), "mixed|3|bob|dev");
  EXPECT_EQ(x509_key("x"), "ssl|x");
  EXPECT_EQ(scram_key("x", ScramAlgorithm::Sha256), "scram|SHA_256|x");
  EXPECT_EQ(scram_key("x", ScramAlgorithm::Sha512), "scram|SHA_512|x");
}

TEST(CredentialsKeys, ABarInANameMovesNothingToTheOther) {
  EXPECT_NE(basic_key_of_both("a|b", "c"), basic_key_of_both("a", "b|c"));
  EXPECT_NE(basic_key_of_both("", "a"), basic_key_of_both("a", ""));
}

TEST(ProviderNames, AreThoseOfTbmq) {
  EXPECT_STREQ(to_string(ProviderType::None), "NONE");
  EXPECT_STREQ(to_string(ProviderType::Basic), "MQTT_BASIC");
  EXPECT_STREQ(to_string(ProviderType::X509), "X_509");
  EXPECT_STREQ(to_string(ProviderType::Jwt), "JWT");
  EXPECT_STREQ(to_string(ProviderType::Scram), "SCRAM");
  EXPECT_STREQ(to_string(ProviderType::Http), "HTTP");
}

}  // namespace
}  // namespace sluice::auth

#include "admin/login/token.h"

#include <gtest/gtest.h>

#include "admin/login/secrets.h"
#include "base/base64.h"

namespace sluice::admin {
namespace {

const entities::SigningKey kKey{"k1", std::string(32, 'k'), 0};
const entities::SigningKey kOther{"k2", std::string(32, 'o'), 0};

const entities::SigningKey* find_key(std::string_view id) {
  if (id == "k1") return &kKey;
  return id == "k2" ? &kOther : nullptr;
}

TokenClaims claims() {
  TokenClaims made;
  made.id = "t1";
  made.email = "a@example.com";
  made.user_id = "u1";
  made.authority = "SYS_ADMIN";
  made.login_id = "l1";
  made.issued = 1000;
  made.expires = 1900;
  return made;
}

tl::expected<TokenClaims, TokenProblem> read(std::string_view token, std::int64_t now = 1000) {
  return read_token(token, TokenKind::Access, find_key, now);
}

/// Signed with our key, whatever it says.
std::string forge(std::string_view header, std::string_view payload, std::string_view key) {
  const std::string text = to_base64(header, Base64::Url) + "." + to_base64(payload, Base64::Url);
  return text + "." + to_base64(hmac_sha256(key, text), Base64::Url);
}

std::string payload() {
  const std::string token = make_token(claims(), kKey);
  const std::size_t first = token.find('.');
  return *from_base64(token.substr(first + 1, token.rfind('.') - first - 1), Base64::Url);
}

TEST(Token, SaysWhatItWasMadeOf) {
  const auto read_back = read(make_token(claims(), kKey));
  ASSERT_TRUE(read_back);
  EXPECT_EQ(read_back->email, "a@example.com");
  EXPECT_EQ(read_back->user_id, "u1");
  EXPECT_EQ(read_back->login_id, "l1");
  EXPECT_EQ(read_back->authority, "SYS_ADMIN");
}

TEST(Token, ExpiresToTheSecond) {
  const std::string token = make_token(claims(), kKey);
  EXPECT_TRUE(read(token, 1899));
  EXPECT_EQ(read(token, 1900).error(), TokenProblem::Expired);
}

TEST(Token, IsGoodForItsKindOnly) {
  TokenClaims refresh = claims();
  refresh.kind = TokenKind::Refresh;
  const std::string token = make_token(refresh, kKey);
  EXPECT_FALSE(read(token));
  EXPECT_TRUE(read_token(token, TokenKind::Refresh, find_key, 1000));
  EXPECT_FALSE(read_token(make_token(claims(), kKey), TokenKind::ResetPassword, find_key, 1000));
}

TEST(Token, IsRefusedUnderAnotherAlgorithm) {
  for (const char* header :
       {R"({"alg":"none","typ":"JWT","kid":"k1"})", R"({"alg":"HS512","typ":"JWT","kid":"k1"})",
        R"({"alg":"RS256","typ":"JWT","kid":"k1"})", R"({"alg":"hs256","typ":"JWT","kid":"k1"})",
        R"({"alg":"HS256","typ":"JWT","kid":"k1","crit":["x"]})", R"({"typ":"JWT","kid":"k1"})"}) {
    EXPECT_FALSE(read(forge(header, payload(), kKey.secret))) << header;
  }
  const std::string none = to_base64(R"({"alg":"none","typ":"JWT","kid":"k1"})", Base64::Url) +
                           "." + to_base64(payload(), Base64::Url) + ".";
  EXPECT_FALSE(read(none));
}

TEST(Token, IsRefusedUnderAnotherKey) {
  const entities::SigningKey stranger{"k1", std::string(32, 's'), 0};
  EXPECT_FALSE(read(make_token(claims(), stranger)));
  EXPECT_FALSE(read(make_token(claims(), {"k3", kKey.secret, 0})));
  EXPECT_FALSE(read(make_token(claims(), {"../../dev/null", "", 0})));
  EXPECT_TRUE(read(make_token(claims(), kOther)));
}

TEST(Token, IsRefusedWhenChanged) {
  const std::string token = make_token(claims(), kKey);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read(changed)) << i;
  }
  for (std::size_t size = 0; size < token.size(); ++size) EXPECT_FALSE(read(token.substr(0, size)));
  EXPECT_FALSE(read(token + "A"));
}

}  // namespace
}  // namespace sluice::admin

// API keys, refresh tokens, setup token, mailed links and signing keys.
#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using testing::kind_of;
using testing::kNow;
using testing::must;
using Outcome = RefreshTokens::Outcome;

ApiKey key_with(const std::string& name, const std::string& hash) {
  ApiKey key;
  key.name = name;
  key.role = Role::Operator;
  key.hash = hash;
  return key;
}

class TokensTest : public testing::StoreTest {
 protected:
  void add_token(const std::string& id, const std::string& family, std::int64_t expires) {
    must(committed([&](Transaction& t) {
      return store().refresh_tokens().add(t, {id, family, user_, kNow, expires});
    }));
  }
  Outcome redeem(const std::string& id, std::int64_t now = kNow) {
    return must(committed(
                    [&](Transaction& t) { return store().refresh_tokens().redeem(t, id, now); }))
        .outcome;
  }

  std::string user_ = must(committed([&](Transaction& t) {
                        return store().users().create(t, testing::user_with("a@b"), kNow);
                      })).id;
};

TEST_F(TokensTest, ARefreshTokenIsGoodOnce) {
  add_token("one", "family", kNow + 1000);

  EXPECT_EQ(redeem("one"), Outcome::Good);
  EXPECT_EQ(redeem("one"), Outcome::Reused);
}

TEST_F(TokensTest, AReusedRefreshTokenEndsItsFamily) {
  add_token("one", "family", kNow + 1000);
  add_token("other", "other family", kNow + 1000);
  EXPECT_EQ(redeem("one"), Outcome::Good);
  add_token("two", "family", kNow + 1000);
  EXPECT_TRUE(must(store().refresh_tokens().is_family_alive("family")));

  EXPECT_EQ(redeem("one"), Outcome::Reused);

  EXPECT_EQ(redeem("two"), Outcome::Revoked);
  EXPECT_FALSE(must(store().refresh_tokens().is_family_alive("family")));
  EXPECT_EQ(redeem("other"), Outcome::Good);
}

TEST_F(TokensTest, ARefreshTokenEndsAtItsTime) {
  add_token("one", "family", kNow + 1000);

  EXPECT_EQ(redeem("one", kNow + 1000), Outcome::Expired);
  EXPECT_EQ(redeem("none"), Outcome::Unknown);
}

TEST_F(TokensTest, RefreshTokensGoWithTheirUser) {
  add_token("one", "family", kNow + 1000);

  must(committed([&](Transaction& t) { return store().users().remove(t, user_); }));

  EXPECT_EQ(redeem("one"), Outcome::Unknown);
  EXPECT_FALSE(must(store().refresh_tokens().is_family_alive("family")));
}

TEST_F(TokensTest, PurgeForgetsExpiredRefreshTokens) {
  add_token("old", "a", kNow - 1);
  add_token("new", "b", kNow + 1);

  EXPECT_EQ(
      must(committed([&](Transaction& t) { return store().refresh_tokens().purge(t, kNow); })), 1U);

  EXPECT_EQ(redeem("old"), Outcome::Unknown);
  EXPECT_EQ(redeem("new"), Outcome::Good);
}

TEST_F(TokensTest, AnApiKeyIsFoundByItsHash) {
  // With a NUL and bytes that are no UTF-8.
  std::string hash(32, '\xFF');
  hash[3] = '\0';
  const ApiKey created = must(committed(
      [&](Transaction& t) { return store().api_keys().create(t, key_with("ci", hash), kNow); }));

  const auto found = must(store().api_keys().find_by_hash(hash));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, created.id);
  EXPECT_EQ(found->hash, hash);
  EXPECT_EQ(found->role, Role::Operator);
  hash[31] = 'x';
  EXPECT_FALSE(must(store().api_keys().find_by_hash(hash)));
}

TEST_F(TokensTest, ApiKeysHaveNamesOfTheirOwn) {
  const auto create = [&](const std::string& hash) {
    return committed(
        [&](Transaction& t) { return store().api_keys().create(t, key_with("ci", hash), kNow); });
  };
  must(create(std::string(32, 'a')));

  EXPECT_EQ(kind_of(create(std::string(32, 'b'))), ErrorKind::Conflict);
  EXPECT_EQ(kind_of(create("short")), ErrorKind::Invalid);
}

TEST_F(TokensTest, AnApiKeyRemembersItsLastUse) {
  const ApiKey key = must(committed([&](Transaction& t) {
    return store().api_keys().create(t, key_with("ci", std::string(32, 'a')), kNow);
  }));

  must(committed(
      [&](Transaction& t) { return store().api_keys().set_last_used(t, key.id, kNow + 7); }));

  EXPECT_EQ(must(store().api_keys().get(key.id)).last_used, kNow + 7);
  must(committed([&](Transaction& t) { return store().api_keys().remove(t, key.id); }));
  EXPECT_EQ(must(store().api_keys().page({})).total_elements, 0U);
}

TEST_F(TokensTest, ThereIsOneSetupToken) {
  const std::string hash(32, '\0');
  must(committed([&](Transaction& t) { return store().setup_tokens().put(t, {"first", kNow}); }));
  must(committed([&](Transaction& t) { return store().setup_tokens().put(t, {hash, kNow + 1}); }));

  const auto token = must(store().setup_tokens().find());

  ASSERT_TRUE(token);
  EXPECT_EQ(token->hash, hash);
  EXPECT_EQ(token->expires, kNow + 1);
  must(committed([&](Transaction& t) { return store().setup_tokens().clear(t); }));
  EXPECT_FALSE(must(store().setup_tokens().find()));
}

TEST_F(TokensTest, AUserHasOneMailedLinkTheLast) {
  const auto mail = [&](char fill, std::int64_t expires) {
    must(committed([&](Transaction& t) {
      return store().password_links().put(t, {std::string(32, fill), user_, expires});
    }));
  };
  const auto find = [&](char fill, std::int64_t now = kNow) {
    return must(store().password_links().find(std::string(32, fill), now));
  };
  mail('a', kNow + 1000);
  mail('b', kNow + 1000);

  EXPECT_FALSE(find('a'));
  ASSERT_TRUE(find('b'));
  EXPECT_EQ(find('b')->user_id, user_);
  EXPECT_FALSE(find('b', kNow + 1000)) << "its time is over";

  must(committed([&](Transaction& t) { return store().password_links().remove_of(t, user_); }));
  EXPECT_FALSE(find('b'));
}

TEST_F(TokensTest, MailedLinksGoWithTheirTimeAndTheirUser) {
  must(committed([&](Transaction& t) {
    return store().password_links().put(t, {std::string(32, 'a'), user_, kNow + 1000});
  }));
  EXPECT_EQ(must(committed(
                [&](Transaction& t) { return store().password_links().purge(t, kNow + 1000); })),
            0U);
  EXPECT_EQ(must(committed(
                [&](Transaction& t) { return store().password_links().purge(t, kNow + 1001); })),
            1U);
  must(committed([&](Transaction& t) {
    return store().password_links().put(t, {std::string(32, 'a'), user_, kNow + 1000});
  }));
  must(committed([&](Transaction& t) { return store().users().remove(t, user_); }));
  EXPECT_FALSE(must(store().password_links().find(std::string(32, 'a'), kNow)));
}

TEST_F(TokensTest, TheNewestSigningKeyComesFirst) {
  must(committed([&](Transaction& t) {
    return store().signing_keys().add(t, {"old", std::string(32, '\0'), kNow});
  }));
  must(committed([&](Transaction& t) {
    return store().signing_keys().add(t, {"new", std::string(32, 'x'), kNow + 1});
  }));

  const auto keys = must(store().signing_keys().all());

  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].id, "new");
  EXPECT_EQ(keys[1].secret, std::string(32, '\0'));
}

}  // namespace
}  // namespace sluice::entities

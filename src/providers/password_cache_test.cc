#include "providers/password_cache.h"

#include <gtest/gtest.h>

namespace sluice::providers {
namespace {

constexpr Instant kStart{milliseconds{1'000'000}};

TEST(PasswordCache, RemembersForItsLifetimeSinceTheLastUse) {
  PasswordCache cache(seconds{60});
  const auto key = cache.key_of("id", "hash", "password");
  cache.add("id", key, kStart);

  EXPECT_TRUE(cache.has("id", key, kStart + seconds{59}));
  EXPECT_TRUE(cache.has("id", key, kStart + seconds{118}));
  EXPECT_FALSE(cache.has("id", key, kStart + seconds{178}));
  EXPECT_EQ(cache.size(), 0U);
}

TEST(PasswordCache, AnotherPasswordHashOrIdIsAnotherQuestion) {
  const PasswordCache cache(seconds{60});
  const auto key = cache.key_of("id", "hash", "password");

  EXPECT_NE(key, cache.key_of("id", "hash", "Password"));
  EXPECT_NE(key, cache.key_of("id", "hash2", "password"));
  EXPECT_NE(key, cache.key_of("id2", "hash", "password"));
  EXPECT_NE(cache.key_of("a", "bc", ""), cache.key_of("ab", "c", ""));
  EXPECT_NE(key, PasswordCache(seconds{60}).key_of("id", "hash", "password"));
}

TEST(PasswordCache, ForgetsWhatItIsTold) {
  PasswordCache cache(seconds{60});
  cache.add("a", "1", kStart);
  cache.add("b", "2", kStart);

  cache.forget("a");

  EXPECT_FALSE(cache.has("a", "1", kStart));
  EXPECT_TRUE(cache.has("b", "2", kStart));
}

TEST(PasswordCache, DropsTheLeastUsedBeyondItsLimit) {
  PasswordCache cache(seconds{60}, 2);
  cache.add("a", "1", kStart);
  cache.add("b", "2", kStart);
  EXPECT_TRUE(cache.has("a", "1", kStart));
  cache.add("c", "3", kStart);

  EXPECT_TRUE(cache.has("a", "1", kStart));
  EXPECT_FALSE(cache.has("b", "2", kStart));
  EXPECT_TRUE(cache.has("c", "3", kStart));
}

TEST(PasswordCache, RemembersNothingWithoutLifetime) {
  PasswordCache cache(seconds{0});
  cache.add("a", "1", kStart);

  EXPECT_FALSE(cache.has("a", "1", kStart));
}

}  // namespace
}  // namespace sluice::providers

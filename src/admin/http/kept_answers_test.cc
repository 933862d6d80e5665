#include "admin/http/kept_answers.h"

#include "admin/testing/local_admin.h"

namespace sluice::admin {
namespace {

Response answer_of(const std::string& body, unsigned status = 200) {
  Response response;
  response.status = status;
  response.body = body;
  return response;
}

TEST(KeptAnswers, AreGivenAgainForADay) {
  KeptAnswers kept;
  EXPECT_FALSE(kept.find("key", "question", 0)->has_value());
  kept.keep("key", "question", answer_of("first"), 0);
  EXPECT_EQ((*kept.find("key", "question", KeptAnswers::kKept - 1))->body, "first");
  EXPECT_FALSE(kept.find("key", "question", KeptAnswers::kKept)->has_value());
}

TEST(KeptAnswers, AreNotForOtherQuestions) {
  KeptAnswers kept;
  kept.keep("key", "question", answer_of("first"), 0);
  EXPECT_EQ(kept.find("key", "another", 1).error().status, 422U);
}

TEST(KeptAnswers, AreOnlyThoseThatWorked) {
  KeptAnswers kept;
  kept.keep("key", "question", answer_of("wrong", 400), 0);
  kept.keep("large", "question", answer_of(std::string(KeptAnswers::kBytesMax + 1, 'x')), 0);
  EXPECT_FALSE(kept.find("key", "question", 0)->has_value());
  EXPECT_FALSE(kept.find("large", "question", 0)->has_value());
}

TEST(KeptAnswers, AreBounded) {
  KeptAnswers kept;
  for (std::size_t i = 0; i <= KeptAnswers::kAnswersMax; ++i) {
    kept.keep(std::to_string(i), "question", answer_of("x"), 0);
  }
  EXPECT_FALSE(kept.find("0", "question", 0)->has_value());
  EXPECT_TRUE(kept.find("1", "question", 0)->has_value());
}

class IdempotencyTest : public testing::LocalAdminTest {
 protected:
  Response publish(const std::string& key, const std::string& topic) {
    RequestHead head;
    head.method = "POST";
    head.target = "/api/mqtt/publish";
    head.address = "local";
    head.is_local = true;
    head.idempotency_key = key;
    return harness.ask(std::move(head), R"({"topic": ")" + topic + "\"}");
  }
};

TEST_F(IdempotencyTest, WhatIsSentAgainHappensOnce) {
  EXPECT_EQ(publish("one", "a").body, publish("one", "a").body);
  EXPECT_EQ(view.published.size(), 1U);
  EXPECT_EQ(publish("one", "b").status, 422U);
  EXPECT_EQ(publish("two", "b").status, 202U);
  EXPECT_EQ(publish("", "b").status, 202U);
  EXPECT_EQ(publish("", "b").status, 202U) << "without a key it happens each time";
  EXPECT_EQ(view.published.size(), 4U);
  EXPECT_EQ(publish(std::string(256, 'k'), "b").status, 400U);
}

TEST_F(IdempotencyTest, WhatFailedMayBeTriedAgain) {
  view.publish_outcome = broker::PublishOutcome::StoreFailed;
  EXPECT_EQ(publish("one", "a").status, 503U);
  view.publish_outcome = broker::PublishOutcome::Accepted;
  EXPECT_EQ(publish("one", "a").status, 202U);
}

}  // namespace
}  // namespace sluice::admin

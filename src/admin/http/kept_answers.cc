#include "admin/http/kept_answers.h"

namespace sluice::admin {
namespace {

bool is_whole(const Response& answer) {
  return !answer.work && !answer.stream && answer.body.size() <= KeptAnswers::kBytesMax;
}

}  // namespace

Outcome<std::optional<Response>> KeptAnswers::find(const std::string& name,
                                                   const std::string& question, std::int64_t now) {
  forget_old(now);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  if (found->second->question != question) {
    return tl::unexpected(ApiError{422,
                                   ErrorCode::InvalidArguments,
                                   "The Idempotency-Key was used for another request",
                                   {},
                                   {}});
  }
  return found->second->answer;
}

void KeptAnswers::keep(const std::string& name, const std::string& question, const Response& answer,
                       std::int64_t now) {
  if (answer.status / 100 != 2 || !is_whole(answer) || by_name_.contains(name)) return;
  entries_.push_back({name, question, answer, now});
  by_name_[name] = std::prev(entries_.end());
  forget_old(now);
}

void KeptAnswers::forget_old(std::int64_t now) {
  while (!entries_.empty() &&
         (entries_.size() > kAnswersMax || entries_.front().kept_at + kKept <= now)) {
    by_name_.erase(entries_.front().name);
    entries_.pop_front();
  }
}

}  // namespace sluice::admin

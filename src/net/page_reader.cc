#include "net/page_reader.h"

#include <algorithm>
#include <utility>

namespace sluice::net {

namespace {

constexpr milliseconds kOverflowPause{1};

}  // namespace

void PageReader::run() {
  while (!is_stopping_) {
    wait_for_mail(mailboxes_, members_.page_reader(), time_to_wait());
    take_mail();
    retry_due();
    read_all();
    mailboxes_.publish(members_.page_reader());
  }
  mailboxes_.post(members_.page_reader(), members_.server(), StepReport{});
  mailboxes_.publish(members_.page_reader());
}

milliseconds PageReader::time_to_wait() const {
  // A shard that takes its pages does not say so.
  if (mailboxes_.has_overflow(members_.page_reader())) return kOverflowPause;
  if (retry_at_ == kNever) return kForEver;
  return std::max(milliseconds{0}, retry_at_ - monotonic_now());
}

void PageReader::retry_due() {
  if (monotonic_now() < retry_at_) return;
  requests_.insert(requests_.end(), to_retry_.begin(), to_retry_.end());
  to_retry_.clear();
  retry_at_ = kNever;
}

void PageReader::take_mail() {
  mailboxes_.drain(members_.page_reader(), [this](unsigned from, ShardMail mail) {
    if (const auto* request = std::get_if<PageRequest>(&mail)) {
      requests_.push_back({from, request->id});
    } else if (const auto* state = std::get_if<StoreStateReport>(&mail)) {
      is_store_failed_ = state->is_failed;
    } else {
      SLUICE_ASSERT(std::holds_alternative<StopRequest>(mail));
      is_stopping_ = true;
    }
  });
}

void PageReader::read_all() {
  for (Request& request : requests_) {
    if (is_stopping_) break;
    if (!read(request)) to_retry_.push_back(request);
  }
  requests_.clear();
  if (!to_retry_.empty() && retry_at_ == kNever) retry_at_ = monotonic_now() + retry_after_;
}

bool PageReader::read(Request& request) {
  auto bytes = engine_.read_page(request.id);
  if (bytes) {
    ++counters_.pages_read;
    return answer(request, std::move(*bytes)), true;
  }
  failure_lines_.warn(bytes.error().what, {}, monotonic_now());
  if (!is_store_failed_) ++request.tries;
  if (request.tries < kTriesMax) return false;
  ++counters_.pages_unreadable;
  return answer(request, std::nullopt), true;
}

/// Each page is shown at once: the next one may take the disk a while.
void PageReader::answer(const Request& request, std::optional<std::string> bytes) {
  auto page = std::make_unique<ReadPage>(ReadPage{request.id, std::move(bytes)});
  mailboxes_.post(members_.page_reader(), request.from, PageReport{std::move(page)});
  mailboxes_.publish(members_.page_reader());
}

}  // namespace sluice::net

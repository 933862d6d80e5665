#include "admin/mail/mailer.h"

#include "base/log.h"

namespace sluice::admin {
namespace {

void report(const std::string& purpose, const std::string& reason) {
  log::warning("a mail was not sent", {{"mail", purpose}, {"reason", reason}});
}

}  // namespace

Mailer::~Mailer() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    for (const Waiting& dropped : waiting_) report(dropped.purpose, "the broker ends");
    waiting_.clear();
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Mailer::has_room() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size() < kWaitingMax;
}

void Mailer::post(OutgoingMail mail, std::string purpose) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kWaitingMax) return report(purpose, "too many are waiting");
  waiting_.push_back({std::move(mail), std::move(purpose)});
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  changed_.notify_one();
}

void Mailer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const auto sent = send_mail(next.mail, stop_);
    if (!sent) report(next.purpose, sent.error().what);
    lock.lock();
  }
}

}  // namespace sluice::admin

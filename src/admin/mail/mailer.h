#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "admin/mail/smtp.h"

namespace sluice::admin {

/// Sends mails that nobody waits for, one after the other on a thread of its own, which begins with
/// the first. What a server does not take is logged and not tried again: who needs it asks again.
///
/// Limits  kWaitingMax mails; what is posted beyond is dropped and logged.
class Mailer {
 public:
  static constexpr std::size_t kWaitingMax = 100;

  Mailer() = default;
  /// Drops what waits. Takes a second at most.
  ~Mailer();
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;

  bool has_room() const;
  /// purpose  for the log: "password reset"
  void post(OutgoingMail mail, std::string purpose);

 private:
  struct Waiting {
    OutgoingMail mail;
    std::string purpose;
  };
  void run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace sluice::admin

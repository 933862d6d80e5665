#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "admin/http/message.h"

namespace sluice::admin {

/// Answers to requests with an Idempotency-Key, so that what is sent again happens once.
///
/// Lives on   the admin thread, in memory: a restart forgets them.
/// Limits     kKept each; kAnswersMax, the oldest goes first; answers above kBytesMax are not kept.
class KeptAnswers {
 public:
  static constexpr std::int64_t kKept = 24 * 60 * 60 * 1000;  // milliseconds
  static constexpr std::size_t kAnswersMax = 10'000;
  static constexpr std::size_t kBytesMax = 16 * 1024;
  static constexpr std::size_t kKeyMax = 255;  // bytes

  /// name      of caller and key
  /// question  a digest of method, path and body
  /// returns   the answer to the same question; nullopt: the first of this name
  /// errors    422: another question was asked under this name
  Outcome<std::optional<Response>> find(const std::string& name, const std::string& question,
                                        std::int64_t now);

  /// Only what worked, and is there as a whole.
  void keep(const std::string& name, const std::string& question, const Response& answer,
            std::int64_t now);

 private:
  struct Entry {
    std::string name;
    std::string question;
    Response answer;
    std::int64_t kept_at = 0;
  };

  void forget_old(std::int64_t now);

  std::list<Entry> entries_;  // the oldest first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
};

}  // namespace sluice::admin

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "broker/inspection.h"

namespace sluice::admin {

enum class JobAction : std::uint8_t { Disconnect, Remove, PurgeQueue, Block, DeleteRetained };
enum class JobState : std::uint8_t { Running, Done, Cancelled, Failed };

/// What somebody wants done with all that match a filter.
struct JobOrder {
  JobAction action = JobAction::Disconnect;
  std::optional<broker::SessionFilter> sessions;  // nullopt: none can match
  std::string topic_filter;                       // DeleteRetained only
  std::string filter_text;                        // as it was written, JSON
  bool is_dry_run = false;                        // counts only
  std::int64_t block_expires = 0;                 // Block: milliseconds since 1970, 0: never
};

/// A bulk action that runs, or did.
struct Job {
  std::string id;  // UUID
  JobOrder order;
  JobState state = JobState::Running;
  std::uint64_t total = 0;   // when it began
  std::uint64_t done = 0;    // so far
  std::uint64_t failed = 0;  // beside these: where there was nothing to do any more
  std::string started_by;
  std::int64_t started = 0;  // milliseconds since 1970
  std::int64_t ended = 0;    // 0: it runs
  std::vector<std::string> errors;
};

}  // namespace sluice::admin

#pragma once

#include <cstdint>
#include <string>

#include "admin/http/body_source.h"
#include "admin/monitoring/traces.h"

namespace sluice::admin {

/// The records of a trace as they are now, one JSON object a line, some at a time.
///
/// Nothing is copied ahead: records that make room before they were read are left out, and with the
/// trace the lines end.
class TraceSource final : public BodySource {
 public:
  /// traces  borrowed
  TraceSource(const Traces& traces, const Trace& trace)
      : traces_(traces),
        id_(trace.id),
        next_(trace.forgotten),
        end_(trace.forgotten + trace.records.size()) {}

  Piece next() override;
  void on_reader(std::function<void()>) override {}  // there is always a next piece

 private:
  const Traces& traces_;
  const std::string id_;
  std::uint64_t next_;  // records since the trace began, forgotten ones included
  const std::uint64_t end_;
};

}  // namespace sluice::admin

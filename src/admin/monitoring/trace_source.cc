#include "admin/monitoring/trace_source.h"

#include <algorithm>
#include <boost/json.hpp>

#include "admin/monitoring/collector.h"

namespace sluice::admin {
namespace {

constexpr std::size_t kPieceMax = 64 * 1024;  // bytes, but for the end of a line

}  // namespace

BodySource::Piece TraceSource::next() {
  const Trace* const trace = traces_.find(id_);
  if (!trace) return {"", true};
  next_ = std::max(next_, trace->forgotten);
  Piece piece;
  while (next_ < end_ && piece.bytes.size() < kPieceMax) {
    const auto& record = trace->records[static_cast<std::size_t>(next_ - trace->forgotten)];
    piece.bytes += boost::json::serialize(record_to_json(record)) + '\n';
    ++next_;
  }
  piece.is_last = next_ >= end_;
  return piece;
}

}  // namespace sluice::admin

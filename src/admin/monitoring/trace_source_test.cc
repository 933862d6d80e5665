#include "admin/monitoring/trace_source.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::admin {
namespace {

class TraceSourceTest : public ::testing::Test {
 protected:
  TraceSourceTest() : trace(*traces.start({{"c"}, {}, {}}, 0, seconds{10})) {}

  void add(std::size_t count) {
    broker::TraceRecord record;
    record.client_id = "c";
    for (std::size_t i = 0; i < count; ++i) (void)traces.add(record);
  }
  static std::ptrdiff_t lines_in(const BodySource::Piece& piece) {
    return std::count(piece.bytes.begin(), piece.bytes.end(), '\n');
  }

  Traces traces;
  const Trace& trace;
};

TEST_F(TraceSourceTest, HasWholeLinesInPiecesOfABoundedSize) {
  add(5000);
  TraceSource source(traces, trace);
  add(1);  // after the download has begun

  std::ptrdiff_t lines = 0;
  std::size_t pieces = 0;
  for (bool is_last = false; !is_last; ++pieces) {
    const BodySource::Piece piece = source.next();
    EXPECT_LT(piece.bytes.size(), 70'000U);
    EXPECT_TRUE(piece.bytes.ends_with('\n'));
    lines += lines_in(piece);
    is_last = piece.is_last;
  }

  EXPECT_EQ(lines, 5000);
  EXPECT_GT(pieces, 5U);
}

TEST_F(TraceSourceTest, LeavesOutWhatIsForgottenMeanwhile) {
  add(10);
  TraceSource source(traces, trace);
  add(Traces::kRecordsMax - 6);

  const BodySource::Piece piece = source.next();

  EXPECT_EQ(lines_in(piece), 6);
  EXPECT_TRUE(piece.is_last);
}

TEST_F(TraceSourceTest, EndsWithTheTrace) {
  add(5000);
  TraceSource source(traces, trace);
  EXPECT_FALSE(source.next().is_last);

  traces.remove(trace.id);

  EXPECT_TRUE(source.next().is_last);
}

TEST_F(TraceSourceTest, MayBeEmpty) {
  TraceSource source(traces, trace);
  EXPECT_TRUE(source.next().is_last);
}

}  // namespace
}  // namespace sluice::admin

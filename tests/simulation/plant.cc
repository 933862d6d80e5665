#include "simulation/plant.h"

#include <utility>
#include <vector>

#include "broker/stored_records.h"

namespace sluice::simulation {
namespace {

using storage::Batch;
using storage::RowChange;
using storage::Table;

void lose_wills(Batch& batch) {
  std::erase_if(batch.rows,
                [](const RowChange& row) { return row.table == Table::Wills && row.value; });
}

/// Finds where the runs of completed deliveries of a page end.
class RunEnds final : public broker::PageReader {
 public:
  void on_completed(broker::SessionNumber session, std::uint64_t first,
                    std::uint64_t count) override {
    ends.emplace_back(session, first + count);
  }
  std::vector<std::pair<broker::SessionNumber, std::uint64_t>> ends;
};

/// Each run is longer by one: records that say so follow the others.
void move_cursors(Batch& batch) {
  for (storage::Page& page : batch.pages) {
    const auto written = broker::written_at(page.bytes);
    RunEnds runs;
    if (!written || !runs.read(page.bytes)) continue;
    broker::PageWriter more(*written);
    const std::size_t header_size = more.size();
    for (const auto& [session, end] : runs.ends) more.completed(session, end, 1);
    page.bytes += more.take().substr(header_size);
  }
}

/// Writes the value before again, behind the new one.
class OutOfOrder {
 public:
  void operator()(Batch& batch) {
    std::vector<RowChange> late;
    for (const RowChange& row : batch.rows) {
      if (row.table != Table::Retained) continue;
      const auto before = last_.find(row.key);
      if (before != last_.end()) late.push_back(before->second);
      last_.insert_or_assign(row.key, row);
    }
    for (RowChange& row : late) batch.rows.push_back(std::move(row));
  }

 private:
  std::map<std::string, RowChange> last_;
};

}  // namespace

const std::map<std::string, Plant>& plants() {
  static const std::map<std::string, Plant> all = {
      {"ack-before-commit", Plant::AckBeforeCommit},
      {"lost-will", Plant::LostWill},
      {"missing-dup", Plant::MissingDup},
      {"cursor-too-far", Plant::CursorTooFar},
      {"retained-out-of-order", Plant::RetainedOutOfOrder},
  };
  return all;
}

void plant_fault(Plant plant, broker::testing::SimulatedStore& store) {
  switch (plant) {
    case Plant::AckBeforeCommit:
      store.answers_early = true;
      return;
    case Plant::LostWill:
      store.falsify = lose_wills;
      return;
    case Plant::CursorTooFar:
      store.falsify = move_cursors;
      return;
    case Plant::RetainedOutOfOrder:
      store.falsify = OutOfOrder();
      return;
    case Plant::None:
    case Plant::MissingDup:
      return;
  }
}

}  // namespace sluice::simulation

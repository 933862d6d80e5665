#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "entities/database.h"

namespace sluice::entities {

struct HistoryPoint {
  std::int64_t at = 0;  // milliseconds since 1970
  double value = 0;     // whole but for averages
};

enum class Aggregation : std::uint8_t { None, Min, Max, Average, Sum, Count };

/// What is asked of one key of one entity.
struct HistoryQuery {
  std::int64_t start = 0;  // included
  std::int64_t end = 0;    // not included
  Aggregation aggregation = Aggregation::None;
  std::int64_t interval = 0;  // milliseconds of one bucket, at least 1, unless None
  std::uint32_t limit = 100;  // of points, where None
  bool ascending = false;     // where None; buckets rise always
};

/// Statistics over time, in the file `history.db` of the data folder. An entity is a node, "total"
/// or what a caller of the API named.
///
/// Lives on   the admin thread.
/// Promises   one transaction for what belongs to one moment. It outlives a kill; a power cut may
///            cost the last minutes, as statistics are not worth a sync each.
class HistoryStore {
 public:
  static constexpr std::size_t kSeriesMax = 10'000;  // entities times keys

  struct NewPoint {
    std::string entity;
    std::string key;
    std::int64_t at;
    std::int64_t value;
  };

  /// A damaged file is moved aside, to `history.db.damaged`, and a new one begun.
  /// errors  Database: not writable
  static Result<std::unique_ptr<HistoryStore>> open(const std::string& folder);

  /// Replaces what there was of the same moment.
  /// errors  Invalid: more than kSeriesMax series
  Result<void> add(const std::vector<NewPoint>& points);

  std::vector<std::string> keys(const std::string& entity);
  /// Those asked for; without data: none.
  Result<std::vector<HistoryPoint>> read(const std::string& entity, const std::string& key,
                                         const HistoryQuery& query);
  Result<std::optional<HistoryPoint>> latest(const std::string& entity, const std::string& key);

  /// Forgets the latest value, and leaves the points.
  Result<void> remove_latest(const std::string& entity, const std::string& key);
  /// The points of [start, end).
  Result<void> remove(const std::string& entity, const std::string& key, std::int64_t start,
                      std::int64_t end);
  /// The points of all before `time`.
  Result<void> remove_before(std::int64_t time);

 private:
  explicit HistoryStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  Result<std::optional<std::int64_t>> find_series(const std::string& entity,
                                                  const std::string& key);
  Result<std::int64_t> make_series(const std::string& entity, const std::string& key);
  Result<void> write(const std::vector<NewPoint>& points);

  std::unique_ptr<Database> database_;
};

}  // namespace sluice::entities

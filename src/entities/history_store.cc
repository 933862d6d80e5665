#include "entities/history_store.h"

#include <algorithm>
#include <filesystem>

#include "entities/file_access.h"

namespace sluice::entities {
namespace {

constexpr const char* kTables = R"(
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    latest_at INTEGER,
    latest_value INTEGER,
    UNIQUE (entity, key));
  CREATE TABLE IF NOT EXISTS point (
    series INTEGER NOT NULL REFERENCES series (id),
    at INTEGER NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (series, at)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS point_by_time ON point (at);)";

Result<std::unique_ptr<Database>> open_file(const std::string& path) {
  auto database = Database::open(path, Database::Mode::ReadWrite);
  if (!database) return database;
  const auto checked = read_first((*database)->prepare("PRAGMA quick_check(1)").bind(),
                                  [](const Statement& row) { return row.string(0); });
  if (!checked) return tl::unexpected(checked.error());
  if (checked->value_or("") != "ok") return tl::unexpected(damaged(checked->value_or("")));
  const auto made = (*database)->run_script(kTables);
  if (!made) return tl::unexpected(made.error());
  return database;
}

void move_aside(const std::string& path) {
  std::error_code ignored;
  std::filesystem::rename(path, path + ".damaged", ignored);
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path + suffix, ignored);
}

HistoryPoint read_point(const Statement& row) {
  return {row.integer(0), static_cast<double>(row.integer(1))};
}

const char* function_of(Aggregation aggregation) {
  switch (aggregation) {
    case Aggregation::Min:
      return "MIN(value), 1";
    case Aggregation::Max:
      return "MAX(value), 1";
    case Aggregation::Average:
      return "SUM(value), COUNT(*)";
    case Aggregation::Count:
      return "COUNT(*), 1";
    case Aggregation::Sum:
    case Aggregation::None:
      break;
  }
  return "SUM(value), 1";
}

}  // namespace

Result<std::unique_ptr<HistoryStore>> HistoryStore::open(const std::string& folder) {
  const std::string path = folder + "/history.db";
  auto prepared = prepare_file(folder, path);
  if (!prepared) return tl::unexpected(prepared.error());
  auto database = open_file(path);
  if (!database) {
    move_aside(path);
    prepared = prepare_file(folder, path);
    if (!prepared) return tl::unexpected(prepared.error());
    database = open_file(path);
  }
  if (!database) return database_failure(path + ": " + database.error().what);
  return std::unique_ptr<HistoryStore>(new HistoryStore(std::move(*database)));
}

Result<std::optional<std::int64_t>> HistoryStore::find_series(const std::string& entity,
                                                              const std::string& key) {
  return read_first(
      database_->prepare("SELECT id FROM series WHERE entity = ? AND key = ?").bind(entity, key),
      [](const Statement& row) { return row.integer(0); });
}

Result<std::int64_t> HistoryStore::make_series(const std::string& entity, const std::string& key) {
  const auto found = find_series(entity, key);
  if (!found) return tl::unexpected(found.error());
  if (*found) return **found;
  const auto made = database_->run(
      "INSERT INTO series (entity, key) SELECT ?, ? WHERE (SELECT IFNULL(MAX(id), 0) FROM series) "
      "< ?",
      entity, key, kSeriesMax);
  if (!made) return tl::unexpected(made.error());
  const auto id = find_series(entity, key);
  if (!id) return tl::unexpected(id.error());
  if (!*id) return invalid("there are " + std::to_string(kSeriesMax) + " time series already");
  return **id;
}

Result<void> HistoryStore::add(const std::vector<NewPoint>& points) {
  auto transaction = database_->begin();
  if (!transaction) return tl::unexpected(transaction.error());
  const auto written = write(points);
  if (!written) return written;
  return transaction->commit();
}

Result<void> HistoryStore::write(const std::vector<NewPoint>& points) {
  for (const NewPoint& point : points) {
    const auto series = make_series(point.entity, point.key);
    if (!series) return tl::unexpected(series.error());
    auto done = database_->run("INSERT OR REPLACE INTO point VALUES (?, ?, ?)", *series, point.at,
                               point.value);
    if (!done) return done;
    done = database_->run(
        "UPDATE series SET latest_at = ?1, latest_value = ?2"
        " WHERE id = ?3 AND (latest_at IS NULL OR latest_at <= ?1)",
        point.at, point.value, *series);
    if (!done) return done;
  }
  return {};
}

std::vector<std::string> HistoryStore::keys(const std::string& entity) {
  return read_all(
             database_->prepare("SELECT key FROM series WHERE entity = ? ORDER BY id").bind(entity),
             [](const Statement& row) { return row.string(0); })
      .value_or(std::vector<std::string>());
}

Result<std::vector<HistoryPoint>> HistoryStore::read(const std::string& entity,
                                                     const std::string& key,
                                                     const HistoryQuery& query) {
  const auto series = find_series(entity, key);
  if (!series) return tl::unexpected(series.error());
  if (!*series) return std::vector<HistoryPoint>();
  if (query.aggregation == Aggregation::None) {
    const std::string sql =
        std::string("SELECT at, value FROM point WHERE series = ? AND at >= ? AND at < ?") +
        " ORDER BY at " + (query.ascending ? "ASC" : "DESC") + " LIMIT ?";
    return read_all(database_->prepare(sql).bind(**series, query.start, query.end, query.limit),
                    read_point);
  }
  // A bucket is named by its middle, as in TBMQ; the last one may be shorter.
  const std::string sql = std::string("SELECT (at - ?1) / ?2, ") + function_of(query.aggregation) +
                          " FROM point WHERE series = ?3 AND at >= ?1 AND at < ?4"
                          " GROUP BY 1 ORDER BY 1";
  return read_all(database_->prepare(sql).bind(query.start, query.interval, **series, query.end),
                  [&query](const Statement& row) {
                    const std::int64_t begin = query.start + row.integer(0) * query.interval;
                    const std::int64_t end = std::min(begin + query.interval, query.end);
                    return HistoryPoint{
                        begin + (end - begin) / 2,
                        static_cast<double>(row.integer(1)) / static_cast<double>(row.integer(2))};
                  });
}

Result<std::optional<HistoryPoint>> HistoryStore::latest(const std::string& entity,
                                                         const std::string& key) {
  return read_first(database_
                        ->prepare("SELECT latest_at, latest_value FROM series"
                                  " WHERE entity = ? AND key = ? AND latest_at IS NOT NULL")
                        .bind(entity, key),
                    read_point);
}

Result<void> HistoryStore::remove_latest(const std::string& entity, const std::string& key) {
  return database_->run(
      "UPDATE series SET latest_at = NULL, latest_value = NULL WHERE entity = ? AND key = ?",
      entity, key);
}

Result<void> HistoryStore::remove(const std::string& entity, const std::string& key,
                                  std::int64_t start, std::int64_t end) {
  const auto series = find_series(entity, key);
  if (!series) return tl::unexpected(series.error());
  if (!*series) return {};
  return database_->run("DELETE FROM point WHERE series = ? AND at >= ? AND at < ?", **series,
                        start, end);
}

Result<void> HistoryStore::remove_before(std::int64_t time) {
  return database_->run("DELETE FROM point WHERE at < ?", time);
}

}  // namespace sluice::entities

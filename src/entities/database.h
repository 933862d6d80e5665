#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entities/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::entities {

/// What to say of a damaged file.
Error damaged(const std::string& what);

/// Bytes that are no text.
struct Blob {
  std::string_view bytes;
};

/// A prepared SQL statement. Values only ever get in by `bind`.
///
/// A failure of preparing or binding is kept and told by the first `step` or `run`, so that calls
/// can be chained. Texts read from a row live until the next `step`.
class Statement {
 public:
  /// Starts over and sets the parameters from the first on.
  template <class... Values>
  Statement& bind(const Values&... values) & {
    reset();
    (bind_next(values), ...);
    return *this;
  }
  template <class... Values>
  Statement&& bind(const Values&... values) && {
    return std::move(bind(values...));
  }
  /// Sets one parameter more; an empty optional is NULL.
  void bind_next(std::integral auto value) { bind_integer(static_cast<std::int64_t>(value)); }
  void bind_next(std::string_view text);
  void bind_next(Blob blob);
  template <class T>
  void bind_next(const std::optional<T>& value) {
    value ? bind_next(*value) : bind_null();
  }

  /// returns  whether there is a row
  /// errors   Conflict: a unique key is taken; Invalid: another constraint; Database
  Result<bool> step();
  /// Steps to the end; for what returns no rows.
  /// errors  as `step`
  Result<void> run();
  /// Ends a read early, so that it holds back no checkpoint.
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // also of a Blob; empty for NULL
  std::string string(int column) const { return std::string(text(column)); }

 private:
  friend class Database;
  Statement(sqlite3* database, std::string_view sql);
  void bind_integer(std::int64_t value);
  void bind_null();
  void note(int code);

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_ = 1;
  std::optional<Error> error_;
};

/// All rows, each turned into a value by `read(const Statement&)`.
template <class Read>
auto read_all(Statement statement, Read read)
    -> Result<std::vector<decltype(read(std::declval<const Statement&>()))>> {
  std::vector<decltype(read(std::declval<const Statement&>()))> rows;
  while (true) {
    const auto has_row = statement.step();
    if (!has_row) return tl::unexpected(has_row.error());
    if (!*has_row) return rows;
    rows.push_back(read(std::as_const(statement)));
  }
}

/// The first row, if there is one.
template <class Read>
auto read_first(Statement statement, Read read)
    -> Result<std::optional<decltype(read(std::declval<const Statement&>()))>> {
  const auto has_row = statement.step();
  if (!has_row) return tl::unexpected(has_row.error());
  if (!*has_row) return std::nullopt;
  return read(std::as_const(statement));
}

class Transaction;

/// One connection to an SQLite file. Used by one thread at a time.
class Database {
 public:
  enum class Mode : std::uint8_t { ReadWrite, ReadOnly };

  /// Opens a file that exists. A writer gets WAL, synchronous=FULL and foreign keys: what is
  /// committed outlives a power cut.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Statement prepare(std::string_view sql) { return Statement(handle_, sql); }

  template <class... Values>
  Result<void> run(std::string_view sql, const Values&... values) {
    return prepare(sql).bind(values...).run();
  }
  /// The same of what may take long; once `stop` is set, by any thread, it ends with an error.
  template <class... Values>
  Result<void> run_until(const std::atomic<bool>& stop, std::string_view sql,
                         const Values&... values) {
    watch(&stop);
    auto result = run(sql, values...);
    watch(nullptr);
    return result;
  }
  /// Several statements in a row, without values.
  Result<void> run_script(const std::string& sql);

  /// Of the last statement.
  std::uint64_t changed_rows() const;

  /// Starts a write. One at a time.
  Result<Transaction> begin();

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  void watch(const std::atomic<bool>* stop);  // null: no more
  sqlite3* handle_;
};

/// A group of changes that happens as a whole or not at all. Calls that change something take it as
/// the proof that somebody will commit: so the entity and its row in the audit log go together.
class Transaction {
 public:
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();  // rolls back what was not committed

  /// When it returns well, the changes are on the disk and other connections see them.
  Result<void> commit();

  Database& database() { return *database_; }

 private:
  friend class Database;
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // null: committed or moved from
};

}  // namespace sluice::entities

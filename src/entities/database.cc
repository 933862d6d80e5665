#include "entities/database.h"

#include <sqlite3.h>

namespace sluice::entities {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr int kStepsBetweenLooks = 1000;  // of SQLite's machine: well below a millisecond

Error describe(sqlite3* database, int code) {
  const std::string words = sqlite3_errmsg(database);
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: {
      const bool is_taken =
          code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY;
      return {is_taken ? ErrorKind::Conflict : ErrorKind::Invalid, words};
    }
    case SQLITE_TOOBIG:
      return {ErrorKind::Invalid, "a value is too large"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(words);
    default:
      return {ErrorKind::Database, "the database failed: " + words};
  }
}

}  // namespace

Error damaged(const std::string& what) {
  return {ErrorKind::Database, "the database is damaged (" + what +
                                   "); it is never replaced by itself: put a backup in its place, "
                                   "or move it away to begin without users and credentials"};
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  note(sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr));
  statement_.reset(statement);
}

void Statement::note(int code) {
  if (code != SQLITE_OK && !error_) error_ = describe(database_, code);
}

void Statement::bind_next(std::string_view text) {
  // A view of nothing may have a null pointer, which SQLite would take for NULL.
  const char* const bytes = text.data() == nullptr ? "" : text.data();
  note(sqlite3_bind_text64(statement_.get(), next_++, bytes, text.size(), SQLITE_TRANSIENT,
                           SQLITE_UTF8));
}

void Statement::bind_next(Blob blob) {
  note(sqlite3_bind_blob64(statement_.get(), next_++, blob.bytes.data(), blob.bytes.size(),
                           SQLITE_TRANSIENT));
}

void Statement::bind_integer(std::int64_t value) {
  note(sqlite3_bind_int64(statement_.get(), next_++, value));
}

void Statement::bind_null() {
  note(sqlite3_bind_null(statement_.get(), next_++));
}

Result<bool> Statement::step() {
  if (error_) return tl::unexpected(*error_);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const Error error = describe(database_, code);
  sqlite3_reset(statement_.get());
  return tl::unexpected(error);
}

Result<void> Statement::run() {
  while (true) {
    const auto has_row = step();
    if (!has_row) return tl::unexpected(has_row.error());
    if (!*has_row) break;
  }
  reset();
  return {};
}

void Statement::reset() {
  if (statement_ == nullptr) return;  // what was wrong with it stays
  sqlite3_reset(statement_.get());
  next_ = 1;
  error_.reset();
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const void* const bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Mode mode) {
  const int access = mode == Mode::ReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, access | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) {
    return database_failure(std::string("cannot be opened: ") + sqlite3_errstr(code));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);

  std::string pragmas = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";
  if (mode == Mode::ReadWrite) {
    // A bulk import makes a long WAL; it is cut when it was copied into the file.
    pragmas +=
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA journal_size_limit = 16777216;";
  }
  const auto done = database->run_script(pragmas);
  if (!done) return tl::unexpected(done.error());
  return database;
}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

Result<void> Database::run_script(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(describe(handle_, code));
  return {};
}

std::uint64_t Database::changed_rows() const {
  return static_cast<std::uint64_t>(sqlite3_changes64(handle_));
}

void Database::watch(const std::atomic<bool>* stop) {
  const auto ask = [](void* flag) {
    return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0;
  };
  // SQLite hands the flag back as it got it; nothing is written there.
  sqlite3_progress_handler(handle_, kStepsBetweenLooks, stop ? +ask : nullptr,
                           const_cast<std::atomic<bool>*>(stop));
}

Result<Transaction> Database::begin() {
  // IMMEDIATE: who has read may then also write, without another writer in between.
  const auto begun = run_script("BEGIN IMMEDIATE");
  if (!begun) return tl::unexpected(begun.error());
  return Transaction(*this);
}

Transaction::~Transaction() {
  // Fails only where SQLite has rolled back already.
  if (database_ != nullptr) static_cast<void>(database_->run_script("ROLLBACK"));
}

Result<void> Transaction::commit() {
  auto done = database_->run_script("COMMIT");
  if (done) database_ = nullptr;
  return done;
}

}  // namespace sluice::entities

#include "entities/audit_log.h"

#include <array>

#include "entities/audit_hash.h"
#include "entities/outcomes.h"
#include "entities/page_query.h"
#include "entities/secrets.h"

namespace sluice::entities {
namespace {

constexpr std::string_view kColumns =
    "sequence, time, user, action, entity_type, entity_id, entity_name, before, after, address, "
    "result, hash";

constexpr std::array kSortable{SortColumn{"createdTime", "sequence"}, SortColumn{"user", "user"},
                               SortColumn{"actionType", "action"},
                               SortColumn{"entityType", "entity_type"},
                               SortColumn{"entityName", "entity_name"}};

AuditEntry read_entry(const Statement& row) {
  return {row.integer(0), row.integer(1), row.string(2),  row.string(3),
          row.string(4),  row.string(5),  row.string(6),  row.string(7),
          row.string(8),  row.string(9),  row.string(10), row.string(11)};
}

/// Between which two entries the chain is held.
struct Chain {
  std::int64_t removed_sequence = 0;
  std::string removed_hash;
  std::int64_t last_sequence = 0;
  std::string last_hash;
};

Result<Chain> read_chain(Database& database) {
  return or_not_found(
      read_first(database.prepare("SELECT removed_sequence, removed_hash, last_sequence, last_hash "
                                  "FROM audit_chain"),
                 [](const Statement& row) {
                   return Chain{row.integer(0), row.string(1), row.integer(2), row.string(3)};
                 }),
      "The chain of the audit log");
}

AuditVerdict broken(AuditVerdict verdict, std::int64_t at, const std::string& what) {
  verdict.broken_at = at;
  verdict.what = what;
  return verdict;
}

}  // namespace

Result<void> AuditLog::append(Transaction& transaction, AuditEntry entry) {
  Database& database = transaction.database();
  const auto chain = read_chain(database);
  if (!chain) return tl::unexpected(chain.error());
  entry.sequence = chain->last_sequence + 1;
  entry.before = mask_secrets(entry.before);
  entry.after = mask_secrets(entry.after);
  entry.hash = audit_hash(chain->last_hash, entry);

  auto done = database.run("INSERT INTO audit_log (" + std::string(kColumns) +
                               ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           entry.sequence, entry.time, entry.user, entry.action, entry.entity_type,
                           entry.entity_id, entry.entity_name, entry.before, entry.after,
                           entry.address, entry.result, Blob{entry.hash});
  if (!done) return done;
  return database.run("UPDATE audit_chain SET last_sequence = ?, last_hash = ?", entry.sequence,
                      Blob{entry.hash});
}

Result<std::uint64_t> AuditLog::purge(Transaction& transaction, std::int64_t oldest) {
  Database& database = transaction.database();
  // The longest front in which all are too old: a clock that was set back makes no gaps.
  const auto last = read_first(
      database
          .prepare("SELECT sequence, hash FROM audit_log WHERE sequence < coalesce("
                   "(SELECT min(sequence) FROM audit_log WHERE time >= ?), 9223372036854775807) "
                   "ORDER BY sequence DESC LIMIT 1")
          .bind(oldest),
      [](const Statement& row) { return std::pair(row.integer(0), row.string(1)); });
  if (!last) return tl::unexpected(last.error());
  if (!*last) return 0;
  const auto& [sequence, hash] = **last;
  const auto moved = database.run("UPDATE audit_chain SET removed_sequence = ?, removed_hash = ?",
                                  sequence, Blob{hash});
  if (!moved) return tl::unexpected(moved.error());
  const auto removed = database.run("DELETE FROM audit_log WHERE sequence <= ?", sequence);
  if (!removed) return tl::unexpected(removed.error());
  return database.changed_rows();
}

Result<AuditVerdict> AuditLog::verify() {
  const auto chain = read_chain(database_);
  if (!chain) return tl::unexpected(chain.error());
  AuditVerdict verdict;
  std::int64_t sequence = chain->removed_sequence;
  std::string hash = chain->removed_hash;
  Statement rows =
      database_.prepare("SELECT " + std::string(kColumns) + " FROM audit_log ORDER BY sequence");
  while (true) {
    const auto has_row = rows.step();
    if (!has_row) return tl::unexpected(has_row.error());
    if (!*has_row) break;
    const AuditEntry entry = read_entry(rows);
    ++sequence;
    if (entry.sequence != sequence) return broken(verdict, sequence, "the entry is missing");
    if (audit_hash(hash, entry) != entry.hash) {
      return broken(verdict, sequence, "the entry or the one before was changed");
    }
    hash = entry.hash;
    ++verdict.checked;
  }
  if (sequence != chain->last_sequence) {
    return broken(verdict, sequence + 1, "entries at the end are missing");
  }
  if (hash != chain->last_hash) return broken(verdict, sequence, "the last entry was changed");
  return verdict;
}

Result<Page<AuditEntry>> AuditLog::page(const PageRequest& request, const AuditFilter& wanted) {
  Filter filter;
  filter.contains({"user", "entity_name", "address"}, request.text_search);
  filter.within("time", request);
  filter.contains({"user"}, wanted.user);
  filter.one_of("action", wanted.actions);
  filter.one_of("entity_type", wanted.entity_types);
  filter.equals("entity_id", wanted.entity_id);
  return read_page(database_, {"audit_log", kColumns, kSortable}, request, filter, read_entry);
}

}  // namespace sluice::entities

#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::storage {

enum class TableState : std::uint8_t { Whole, Damaged, Unreadable };

/// What one table file still tells when read by itself.
struct TableContents {
  TableState state = TableState::Whole;
  std::string family;             // empty when unreadable
  std::vector<std::string> keys;  // those in blocks that are whole, sorted
  std::uint64_t lost = 0;         // entries of blocks that are not, at most; 0 when unreadable
};

/// Checks every block of a table and collects the keys of the good ones.
TableContents inspect_table(rocksdb::Env& env, const std::string& path);

}  // namespace sluice::storage

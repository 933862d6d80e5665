#pragma once

#include <rocksdb/status.h>

#include <string>

namespace sluice::storage {

/// A status of RocksDB in words for an operator; a full disk is named as such.
std::string describe(const rocksdb::Status& status);

/// Whether files are not what they should be, as opposed to a disk that does not answer.
bool is_damage(const rocksdb::Status& status);

}  // namespace sluice::storage

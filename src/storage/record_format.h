#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "storage/engine.h"

/// How rows and pages look inside RocksDB; docs/reference/storage-format.md describes the same.
namespace sluice::storage {

/// The version of everything in this file, of the names of the column families and of
/// `DroppedPages`.
inline constexpr unsigned kFormatVersion = 1;

/// The rows whose table byte is this are the engine's own: the number of the last write, and the
/// ranges of dropped pages.
inline constexpr char kOwnTable = 0;
inline constexpr ByteView kWriteNumberKey{"\0n", 2};

/// The key of the range of dropped pages that starts at `first`; its value is the last.
std::string encode_dropped_key(std::uint64_t first);

/// Eight bytes that sort as the number does.
std::string encode_number(std::uint64_t number);
/// Nothing when `bytes` is not eight bytes long.
std::optional<std::uint64_t> decode_number(ByteView bytes);

/// Table byte and key.
std::string encode_row_key(Table table, ByteView key);

/// What stands in front of a value, eight bytes: a checksum of its key and itself. It finds what a
/// checksum of blocks cannot: a value that was wrong before it reached a block, or at a wrong key.
std::string make_seal(ByteView key, ByteView value);

/// The value behind a right seal, or nothing.
std::optional<ByteView> unseal(ByteView key, ByteView sealed);

}  // namespace sluice::storage

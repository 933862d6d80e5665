#include "storage/table_inspector.h"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>

#include <memory>
#include <optional>

#include "storage/store_options.h"

namespace sluice::storage {
namespace {

/// Keys are told apart by this many bytes when the end of a damaged block is searched.
constexpr std::size_t kSearchBytes = 128;

std::string padded(const std::string& key) {
  std::string bytes = key.substr(0, kSearchBytes);
  bytes.resize(kSearchBytes, '\0');
  return bytes;
}

/// The middle of two keys of `kSearchBytes`, read as numbers.
std::string middle(const std::string& low, const std::string& high) {
  std::string result(kSearchBytes, '\0');
  unsigned carry = 0;  // of the addition, from the last byte on
  std::string sum(kSearchBytes, '\0');
  for (std::size_t i = kSearchBytes; i-- > 0;) {
    const unsigned digit =
        static_cast<unsigned char>(low[i]) + static_cast<unsigned char>(high[i]) + carry;
    sum[i] = static_cast<char>(digit & 0xFF);
    carry = digit >> 8;
  }
  for (std::size_t i = 0; i < kSearchBytes; ++i) {  // halve, from the first byte on
    const unsigned digit = carry << 8 | static_cast<unsigned char>(sum[i]);
    result[i] = static_cast<char>(digit >> 1);
    carry = digit & 1;
  }
  return result;
}

/// Moves `entry` from a damaged block to the first key behind it that can be read; invalid when
/// there is none. The index of a table has no public reader, so the place is found by halving.
void skip_damage(rocksdb::Iterator& entry, const std::string& last_good) {
  std::string low = padded(last_good);
  std::string high(kSearchBytes, '\xFF');
  std::optional<std::string> behind;
  while (true) {
    const std::string probe = middle(low, high);
    if (probe == low) break;
    entry.Seek(probe);
    if (!entry.Valid() && !entry.status().ok()) {
      low = probe;
    } else {
      if (entry.Valid()) behind = entry.key().ToString();
      high = probe;
    }
  }
  entry.Seek(behind ? *behind : high);
}

}  // namespace

TableContents inspect_table(rocksdb::Env& env, const std::string& path) {
  TableContents contents;
  rocksdb::SstFileReader table(make_table_options(&env));
  if (!table.Open(path).ok() || table.GetTableProperties() == nullptr) {
    contents.state = TableState::Unreadable;
    return contents;
  }
  const auto properties = table.GetTableProperties();
  contents.family = properties->column_family_name;
  const std::unique_ptr<rocksdb::Iterator> entry(table.NewIterator({}));
  entry->SeekToFirst();
  while (true) {
    for (; entry->Valid(); entry->Next()) contents.keys.push_back(entry->key().ToString());
    if (entry->status().ok()) break;
    contents.state = TableState::Damaged;
    const std::size_t good = contents.keys.size();
    skip_damage(*entry, good == 0 ? std::string() : contents.keys.back());
    // No progress: the search ended in the same block.
    if (!entry->Valid() || (good != 0 && entry->key().ToString() <= contents.keys.back())) break;
  }
  if (contents.state == TableState::Damaged && properties->num_entries > contents.keys.size()) {
    contents.lost = properties->num_entries - contents.keys.size();
  }
  // Blocks that are not entries: properties, the index of another reader, the footer.
  if (contents.state == TableState::Whole && !table.VerifyChecksum().ok()) {
    contents.state = TableState::Damaged;
  }
  return contents;
}

}  // namespace sluice::storage

#pragma once

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "storage/engine.h"

namespace sluice::storage::testing {

/// Writes as a broker makes them: pages with ascending ids, dropped roughly in order with a few
/// stragglers, and rows that are replaced and erased. The same seed gives the same writes.
class Script {
 public:
  explicit Script(std::uint64_t seed) : random_(seed) {}

  /// The batches of the next write, one to three of them.
  std::vector<Batch> next() {
    std::vector<Batch> batches(1 + random_() % 3);
    for (Batch& batch : batches) fill(batch);
    return batches;
  }

 private:
  void fill(Batch& batch) {
    for (std::uint64_t n = random_() % 3; n > 0; --n) {
      batch.pages.push_back({next_page_++, text(random_() % 3000)});
    }
    for (std::uint64_t n = random_() % 4; n > 0; --n) {
      RowChange row{random_() % 2 == 0 ? Table::Sessions : Table::Retained,
                    "key/" + std::to_string(random_() % 50), std::nullopt};
      if (random_() % 4 != 0) row.value = text(random_() % 200);
      batch.rows.push_back(std::move(row));
    }
    if (random_() % 3 == 0 && first_page_ < next_page_) {
      const PageId last = first_page_ + random_() % (next_page_ - first_page_);
      batch.dropped.push_back({first_page_, last});
      first_page_ = last + 1 + random_() % 2;  // now and then a straggler stays for good
    }
  }
  std::string text(std::uint64_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  std::mt19937_64 random_;
  PageId first_page_ = 1;
  PageId next_page_ = 1;
};

/// How many rounds a test runs: few by default, as many as the environment says for a full run.
inline std::uint64_t rounds(const char* variable, std::uint64_t by_default) {
  const char* text = std::getenv(variable);
  return text == nullptr ? by_default : std::strtoull(text, nullptr, 10);
}

}  // namespace sluice::storage::testing

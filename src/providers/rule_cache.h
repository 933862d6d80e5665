#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "auth/rule_book.h"
#include "base/result.h"

namespace sluice::providers {

/// Rules as they were made before, found by their text: nothing ever has to be forgotten, and
/// Clients whose rules read the same share them, whatever provider they come from.
///
/// Limit   `entries_max` texts; beyond it all are forgotten at once, for a broker that has more of
///         them has one for each Client anyway.
class RuleCache {
 public:
  explicit RuleCache(std::size_t entries_max = 4096) : entries_max_(entries_max) {}

  std::shared_ptr<const auth::RuleBook> book_of(const std::optional<auth::RuleText>& text);
  /// errors  as RuleBook::of
  Result<std::shared_ptr<const auth::RuleBook>> book_of(
      const std::vector<auth::RuleBook::Mapping>& mappings);
  std::size_t size() const { return books_.size(); }

 private:
  void remember(std::string key, std::shared_ptr<const auth::RuleBook> book);

  const std::size_t entries_max_;
  std::unordered_map<std::string, std::shared_ptr<const auth::RuleBook>> books_;
};

}  // namespace sluice::providers

#include "providers/rule_cache.h"

#include <string_view>
#include <utility>

namespace sluice::providers {

namespace {

/// Each part with its length before it, so that different rules have different texts.
void append(std::string& key, std::string_view part) {
  key += std::to_string(part.size());
  key += ':';
  key += part;
}

void append(std::string& key, const auth::RuleList& list) {
  append(key, std::to_string(list.patterns.size()));
  for (const auto& pattern : list.patterns) append(key, pattern);
  append(key, std::to_string(list.filters.size()));
  for (const auto& rule : list.filters) {
    key += rule.allow ? '+' : '-';
    append(key, rule.filter);
  }
}

void append(std::string& key, const auth::RuleText& text) {
  append(key, text.publish);
  append(key, text.subscribe);
}

}  // namespace

std::shared_ptr<const auth::RuleBook> RuleCache::book_of(
    const std::optional<auth::RuleText>& text) {
  if (!text) return auth::RuleBook::of(std::nullopt);
  std::string key = "text ";
  append(key, *text);
  if (const auto found = books_.find(key); found != books_.end()) return found->second;
  auto book = auth::RuleBook::of(text);
  remember(std::move(key), book);
  return book;
}

Result<std::shared_ptr<const auth::RuleBook>> RuleCache::book_of(
    const std::vector<auth::RuleBook::Mapping>& mappings) {
  std::string key = "mappings ";
  for (const auto& mapping : mappings) {
    append(key, mapping.common_name_pattern);
    append(key, mapping.text);
  }
  if (const auto found = books_.find(key); found != books_.end()) return found->second;
  auto book = auth::RuleBook::of(mappings);
  if (book) remember(std::move(key), *book);
  return book;
}

void RuleCache::remember(std::string key, std::shared_ptr<const auth::RuleBook> book) {
  if (books_.size() >= entries_max_) books_.clear();
  books_.emplace(std::move(key), std::move(book));
}

}  // namespace sluice::providers

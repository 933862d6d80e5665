#include "auth/block_list.h"

#include <functional>
#include <unordered_map>
#include <utility>

#include "auth/address_ranges.h"
#include "auth/expression.h"

namespace sluice::auth {
namespace {

struct TextHash : std::hash<std::string_view> {
  using is_transparent = void;
};
using ByText = std::unordered_map<std::string, const Block*, TextHash, std::equal_to<>>;

struct Pattern {
  std::unique_ptr<const RE2> expression;
  const Block* block;
};

bool is_over(const Block& block, std::int64_t now) {
  return block.expires != 0 && block.expires <= now;
}

/// Of two entries for the same thing the one that lasts longer is kept.
void keep_longer(const Block*& kept, const Block& block) {
  if (!kept || (kept->expires != 0 && (block.expires == 0 || block.expires > kept->expires))) {
    kept = &block;
  }
}

const Block* find_text(const ByText& blocks, std::string_view text, std::int64_t now) {
  const auto found = blocks.find(text);
  return found == blocks.end() || is_over(*found->second, now) ? nullptr : found->second;
}

/// One after the other: few are ever written, and one that matches may be over.
const Block* find_pattern(const std::vector<Pattern>& patterns, std::string_view text,
                          std::int64_t now) {
  if (text.empty()) return nullptr;  // it has none that could be blocked
  for (const Pattern& pattern : patterns) {
    if (!is_over(*pattern.block, now) && RE2::FullMatch(text, *pattern.expression)) {
      return pattern.block;
    }
  }
  return nullptr;
}

}  // namespace

struct BlockList::Impl {
  std::vector<Block> blocks;  // what all the pointers point into
  ByText client_ids;
  ByText usernames;
  AddressRanges<const Block*> addresses;
  std::vector<Pattern> client_id_patterns;
  std::vector<Pattern> username_patterns;
  std::vector<Pattern> address_patterns;

  Result<void> add(const Block& block);
  Result<void> add_pattern(const Block& block);
  const Block* find_address(std::string_view text, std::int64_t now) const;
};

Result<void> BlockList::Impl::add(const Block& block) {
  if (block.value.empty()) return failure("a blocked client needs a value");
  switch (block.type) {
    case BlockType::ClientId:
      keep_longer(client_ids[block.value], block);
      return {};
    case BlockType::Username:
      keep_longer(usernames[block.value], block);
      return {};
    case BlockType::IpAddress: {
      const auto range = AddressRange::parse(block.value);
      if (!range) return tl::unexpected(range.error());
      keep_longer(addresses[*range], block);
      return {};
    }
    case BlockType::Regex:
      return add_pattern(block);
  }
  return failure("a blocked client of an unknown type");
}

Result<void> BlockList::Impl::add_pattern(const Block& block) {
  auto expression = compile_expression(block.value);
  if (!expression) return tl::unexpected(expression.error());
  auto& patterns = block.target == BlockTarget::ClientId   ? client_id_patterns
                   : block.target == BlockTarget::Username ? username_patterns
                                                           : address_patterns;
  patterns.push_back({std::move(*expression), &block});
  return {};
}

const Block* BlockList::Impl::find_address(std::string_view text, std::int64_t now) const {
  const auto address = Address::parse(text);
  if (!address) return find_pattern(address_patterns, text, now);
  const Block* found = nullptr;
  addresses.visit(*address, [&](const Block* block) {
    if (!is_over(*block, now)) found = block;
  });
  return found ? found : find_pattern(address_patterns, address->text(), now);
}

BlockList::BlockList() : impl_(std::make_unique<Impl>()) {}
BlockList::~BlockList() = default;

Result<std::shared_ptr<const BlockList>> BlockList::make(std::vector<Block> blocks) {
  const std::shared_ptr<BlockList> made(new BlockList);
  made->impl_->blocks = std::move(blocks);
  for (const Block& block : made->impl_->blocks) {
    if (auto added = made->impl_->add(block); !added) return tl::unexpected(added.error());
  }
  return made;
}

bool BlockList::empty() const {
  return impl_->blocks.empty();
}

const Block* BlockList::find(std::string_view client_id, std::string_view username,
                             std::string_view address, std::int64_t now) const {
  const Impl& lists = *impl_;
  if (const Block* block = find_text(lists.client_ids, client_id, now)) return block;
  if (const Block* block = find_text(lists.usernames, username, now)) return block;
  if (const Block* block = lists.find_address(address, now)) return block;
  if (const Block* block = find_pattern(lists.client_id_patterns, client_id, now)) return block;
  return find_pattern(lists.username_patterns, username, now);
}

Result<void> check_block(const Block& block) {
  const auto made = BlockList::make({block});
  if (!made) return tl::unexpected(made.error());
  return {};
}

}  // namespace sluice::auth

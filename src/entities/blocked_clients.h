#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/block_list.h"
#include "entities/database.h"
#include "entities/page.h"

namespace sluice::entities {

/// BlockedClient of TBMQ. Type, value and (for REGEX) target name it.
struct BlockedClient {
  auth::Block block;
  std::string description;
  std::int64_t created = 0;
  std::string created_by;  // e-mail of a user, or which of our own rules
};

enum class BlockStatus : std::uint8_t {
  Active,
  Expired,
  DeletingSoon,  // expired for longer than it is kept: the next purge removes it
};

/// "CLIENT_ID", "USERNAME", "IP_ADDRESS", "REGEX".
const char* to_string(auth::BlockType type);
std::optional<auth::BlockType> parse_block_type(std::string_view name);
/// "BY_CLIENT_ID", "BY_USERNAME", "BY_IP_ADDRESS".
const char* to_string(auth::BlockTarget target);
std::optional<auth::BlockTarget> parse_block_target(std::string_view name);
/// "ACTIVE", "EXPIRED", "DELETING_SOON".
const char* to_string(BlockStatus status);

/// ttl  how long an expired one is kept
BlockStatus status_of(const BlockedClient& client, std::int64_t now, std::chrono::seconds ttl);

/// Empty lists and texts let everything through.
struct BlockedClientFilter {
  std::vector<auth::BlockType> types;
  std::string value;                       // contained, ASCII letters in either case
  std::vector<auth::BlockTarget> targets;  // of those with type REGEX
};

class BlockedClients {
 public:
  explicit BlockedClients(Database& database) : database_(database) {}

  /// Adds one, or replaces expiry and description of the one with the same type, value and target.
  /// returns  the entry as it is kept
  /// errors   Invalid: an empty value, a bad address, range or expression
  Result<BlockedClient> save(Transaction& transaction, BlockedClient client, std::int64_t now);

  Result<void> remove(Transaction& transaction, auth::BlockType type, std::string_view value,
                      auth::BlockTarget target = auth::BlockTarget::ClientId);

  /// Removes those that expired longer than `ttl` ago.
  /// returns  how many
  Result<std::uint64_t> purge(Transaction& transaction, std::int64_t now, std::chrono::seconds ttl);

  Result<std::optional<BlockedClient>> find(auth::BlockType type, std::string_view value,
                                            auth::BlockTarget target = auth::BlockTarget::ClientId);

  /// All that have not expired, for a BlockList.
  Result<std::vector<auth::Block>> active(std::int64_t now);

  /// text_search in the value; sorted by createdTime, type, value, regexMatchTarget,
  /// expirationTime, description; times are expirationTime.
  Result<Page<BlockedClient>> page(const PageRequest& request,
                                   const BlockedClientFilter& filter = {});

 private:
  Database& database_;
};

}  // namespace sluice::entities

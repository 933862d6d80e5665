#include "entities/blocked_clients.h"

#include <array>

#include "entities/outcomes.h"
#include "entities/page_query.h"

namespace sluice::entities {
namespace {

constexpr std::string_view kColumns =
    "type, value, target, expires, description, created, created_by";

constexpr std::array kSortable{SortColumn{"createdTime", "created"},
                               SortColumn{"type", "type"},
                               SortColumn{"value", "value"},
                               SortColumn{"regexMatchTarget", "target"},
                               SortColumn{"expirationTime", "expires"},
                               SortColumn{"description", "description"}};

constexpr std::size_t kValueLengthMax = 65'535;  // bytes, as long as a Client Identifier

/// Only an expression has a target.
std::string target_of(auth::BlockType type, auth::BlockTarget target) {
  return type == auth::BlockType::Regex ? to_string(target) : "";
}

BlockedClient read_blocked(const Statement& row) {
  BlockedClient client;
  client.block.type = parse_block_type(row.text(0)).value_or(auth::BlockType::ClientId);
  client.block.value = row.string(1);
  client.block.target = parse_block_target(row.text(2)).value_or(auth::BlockTarget::ClientId);
  client.block.expires = row.integer(3);
  client.description = row.string(4);
  client.created = row.integer(5);
  client.created_by = row.string(6);
  return client;
}

Result<void> check(const BlockedClient& client) {
  if (client.block.value.empty()) return invalid("value: must not be empty");
  if (client.block.value.size() > kValueLengthMax) return invalid("value: too long");
  if (client.block.expires < 0) return invalid("expirationTime: must be 0 or more");
  const auto checked = auth::check_block(client.block);
  if (!checked) return invalid("value: " + checked.error().what);
  return {};
}

}  // namespace

const char* to_string(auth::BlockType type) {
  switch (type) {
    case auth::BlockType::ClientId:
      return "CLIENT_ID";
    case auth::BlockType::Username:
      return "USERNAME";
    case auth::BlockType::IpAddress:
      return "IP_ADDRESS";
    case auth::BlockType::Regex:
      return "REGEX";
  }
  return "";
}

std::optional<auth::BlockType> parse_block_type(std::string_view name) {
  using enum auth::BlockType;
  for (const auto type : {ClientId, Username, IpAddress, Regex}) {
    if (name == to_string(type)) return type;
  }
  return std::nullopt;
}

const char* to_string(auth::BlockTarget target) {
  switch (target) {
    case auth::BlockTarget::ClientId:
      return "BY_CLIENT_ID";
    case auth::BlockTarget::Username:
      return "BY_USERNAME";
    case auth::BlockTarget::IpAddress:
      return "BY_IP_ADDRESS";
  }
  return "";
}

std::optional<auth::BlockTarget> parse_block_target(std::string_view name) {
  using enum auth::BlockTarget;
  for (const auto target : {ClientId, Username, IpAddress}) {
    if (name == to_string(target)) return target;
  }
  return std::nullopt;
}

const char* to_string(BlockStatus status) {
  switch (status) {
    case BlockStatus::Active:
      return "ACTIVE";
    case BlockStatus::Expired:
      return "EXPIRED";
    case BlockStatus::DeletingSoon:
      return "DELETING_SOON";
  }
  return "";
}

BlockStatus status_of(const BlockedClient& client, std::int64_t now, std::chrono::seconds ttl) {
  const std::int64_t expires = client.block.expires;
  if (expires == 0 || expires > now) return BlockStatus::Active;
  const auto kept = std::chrono::duration_cast<std::chrono::milliseconds>(ttl).count();
  return now - expires > kept ? BlockStatus::DeletingSoon : BlockStatus::Expired;
}

Result<BlockedClient> BlockedClients::save(Transaction& transaction, BlockedClient client,
                                           std::int64_t now) {
  const auto checked = check(client);
  if (!checked) return tl::unexpected(checked.error());
  client.created = now;
  return or_not_found(
      read_first(transaction.database()
                     .prepare("INSERT INTO blocked_clients (" + std::string(kColumns) +
                              ") VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (type, value, target) "
                              "DO UPDATE SET expires = excluded.expires, "
                              "description = excluded.description RETURNING " +
                              std::string(kColumns))
                     .bind(to_string(client.block.type), client.block.value,
                           target_of(client.block.type, client.block.target), client.block.expires,
                           client.description, client.created, client.created_by),
                 read_blocked),
      "The block");
}

Result<void> BlockedClients::remove(Transaction& transaction, auth::BlockType type,
                                    std::string_view value, auth::BlockTarget target) {
  return or_not_found(transaction.database().run(
                          "DELETE FROM blocked_clients WHERE type = ? AND value = ? AND target = ?",
                          to_string(type), value, target_of(type, target)),
                      transaction.database(), "The blocked client '" + std::string(value) + "'");
}

Result<std::uint64_t> BlockedClients::purge(Transaction& transaction, std::int64_t now,
                                            std::chrono::seconds ttl) {
  const auto kept = std::chrono::duration_cast<std::chrono::milliseconds>(ttl).count();
  const auto done = transaction.database().run(
      "DELETE FROM blocked_clients WHERE expires <> 0 AND expires < ?", now - kept);
  if (!done) return tl::unexpected(done.error());
  return transaction.database().changed_rows();
}

Result<std::optional<BlockedClient>> BlockedClients::find(auth::BlockType type,
                                                          std::string_view value,
                                                          auth::BlockTarget target) {
  return read_first(
      database_
          .prepare("SELECT " + std::string(kColumns) +
                   " FROM blocked_clients WHERE type = ? AND value = ? AND target = ?")
          .bind(to_string(type), value, target_of(type, target)),
      read_blocked);
}

Result<std::vector<auth::Block>> BlockedClients::active(std::int64_t now) {
  return read_all(database_
                      .prepare("SELECT " + std::string(kColumns) +
                               " FROM blocked_clients WHERE expires = 0 OR expires > ?")
                      .bind(now),
                  [](const Statement& row) { return read_blocked(row).block; });
}

Result<Page<BlockedClient>> BlockedClients::page(const PageRequest& request,
                                                 const BlockedClientFilter& wanted) {
  Filter filter;
  filter.contains({"value"}, request.text_search);
  filter.within("expires", request);
  filter.one_of("type", names_of(wanted.types));
  filter.contains({"value"}, wanted.value);
  filter.one_of("target", names_of(wanted.targets));
  return read_page(database_, {"blocked_clients", kColumns, kSortable}, request, filter,
                   read_blocked);
}

}  // namespace sluice::entities

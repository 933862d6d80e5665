#include "admin/handlers/blocked_clients.h"

#include "admin/broker_state.h"
#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;
using auth::BlockTarget;
using auth::BlockType;
using entities::BlockedClient;

constexpr const char* kEntity = "BLOCKED_CLIENT";

/// The member that holds the value of an entry of this type.
std::string_view value_member(BlockType type) {
  switch (type) {
    case BlockType::ClientId:
      return "clientId";
    case BlockType::Username:
      return "username";
    case BlockType::IpAddress:
      return "ipAddress";
    case BlockType::Regex:
      return "pattern";
  }
  return {};
}

json::object to_json(const Context& context, const BlockedClient& client) {
  const auto status = entities::status_of(client, context.now(), context.auth.blocked_ttl);
  json::object shown{{"type", entities::to_string(client.block.type)},
                     {"value", client.block.value},
                     {"expirationTime", client.block.expires},
                     {"status", entities::to_string(status)},
                     {"description", client.description},
                     {"createdTime", client.created},
                     {"createdBy", client.created_by}};
  if (client.block.type == BlockType::Regex) {
    shown["regexMatchTarget"] = entities::to_string(client.block.target);
  }
  return shown;
}

ChangedEntity entity_of(const BlockedClient& client) {
  const std::string type = entities::to_string(client.block.type);
  return {kEntity, type + ":" + client.block.value, client.block.value, "", ""};
}

Outcome<entities::BlockedClientFilter> read_filter(const Query& query) {
  auto types = read_choices(query, "typeList", entities::parse_block_type);
  if (!types) return tl::unexpected(types.error());
  auto targets = read_choices(query, "regexMatchTargetList", entities::parse_block_target);
  if (!targets) return tl::unexpected(targets.error());
  return entities::BlockedClientFilter{std::move(*types), query.text("value"), std::move(*targets)};
}

struct BlockName {
  BlockType type;
  std::string value;
  BlockTarget target;
};

Outcome<BlockName> read_name(const Query& query) {
  const auto type = entities::parse_block_type(query.text("type"));
  if (!type) return bad_request("'" + query.text("type") + "' is no value for 'type'");
  auto value = query.required("value");
  if (!value) return tl::unexpected(value.error());
  if (*type != BlockType::Regex) return BlockName{*type, std::move(*value), BlockTarget::ClientId};
  const auto target = entities::parse_block_target(query.text("regexMatchTarget"));
  if (!target) return bad_request("'regexMatchTarget' is missing or unknown");
  return BlockName{*type, std::move(*value), *target};
}

}  // namespace

Outcome<BlockedClient> read_blocked_client(const json::value& body) {
  constexpr std::int64_t kLatest = std::int64_t{1} << 53;
  Fields fields(body);
  BlockedClient client;
  const auto type = entities::parse_block_type(fields.text("type"));
  if (!type) fields.complain("type", "has to be CLIENT_ID, USERNAME, IP_ADDRESS or REGEX");
  client.block.type = type.value_or(BlockType::ClientId);
  // `value` is how a list shows it.
  const std::string_view member = value_member(client.block.type);
  client.block.value = fields.has(member) ? fields.required_text(member) : fields.text("value");
  if (client.block.value.empty()) fields.complain(member, "is missing");
  if (client.block.type == BlockType::Regex) {
    const auto target = entities::parse_block_target(fields.text("regexMatchTarget"));
    if (!target) fields.complain("regexMatchTarget", "is missing or unknown");
    client.block.target = target.value_or(BlockTarget::ClientId);
  }
  client.block.expires = fields.number("expirationTime", 0, kLatest, 0);
  client.description = fields.text("description");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  if (auto fine = auth::check_block(client.block); !fine) return bad_request(fine.error().what);
  return client;
}

Outcome<Response> block_client(Services& services, const Request& request) {
  Context& context = services.context;
  auto draft = read_blocked_client(request.body);
  if (!draft) return tl::unexpected(draft.error());
  draft->created_by = request.caller.who;
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  const auto client = from_store(context.store.blocked_clients().save(
      change->transaction(), std::move(*draft), context.now()));
  if (!client) return tl::unexpected(client.error());
  const json::object shown = to_json(context, *client);
  ChangedEntity entity = entity_of(*client);
  entity.after = json::serialize(shown);
  auto done = change->log("CREATE", std::move(entity));
  if (done) done = change->commit();
  if (done) done = publish_policy(context);
  if (!done) return tl::unexpected(done.error());
  return Response::json(shown);
}

Outcome<Response> unblock_client(Services& services, const Request& request) {
  Context& context = services.context;
  const auto name = read_name(request.query);
  if (!name) return tl::unexpected(name.error());
  entities::BlockedClients& store = context.store.blocked_clients();
  const auto client = from_store(store.find(name->type, name->value, name->target));
  if (!client) return tl::unexpected(client.error());
  if (!*client) return not_found("'" + name->value + "' is not blocked so");
  auto change = Change::begin(context, request.caller);
  if (!change) return tl::unexpected(change.error());
  auto done =
      from_store(store.remove(change->transaction(), name->type, name->value, name->target));
  ChangedEntity entity = entity_of(**client);
  entity.before = json::serialize(to_json(context, **client));
  if (done) done = change->log("DELETE", std::move(entity));
  if (done) done = change->commit();
  if (done) done = publish_policy(context);
  if (!done) return tl::unexpected(done.error());
  return Response::empty();
}

Outcome<Response> list_blocked_clients(Services& services, const Request& request) {
  const auto page = read_page(services, request);
  if (!page) return tl::unexpected(page.error());
  const auto filter = read_filter(request.query);
  if (!filter) return tl::unexpected(filter.error());
  return page_response(
      services.context.store.blocked_clients().page(*page, *filter), *page,
      [&services](const BlockedClient& client) { return to_json(services.context, client); });
}

Outcome<Response> get_blocked_ttl(Services& services, const Request&) {
  const auto ttl =
      std::chrono::duration_cast<std::chrono::minutes>(services.context.auth.blocked_ttl);
  return Response::json(ttl.count());
}

}  // namespace sluice::admin

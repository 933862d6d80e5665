#include "admin/handlers/session_query.h"

#include <algorithm>
#include <array>

#include "admin/handlers/json_parts.h"

namespace sluice::admin {
namespace {

using broker::Comparison;
using broker::SessionOrder;

constexpr std::int64_t kTimeMax = std::int64_t{1} << 53;

constexpr std::array kComparisons{
    Choice<Comparison>{"EQUAL", Comparison::Equal},
    Choice<Comparison>{"NOT_EQUAL", Comparison::NotEqual},
    Choice<Comparison>{"GREATER", Comparison::Greater},
    Choice<Comparison>{"LESS", Comparison::Less},
    Choice<Comparison>{"GREATER_OR_EQUAL", Comparison::GreaterOrEqual},
    Choice<Comparison>{"LESS_OR_EQUAL", Comparison::LessOrEqual}};

// TBMQ's columns; all Sessions have the same node.
constexpr std::array kOrders{
    Choice<SessionOrder>{"clientId", SessionOrder::ClientId},
    Choice<SessionOrder>{"nodeId", SessionOrder::ClientId},
    Choice<SessionOrder>{"connectionState", SessionOrder::Connected},
    Choice<SessionOrder>{"clientType", SessionOrder::Type},
    Choice<SessionOrder>{"subscriptionsCount", SessionOrder::Subscriptions},
    Choice<SessionOrder>{"connectedAt", SessionOrder::ConnectedAt},
    Choice<SessionOrder>{"disconnectedAt", SessionOrder::DisconnectedAt},
    Choice<SessionOrder>{"clientIpAdr", SessionOrder::Address},
    Choice<SessionOrder>{"cleanStart", SessionOrder::CleanStart},
    Choice<SessionOrder>{"waitingBytes", SessionOrder::WaitingBytes}};

std::optional<bool> parse_state(std::string_view name) {
  if (name == "CONNECTED") return true;
  if (name == "DISCONNECTED") return false;
  return std::nullopt;
}

enum class ListedType : std::uint8_t { Device, Application, Integration };

std::optional<ListedType> parse_listed_type(std::string_view name) {
  constexpr std::array kTypes{Choice<ListedType>{"DEVICE", ListedType::Device},
                              Choice<ListedType>{"APPLICATION", ListedType::Application},
                              Choice<ListedType>{"INTEGRATION", ListedType::Integration}};
  return find_choice<ListedType>(kTypes, name);
}

/// Reads parameters into a filter one by one and keeps the first problem.
class FilterReader {
 public:
  FilterReader(const Query& query, const std::string& node_id) : query_(query) {
    const auto nodes = query.list("nodeIdList");
    matches_none_ = !nodes.empty() && std::ranges::find(nodes, node_id) == nodes.end();
    filter_.client_id = query.text("textSearch");
    filter_.address = query.text("clientIpAddress");
  }

  void read_state() {
    const auto states = read_choices(query_, "connectedStatusList", parse_state);
    if (!take(states)) return;
    if (std::ranges::adjacent_find(*states, std::not_equal_to<>()) != states->end()) return;
    if (!states->empty()) filter_.connected = states->front();
  }
  void read_types() {
    const auto types = read_choices(query_, "clientTypeList", parse_listed_type);
    if (!take(types) || types->empty()) return;
    const auto has = [&types](ListedType type) { return std::ranges::count(*types, type) > 0; };
    const bool devices = has(ListedType::Device);
    const bool applications = has(ListedType::Application);
    matches_none_ |= !devices && !applications;
    if (devices != applications) {
      filter_.type = devices ? config::ClientType::Device : config::ClientType::Application;
    }
  }
  void read_clean_start() {
    const auto flags = query_.flags("cleanStartList");
    if (take(flags)) filter_.clean_start = *flags;
  }
  void read_subscriptions() {
    const auto count = query_.number("subscriptions", 0, kTimeMax);
    if (!take(count) || !*count) return;
    const std::string name = query_.text("subscriptionOperation");
    const auto comparison = find_choice<Comparison>(kComparisons, name.empty() ? "EQUAL" : name);
    if (!comparison) {
      problem_ = bad_request("'" + name + "' is no value for 'subscriptionOperation'").value();
      return;
    }
    filter_.subscriptions = {*comparison, static_cast<std::uint64_t>(**count)};
  }
  void read_times() {
    const auto from = query_.number("startTime", 0, kTimeMax);
    const auto to = query_.number("endTime", 0, kTimeMax);
    if (!take(from) || !take(to)) return;
    if (*from) filter_.connected_from = **from;
    if (*to) filter_.connected_to = **to;
  }

  Outcome<std::optional<broker::SessionFilter>> finish() {
    if (problem_) return tl::unexpected(*problem_);
    if (matches_none_) return std::nullopt;
    return std::move(filter_);
  }

 private:
  template <class T>
  bool take(const Outcome<T>& read) {
    if (!read && !problem_) problem_ = read.error();
    return read.has_value();
  }

  const Query& query_;
  broker::SessionFilter filter_;
  bool matches_none_ = false;
  std::optional<ApiError> problem_;
};

}  // namespace

Outcome<std::optional<broker::SessionFilter>> read_session_filter(const Query& query,
                                                                  const std::string& node_id) {
  FilterReader reader(query, node_id);
  reader.read_state();
  reader.read_types();
  reader.read_clean_start();
  reader.read_subscriptions();
  reader.read_times();
  return reader.finish();
}

Outcome<SessionOrder> read_session_order(const entities::PageRequest& page) {
  return read_sort<SessionOrder>(page, kOrders);
}

}  // namespace sluice::admin

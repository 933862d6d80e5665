#include "admin/jobs/job_json.h"

#include <algorithm>
#include <array>

#include "admin/handlers/json_parts.h"
#include "admin/handlers/session_query.h"
#include "mqtt/topic/topic_filter.h"

namespace sluice::admin {
namespace {

namespace json = boost::json;

constexpr std::array kActions{Choice<JobAction>{"DISCONNECT", JobAction::Disconnect},
                              Choice<JobAction>{"REMOVE", JobAction::Remove},
                              Choice<JobAction>{"PURGE_QUEUE", JobAction::PurgeQueue},
                              Choice<JobAction>{"BLOCK", JobAction::Block},
                              Choice<JobAction>{"DELETE_RETAINED", JobAction::DeleteRetained}};

constexpr std::array kStates{Choice<JobState>{"RUNNING", JobState::Running},
                             Choice<JobState>{"DONE", JobState::Done},
                             Choice<JobState>{"CANCELLED", JobState::Cancelled},
                             Choice<JobState>{"FAILED", JobState::Failed}};

constexpr std::array<std::string_view, 10> kSessionMembers{
    "textSearch", "clientIpAddress", "connectedStatusList",   "clientTypeList", "cleanStartList",
    "nodeIdList", "subscriptions",   "subscriptionOperation", "startTime",      "endTime"};
constexpr std::string_view kTopicFilter = "topicFilter";

template <class E, std::size_t N>
std::string_view name_of(const std::array<Choice<E>, N>& choices, E value) {
  return std::ranges::find(choices, value, &Choice<E>::value)->name;
}

bool is_known(JobAction action, std::string_view member) {
  if (action == JobAction::DeleteRetained) return member == kTopicFilter;
  return std::ranges::count(kSessionMembers, member) > 0;
}

std::string text_of(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

/// The members as parameters of a query; a list as several of one name.
Query as_query(const json::object& filter) {
  Query query;
  for (const auto& [name, value] : filter) {
    const json::array single{value};
    for (const json::value& item : value.is_array() ? value.get_array() : single) {
      query.add(std::string(name), text_of(item));
    }
  }
  return query;
}

Outcome<void> read_sessions(JobOrder& order, const json::object& filter,
                            const std::string& node_id) {
  auto sessions = read_session_filter(as_query(filter), node_id);
  if (!sessions) return tl::unexpected(sessions.error());
  order.sessions = std::move(*sessions);
  // Those without a connection have nothing that could be ended.
  if (order.action != JobAction::Disconnect || !order.sessions) return {};
  if (order.sessions->connected == false) order.sessions.reset();
  if (order.sessions) order.sessions->connected = true;
  return {};
}

Outcome<void> read_topics(JobOrder& order, const json::object& filter) {
  const json::value* text = filter.if_contains(kTopicFilter);
  if (text && text->is_string()) order.topic_filter = std::string(text->get_string());
  if (!mqtt::is_valid_topic_filter(order.topic_filter, mqtt::kTopicBytesMax)) {
    return bad_request("'filter.topicFilter' is no Topic Filter");
  }
  return {};
}

}  // namespace

json::object job_to_json(const Job& job) {
  json::array errors;
  for (const std::string& error : job.errors) errors.push_back(text_json(error));
  return {{"id", job.id},
          {"action", name_of(kActions, job.order.action)},
          {"filter", stored_json(job.order.filter_text)},
          {"dryRun", job.order.is_dry_run},
          {"state", name_of(kStates, job.state)},
          {"total", job.total},
          {"done", job.done},
          {"failed", job.failed},
          {"startedBy", job.started_by},
          {"startedTime", job.started},
          {"endedTime", job.ended},
          {"errors", std::move(errors)}};
}

Outcome<JobOrder> read_job_order(const json::value& body, const std::string& node_id) {
  constexpr std::int64_t kLatest = std::int64_t{1} << 53;
  Fields fields(body);
  JobOrder order;
  order.action = fields.choice<JobAction>("action", kActions, std::nullopt);
  order.is_dry_run = fields.flag("dryRun", false);
  order.block_expires = fields.number("expirationTime", 0, kLatest, 0);
  order.filter_text = fields.raw("filter");
  const json::value* filter = fields.find("filter");
  if (!filter || !filter->is_object()) fields.complain("filter", "has to be an object");
  if (auto fine = fields.check(); !fine) return tl::unexpected(fine.error());
  for (const auto& [name, value] : filter->get_object()) {
    if (is_known(order.action, name)) continue;
    return bad_request("'filter." + std::string(name) + "' is not known for this action");
  }
  const auto read = order.action == JobAction::DeleteRetained
                        ? read_topics(order, filter->get_object())
                        : read_sessions(order, filter->get_object(), node_id);
  if (!read) return tl::unexpected(read.error());
  return order;
}

}  // namespace sluice::admin

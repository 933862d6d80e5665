#include "admin/monitoring/traces.h"

#include <algorithm>

#include "mqtt/topic/topic_filter.h"

namespace sluice::admin {
namespace {

bool has(const std::vector<std::string>& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool matches_any(const std::vector<std::string>& filters, const std::string& topic) {
  return !topic.empty() && std::any_of(filters.begin(), filters.end(), [&](const auto& filter) {
    return mqtt::matches(filter, topic);
  });
}

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  for (const std::string& text : more) {
    if (!has(all, text)) all.push_back(text);
  }
}

}  // namespace

const Trace* Traces::start(broker::Watch::Trace wanted, WallTime now, seconds length) {
  if (traces_.size() >= kTracesMax) {
    const auto over = std::find_if(traces_.begin(), traces_.end(),
                                   [&](const auto& one) { return one.second.ends_at <= now; });
    if (over == traces_.end()) return nullptr;
    traces_.erase(over);
  }
  const std::uint64_t number = ++last_number_;
  Trace& trace = traces_[number];
  trace.id = std::to_string(number);
  trace.wanted = std::move(wanted);
  trace.started_at = now;
  trace.ends_at = now + milliseconds(length).count();
  return &trace;
}

bool Traces::remove(const std::string& id) {
  return std::erase_if(traces_, [&](const auto& one) { return one.second.id == id; }) > 0;
}

const Trace* Traces::find(const std::string& id) const {
  const auto found = std::find_if(traces_.begin(), traces_.end(),
                                  [&](const auto& one) { return one.second.id == id; });
  return found == traces_.end() ? nullptr : &found->second;
}

broker::Watch::Trace Traces::wanted(WallTime now) const {
  broker::Watch::Trace all;
  for (const auto& [number, trace] : traces_) {
    if (trace.ends_at <= now) continue;
    append(all.client_ids, trace.wanted.client_ids);
    append(all.filters, trace.wanted.filters);
    append(all.addresses, trace.wanted.addresses);
  }
  return all;
}

/// A record does not say why it was made. Whose Client and topic no trace names came by an address.
bool Traces::belongs(const Trace& trace, const broker::TraceRecord& record) {
  return has(trace.wanted.client_ids, record.client_id) ||
         matches_any(trace.wanted.filters, record.topic) ||
         (record.message != 0 && trace.messages.contains(record.message));
}

std::vector<std::string> Traces::add(const broker::TraceRecord& record) {
  std::vector<Trace*> owners;
  for (auto& [number, trace] : traces_) {
    if (record.at <= trace.ends_at && belongs(trace, record)) owners.push_back(&trace);
  }
  if (owners.empty()) {
    for (auto& [number, trace] : traces_) {
      if (record.at <= trace.ends_at && !trace.wanted.addresses.empty()) owners.push_back(&trace);
    }
  }
  std::vector<std::string> ids;
  for (Trace* trace : owners) {
    ids.push_back(trace->id);
    if (record.message != 0) trace->messages.insert(record.message);
    if (trace->messages.size() > kMessagesMax) trace->messages.erase(trace->messages.begin());
    trace->records.push_back(record);
    if (trace->records.size() > kRecordsMax) {
      trace->records.pop_front();
      ++trace->forgotten;
    }
  }
  return ids;
}

std::vector<broker::TraceRecord> Traces::about(const std::vector<std::string>& client_ids,
                                               const std::string& topic) const {
  std::vector<broker::TraceRecord> found;
  for (const auto& [number, trace] : traces_) {
    for (const broker::TraceRecord& record : trace.records) {
      if (record.topic == topic || (record.topic.empty() && has(client_ids, record.client_id))) {
        found.push_back(record);
      }
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return found;
}

bool Traces::covers(const std::string& client_id, const std::string& topic) const {
  return std::any_of(traces_.begin(), traces_.end(), [&](const auto& one) {
    return has(one.second.wanted.client_ids, client_id) ||
           matches_any(one.second.wanted.filters, topic);
  });
}

}  // namespace sluice::admin

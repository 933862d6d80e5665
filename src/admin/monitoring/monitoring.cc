#include "admin/monitoring/monitoring.h"

#include <filesystem>

#include "base/log.h"

namespace sluice::admin {
namespace {

config::TelemetrySettings settings_of(const Context& context) {
  return context.node ? context.node->settings().telemetry : config::TelemetrySettings{};
}

std::unique_ptr<entities::HistoryStore> open_history(const Context& context) {
  const auto folder = std::filesystem::path(context.store.path()).parent_path();
  auto opened = entities::HistoryStore::open(folder);
  if (opened) return std::move(*opened);
  log::error("there is no history: " + opened.error().what);
  return nullptr;
}

}  // namespace

Monitoring::Monitoring(Context& context, EventHub& events)
    : topics(settings_of(context).topics_max),
      history(open_history(context)),
      recorder(history.get(), context.node ? context.node->id() : "", settings_of(context)),
      collector(context, {events, topics, traces, recorder}, settings_of(context).topic_tree) {}

}  // namespace sluice::admin

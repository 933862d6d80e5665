#include "app/node.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "app/health_checks.h"
#include "app/node_facts.h"
#include "entities/database.h"
#include "entities/database_copy.h"

namespace sluice::app {

namespace {

WallTime wall_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// A file of SQLite as of one moment, whoever writes to it meanwhile.
Result<void> copy_database(const std::string& from, const std::string& to,
                           const std::atomic<bool>& stop) {
  if (!std::filesystem::exists(from)) return {};
  auto database = entities::Database::open(from, entities::Database::Mode::ReadOnly);
  if (!database) return failure(database.error().what);
  const auto copied = entities::copy_database(**database, to, stop);
  if (!copied) return failure("cannot copy " + from + ": " + copied.error().what);
  return {};
}

}  // namespace

Node::Node(const Parts& parts, std::string id)
    : parts_(parts),
      data_dir_(parts.settings.data_dir),
      id_(std::move(id)),
      started_at_(wall_now()) {
  std::error_code ignored;
  std::filesystem::remove_all(copies(), ignored);  // of a run that was killed
}

std::vector<admin::ListenerFacts> Node::listeners() {
  std::vector<admin::ListenerFacts> facts;
  for (const auto& listener : parts_.server.listeners()) {
    facts.push_back({listener->settings, listener->connections.load(std::memory_order_relaxed)});
  }
  return facts;
}

admin::Health Node::health() {
  return check_health({parts_.state, parts_.server.pulses(), parts_.server.listeners().size(),
                       parts_.server.store_counters().is_failed},
                      monotonic_now());
}

telemetry::NodeFacts Node::facts() {
  return collect_node_facts(
      {parts_.server, parts_.engine, parts_.state, parts_.authentications.get()});
}

Result<std::string> Node::copy_store(const std::atomic<bool>& stop) {
  // On the file system of the store, so that its files can be linked.
  const std::string folder = copies() + "/" + std::to_string(++copies_made_);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) std::filesystem::permissions(copies(), std::filesystem::perms::owner_all, error);
  if (error) return failure("cannot create " + folder + ": " + error.message());
  if (auto copied = copy_into(folder, stop); !copied) {
    std::filesystem::remove_all(folder, error);
    return tl::unexpected(copied.error());
  }
  return folder;
}

Result<void> Node::copy_into(const std::string& folder, const std::atomic<bool>& stop) const {
  if (parts_.engine != nullptr) {
    if (auto copied = parts_.engine->copy_to(folder); !copied) return copied;
  }
  for (const char* name : {"/admin.db", "/history.db"}) {
    if (auto copied = copy_database(data_dir_ + name, folder + name, stop); !copied) {
      return copied;
    }
  }
  return {};
}

}  // namespace sluice::app

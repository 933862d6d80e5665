#include "entities/unauthorized_recorder.h"

#include "base/hash.h"

namespace sluice::entities {
namespace {

constexpr std::size_t kTextMax = 1024;           // bytes
constexpr std::int64_t kPurgeInterval = 60'000;  // milliseconds, while nothing is written

/// At most kTextMax bytes, not ending within a character.
std::string_view cut(std::string_view text) {
  if (text.size() <= kTextMax) return text;
  std::size_t size = kTextMax;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

void cut_in_place(std::string& text) {
  text.resize(cut(text).size());
}

}  // namespace

Result<void> UnauthorizedRecorder::load(UnauthorizedClients& clients) {
  const auto ids = clients.client_ids();
  if (!ids) return tl::unexpected(ids.error());
  const std::lock_guard lock(mutex_);
  for (const std::string& id : *ids) known_.insert(hash_bytes(id));
  return {};
}

void UnauthorizedRecorder::record(UnauthorizedClient client) {
  for (std::string* const text :
       {&client.client_id, &client.ip_address, &client.username, &client.reason}) {
    cut_in_place(*text);
  }
  const std::lock_guard lock(mutex_);
  std::string id = client.client_id;
  const auto hash = hash_bytes(id);
  if (note(std::move(id), std::move(client))) known_.insert(hash);
}

void UnauthorizedRecorder::forget(std::string_view client_id) {
  const std::string_view id = cut(client_id);
  const auto hash = hash_bytes(id);
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(hash);
  if (found == known_.end()) return;
  // Where there was no room it stays known, for the next time that the Client gets in.
  if (note(std::string(id), std::nullopt)) known_.erase(found);
}

void UnauthorizedRecorder::forget_all() {
  const std::lock_guard lock(mutex_);
  pending_.clear();
  known_.clear();
}

bool UnauthorizedRecorder::note(std::string client_id, std::optional<UnauthorizedClient> client) {
  const auto found = pending_.find(client_id);
  if (found != pending_.end()) {
    found->second = std::move(client);
    return true;
  }
  if (pending_.size() >= limits_.pending_max) {
    ++dropped_;
    return false;
  }
  pending_.emplace(std::move(client_id), std::move(client));
  return true;
}

Result<void> UnauthorizedRecorder::write_pending(Database& database, std::int64_t now) {
  Pending pending;
  {
    const std::lock_guard lock(mutex_);
    pending.swap(pending_);
  }
  if (pending.empty() && now - purged_at_ < kPurgeInterval) return {};
  purged_at_ = now;
  auto written = write(database, pending, now);
  if (!written) {
    const std::lock_guard lock(mutex_);
    dropped_ += pending.size();
  }
  return written;
}

Result<void> UnauthorizedRecorder::write(Database& database, const Pending& pending,
                                         std::int64_t now) {
  const std::int64_t oldest = now - std::chrono::duration_cast<milliseconds>(limits_.ttl).count();
  UnauthorizedClients clients(database);
  auto transaction = database.begin();
  if (!transaction) return tl::unexpected(transaction.error());
  for (const auto& [client_id, client] : pending) {
    auto done =
        client ? clients.put(*transaction, *client) : clients.remove(*transaction, client_id);
    // What is to be forgotten may be gone by itself.
    if (!done && done.error().kind != ErrorKind::NotFound) return done;
  }
  const auto purged = clients.purge(*transaction, oldest, limits_.clients_max);
  if (!purged) return tl::unexpected(purged.error());
  if (pending.empty() && *purged == 0) return {};  // leaves the file untouched
  auto done = transaction->commit();
  if (!done) return done;
  return shrink_known(clients);
}

/// Those whose rows were purged are let go when they have become many.
Result<void> UnauthorizedRecorder::shrink_known(UnauthorizedClients& clients) {
  {
    const std::lock_guard lock(mutex_);
    if (known_.size() <= limits_.clients_max + 4 * limits_.pending_max) return {};
  }
  const auto ids = clients.client_ids();
  if (!ids) return tl::unexpected(ids.error());
  std::unordered_set<std::uint64_t> known;
  for (const std::string& id : *ids) known.insert(hash_bytes(id));

  const std::lock_guard lock(mutex_);
  for (const auto& [client_id, client] : pending_) {
    if (client) {
      known.insert(hash_bytes(client_id));
    } else {
      known.erase(hash_bytes(client_id));
    }
  }
  known_.swap(known);
  return {};
}

std::uint64_t UnauthorizedRecorder::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

}  // namespace sluice::entities

#include "admin/jobs/job_work.h"

#include "admin/broker_state.h"

namespace sluice::admin {
namespace {

using ClientIds = std::vector<std::string>;

/// problem  what kept the rest from working
JobWork::Progress progress_of(std::size_t tried, std::size_t worked, const char* problem) {
  JobWork::Progress progress;
  progress.done = std::min(tried, worked);
  progress.failed = tried - progress.done;
  if (progress.failed > 0) progress.problem = std::to_string(progress.failed) + " " + problem;
  return progress;
}

/// Walks through Sessions in the order of their Client Identifiers, which nothing that happens
/// meanwhile disturbs.
class SessionWork : public JobWork {
 public:
  SessionWork(Context& context, std::optional<broker::SessionFilter> filter)
      : context_(context), filter_(std::move(filter)) {}

  std::uint64_t count() override {
    return filter_ ? context_.view->list_sessions(query(1)).total : 0;
  }

  Outcome<Progress> step() override {
    ClientIds client_ids;
    if (filter_) {
      for (auto& session : context_.view->list_sessions(query(kStep)).items) {
        client_ids.push_back(std::move(session.client_id));
      }
    }
    if (client_ids.empty()) return Progress{0, 0, "", true};
    filter_->after = client_ids.back();
    auto progress = act(client_ids);
    if (progress) progress->is_last = client_ids.size() < kStep;
    return progress;
  }

 protected:
  virtual Outcome<Progress> act(const ClientIds& client_ids) = 0;
  Context& context_;

 private:
  broker::SessionQuery query(std::size_t limit) const {
    broker::SessionQuery query;
    query.filter = *filter_;
    query.slice.limit = limit;
    return query;
  }

  std::optional<broker::SessionFilter> filter_;
};

class Disconnecting final : public SessionWork {
 public:
  using SessionWork::SessionWork;

 private:
  Outcome<Progress> act(const ClientIds& client_ids) override {
    return progress_of(client_ids.size(), context_.view->disconnect(client_ids),
                       "had no Network Connection any more");
  }
};

class Removing final : public SessionWork {
 public:
  using SessionWork::SessionWork;

 private:
  Outcome<Progress> act(const ClientIds& client_ids) override {
    return progress_of(client_ids.size(), context_.view->remove_sessions(client_ids),
                       "had no Session any more");
  }
};

class Purging final : public SessionWork {
 public:
  using SessionWork::SessionWork;

 private:
  Outcome<Progress> act(const ClientIds& client_ids) override {
    std::size_t worked = 0;
    for (const std::string& client_id : client_ids) {
      if (context_.view->purge_queue(client_id)) ++worked;
    }
    return progress_of(client_ids.size(), worked, "had no Session any more");
  }
};

class Blocking final : public SessionWork {
 public:
  Blocking(Context& context, const JobOrder& order, std::string started_by)
      : SessionWork(context, order.sessions),
        expires_(order.block_expires),
        started_by_(std::move(started_by)) {}

  /// The whole list goes to the shards, so this is for the end and not for each step.
  Outcome<void> finish() override { return publish_policy(context_); }

 private:
  Outcome<Progress> act(const ClientIds& client_ids) override {
    auto transaction = from_store(context_.store.begin());
    if (!transaction) return tl::unexpected(transaction.error());
    for (const std::string& client_id : client_ids) {
      const auto saved = from_store(
          context_.store.blocked_clients().save(*transaction, block(client_id), context_.now()));
      if (!saved) return tl::unexpected(saved.error());
    }
    const auto committed = from_store(transaction->commit());
    if (!committed) return tl::unexpected(committed.error());
    return progress_of(client_ids.size(), client_ids.size(), "");
  }

  entities::BlockedClient block(const std::string& client_id) const {
    entities::BlockedClient blocked;
    blocked.block.type = auth::BlockType::ClientId;
    blocked.block.value = client_id;
    blocked.block.expires = expires_;
    blocked.description = "blocked by a job";
    blocked.created_by = started_by_;
    return blocked;
  }

  const std::int64_t expires_;
  const std::string started_by_;
};

/// Topics are looked up many at a time; where they were as many as could be, there may be more.
class DeletingRetained final : public JobWork {
 public:
  DeletingRetained(Context& context, std::string topic_filter)
      : context_(context), topic_filter_(std::move(topic_filter)) {}

  std::uint64_t count() override {
    look_up();
    return topics_.size();
  }

  Outcome<Progress> step() override {
    const std::size_t size = std::min(kStep, topics_.size());
    const auto from = topics_.end() - static_cast<std::ptrdiff_t>(size);
    const std::vector<std::string> batch(from, topics_.end());
    topics_.erase(from, topics_.end());
    Progress progress;
    if (!batch.empty()) {
      progress = progress_of(batch.size(), context_.view->remove_retained(batch),
                             "had no retained message any more");
    }
    if (topics_.empty() && may_be_more_) look_up();
    progress.is_last = topics_.empty();
    return progress;
  }

 private:
  static constexpr std::size_t kTopicsMax = 100'000;

  void look_up() {
    topics_ = context_.view->match_retained(topic_filter_, kTopicsMax);
    may_be_more_ = topics_.size() == kTopicsMax;
  }

  Context& context_;
  const std::string topic_filter_;
  std::vector<std::string> topics_;
  bool may_be_more_ = false;
};

}  // namespace

std::unique_ptr<JobWork> make_job_work(Context& context, const JobOrder& order,
                                       const std::string& started_by) {
  switch (order.action) {
    case JobAction::Disconnect:
      return std::make_unique<Disconnecting>(context, order.sessions);
    case JobAction::Remove:
      return std::make_unique<Removing>(context, order.sessions);
    case JobAction::PurgeQueue:
      return std::make_unique<Purging>(context, order.sessions);
    case JobAction::Block:
      return std::make_unique<Blocking>(context, order, started_by);
    case JobAction::DeleteRetained:
      break;
  }
  return std::make_unique<DeletingRetained>(context, order.topic_filter);
}

}  // namespace sluice::admin

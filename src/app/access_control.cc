#include "app/access_control.h"

#include <boost/algorithm/string/join.hpp>
#include <chrono>
#include <filesystem>
#include <utility>

#include "admin/broker_state.h"
#include "app/automatic_block.h"
#include "app/node_id.h"
#include "base/log.h"

namespace sluice::app {

namespace {

std::int64_t wall_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

entities::UnauthorizedRecorder::Limits recorder_limits(const config::AuthSettings& settings) {
  entities::UnauthorizedRecorder::Limits limits;
  limits.clients_max = settings.unauthorized_max;
  limits.ttl = settings.unauthorized_ttl;
  return limits;
}

template <class T>
Result<T> without_kind(entities::Result<T> result) {
  return std::move(result).map_error(
      [](const entities::Error& error) { return Error{error.what}; });
}

}  // namespace

Result<std::unique_ptr<AccessControl>> AccessControl::make(const Parts& parts) {
  std::unique_ptr<AccessControl> made(new AccessControl(parts));
  const config::Settings& settings = made->settings_;
  net::Server& server = parts.server;
  if (auto opened = made->open_store(); !opened) return tl::unexpected(opened.error());
  const bool keeps_list =
      made->store_ != nullptr && settings.admin.enabled && settings.auth.unauthorized_clients;
  auto authenticator = AuthenticatorThread::make(
      {settings.auth, server.gate_port(), made->store_ ? made->store_->path() : std::string(),
       keeps_list ? &made->recorder_ : nullptr,
       [self = made.get()](auth::Block block, std::string reason) {
         self->block(std::move(block), std::move(reason));
       }});
  if (!authenticator) return tl::unexpected(authenticator.error());
  made->authenticator_ = std::move(*authenticator);
  made->broker_ =
      std::make_unique<BrokerControl>(server.administration_port(), *made->authenticator_);
  made->view_ = std::make_unique<BrokerView>(made->broker_->port());
  if (auto announced = made->announce(server); !announced) {
    return tl::unexpected(announced.error());
  }
  if (!settings.admin.enabled) return made;
  if (auto node = made->make_node(parts); !node) return tl::unexpected(node.error());
  made->admin_ = std::make_unique<admin::Admin>(
      admin::Admin::Parts{.settings = settings.admin,
                          .auth = settings.auth,
                          .store = *made->store_,
                          .broker = *made->broker_,
                          .unauthorized = keeps_list ? &made->recorder_ : nullptr,
                          .data_folder = settings.data_dir,
                          .view = made->view_.get(),
                          .node = made->node_.get(),
                          .configuration = &made->configuration_});
  return made;
}

AccessControl::AccessControl(const Parts& parts)
    : settings_(parts.settings),
      state_(parts.state),
      tasks_(parts.tasks),
      recorder_(recorder_limits(settings_.auth)),
      configuration_(parts.sources, parts.loaded,
                     [this](const config::Settings& next) { return apply_settings(next); }) {}

AccessControl::~AccessControl() {
  stop();
}

Result<void> AccessControl::open_store() {
  const bool exists = std::filesystem::exists(settings_.data_dir + "/admin.db");
  if (!settings_.admin.enabled && !exists) return {};
  auto opened = entities::AdminStore::open(settings_.data_dir, wall_clock_ms());
  if (!opened) return failure(opened.error().what);
  store_ = std::move(*opened);
  return without_kind(recorder_.load(store_->unauthorized_clients()));
}

/// What the entities say holds before the first Client is read.
Result<void> AccessControl::announce(net::Server& server) {
  auto policy = read_policy();
  if (!policy) return tl::unexpected(policy.error());
  if (auto configured = configure_authenticator(); !configured) return configured;
  server.set_policy(*policy);
  return {};
}

/// The authenticator first: shards ask it as soon as the policy says so.
Result<void> AccessControl::announce_again() {
  auto policy = read_policy();
  if (!policy) return tl::unexpected(policy.error());
  if (auto configured = configure_authenticator(); !configured) return configured;
  broker_->apply_policy(std::move(*policy));
  return {};
}

Result<std::shared_ptr<const auth::Policy>> AccessControl::read_policy() {
  if (store_) return without_kind(admin::read_policy(*store_, settings_.auth, wall_clock_ms()));
  auto policy = std::make_shared<auth::Policy>();
  policy->allows_anonymous = settings_.auth.allow_anonymous;
  return policy;
}

Result<void> AccessControl::configure_authenticator() {
  if (store_ == nullptr) return {};
  const auto chain = without_kind(admin::read_provider_chain(*store_, settings_.auth));
  if (!chain) return tl::unexpected(chain.error());
  authenticator_->configure(*chain);
  return {};
}

Result<void> AccessControl::make_node(const Parts& parts) {
  auto id = find_node_id(settings_.node_id, settings_.data_dir);
  if (!id) return tl::unexpected(id.error());
  log::set_node(*id);
  node_ = std::make_unique<Node>(
      Node::Parts{settings_, parts.server, parts.engine, parts.state, authenticator_->counts()},
      std::move(*id));
  return {};
}

/// On the admin thread, or the main one without it. Each thread gets a copy of its own and takes it
/// between two events.
Result<void> AccessControl::apply_settings(const config::Settings& loaded) {
  if (state_.is_draining) return failure("the broker is stopping");
  config::Settings next = loaded;
  next.shards = settings_.shards;  // in use, where the loaded one says 0
  if (auto changed = broker_->change_settings(next); !changed) return changed;
  const config::Settings before = std::exchange(settings_, next);
  recorder_.set_limits(next.auth.unauthorized_max, next.auth.unauthorized_ttl);
  if (admin_) admin_->on_settings();
  log::set_level(static_cast<log::Level>(next.log_level));
  log::set_format(static_cast<log::Format>(next.log_format));
  tasks_.post([this, next] { listener_(next); });
  if (before.auth.allow_anonymous == next.auth.allow_anonymous) return {};
  return announce_again();
}

void AccessControl::reload() {
  const auto work = [this] {
    const admin::ReloadReport report = configuration_.reload();
    for (const std::string& problem : report.problems) {
      log::error("the configuration stays as it was", {{"reason", problem}});
    }
    if (!report.problems.empty()) return;
    const std::string applied = boost::join(report.applied, ", ");
    const std::string waiting = boost::join(report.needs_restart, ", ");
    log::info("the configuration was loaded anew",
              {{"applied", applied}, {"needs_restart", waiting}});
  };
  admin_ ? admin_->post(work) : work();
}

void AccessControl::start() {
  authenticator_->start();
}

Result<std::vector<std::string>> AccessControl::start_administration() {
  std::vector<std::string> lines;
  if (admin_ == nullptr) return lines;
  const auto token = admin_->start();
  if (!token) return tl::unexpected(token.error());
  const std::string url = (settings_.admin.certificate.empty() ? "http://" : "https://") +
                          settings_.admin.address + ":" + std::to_string(admin_->port());
  lines.push_back("administration on " + url);
  if (*token) {
    lines.push_back("first start: make the administrator within an hour: sluice ctl setup " +
                    **token);
  }
  return lines;
}

void AccessControl::stop() {
  if (admin_) admin_->stop();
  if (authenticator_) authenticator_->stop();
}

/// On the authenticator's thread: the list belongs to the admin thread.
void AccessControl::block(auth::Block block, std::string reason) {
  if (admin_ == nullptr) {
    return log::warning("not blocked, as admin.enabled is off",
                        {{"who", block.value}, {"reason", reason}});
  }
  admin_->post([this, block = std::move(block), reason = std::move(reason)] {
    block_automatically(*store_, *broker_, settings_.auth, block, reason, wall_clock_ms());
  });
}

}  // namespace sluice::app

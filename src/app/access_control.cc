#include "app/access_control.h"

#include <chrono>
#include <filesystem>

#include "admin/broker_state.h"
#include "app/automatic_block.h"
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

Result<std::unique_ptr<AccessControl>> AccessControl::make(const config::Settings& settings,
                                                           net::Server& server) {
  std::unique_ptr<AccessControl> made(new AccessControl(settings, server));
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
  if (auto announced = made->announce(server); !announced) {
    return tl::unexpected(announced.error());
  }
  if (settings.admin.enabled) {
    made->admin_ = std::make_unique<admin::Admin>(
        admin::Admin::Parts{settings.admin, settings.auth, *made->store_, *made->broker_,
                            keeps_list ? &made->recorder_ : nullptr, settings.data_dir});
  }
  return made;
}

AccessControl::AccessControl(const config::Settings& settings, net::Server&)
    : settings_(settings), recorder_(recorder_limits(settings.auth)) {}

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
  if (store_ == nullptr) return {};
  auto policy = without_kind(admin::read_policy(*store_, settings_.auth, wall_clock_ms()));
  if (!policy) return tl::unexpected(policy.error());
  const auto chain = without_kind(admin::read_provider_chain(*store_, settings_.auth));
  if (!chain) return tl::unexpected(chain.error());
  server.set_policy(*policy);
  authenticator_->configure(*chain);
  return {};
}

Result<std::vector<std::string>> AccessControl::start() {
  authenticator_->start();
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
    return log::warning("not blocked, as admin.enabled is off: " + block.value + ", " + reason);
  }
  admin_->post([this, block = std::move(block), reason = std::move(reason)] {
    block_automatically(*store_, *broker_, settings_.auth, block, reason, wall_clock_ms());
  });
}

}  // namespace sluice::app

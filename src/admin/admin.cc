#include "admin/admin.h"

#include <thread>

#include "admin/api.h"
#include "admin/housekeeping.h"
#include "admin/server/http_server.h"
#include "base/assert.h"

namespace sluice::admin {
namespace {

constexpr milliseconds kWriteInterval{1000};
constexpr milliseconds kCollectInterval{1000};
constexpr milliseconds kPurgeInterval = std::chrono::hours{1};

Clock system_clock() {
  return {[] {
            const auto now = std::chrono::system_clock::now().time_since_epoch();
            return std::chrono::duration_cast<milliseconds>(now).count();
          },
          monotonic_now};
}

}  // namespace

struct Admin::Impl {
  explicit Impl(Parts given)
      : parts(std::move(given)),
        context{parts.settings, parts.auth,         parts.store,           parts.broker,
                system_clock(), parts.unauthorized, parts.allows_login_as, parts.view,
                parts.node,     parts.configuration},
        api(context) {}

  HttpServer::Options options() const {
    HttpServer::Options options;
    options.address = parts.settings.address;
    options.port = parts.settings.port;
    options.certificate = parts.settings.certificate;
    options.key = parts.settings.key;
    options.socket_path = parts.data_folder + "/admin.sock";
    return options;
  }

  Parts parts;
  Context context;
  Api api;
  std::unique_ptr<HttpServer> server;
  std::thread thread;
};

Admin::Admin(Parts parts) : impl_(std::make_unique<Impl>(std::move(parts))) {}

Admin::~Admin() {
  stop();
}

Result<std::optional<std::string>> Admin::start() {
  Services& services = impl_->api.services();
  if (auto loaded = services.tokens.load(); !loaded) return failure(loaded.error().message);
  auto server = HttpServer::make(impl_->options(), impl_->api);
  if (!server) return tl::unexpected(server.error());
  auto setup_token = services.setup.prepare();
  if (!setup_token) return failure(setup_token.error().message);
  impl_->server = std::move(*server);
  Context& context = impl_->context;
  services.jobs.set_post([this](std::function<void()> task) {
    if (impl_->server) impl_->server->post(std::move(task));
  });
  impl_->server->repeat(kWriteInterval, [&context] { write_unauthorized(context); });
  impl_->server->repeat(kCollectInterval, [&context, &services] {
    services.monitoring.processor_load.read();
    // Before that the shards answer nothing.
    const bool is_serving = context.node == nullptr || context.node->is_serving();
    if (is_serving) services.monitoring.collector.on_second();
  });
  impl_->server->repeat(kPurgeInterval, [&context] { purge_old(context); });
  impl_->server->post([&context] { purge_old(context); });
  impl_->thread = std::thread([this] { impl_->server->run(); });
  return std::move(*setup_token);
}

void Admin::stop() {
  if (!impl_->thread.joinable()) return;
  impl_->server->stop();
  impl_->thread.join();
  impl_->server.reset();
  impl_->api.services().monitoring.collector.finish();
  write_unauthorized(impl_->context);
}

std::uint16_t Admin::port() const {
  return impl_->server->port();
}

void Admin::on_settings() {
  impl_->api.on_settings();
}

void Admin::post(std::function<void()> task) {
  SLUICE_ASSERT(impl_->server);
  impl_->server->post(std::move(task));
}

}  // namespace sluice::admin

#include "app/authenticator_thread.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/log.h"

namespace sluice::app {

namespace {

constexpr milliseconds kOverflowPause{1};
constexpr milliseconds kLongestWait{1000};

/// For providers without a store: they find nobody.
class EmptySource final : public auth::CredentialsSource {
 public:
  Result<std::optional<auth::Credentials>> find(std::string_view) override { return std::nullopt; }
  Result<std::vector<auth::Credentials>> find_x509_expressions() override {
    return std::vector<auth::Credentials>{};
  }
};

EmptySource& empty_source() {
  static EmptySource source;
  return source;
}

std::int64_t wall_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

Result<std::unique_ptr<AuthenticatorThread>> AuthenticatorThread::make(Parts parts) {
  std::unique_ptr<AuthenticatorThread> made(new AuthenticatorThread(std::move(parts)));
  if (auto prepared = made->prepare(); !prepared) return tl::unexpected(prepared.error());
  return made;
}

AuthenticatorThread::AuthenticatorThread(Parts parts)
    : parts_(std::move(parts)),
      wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      watch_(parts_.settings) {}

AuthenticatorThread::~AuthenticatorThread() {
  stop();
}

Result<void> AuthenticatorThread::prepare() {
  if (!wake_) return failure("cannot make an eventfd: no descriptor left");
  auth::CredentialsSource* source = &empty_source();
  if (!parts_.store_path.empty()) {
    auto opened = entities::SqliteCredentialsSource::open(parts_.store_path);
    if (!opened) return failure(opened.error().what);
    source_ = std::move(*opened);
    source = source_.get();
  }
  auto made = providers::Authenticator::make(
      parts_.settings, *source, [this](providers::Ticket ticket, auth::Verdict verdict) {
        on_answer(ticket, std::move(verdict));
      });
  if (!made) return tl::unexpected(made.error());
  authenticator_ = std::move(*made);
  counts_ = authenticator_->counts();
  return {};
}

void AuthenticatorThread::start() {
  thread_ = std::thread([this] { run(); });
}

void AuthenticatorThread::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
}

void AuthenticatorThread::configure(const providers::ProviderChain& chain) {
  call([&chain](AuthenticatorThread& self) { self.authenticator_->configure(chain); });
}

void AuthenticatorThread::forget_password(const std::string& credentials_id) {
  call([&credentials_id](AuthenticatorThread& self) {
    self.authenticator_->forget(credentials_id);
  });
}

void AuthenticatorThread::change_settings(const config::AuthSettings& settings) {
  call([&settings](AuthenticatorThread& self) {
    self.watch_.on_settings(settings);
    self.authenticator_->on_settings(settings);
    self.parts_.settings = settings;
  });
}

/// Before the thread runs the caller is alone with it.
void AuthenticatorThread::call(Command command) {
  if (!thread_.joinable()) return command(*this);
  std::unique_lock lock(mutex_);
  commands_.push_back(std::move(command));
  const std::uint64_t mine = ++commands_given_;
  ::eventfd_write(wake_.get(), 1);
  taken_.wait(lock, [&] { return commands_taken_ >= mine || is_stopping_; });
}

void AuthenticatorThread::take_commands() {
  std::vector<Command> commands;
  {
    const std::lock_guard lock(mutex_);
    commands.swap(commands_);
  }
  for (const Command& command : commands) command(*this);
  if (commands.empty()) return;
  const std::lock_guard lock(mutex_);
  commands_taken_ += commands.size();
  taken_.notify_all();
}

void AuthenticatorThread::run() {
  for (;;) {
    wait();
    take_commands();
    take_tasks();
    authenticator_->on_wake(monotonic_now());
    must_publish_soon_ = !parts_.port.publish();
    const std::lock_guard lock(mutex_);
    if (is_stopping_) break;
  }
  authenticator_.reset();  // its threads end before what they answer to
  taken_.notify_all();
}

void AuthenticatorThread::wait() {
  milliseconds timeout = kLongestWait;
  if (const Instant due = authenticator_->next_deadline(); due != kNever) {
    const auto left = std::chrono::ceil<milliseconds>(due - monotonic_now());
    timeout = std::clamp(milliseconds(left), milliseconds{0}, kLongestWait);
  }
  if (must_publish_soon_) timeout = kOverflowPause;
  if (!parts_.port.try_sleep()) timeout = milliseconds{0};
  std::array<pollfd, 3> sources{{{parts_.port.wake_fd(), POLLIN, 0},
                                 {authenticator_->wake_fd(), POLLIN, 0},
                                 {wake_.get(), POLLIN, 0}}};
  ::poll(sources.data(), sources.size(), static_cast<int>(timeout.count()));
  parts_.port.awake();
  parts_.port.clear_wake();
  eventfd_t ignored = 0;
  ::eventfd_read(wake_.get(), &ignored);
}

void AuthenticatorThread::take_tasks() {
  parts_.port.drain([this](net::GateTask task) { handle(std::move(task)); });
}

void AuthenticatorThread::handle(net::GateTask task) {
  using Kind = net::GateTask::Kind;
  switch (task.kind) {
    case Kind::Authenticate:
      return begin(std::move(task));
    case Kind::Answer:
      return authenticator_->step(task.ticket, std::move(task.data));
    case Kind::Cancel:
      pending_.erase(task.ticket);
      return authenticator_->cancel(task.ticket);
    case Kind::Report:
      return record(std::move(task.refused));
  }
}

void AuthenticatorThread::begin(net::GateTask task) {
  const auth::ConnectRequest& request = task.request;
  if (auto block = watch_.on_connect(request.client_id, monotonic_now())) {
    block->expires = wall_clock_ms() + milliseconds(parts_.settings.block_time).count();
    parts_.block(std::move(*block), "connects too often");
  }
  pending_[task.ticket] = {request.client_id, request.peer.address};
  authenticator_->begin(task.ticket, std::move(task.request));
}

void AuthenticatorThread::on_answer(providers::Ticket ticket, auth::Verdict verdict) {
  if (!std::holds_alternative<auth::Challenge>(verdict)) {
    const auto found = pending_.extract(ticket);
    if (found.empty()) return;
    const Pending& who = found.mapped();
    const auto* refused = std::get_if<auth::Refused>(&verdict);
    if (refused == nullptr) {
      if (parts_.recorder != nullptr) parts_.recorder->forget(who.client_id);
    } else if (refused->code == mqtt::ReasonCode::NotAuthorized) {
      if (auto block = watch_.on_failure(who.address, monotonic_now())) {
        block->expires = wall_clock_ms() + milliseconds(parts_.settings.block_time).count();
        parts_.block(std::move(*block), "failed logins");
      }
    }
  }
  parts_.port.answer(ticket, std::move(verdict));
}

void AuthenticatorThread::log_refusal(const auth::RefusedClient& refused) {
  const auto [pass, folded] = refusal_lines_.ask(refused.client_id, monotonic_now());
  if (!pass) return;
  log::info("refused", {{"client_id", refused.client_id},
                        {"user", refused.username},
                        {"peer", refused.address},
                        {"reason", refused.reason},
                        {"folded", std::to_string(folded)}});
}

void AuthenticatorThread::record(auth::RefusedClient refused) {
  log_refusal(refused);
  if (parts_.recorder == nullptr) return;
  entities::UnauthorizedClient client;
  client.client_id = std::move(refused.client_id);
  client.ip_address = std::move(refused.address);
  client.time = wall_clock_ms();
  client.username = std::move(refused.username);
  client.password_provided = refused.password_provided;
  client.tls_used = refused.is_tls;
  client.reason = std::move(refused.reason);
  parts_.recorder->record(std::move(client));
}

}  // namespace sluice::app

#include "providers/http_client.h"

#include <pthread.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "providers/curl_transfer.h"

namespace sluice::providers {

/// The thread of libcurl: takes commands, moves all transfers, hands back replies.
class HttpClient::Thread {
 public:
  using Answer = std::function<void(CallId, HttpReply)>;

  Thread(const CurlLibrary& curl, bool to_private, Answer answer)
      : curl_(curl),
        to_private_(to_private),
        answer_(std::move(answer)),
        multi_(curl.multi_init()),
        thread_([this] { run(); }) {}

  ~Thread() {
    is_stopping_ = true;
    curl_.multi_wakeup(multi_);
    thread_.join();
    for (auto& [id, transfer] : transfers_) curl_.multi_remove_handle(multi_, transfer->handle());
    transfers_.clear();
    curl_.multi_cleanup(multi_);
  }

  /// Starts a call, or ends one.
  void command(CallId id, std::optional<HttpCall> call) {
    {
      const std::lock_guard lock(mutex_);
      commands_.push_back({id, std::move(call)});
    }
    curl_.multi_wakeup(multi_);
  }

 private:
  struct Command {
    CallId id;
    std::optional<HttpCall> call;  // none: end it
  };

  static constexpr int kPollMilliseconds = 60'000;  // a wake-up or a transfer's timer comes before

  void run() {
    ::pthread_setname_np(::pthread_self(), "http");
    while (!is_stopping_) {
      take_commands();
      int running = 0;
      curl_.multi_perform(multi_, &running);
      take_finished();
      curl_.multi_poll(multi_, nullptr, 0, kPollMilliseconds, nullptr);
    }
  }

  void take_commands() {
    std::vector<Command> commands;
    {
      const std::lock_guard lock(mutex_);
      commands.swap(commands_);
    }
    for (auto& [id, call] : commands) {
      if (call) {
        begin(id, std::move(*call));
      } else {
        end(id);
      }
    }
  }

  void begin(CallId id, HttpCall call) {
    auto transfer = CurlTransfer::make(curl_, std::move(call), to_private_);
    if (!transfer) {
      answer_(id, {0, {}, transfer.error().what});
      return;
    }
    CURL* handle = (*transfer)->handle();
    ids_[handle] = id;
    transfers_[id] = std::move(*transfer);
    curl_.multi_add_handle(multi_, handle);
  }

  void end(CallId id) {
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) return;
    ids_.erase(found->second->handle());
    curl_.multi_remove_handle(multi_, found->second->handle());
    transfers_.erase(found);
  }

  void take_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_.multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode result = message->data.result;  // the message goes with the handle
      const CallId id = ids_.at(message->easy_handle);
      HttpReply reply = transfers_.at(id)->reply(result);
      end(id);
      answer_(id, std::move(reply));
    }
  }

  const CurlLibrary& curl_;
  const bool to_private_;
  const Answer answer_;
  CURLM* const multi_;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::vector<Command> commands_;
  // The thread's own.
  std::unordered_map<CallId, std::unique_ptr<CurlTransfer>> transfers_;
  std::unordered_map<CURL*, CallId> ids_;
  std::thread thread_;  // the last, so that it finds all of the above
};

HttpClient::HttpClient(Completions& completions, bool to_private)
    : completions_(completions), to_private_(to_private) {}

HttpClient::~HttpClient() = default;

HttpClient::CallId HttpClient::start(HttpCall call, Done done) {
  const CallId id = ++last_id_;
  waiting_.emplace(id, std::move(done));
  if (thread_ == nullptr) {
    const auto curl = CurlLibrary::load();
    if (!curl) {
      answer(id, {0, {}, curl.error().what});
      return id;
    }
    thread_ = std::make_unique<Thread>(
        **curl, to_private_,
        [this](CallId finished, HttpReply reply) { answer(finished, std::move(reply)); });
  }
  thread_->command(id, std::move(call));
  return id;
}

void HttpClient::cancel(CallId id) {
  if (waiting_.erase(id) == 0) return;
  if (thread_ != nullptr) thread_->command(id, std::nullopt);
}

/// Any thread: brings the reply to the owner's, where the caller may be gone.
void HttpClient::answer(CallId id, HttpReply reply) {
  completions_.post([this, id, reply = std::move(reply)]() mutable {
    auto node = waiting_.extract(id);
    if (!node.empty()) node.mapped()(std::move(reply));
  });
}

}  // namespace sluice::providers

#include "admin/monitoring/event_hub.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sluice::admin {
namespace {

constexpr std::size_t kChannels = static_cast<std::size_t>(Channel::Count);
constexpr std::array<std::string_view, kChannels> kNames = {
    "counters", "sessions", "refusals", "drops", "jobs", "trace", "subscriptions"};

/// The first bytes of each stream: browsers come back after 2 s when it breaks.
constexpr std::string_view kGreeting = "retry: 2000\n\n";
constexpr std::string_view kHeartbeat = ": still here\n\n";
constexpr std::size_t kPieceMax = 64 * 1024;

}  // namespace

std::string_view to_string(Channel channel) {
  return kNames[static_cast<std::size_t>(channel)];
}

std::optional<Channel> find_channel(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Channel>(found - kNames.begin());
}

Channels Channels::all() {
  Channels all;
  all.bits_ = (1U << kChannels) - 1;
  return all;
}

/// One reader. It outlives neither its connection nor, in what it tells, the hub.
class EventHub::Stream final : public BodySource {
 public:
  Stream(EventHub& hub, Channels channels, Instant ends_at, Welcome is_welcome)
      : hub_(&hub), channels_(channels), ends_at_(ends_at), is_welcome_(std::move(is_welcome)) {}
  ~Stream() override {
    if (hub_) hub_->left(*this);
  }

  const Channels& channels() const { return channels_; }
  bool is_over(Instant now) const { return ends_at_ <= now; }
  bool is_welcome() const { return !is_welcome_ || is_welcome_(); }

  /// False: too much waits already, and the stream is over.
  bool push(std::shared_ptr<const std::string> text) {
    waiting_bytes_ += text->size();
    waiting_.push_back(std::move(text));
    return waiting_bytes_ <= hub_->options_.waiting_bytes_max;
  }

  void wake() {
    if (wake_) wake_();
  }

  /// With what waits already.
  void end() {
    hub_ = nullptr;
    wake();
  }
  /// Without it: who has not taken it for so long, or may not have it.
  void give_up() {
    waiting_.clear();
    end();
  }

  Piece next() override {
    Piece piece;
    while (!waiting_.empty() && piece.bytes.size() < kPieceMax) {
      piece.bytes += *waiting_.front();
      waiting_bytes_ -= waiting_.front()->size();
      waiting_.pop_front();
    }
    piece.is_last = !hub_ && waiting_.empty();
    return piece;
  }

  void on_reader(std::function<void()> wake) override { wake_ = std::move(wake); }

 private:
  EventHub* hub_;  // null: nothing comes any more
  const Channels channels_;
  const Instant ends_at_;
  const Welcome is_welcome_;
  std::function<void()> wake_;
  std::deque<std::shared_ptr<const std::string>> waiting_;
  std::size_t waiting_bytes_ = 0;
};

EventHub::EventHub(Options options, WallTime started_at, std::function<Instant()> now)
    : options_(options), epoch_(std::to_string(started_at)), now_(std::move(now)) {}

EventHub::~EventHub() {
  for (Stream* stream : std::exchange(streams_, {})) stream->end();
}

std::string EventHub::id_of(std::uint64_t number) const {
  return epoch_ + "-" + std::to_string(number);
}

std::optional<std::uint64_t> EventHub::parse_id(std::string_view id) const {
  if (!id.starts_with(epoch_ + "-")) return std::nullopt;
  id.remove_prefix(epoch_.size() + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error != std::errc() || end != id.data() + id.size()) return std::nullopt;
  return number;
}

void EventHub::publish(Channel channel, const boost::json::value& data) {
  if (!is_followed(channel)) return;
  const std::uint64_t number = ++last_number_;
  const auto text = std::make_shared<const std::string>(
      "id: " + id_of(number) + "\nevent: " + std::string(to_string(channel)) +
      "\ndata: " + boost::json::serialize(data) + "\n\n");
  kept_bytes_ += text->size();
  kept_.push_back({number, channel, text});
  while (kept_bytes_ > options_.kept_bytes_max) {
    kept_bytes_ -= kept_.front().text->size();
    last_forgotten_ = kept_.front().number;
    kept_.pop_front();
  }
  send(text, channel);
}

/// To those who follow `channel`; to all without one.
void EventHub::send(const std::shared_ptr<const std::string>& text,
                    std::optional<Channel> channel) {
  // Who is woken may leave: so a copy, and nobody of it that is not there any more.
  for (Stream* stream : std::vector<Stream*>(streams_)) {
    if (std::find(streams_.begin(), streams_.end(), stream) == streams_.end()) continue;
    if (channel && !stream->channels().has(*channel)) continue;
    if (stream->push(text)) {
      stream->wake();
    } else {
      ++streams_dropped_;
      left(*stream);
      stream->give_up();
    }
  }
}

bool EventHub::is_followed(Channel channel) const {
  const History& history = history_[static_cast<std::size_t>(channel)];
  if (history.left_at && now_() - *history.left_at < options_.absence_max) return true;
  return std::any_of(streams_.begin(), streams_.end(),
                     [&](const Stream* stream) { return stream->channels().has(channel); });
}

std::shared_ptr<BodySource> EventHub::follow(Channels channels, std::string_view last_id,
                                             bool is_endless, Welcome is_welcome) {
  if (streams_.size() >= options_.streams_max) return nullptr;
  for (std::size_t i = 0; i < kChannels; ++i) {
    const auto channel = static_cast<Channel>(i);
    // Its events were not told meanwhile: this takes a number, so that no older one leads here.
    if (channels.has(channel) && !is_followed(channel)) history_[i].complete_after = ++last_number_;
  }
  const Instant ends_at = is_endless ? kNever : now_() + options_.life_max;
  auto stream = std::make_shared<Stream>(*this, channels, ends_at, std::move(is_welcome));
  stream->push(std::make_shared<const std::string>(kGreeting));
  if (!last_id.empty()) catch_up(*stream, last_id);
  streams_.push_back(stream.get());
  return stream;
}

bool EventHub::has_all_since(std::uint64_t number, const Channels& channels) const {
  if (number > last_number_ || number < last_forgotten_) return false;
  for (std::size_t i = 0; i < kChannels; ++i) {
    if (!channels.has(static_cast<Channel>(i))) continue;
    if (number < history_[i].complete_after) return false;
  }
  return true;
}

void EventHub::catch_up(Stream& stream, std::string_view last_id) {
  const auto last = parse_id(last_id);
  if (!last || !has_all_since(*last, stream.channels())) {
    stream.push(std::make_shared<const std::string>("id: " + id_of(last_number_) +
                                                    "\nevent: reset\ndata: {}\n\n"));
    return;
  }
  for (const Kept& event : kept_) {
    if (event.number > *last && stream.channels().has(event.channel)) stream.push(event.text);
  }
}

void EventHub::end_unwelcome() {
  for (Stream* stream : std::vector<Stream*>(streams_)) {
    if (std::find(streams_.begin(), streams_.end(), stream) == streams_.end()) continue;
    if (stream->is_welcome()) continue;
    left(*stream);
    stream->give_up();
  }
}

void EventHub::on_second() {
  end_unwelcome();
  const Instant now = now_();
  for (Stream* stream : std::vector<Stream*>(streams_)) {
    if (std::find(streams_.begin(), streams_.end(), stream) == streams_.end()) continue;
    if (!stream->is_over(now)) continue;
    left(*stream);
    stream->end();
  }
  if (last_heartbeat_ && now - *last_heartbeat_ < options_.heartbeat_interval) return;
  last_heartbeat_ = now;
  send(std::make_shared<const std::string>(kHeartbeat), std::nullopt);
}

void EventHub::left(Stream& stream) {
  std::erase(streams_, &stream);
  for (std::size_t i = 0; i < kChannels; ++i) {
    if (stream.channels().has(static_cast<Channel>(i))) history_[i].left_at = now_();
  }
}

}  // namespace sluice::admin

#include "ctl/event_stream.h"

#include <algorithm>
#include <iostream>
#include <thread>
#include <utility>

namespace sluice::ctl {

namespace json = boost::json;

bool EventParser::feed(std::string_view bytes, const Handler& handle) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    unfinished_ += bytes.substr(0, end);
    if (end == std::string_view::npos) return true;
    bytes.remove_prefix(end + 1);
    std::string line = std::exchange(unfinished_, {});
    if (line.ends_with('\r')) line.pop_back();
    if (!take_line(line, handle)) return false;
  }
  return true;
}

bool EventParser::take_line(std::string_view line, const Handler& handle) {
  if (line.empty()) {
    if (event_.name.empty()) event_.name = "message";
    const bool goes_on = !has_data_ || handle(event_);
    event_.name.clear();
    event_.data.clear();
    has_data_ = false;
    return goes_on;
  }
  const std::string_view field = line.substr(0, line.find(':'));
  std::string_view value = field.size() == line.size() ? "" : line.substr(field.size() + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") event_.name = value;
  if (field == "id") event_.id = value;
  if (field == "data") {
    if (has_data_) event_.data += '\n';
    event_.data += value;
    has_data_ = true;
  }
  return true;
}

namespace {

constexpr std::chrono::seconds kPauseMin{1};
constexpr std::chrono::seconds kPauseMax{30};

/// One stream after the other, until enough came.
class Follower {
 public:
  Follower(Api& api, const std::string& topics, const TakeEvent& take, const Comeback& comeback)
      : api_(api), topics_(topics), take_(take), comeback_(comeback) {}

  Outcome<void> run() {
    while (true) {
      const auto read = read_stream();
      if (is_enough_) return {};
      if (!fault_.empty()) return refused(fault_);
      if (!read && (!was_connected_ || !may_pass(read.error()))) return read;
      come_back(read ? "the broker has ended the stream" : read.error().what);
    }
  }

 private:
  Outcome<void> read_stream() {
    EventParser parser;
    is_connected_ = false;
    const Query query{{"topics", topics_}, {"lastEventId", last_id_}};
    return api_.stream("/api/stream", query, [&](std::string_view bytes) {
      on_connected();
      return parser.feed(bytes, [this](const auto& event) { return on_event(event); });
    });
  }

  /// The first bytes of a stream come at once.
  void on_connected() {
    if (is_connected_) return;
    if (was_connected_) comeback_.say("connected again");
    is_connected_ = true;
    was_connected_ = true;
    pause_ = kPauseMin;
  }

  bool on_event(const EventParser::Event& event) {
    json::error_code error;
    const json::value data = json::parse(event.data, error);
    if (error) fault_ = "the broker's event '" + event.name + "' is no JSON";
    if (error) return false;
    last_id_ = event.id;
    is_enough_ = !take_(event.name, data);
    return !is_enough_;
  }

  /// It is away, starting, or has as many streams or requests as it may.
  static bool may_pass(const Failure& failure) {
    return failure.exit_code == kExitUnavailable || failure.http_status == 429 ||
           failure.http_status == 503;
  }

  void come_back(const std::string& why) {
    comeback_.say(why + "; trying again in " + std::to_string(pause_.count()) + " s");
    comeback_.wait(pause_);
    pause_ = std::min(pause_ * 2, kPauseMax);
  }

  Api& api_;
  const std::string& topics_;
  const TakeEvent& take_;
  const Comeback& comeback_;
  std::string last_id_;
  std::string fault_;
  bool is_enough_ = false;
  bool is_connected_ = false;   // this time
  bool was_connected_ = false;  // ever
  std::chrono::seconds pause_ = kPauseMin;
};

}  // namespace

Comeback patient_comeback() {
  return {[](const std::string& line) { std::cerr << "sluice ctl: " << line << std::endl; },
          [](std::chrono::seconds time) { std::this_thread::sleep_for(time); }};
}

Outcome<void> follow_events(Api& api, const std::string& topics, const TakeEvent& take,
                            const Comeback& comeback) {
  return Follower(api, topics, take, comeback).run();
}

}  // namespace sluice::ctl

#include "tools/client_tools/arguments.h"

#include <getopt.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "mqtt/topic/topic_filter.h"

namespace sluice::tools {
namespace {

enum LongOption : int {
  kHelp = 1000,
  kWillTopic,
  kWillPayload,
  kWillQos,
  kWillRetain,
  kWebSocket,
  kWebSocketPath,
  kNoDelay,
  kQuiet,
  kRepeat,
  kRepeatDelay,
  kRetainedOnly,
  kRemoveRetained,
  kCa,
  kCert,
  kKey,
  kInsecure,
  kJson,
};

const std::array kLongOptions = {
    option{"help", no_argument, nullptr, kHelp},
    option{"will-topic", required_argument, nullptr, kWillTopic},
    option{"will-payload", required_argument, nullptr, kWillPayload},
    option{"will-qos", required_argument, nullptr, kWillQos},
    option{"will-retain", no_argument, nullptr, kWillRetain},
    option{"ws", no_argument, nullptr, kWebSocket},
    option{"ws-path", required_argument, nullptr, kWebSocketPath},
    option{"nodelay", no_argument, nullptr, kNoDelay},
    option{"quiet", no_argument, nullptr, kQuiet},
    option{"repeat", required_argument, nullptr, kRepeat},
    option{"repeat-delay", required_argument, nullptr, kRepeatDelay},
    option{"retained-only", no_argument, nullptr, kRetainedOnly},
    option{"remove-retained", no_argument, nullptr, kRemoveRetained},
    option{"ca", required_argument, nullptr, kCa},
    option{"cafile", required_argument, nullptr, kCa},
    option{"cert", required_argument, nullptr, kCert},
    option{"key", required_argument, nullptr, kKey},
    option{"insecure", no_argument, nullptr, kInsecure},
    option{"json", no_argument, nullptr, kJson},
    option{"host", required_argument, nullptr, 'h'},
    option{"port", required_argument, nullptr, 'p'},
    option{"topic", required_argument, nullptr, 't'},
    option{"qos", required_argument, nullptr, 'q'},
    option{"message", required_argument, nullptr, 'm'},
    option{"file", required_argument, nullptr, 'f'},
    option{"stdin-line", no_argument, nullptr, 'l'},
    option{"stdin-file", no_argument, nullptr, 's'},
    option{"null-message", no_argument, nullptr, 'n'},
    option{"retain", no_argument, nullptr, 'r'},
    option{"username", required_argument, nullptr, 'u'},
    option{"pw", required_argument, nullptr, 'P'},
    option{"id", required_argument, nullptr, 'i'},
    option{"id-prefix", required_argument, nullptr, 'I'},
    option{"disable-clean-session", no_argument, nullptr, 'c'},
    option{"keepalive", required_argument, nullptr, 'k'},
    option{"protocol-version", required_argument, nullptr, 'V'},
    option{"property", required_argument, nullptr, 'D'},
    option{"session-expiry-interval", required_argument, nullptr, 'x'},
    option{"debug", no_argument, nullptr, 'd'},
    option{"url", required_argument, nullptr, 'L'},
    option{"verbose", no_argument, nullptr, 'v'},
    option{"filter-out", required_argument, nullptr, 'T'},
    option{"unsubscribe", required_argument, nullptr, 'U'},
    option{nullptr, 0, nullptr, 0},
};

constexpr const char* kCommonLetters = "+:h:p:t:q:u:P:i:I:ck:V:D:x:dL:";
constexpr const char* kPubLetters = "m:f:lsnrM:";
constexpr const char* kSubLetters = "C:EF:NRT:U:W:v";

template <class T>
Result<T> number(const std::string& flag, std::string_view text, T min, T max) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value >= min && value <= max) {
    return value;
  }
  return failure(flag + ": '" + std::string(text) + "' is not a number from " +
                 std::to_string(min) + " to " + std::to_string(max));
}

/// Parses into `target`; an error text if that fails, else empty.
template <class T>
std::string read_number(const std::string& flag, const char* text, T min, T max, T& target) {
  const auto value = number<T>(flag, text, min, max);
  if (!value) return value.error().what;
  target = *value;
  return {};
}

std::string read_qos(const std::string& flag, const char* text, mqtt::Qos& qos) {
  unsigned value = 0;
  std::string error = read_number<unsigned>(flag, text, 0, 2, value);
  qos = static_cast<mqtt::Qos>(value);
  return error;
}

std::string read_version(std::string_view text, mqtt::Version& version) {
  if (text.starts_with("mqttv")) text.remove_prefix(5);
  if (text == "31") return version = mqtt::Version::V31, "";
  if (text == "311") return version = mqtt::Version::V311, "";
  if (text == "5" || text == "50") return version = mqtt::Version::V5, "";
  return "-V: the versions are mqttv31, mqttv311 and mqttv5";
}

std::string read_delay(const char* text, std::chrono::nanoseconds& delay) {
  char* end = nullptr;
  const double seconds = std::strtod(text, &end);
  if (*text == '\0' || *end != '\0' || !(seconds >= 0 && seconds < 1e6)) {
    return "--repeat-delay: '" + std::string(text) + "' is not a number of seconds";
  }
  delay = std::chrono::nanoseconds(std::llround(seconds * 1e9));
  return {};
}

/// Collects the flags; the checks that need several of them follow in `check`.
class Parser {
 public:
  Parser(ClientTool tool, int argc, char** argv) : tool_(tool), argc_(argc), argv_(argv) {}

  Result<Arguments> parse() {
    const std::string letters =
        std::string(kCommonLetters) + (tool_ == ClientTool::Pub ? kPubLetters : kSubLetters);
    optind = 0;
    opterr = 0;
    for (;;) {
      const int flag = getopt_long(argc_, argv_, letters.c_str(), kLongOptions.data(), nullptr);
      if (flag == -1) break;
      const std::string error = take(flag);
      if (!error.empty()) return failure(error);
    }
    if (out_.help) return std::move(out_);
    if (optind < argc_) return failure("unexpected argument '" + std::string(argv_[optind]) + "'");
    if (const std::string error = check(); !error.empty()) return failure(error);
    return std::move(out_);
  }

 private:
  std::string take(int flag) {
    switch (flag) {
      case '?':
        return "unknown option '" + std::string(argv_[optind - 1]) + "'";
      case ':':
        return "the option '" + std::string(argv_[optind - 1]) + "' needs a value";
      case kHelp:
        out_.help = true;
        return {};
      case 't':
        out_.topics.emplace_back(optarg);
        return {};
      case 'q':
        return read_qos("-q", optarg, out_.qos);
      case 'd':
        out_.debug = true;
        return {};
      case kQuiet:
        out_.quiet = true;
        return {};
      case kNoDelay:
        return {};  // always on
      default:
        break;
    }
    std::string error;
    if (take_connection(flag, error) || take_will(flag, error)) return error;
    if (tool_ == ClientTool::Pub ? take_pub(flag, error) : take_sub(flag, error)) return error;
    return "unknown option '" + std::string(argv_[optind - 1]) + "'";
  }

  bool take_connection(int flag, std::string& error) {
    switch (flag) {
      case 'h':
        out_.endpoint.host = optarg;
        return true;
      case 'p':
        error = read_number<std::uint16_t>("-p", optarg, 1, 65'535, out_.endpoint.port);
        return true;
      case 'L':
        error = take_url();
        return true;
      case kWebSocket:
        out_.endpoint.transport = client::Transport::WebSocket;
        return true;
      case kWebSocketPath:
        out_.endpoint.path = optarg;
        return true;
      case kCa:
        out_.endpoint.is_tls = true;
        out_.tls.ca = optarg;
        return true;
      case kCert:
        out_.tls.cert = optarg;
        return true;
      case kKey:
        out_.tls.key = optarg;
        return true;
      case kInsecure:
        out_.endpoint.is_tls = true;
        out_.tls.insecure = true;
        return true;
      case 'u':
        out_.user_name = optarg;
        return true;
      case 'P':
        out_.password = optarg;
        return true;
      case 'i':
        out_.client_id = optarg;
        return true;
      case 'I':
        out_.client_id = optarg + std::to_string(getpid());
        return true;
      case 'c':
        out_.clean_start = false;
        return true;
      case 'k':
        error = read_number<std::uint16_t>("-k", optarg, 0, 65'535, out_.keep_alive);
        return true;
      case 'V':
        error = read_version(optarg, out_.version);
        return true;
      case 'x':
        error = take_session_expiry();
        return true;
      case 'D':
        error = take_property();
        return true;
      default:
        return false;
    }
  }

  std::string take_url() {
    auto url = client::parse_url(optarg);
    if (!url) return "-L: " + url.error().what;
    out_.endpoint = url->endpoint;
    if (!url->user_name.empty()) out_.user_name = url->user_name;
    if (!url->password.empty()) out_.password = url->password;
    if (out_.endpoint.transport == client::Transport::Tcp && !url->path.empty()) {
      out_.topics.push_back(url->path);
    }
    return {};
  }

  std::string take_session_expiry() {
    const std::string text = optarg;
    session_expiry_ = text == "-1" || text == "∞" ? "4294967295" : text;
    return {};
  }

  /// -D command identifier value [value]: getopt takes the first, the others are taken here.
  std::string take_property() {
    const int left = argc_ - optind;
    if (left < 1) return "-D needs a command, a property and its value";
    const std::string identifier = argv_[optind];
    const int values = property_value_count(identifier);
    if (left < 1 + values) return "-D " + std::string(optarg) + " " + identifier + " needs a value";
    const std::string second = values == 2 ? argv_[optind + 2] : "";
    const auto added = out_.properties.add(optarg, identifier, argv_[optind + 1], second);
    optind += 1 + values;
    return added ? "" : "-D: " + added.error().what;
  }

  bool take_will(int flag, std::string& error) {
    switch (flag) {
      case kWillTopic:
        out_.will.topic = optarg;
        return true;
      case kWillPayload:
        out_.will.payload = optarg;
        has_will_part_ = true;
        return true;
      case kWillQos:
        error = read_qos("--will-qos", optarg, out_.will.qos);
        has_will_part_ = true;
        return true;
      case kWillRetain:
        out_.will.retain = true;
        has_will_part_ = true;
        return true;
      default:
        return false;
    }
  }

  bool take_pub(int flag, std::string& error) {
    switch (flag) {
      case 'm':
        error = take_source(PayloadSource::Message);
        out_.payload = optarg;
        return true;
      case 'f':
        error = take_source(PayloadSource::File);
        out_.payload = optarg;
        return true;
      case 'l':
        error = take_source(PayloadSource::StdinLines);
        return true;
      case 's':
        error = take_source(PayloadSource::Stdin);
        return true;
      case 'n':
        error = take_source(PayloadSource::Empty);
        return true;
      case 'r':
        out_.retain = true;
        return true;
      case 'M':
        error = read_number<std::uint16_t>("-M", optarg, 1, 65'535, out_.in_flight_max);
        return true;
      case kRepeat:
        error = read_number<std::uint64_t>("--repeat", optarg, 1, ~0ULL, out_.repeat);
        return true;
      case kRepeatDelay:
        error = read_delay(optarg, out_.repeat_delay);
        return true;
      default:
        return false;
    }
  }

  std::string take_source(PayloadSource source) {
    if (out_.source != PayloadSource::None) return "only one of -m, -f, -l, -s and -n can be given";
    out_.source = source;
    return {};
  }

  bool take_sub(int flag, std::string& error) {
    switch (flag) {
      case 'C':
        error = read_number<std::uint64_t>("-C", optarg, 1, ~0ULL, out_.message_count);
        return true;
      case 'W':
        error = read_number<std::uint32_t>("-W", optarg, 1, 1U << 31, out_.timeout);
        return true;
      case 'E':
        out_.exit_after_subscribe = true;
        return true;
      case 'F':
        error = take_format(optarg);
        return true;
      case kJson:
        error = take_format("%j");
        return true;
      case 'N':
        out_.end_of_line = false;
        return true;
      case 'R':
        out_.skip_retained = true;
        return true;
      case 'T':
        out_.filters_out.emplace_back(optarg);
        return true;
      case 'U':
        out_.unsubscribe.emplace_back(optarg);
        return true;
      case 'v':
        out_.verbose = true;
        return true;
      case kRetainedOnly:
        out_.retained_only = true;
        return true;
      case kRemoveRetained:
        out_.remove_retained = true;
        return true;
      default:
        return false;
    }
  }

  std::string take_format(const char* text) {
    auto format = MessageFormat::parse(text);
    if (!format) return "-F: " + format.error().what;
    out_.format = std::move(*format);
    return {};
  }

  std::string check() {
    if (const std::string error = check_session(); !error.empty()) return error;
    if (has_will_part_ && !out_.will.topic) return "a will needs --will-topic";
    if (out_.will.topic && !mqtt::is_valid_topic_name(*out_.will.topic, 65'535)) {
      return "--will-topic: '" + *out_.will.topic + "' is not a topic to publish to";
    }
    return tool_ == ClientTool::Pub ? check_pub() : check_sub();
  }

  std::string check_session() {
    if (!session_expiry_.empty()) {
      const auto added =
          out_.properties.add("connect", "session-expiry-interval", session_expiry_, "");
      if (!added) return "-x: " + added.error().what;
    } else if (!out_.clean_start && out_.version == mqtt::Version::V5 &&
               !out_.properties.of("connect").session_expiry_interval) {
      (void)out_.properties.add("connect", "session-expiry-interval", "4294967295", "");
    }
    if (!out_.clean_start && out_.client_id.empty())
      return "-c needs a client identifier, -i or -I";
    if (out_.client_id.empty() && out_.version == mqtt::Version::V31) {
      out_.client_id = "sluice_" + std::to_string(getpid());  // 3.1 knows no empty identifier
    }
    return {};
  }

  std::string check_pub() const {
    if (out_.topics.size() != 1) return "exactly one topic (-t) is needed";
    if (!mqtt::is_valid_topic_name(out_.topics[0], 65'535)) {
      return "'" + out_.topics[0] + "' is not a topic to publish to";
    }
    if (out_.source == PayloadSource::None) return "one of -m, -f, -l, -s and -n is needed";
    return {};
  }

  std::string check_sub() const {
    if (out_.topics.empty() && out_.unsubscribe.empty()) return "a topic filter (-t) is needed";
    for (const auto* list : {&out_.topics, &out_.unsubscribe, &out_.filters_out}) {
      for (const auto& filter : *list) {
        const auto shared = mqtt::parse_shared(filter);
        if (mqtt::is_shared(filter) ? shared && mqtt::is_valid_topic_filter(shared->filter, 65'535)
                                    : mqtt::is_valid_topic_filter(filter, 65'535)) {
          continue;
        }
        return "'" + filter +
               "' is not a topic filter: '+' and '#' must be whole levels, '#' the last";
      }
    }
    return {};
  }

  ClientTool tool_;
  int argc_;
  char** argv_;
  Arguments out_;
  std::string session_expiry_;
  bool has_will_part_ = false;
};

}  // namespace

Result<Arguments> parse_arguments(ClientTool tool, int argc, char** argv) {
  return Parser(tool, argc, argv).parse();
}

}  // namespace sluice::tools

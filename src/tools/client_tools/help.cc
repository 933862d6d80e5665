#include "tools/client_tools/arguments.h"

namespace sluice::tools {
namespace {

constexpr const char* kCommonHelp = R"(
Connection
  -h HOST  -p PORT        broker, default localhost and 1883 (8083 with --ws; TLS 8883, 8085)
  -L URL                  mqtt://[user[:password]@]host[:port]/topic or ws://host[:port]/path
                          with TLS mqtts://... or wss://...
  --ca FILE               TLS, believing whom this PEM file names; default the system's authorities
  --cert FILE  --key FILE our certificate and its key
  --insecure              TLS with whatever server
  --ws  --ws-path PATH    WebSocket instead of TCP; path, default /mqtt
  -V VERSION              mqttv31, mqttv311 (default) or mqttv5; 31, 311 and 5 do too
  -i ID  -I PREFIX        client identifier; PREFIX and the process id
  -u NAME  -P PASSWORD    credentials
  -k SECONDS              keep-alive, default 60
  -c                      keep the session (clean session off); needs -i or -I
  -x SECONDS              session expiry interval of MQTT 5; -1: never
  -D COMMAND NAME VALUE   MQTT 5 property; COMMAND is connect, publish, subscribe, unsubscribe,
                          disconnect or will; user-property takes a name and a value
  --will-topic TOPIC  --will-payload TEXT  --will-qos QOS  --will-retain
  -d                      print what is sent and received to stderr
  --quiet                 print no errors
)";

constexpr const char* kPubHelp =
    R"(Usage: sluice pub -t TOPIC (-m TEXT | -f FILE | -l | -s | -n) [options]
Publishes messages and exits when the broker has taken them.

Message
  -t TOPIC  -q QOS  -r    topic; quality of service 0, 1 or 2; retained
  -m TEXT  -f FILE        payload as text; the content of a file
  -s  -l  -n              all of stdin; a message for each line of stdin; an empty payload
  --repeat N              publish N times (with -m, -f, -s and -n)
  --repeat-delay SECONDS  wait between two of them, default 0
  -M N                    at most N unacknowledged messages, default 20
)";

constexpr const char* kSubHelp = R"(Usage: sluice sub -t FILTER [-t FILTER ...] [options]
Subscribes and prints the messages that arrive.

Subscription
  -t FILTER  -q QOS       topic filter, may be repeated; highest quality of service, default 0
  -U FILTER               unsubscribe, for a session kept with -c
  -T FILTER               do not print what matches, may be repeated
  -R                      do not print retained messages
  --retained-only         print only retained messages, exit at the first other one
  --remove-retained       clear the retained messages that arrive

Output
  -v                      topic, a space and the payload
  -F FORMAT  --json       format as of mosquitto_sub (%t %p %q %r %l %x %j ...); the same as -F %j
  -N                      no end of line after a message

Exit
  -C N                    after N messages
  -W SECONDS              after that time, with status 27
  -E                      when the subscriptions are acknowledged
)";

}  // namespace

std::string help_text(ClientTool tool) {
  return std::string(tool == ClientTool::Pub ? kPubHelp : kSubHelp) + kCommonHelp;
}

}  // namespace sluice::tools

#include "tools/client_tools/message_format.h"

#include <gtest/gtest.h>

#include "mqtt/codec/encoder.h"

namespace sluice::tools {
namespace {

std::string formatted(std::string_view format, const mqtt::PublishPacket& packet) {
  std::string out;
  const auto parsed = MessageFormat::parse(format);
  if (!parsed) return "error: " + parsed.error().what;
  const MessageFormat::Time time{std::chrono::nanoseconds(1'470'818'943'086'368'637)};
  if (auto done = parsed->append(out, packet, time); !done) return "error: " + done.error().what;
  return out;
}

mqtt::PublishPacket packet() {
  mqtt::PublishPacket packet;
  packet.topic = "a/b";
  packet.payload = "h\"i\n";
  packet.qos = mqtt::Qos::AtLeastOnce;
  packet.packet_id = 7;
  return packet;
}

TEST(MessageFormat, PrintsTheMessageAndItsProperties) {
  auto message = packet();
  std::string section;
  mqtt::append_content_type(section, "text");
  mqtt::append_user_property(section, "k", "v");
  message.properties.forwarded = section;
  message.properties.message_expiry_interval = 60;

  EXPECT_EQ(formatted("%t %l %q %r %m %C %P %E %x%%", message),
            "a/b 4 1 0 7 text k:v 60 6822690a%");
}

TEST(MessageFormat, PadsAndCuts) {
  EXPECT_EQ(formatted("[%5t|%-5t|%05l|%05t|%.2t|%3.1t]", packet()),
            "[  a/b|a/b  |00004|  a/b|a/|  a]");
}

TEST(MessageFormat, KnowsTimesAndEscapes) {
  EXPECT_EQ(formatted("%U @@ @N \\t\\\\", packet()), "1470818943.086368637 @ 086368637 \t\\");
}

TEST(MessageFormat, EscapesThePayloadInJson) {
  const std::string json = formatted("%j", packet());

  EXPECT_NE(json.find(R"("topic":"a/b","qos":1,"retain":0,"payloadlen":4,"mid":7)"),
            std::string::npos);
  EXPECT_NE(json.find(R"("payload":"h\"i\n")"), std::string::npos);
}

TEST(MessageFormat, InsertsAJsonPayloadAndRefusesAnotherOne) {
  auto message = packet();
  EXPECT_EQ(formatted("%J", message), "error: message payload is not valid JSON on topic a/b");

  message.payload = "{ \"a b\": [1, 2] }";
  EXPECT_NE(formatted("%J", message).find(R"("payload":{"a b":[1,2]}})"), std::string::npos);
}

TEST(MessageFormat, RefusesUnknownSpecifiers) {
  EXPECT_EQ(formatted("%5Z", packet()), "error: invalid format specifier '%5Z'");
  EXPECT_EQ(formatted("\\q", packet()), "error: invalid escape specifier '\\q'");
  EXPECT_EQ(formatted("%", packet()), "error: the format ends within a specifier");
}

}  // namespace
}  // namespace sluice::tools

#include "admin/mail/mail_text.h"

#include <gtest/gtest.h>

#include "admin/testing/smtp_peer.h"

namespace sluice::admin {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;  // 2023-11-14 22:13:20

Mail mail_with(const std::string& subject, const std::string& text) {
  return {{"Sluice", "broker@example.com"}, {"", "ops@example.com"}, subject, text};
}

std::string header(const std::string& wire, const std::string& name) {
  const std::size_t at = wire.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "-";
  std::size_t end = wire.find("\r\n", at + 2);
  while (wire[end + 2] == ' ') end = wire.find("\r\n", end + 2);
  return wire.substr(at + name.size() + 4, end - at - name.size() - 4);
}

TEST(Mailboxes, AreAddressesWithOrWithoutAName) {
  EXPECT_EQ(parse_mailbox(" ops@example.com ")->address, "ops@example.com");
  const auto named = parse_mailbox("\"The Broker\" <broker@localhost>");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->name, "The Broker");
  EXPECT_EQ(named->address, "broker@localhost");
}

TEST(Mailboxes, CannotAddLinesOrReceivers) {
  for (const char* const text :
       {"", "ops", "@x", "ops@", "a b@x", "a@x,b@x", "a@x> NOTIFY=NEVER", "a@x\r\nRCPT TO:<b@x>",
        "a@x\nBcc: b@x", "Name\r\nBcc: b@x <a@x>", "Name <a@x", "<a@x> <b@x>", "a\"b@x", "a<b@x"}) {
    EXPECT_FALSE(parse_mailbox(text)) << text;
  }
}

TEST(MailTexts, HaveTheHeadersOfAMail) {
  const std::string wire = to_wire(mail_with("A new password", "x\n"), kNow, "unique");
  EXPECT_TRUE(wire.starts_with("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n")) << wire;
  EXPECT_EQ(header(wire, "From"), "Sluice\r\n <broker@example.com>");
  EXPECT_EQ(header(wire, "To"), "<ops@example.com>");
  EXPECT_EQ(header(wire, "Message-ID"), "<unique@example.com>");
  EXPECT_EQ(header(wire, "Subject"), "A new password");
  EXPECT_EQ(header(wire, "Auto-Submitted"), "auto-generated");
  EXPECT_EQ(header(wire, "Content-Type"), "text/plain; charset=UTF-8");
}

TEST(MailTexts, EncodeWhatIsNotPlainInHeaders) {
  EXPECT_EQ(header(to_wire(mail_with("Schlüssel", ""), kNow, "x"), "Subject"),
            "=?UTF-8?B?U2NobMO8c3NlbA==?=");
  EXPECT_EQ(header(to_wire(mail_with("a\r\nBcc: b@x", ""), kNow, "x"), "Subject"),
            "=?UTF-8?B?YQ0KQmNjOiBiQHg=?=");
  Mail named = mail_with("x", "");
  named.from.name = "Sluice, \"east\"";
  EXPECT_EQ(header(to_wire(named, kNow, "x"), "From"),
            "=?UTF-8?B?U2x1aWNlLCAiZWFzdCI=?=\r\n <broker@example.com>");
}

TEST(MailTexts, CutLongHeadersBetweenCharacters) {
  std::string subject;
  for (int i = 0; i < 40; ++i) subject += "a€";
  const std::string folded = header(to_wire(mail_with(subject, ""), kNow, "x"), "Subject");
  std::string decoded;
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t end = std::min(folded.find("\r\n ", at), folded.size());
    const std::string word = folded.substr(at, end - at);
    EXPECT_LE(word.size(), 75U);
    ASSERT_TRUE(word.starts_with("=?UTF-8?B?") && word.ends_with("?=")) << word;
    const std::string part =
        from_base64(word.substr(10, word.size() - 12), Base64::Standard).value_or("");
    ASSERT_FALSE(part.empty());
    EXPECT_NE(static_cast<unsigned char>(part.front()) & 0xc0, 0x80) << "a character is cut";
    decoded += part;
    at = end + 3;
  }
  EXPECT_EQ(decoded, subject);
}

TEST(MailTexts, KeepLinesShortWhateverTheTextIs) {
  const std::string text = std::string(2000, 'x') + "\n.\nfrom ü\n";
  const std::string wire = to_wire(mail_with("x", text), kNow, "x");
  for (std::size_t at = 0; at < wire.size();) {
    const std::size_t end = wire.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 78U);
    at = end + 2;
  }
  EXPECT_EQ(testing::decoded_text(wire), std::string(2000, 'x') + "\r\n.\r\nfrom ü\r\n");
}

}  // namespace
}  // namespace sluice::admin

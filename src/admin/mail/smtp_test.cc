#include "admin/mail/smtp.h"

#include <gtest/gtest.h>

#include "admin/mail/mailer.h"
#include "admin/testing/smtp_peer.h"

namespace sluice::admin {
namespace {

using testing::SmtpPeer;
using Security = MailServer::Security;

OutgoingMail mail_to(const SmtpPeer& peer) {
  OutgoingMail mail;
  mail.server.host = "127.0.0.1";
  mail.server.port = peer.port();
  mail.from = "broker@example.com";
  mail.to = "ops@example.com";
  mail.text = "Subject: x\r\n\r\nhello\r\n.dot\r\n";
  return mail;
}

/// What went wrong, "" if nothing.
std::string problem_of(const OutgoingMail& mail) {
  const std::atomic<bool> never = false;
  const auto sent = send_mail(mail, never);
  return sent ? "" : sent.error().what;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Smtp, HandsTheMailOver) {
  SmtpPeer peer;
  EXPECT_EQ(problem_of(mail_to(peer)), "");

  const SmtpPeer::Mail mail = peer.wait_for_mail();
  ASSERT_GE(mail.commands.size(), 4U);
  EXPECT_EQ(mail.commands[1].substr(0, 30), "MAIL FROM:<broker@example.com>");
  EXPECT_EQ(mail.commands[2], "RCPT TO:<ops@example.com>");
  EXPECT_EQ(mail.text, "Subject: x\r\n\r\nhello\r\n..dot\r\n.\r\n") << "a dot is doubled";
  EXPECT_FALSE(mail.was_tls);
}

TEST(Smtp, LogsIn) {
  SmtpPeer peer({.login = "mailer:s3cret"});
  OutgoingMail mail = mail_to(peer);
  mail.server.username = "mailer";
  mail.server.password = "s3cret";
  EXPECT_EQ(problem_of(mail), "");
  EXPECT_EQ(peer.mail_count(), 1U);
}

TEST(Smtp, TellsThatALoginWasRefusedWithoutThePassword) {
  SmtpPeer peer({.login = "mailer:s3cret"});
  OutgoingMail mail = mail_to(peer);
  mail.server.username = "mailer";
  mail.server.password = "guess";
  const std::string problem = problem_of(mail);
  EXPECT_TRUE(holds(problem, "refused the user name or the password (535 5.7.8 who are you)"))
      << problem;
  EXPECT_FALSE(holds(problem, "guess"));
  EXPECT_EQ(peer.mail_count(), 0U);
}

TEST(Smtp, StartsTlsBeforeItLogsIn) {
  SmtpPeer peer({.offers_start_tls = true, .login = "mailer:s3cret"});
  OutgoingMail mail = mail_to(peer);
  mail.server.security = Security::StartTls;
  mail.server.authorities = peer.certificate();
  mail.server.username = "mailer";
  mail.server.password = "s3cret";
  EXPECT_EQ(problem_of(mail), "");

  const SmtpPeer::Mail taken = peer.wait_for_mail();
  EXPECT_TRUE(taken.was_tls);
  ASSERT_GE(taken.commands.size(), 2U);
  EXPECT_EQ(taken.commands[1], "STARTTLS");
}

TEST(Smtp, SpeaksTlsFromTheFirstByte) {
  SmtpPeer peer({.speaks_tls = true});
  OutgoingMail mail = mail_to(peer);
  mail.server.security = Security::Tls;
  mail.server.authorities = peer.certificate();
  EXPECT_EQ(problem_of(mail), "");
  EXPECT_TRUE(peer.wait_for_mail().was_tls);
}

TEST(Smtp, SendsNothingInTheClearWhereTlsWasAskedFor) {
  SmtpPeer peer({.login = "mailer:s3cret"});
  OutgoingMail mail = mail_to(peer);
  mail.server.security = Security::StartTls;
  mail.server.username = "mailer";
  mail.server.password = "s3cret";
  const std::string problem = problem_of(mail);
  EXPECT_TRUE(holds(problem, "offers no STARTTLS")) << problem;
  for (const std::string& command : peer.commands()) {
    EXPECT_FALSE(command.starts_with("AUTH") || command.starts_with("MAIL")) << command;
  }
}

TEST(Smtp, TrustsNoCertificateOfAStranger) {
  for (const Security security : {Security::StartTls, Security::Tls}) {
    SmtpPeer peer({.speaks_tls = security == Security::Tls, .offers_start_tls = true});
    OutgoingMail mail = mail_to(peer);
    mail.server.security = security;
    const std::string problem = problem_of(mail);
    EXPECT_TRUE(holds(problem, "the certificate of the mail server 127.0.0.1")) << problem;
    EXPECT_EQ(peer.mail_count(), 0U);
  }
}

TEST(Smtp, TellsWhatTheServerSaidOfAReceiver) {
  SmtpPeer peer({.answer_to_rcpt = "550 5.1.1 nobody here"});
  const std::string problem = problem_of(mail_to(peer));
  EXPECT_TRUE(holds(problem, "did not take the mail")) << problem;
  EXPECT_TRUE(holds(problem, "(550 5.1.1 nobody here)")) << problem;
}

TEST(Smtp, TellsThatNobodyIsThere) {
  OutgoingMail mail = mail_to(SmtpPeer());
  const std::string problem = problem_of(mail);
  EXPECT_TRUE(holds(problem, "cannot be reached")) << problem;
}

TEST(Smtp, DoesNotWaitForASilentServerLongerThanItWasTold) {
  SmtpPeer peer({.is_silent = true});
  OutgoingMail mail = mail_to(peer);
  mail.server.timeout = milliseconds{50};
  const std::string problem = problem_of(mail);
  EXPECT_TRUE(holds(problem, "did not answer within 50 ms")) << problem;
}

TEST(Smtp, EndsWhenItIsStopped) {
  SmtpPeer peer({.is_silent = true});
  const std::atomic<bool> stop = true;
  EXPECT_FALSE(send_mail(mail_to(peer), stop));
}

TEST(Smtp, AsksTheProxyForTheServer) {
  // No proxy, but what it is asked shows that it is taken for one.
  SmtpPeer proxy;
  OutgoingMail mail = mail_to(proxy);
  mail.server.host = "mail.example.com";
  mail.server.port = 2525;
  mail.server.proxy = {"127.0.0.1", proxy.port(), "", ""};
  EXPECT_NE(problem_of(mail), "");
  ASSERT_FALSE(proxy.commands().empty());
  EXPECT_EQ(proxy.commands()[0], "CONNECT mail.example.com:2525 HTTP/1.1");
}

TEST(Mailers, SendOneAfterTheOther) {
  SmtpPeer peer;
  Mailer mailer;
  mailer.post(mail_to(peer), "first");
  mailer.post(mail_to(peer), "second");
  EXPECT_TRUE(peer.wait_for_mail(2).text.starts_with("Subject: x"));
}

TEST(Mailers, HoldSoManyMailsAndDropTheRest) {
  SmtpPeer peer({.is_silent = true});
  Mailer mailer;
  for (std::size_t i = 0; i < Mailer::kWaitingMax + 2; ++i) mailer.post(mail_to(peer), "many");
  EXPECT_FALSE(mailer.has_room());
}

}  // namespace
}  // namespace sluice::admin

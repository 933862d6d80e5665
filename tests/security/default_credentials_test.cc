// Class: anonymous access and default credentials. CVE-2018-12551; TBMQ's sysadmin and
// tbmq_websockets_username; ETSI EN 303 645, 5.1-1.

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "admin/testing/http_peer.h"
#include "security/administration.h"

namespace sluice::security {
namespace {

using admin::testing::HttpPeer;

struct Pair {
  const char* user;
  const char* password;
};

constexpr Pair kDefaults[] = {
#include "security/default_credentials.inc"
};
static_assert(std::size(kDefaults) >= 200);

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string login_of(const Pair& pair) {
  return std::string(R"({"username": ")") + pair.user + R"(", "password": ")" + pair.password +
         "\"}";
}

std::string after(const std::string& text, const std::string& mark) {
  const std::size_t found = text.find(mark);
  if (found == std::string::npos) return "";
  const std::size_t begin = found + mark.size();
  return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

TEST(AnonymousAndDefaultCredentials, OpenNothingOverMqtt) {
  TestBroker broker({.is_guarded = true});
  Administration(broker).add_user("somebody", "null");
  std::vector<Peer> peers;
  for (const Pair& pair : kDefaults) {
    peers.push_back(broker.peer());
    peers.back().sends(connect_as(pair.user).user_name(pair.user).password(pair.password));
  }
  for (std::size_t i = 0; i < peers.size(); ++i) {
    EXPECT_TRUE(mqtt::is_failure(peers[i].receives(PacketType::Connack).reason()))
        << kDefaults[i].user << " " << kDefaults[i].password;
  }
}

/// Over the local socket, where nobody is locked out: each is really looked at.
TEST(AnonymousAndDefaultCredentials, OpenNothingInTheAdministration) {
  TestBroker broker({.is_guarded = true});
  const Administration administration(broker);
  for (const Pair& pair : kDefaults) {
    const auto answer = administration.ask("POST", "/api/auth/login", login_of(pair));
    EXPECT_TRUE(answer.status == 400 || answer.status == 401) << pair.user << answer.status;
    EXPECT_EQ(answer.body.find("\"token\""), std::string::npos);
  }
}

TEST(AnonymousAndDefaultCredentials, AreLookedAtAFewTimesOnlyOverTheNetwork) {
  TestBroker broker({.is_guarded = true});
  unsigned checked = 0;
  for (const Pair& pair : kDefaults) {
    HttpPeer peer = HttpPeer::tcp(broker.administration_port());
    const int status = HttpPeer::status(peer.ask("POST", "/api/auth/login", login_of(pair)));
    EXPECT_TRUE(status == 400 || status == 401 || status == 429) << status;
    checked += status == 401 ? 1 : 0;
  }
  EXPECT_LE(checked, 20U);
}

TEST(AnonymousAndDefaultCredentials, AreNotWhatAnInstallationBeginsWith) {
  std::set<std::string> tokens;
  for (int installation = 0; installation < 2; ++installation) {
    TestBroker broker({.is_guarded = true, .has_administrator = false});
    const std::string token = after(broker.said(), "sluice ctl setup ");
    EXPECT_GE(token.size(), 24U) << broker.said();
    tokens.insert(token);

    const auto open_without_token = [&broker](const std::string& path) {
      HttpPeer peer = HttpPeer::tcp(broker.administration_port());
      return HttpPeer::status(peer.ask("GET", path)) != 401;
    };
    EXPECT_FALSE(open_without_token("/api/mqtt/client/credentials"));
    EXPECT_FALSE(open_without_token("/api/admin?pageSize=10&page=0"));
    EXPECT_FALSE(open_without_token("/api/configuration"));
    EXPECT_FALSE(open_without_token("/api/client-session?pageSize=10&page=0"));
    EXPECT_FALSE(open_without_token("/api/stream"));
    const std::string users = Administration(broker).do_it("GET", "/api/admin?pageSize=10&page=0");
    EXPECT_NE(users.find(R"("totalElements":0)"), std::string::npos) << users;
    const std::string credentials =
        Administration(broker).do_it("GET", "/api/mqtt/client/credentials?pageSize=10&page=0");
    EXPECT_NE(credentials.find(R"("totalElements":0)"), std::string::npos) << credentials;
  }
  EXPECT_EQ(tokens.size(), 2U) << "each installation has its own";
}

TEST(AnonymousAndDefaultCredentials, TheSetupTokenWorksOnceAndForItsOwnerOnly) {
  TestBroker broker({.is_guarded = true, .has_administrator = false});
  const std::string token = after(broker.said(), "sluice ctl setup ");
  const auto set_up = [&broker](const std::string& with) {
    HttpPeer peer = HttpPeer::tcp(broker.administration_port());
    return HttpPeer::status(
        peer.ask("POST", "/api/noauth/setup",
                 R"({"token": ")" + with +
                     R"(", "email": "boss@example.com", "password": "violet-tractor-umbra-91"})"));
  };

  EXPECT_EQ(set_up("wrong"), 401);
  EXPECT_EQ(set_up(""), 400);
  EXPECT_EQ(set_up(token), 200);
  EXPECT_EQ(set_up(token), 401);
}

TEST(AnonymousAndDefaultCredentials, AreNeitherInTheProgramNorInItsData) {
  TestBroker broker({.is_guarded = true});
  const std::string administrator = "violet-tractor-umbra-91";
  const std::string client = kPassword;
  Administration(broker).add_user("somebody", "null");
  ASSERT_EQ(broker.stop(), 0);

  const std::array kForbidden{std::string("sysadmin@"), std::string("thingsboard.org"),
                              std::string("tbmq_websockets_username"),
                              std::string("thingsboardDefaultSigningKey")};
  const auto expect_clean = [&](const std::filesystem::path& path) {
    const std::string bytes = read(path);
    for (const std::string& word : kForbidden) {
      EXPECT_EQ(bytes.find(word), std::string::npos) << word << " in " << path;
    }
    EXPECT_EQ(bytes.find(administrator), std::string::npos) << path;
    EXPECT_EQ(bytes.find(client), std::string::npos) << path;
  };
  expect_clean(TestBroker::program());
  for (const auto& file : std::filesystem::recursive_directory_iterator(broker.data_folder())) {
    if (file.is_regular_file()) expect_clean(file.path());
  }
  EXPECT_EQ(broker.said().find(administrator), std::string::npos);
}

}  // namespace
}  // namespace sluice::security

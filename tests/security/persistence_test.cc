// Classes: parsers of what is stored (mosquitto #3439, #3160), and duplicates after a crash
// (CVE-2026-8741).

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

#include "security/administration.h"

namespace sluice::security {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string garbage(std::size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

struct Damage {
  const char* name;
  std::function<std::string(std::string)> apply;
};

const std::vector<Damage>& damages() {
  static const std::vector<Damage> kDamages{
      {"empty", [](std::string) { return std::string(); }},
      {"cut in the middle", [](std::string bytes) { return bytes.substr(0, bytes.size() / 2); }},
      {"garbage", [](std::string bytes) { return garbage(bytes.size() + 100); }},
      {"one bit in its middle", [](std::string bytes) {
         if (!bytes.empty()) bytes[bytes.size() / 2] ^= 0x10;
         return bytes;
       }}};
  return kDamages;
}

void replace(const fs::path& folder, const fs::path& by) {
  fs::remove_all(folder);
  fs::copy(by, folder, fs::copy_options::recursive);
}

/// Serves, or ends with an exit code and words; never by a signal.
void expect_start_or_words(TestBroker& broker) {
  const auto end = broker.try_to_start();
  if (!end) {
    broker.expect_service();
    EXPECT_EQ(broker.stop(), 0) << broker.said();
    return;
  }
  EXPECT_TRUE(is_orderly(*end)) << *end << broker.said();
  EXPECT_NE(WEXITSTATUS(*end), 0);
  EXPECT_GT(broker.said().size(), 30U) << broker.said();
}

TEST(PersistenceParser, AnyDamagedFileIsReportedAndNoneEndsTheBroker) {
  TestBroker broker;
  Peer absent = broker.connected(connect_as("absent").session_expiry(600));
  absent.subscribed("t", Qos::ExactlyOnce).disconnects();
  Peer writer = broker.connected(connect_as("writer"));
  writer.published(publish("t", "queued", Qos::ExactlyOnce, 1).retain());
  ASSERT_EQ(broker.stop(), 0);
  const fs::path folder = broker.data_folder();
  const fs::path whole = broker.folder() + "/whole";
  fs::copy(folder, whole, fs::copy_options::recursive);

  std::size_t damaged = 0;
  for (const auto& entry : fs::recursive_directory_iterator(whole)) {
    if (!entry.is_regular_file()) continue;
    for (const Damage& damage : damages()) {
      const fs::path name = fs::relative(entry.path(), whole);
      SCOPED_TRACE(name.string() + ": " + damage.name);
      replace(folder, whole);
      write(folder / name, damage.apply(read(entry.path())));
      expect_start_or_words(broker);
      ++damaged;
    }
  }
  EXPECT_GE(damaged, 20U);
}

TEST(PersistenceParser, ForeignFilesInTheFolderDoNotMatter) {
  TestBroker broker;
  ASSERT_EQ(broker.stop(), 0);
  const fs::path folder = broker.data_folder();
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) write(entry.path() / "000001.log.tmp", garbage(5000));
  }
  write(folder / "core", garbage(5000));

  expect_start_or_words(broker);
}

TEST(PersistenceParser, ADamagedAdministrationIsAnErrorAndIsNotReplaced) {
  TestBroker broker({.is_guarded = true});
  Administration(broker).add_user("u", may({"#"}));
  ASSERT_EQ(broker.stop(), 0);
  const fs::path file = broker.data_folder() + "/admin.db";
  const std::string whole = read(file);
  ASSERT_GT(whole.size(), 4096U);

  for (const Damage& damage : damages()) {
    SCOPED_TRACE(damage.name);
    fs::remove(file.string() + "-wal");
    const std::string bytes = damage.apply(whole);
    write(file, bytes);
    const auto end = broker.try_to_start();
    const bool may_be_unseen = std::string(damage.name) == "one bit in its middle";
    if (!end) {
      // A bit in a page that nothing uses. An empty file is a new one, and lets nobody in.
      EXPECT_TRUE(may_be_unseen || bytes.empty());
      Peer peer = broker.peer();
      peer.sends(connect_as("c")).expects_refusal(ReasonCode::NotAuthorized);
      EXPECT_EQ(broker.stop(), 0);
      continue;
    }
    EXPECT_EQ(WEXITSTATUS(*end), 73) << broker.said();
    EXPECT_NE(broker.said().find("admin.db"), std::string::npos) << broker.said();
    EXPECT_EQ(read(file), bytes) << "what could be repaired is kept";
  }
}

TEST(DuplicateOnCrash, AnAcceptedQos2MessageIsNotTakenTwice) {
  TestBroker broker;
  Peer reader = broker.connected(connect_as("reader").session_expiry(600));
  reader.subscribed("t", Qos::ExactlyOnce).disconnects();
  const Connect writes = connect_as("writer").clean_start(false).session_expiry(600);
  broker.connected(writes).sends(publish("t", "once", Qos::ExactlyOnce, 7)).expects(pubrec(7));

  for (int crash = 0; crash < 3; ++crash) {
    broker.kill();
    broker.start();
    Peer writer = broker.connected(writes);
    writer.sends(publish("t", "once", Qos::ExactlyOnce, 7).dup()).expects(pubrec(7));
  }
  broker.connected(writes).sends(pubrel(7)).expects(pubcomp(7));
  broker.kill();
  broker.start();
  broker.connected(writes).sends(pubrel(7)).expects(
      pubcomp(7, ReasonCode::PacketIdentifierNotFound));

  Peer again = broker.connected(connect_as("reader").clean_start(false).session_expiry(600));
  EXPECT_EQ(again.receives_messages(1), std::vector<std::string>{"once"});
  again.expects(pubrel(1));
  again.sends(pubcomp(1)).expects_nothing_more();
}

TEST(DuplicateOnCrash, ADeliveredQos2MessageIsNotGivenTwice) {
  TestBroker broker;
  const Connect reads = connect_as("reader").clean_start(false).session_expiry(600);
  Peer reader = broker.connected(reads);
  reader.subscribed("t", Qos::ExactlyOnce);
  Peer writer = broker.connected(connect_as("writer"));
  writer.published("t", "once", Qos::ExactlyOnce);
  const PacketId id = reader.receives_message("once").packet_id;
  reader.sends(pubrec(id)).expects(pubrel(id));

  for (int crash = 0; crash < 3; ++crash) {
    broker.kill();
    broker.start();
    broker.connected(reads).expects(pubrel(id));
  }
  broker.connected(reads).expects(pubrel(id)).sends(pubcomp(id)).expects_nothing_more();
}

}  // namespace
}  // namespace sluice::security

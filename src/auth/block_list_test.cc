#include "auth/block_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::auth {
namespace {

constexpr std::int64_t kNow = 1'000'000;

std::shared_ptr<const BlockList> list_of(std::vector<Block> blocks) {
  auto made = BlockList::make(std::move(blocks));
  if (!made) ADD_FAILURE() << made.error().what;
  return *made;
}

Block regex(std::string pattern, BlockTarget target) {
  return {BlockType::Regex, std::move(pattern), target};
}

/// Whether somebody else from this address is blocked by `block`, an address or a range.
bool blocks_address(const std::string& block, const std::string& address) {
  return list_of({{BlockType::IpAddress, block}})->find("c", "u", address, kNow) != nullptr;
}

TEST(BlockList, AnEmptyOneBlocksNobody) {
  const auto list = list_of({});

  EXPECT_TRUE(list->empty());
  EXPECT_EQ(list->find("c", "u", "192.0.2.1", kNow), nullptr);
}

TEST(BlockList, FindsTheEntryThatBlocks) {
  const auto list = list_of({{BlockType::ClientId, "bad-client"},
                             {BlockType::Username, "mallory"},
                             {BlockType::IpAddress, "192.0.2.1"}});

  EXPECT_EQ(list->find("bad-client", "u", "10.0.0.1", kNow)->value, "bad-client");
  EXPECT_EQ(list->find("c", "mallory", "10.0.0.1", kNow)->value, "mallory");
  EXPECT_EQ(list->find("c", "u", "192.0.2.1", kNow)->value, "192.0.2.1");
  EXPECT_EQ(list->find("mallory", "bad-client", "10.0.0.1", kNow), nullptr);
}

TEST(BlockList, AnEntryHoldsUntilItExpires) {
  const auto list = list_of({{BlockType::ClientId, "c", {}, kNow},
                             regex("u.*", BlockTarget::Username),
                             {BlockType::IpAddress, "10.0.0.0/8", {}, kNow},
                             {BlockType::IpAddress, "10.0.0.1", {}, kNow + 10}});

  EXPECT_NE(list->find("c", "", "", kNow - 1), nullptr);
  EXPECT_EQ(list->find("c", "", "", kNow), nullptr);
  EXPECT_NE(list->find("", "user", "", kNow * 1000), nullptr);
  EXPECT_EQ(list->find("", "", "10.0.0.1", kNow + 9)->value, "10.0.0.1");
  EXPECT_EQ(list->find("", "", "10.0.0.2", kNow), nullptr);
}

TEST(BlockList, OfTwoEntriesForOneThingTheLongerHolds) {
  for (const bool is_reversed : {false, true}) {
    std::vector<Block> blocks = {{BlockType::ClientId, "c", {}, kNow - 1},
                                 {BlockType::ClientId, "c", {}, kNow + 10},
                                 {BlockType::ClientId, "d", {}, 0},
                                 {BlockType::ClientId, "d", {}, kNow - 1}};
    if (is_reversed) std::reverse(blocks.begin(), blocks.end());
    const auto list = list_of(std::move(blocks));

    EXPECT_NE(list->find("c", "", "", kNow), nullptr);
    EXPECT_NE(list->find("d", "", "", kNow), nullptr);
  }
}

TEST(BlockList, AnAddressIsTheSameHoweverItIsWritten) {
  EXPECT_TRUE(blocks_address("2001:DB8:0:0:0:0:0:1", "2001:db8::1"));
  EXPECT_TRUE(blocks_address("192.0.2.1", "::ffff:192.0.2.1"));
  EXPECT_TRUE(blocks_address("::ffff:c000:201", "192.0.2.1"));
  EXPECT_TRUE(blocks_address("fe80::1", "fe80::1%eth0"));
  EXPECT_FALSE(blocks_address("2001:db8::1", "2001:db8::2"));
}

TEST(BlockList, ARangeHoldsItsAddressesOnly) {
  EXPECT_TRUE(blocks_address("192.0.2.0/24", "192.0.2.255"));
  EXPECT_TRUE(blocks_address("192.0.2.0/24", "::ffff:192.0.2.7"));
  EXPECT_FALSE(blocks_address("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(blocks_address("10.32.0.0/11", "10.63.255.255"));
  EXPECT_FALSE(blocks_address("10.32.0.0/11", "10.64.0.0"));
  EXPECT_TRUE(blocks_address("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(blocks_address("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(blocks_address("192.0.2.1/32", "192.0.2.1"));
}

TEST(BlockList, AllOfOneFamilyIsNotAllOfTheOther) {
  EXPECT_TRUE(blocks_address("0.0.0.0/0", "203.0.113.9"));
  EXPECT_TRUE(blocks_address("::ffff:0:0/96", "203.0.113.9"));
  EXPECT_FALSE(blocks_address("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(blocks_address("::/0", "2001:db8::1"));
  EXPECT_FALSE(blocks_address("::/0", "203.0.113.9"));
}

TEST(BlockList, AnExpressionMatchesTheWholeOfItsTarget) {
  const auto list = list_of({regex("bot-[0-9]+", BlockTarget::ClientId),
                             regex("(?i)guest", BlockTarget::Username),
                             regex("192\\.0\\.2\\..*", BlockTarget::IpAddress)});

  EXPECT_NE(list->find("bot-1", "u", "10.0.0.1", kNow), nullptr);
  EXPECT_EQ(list->find("a-bot-1", "u", "10.0.0.1", kNow), nullptr);
  EXPECT_NE(list->find("c", "Guest", "10.0.0.1", kNow), nullptr);
  EXPECT_EQ(list->find("guest", "u", "10.0.0.1", kNow), nullptr);
  EXPECT_NE(list->find("c", "u", "::ffff:192.0.2.3", kNow), nullptr);
}

TEST(BlockList, WhatAClientDoesNotHaveIsNotBlocked) {
  const auto list =
      list_of({regex(".*", BlockTarget::Username), regex(".*", BlockTarget::ClientId)});

  EXPECT_EQ(list->find("", "", "10.0.0.1", kNow), nullptr);
  EXPECT_NE(list->find("", "u", "10.0.0.1", kNow), nullptr);
}

TEST(BlockList, SavingRefusesWhatCannotBeMatched) {
  for (const char* address : {"", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1",
                              "192.0.2.0/8x", "2001:db8::/129", "host", "fe80::1%eth0", "/8"}) {
    EXPECT_FALSE(check_block({BlockType::IpAddress, address})) << address;
  }
  EXPECT_FALSE(check_block({BlockType::IpAddress, std::string("192.0.2.1\0x", 11)}));
  for (const char* pattern : {"", "(", "(a)\\1", "a++", "(?=a)"}) {
    EXPECT_FALSE(check_block(regex(pattern, BlockTarget::ClientId))) << pattern;
  }
  EXPECT_FALSE(check_block({BlockType::ClientId, ""}));
  EXPECT_TRUE(check_block({BlockType::IpAddress, "2001:db8::/32"}));
}

TEST(BlockList, ARangeNamedByAHostIsRefusedWithTheRange) {
  const auto checked = check_block({BlockType::IpAddress, "10.1.2.3/8"});

  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().what.find("10.0.0.0/8"), std::string::npos) << checked.error().what;
}

TEST(BlockList, HoldsAHundredThousandExactEntries) {
  std::vector<Block> blocks;
  for (int i = 0; i < 100'000; ++i) {
    blocks.push_back({BlockType::ClientId, "client-" + std::to_string(i)});
    const std::string tail = std::to_string(i / 256 % 256) + "." + std::to_string(i % 256);
    blocks.push_back({BlockType::IpAddress, "10." + std::to_string(i / 65536) + "." + tail});
  }
  const auto list = list_of(std::move(blocks));

  for (int i = 0; i < 100'000; i += 777) {
    const std::string id = "client-" + std::to_string(i);
    ASSERT_EQ(list->find(id, "u", "192.0.2.1", kNow)->value, id);
  }
  EXPECT_NE(list->find("c", "u", "10.1.134.159", kNow), nullptr) << "the last: 99'999";
  EXPECT_EQ(list->find("c", "u", "10.1.134.160", kNow), nullptr);
  EXPECT_EQ(list->find("client-100000", "u", "192.0.2.1", kNow), nullptr);
}

}  // namespace
}  // namespace sluice::auth

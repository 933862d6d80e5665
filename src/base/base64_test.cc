#include "base/base64.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sluice {
namespace {

// RFC 4648 10.
TEST(Base64, AgreesWithTheVectorsOfTheRfc) {
  EXPECT_EQ(to_base64("", Base64::Standard), "");
  EXPECT_EQ(to_base64("f", Base64::Standard), "Zg==");
  EXPECT_EQ(to_base64("fo", Base64::Standard), "Zm8=");
  EXPECT_EQ(to_base64("foobar", Base64::Standard), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xff\xef\xbf", Base64::Standard), "/++/");
  EXPECT_EQ(to_base64("\xff\xef\xbf", Base64::Url), "_--_");
}

TEST(Base64, RefusesEveryOtherSpelling) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z g=", "Zg==\n", "=",
                           "====", "_--_", "Z", "Zg==Zg=="}) {
    EXPECT_FALSE(from_base64(text, Base64::Standard)) << text;
  }
  for (const char* text : {"Zg==", "Zh", "Z", "/++/", "Zm 9"}) {
    EXPECT_FALSE(from_base64(text, Base64::Url)) << text;
  }
}

TEST(Base64, ReadsWhatItWrote) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    for (const auto alphabet : {Base64::Standard, Base64::Url}) {
      RC_ASSERT(from_base64(to_base64(bytes, alphabet), alphabet) == bytes);
    }
  }));
}

TEST(Base64Url, RoundTripsAndRefusesWhatNoEncoderWrites) {
  EXPECT_EQ(to_base64("\xfb\xff\xfe", Base64::Url), "-__-");
  EXPECT_EQ(from_base64(to_base64("ab", Base64::Url), Base64::Url), "ab");
  EXPECT_EQ(from_base64("QQ", Base64::Url), "A");
  EXPECT_FALSE(from_base64("QR", Base64::Url));  // has bits beyond the last byte
  EXPECT_FALSE(from_base64("QQ==", Base64::Url));
  EXPECT_FALSE(from_base64("Q", Base64::Url));
}

}  // namespace
}  // namespace sluice

#include "entities/settings_store.h"

#include "entities/secrets.h"
#include "entities/settings_defaults.h"
#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using testing::kind_of;
using testing::must;

class SettingsStoreTest : public testing::StoreTest {
 protected:
  Result<AdminSetting> put(const std::string& key, const std::string& value) {
    return committed([&](Transaction& t) { return store().settings().put(t, key, value); });
  }
  std::string mistake(const std::string& key, const std::string& value) {
    const auto setting = put(key, value);
    return setting ? "" : setting.error().what;
  }
};

TEST_F(SettingsStoreTest, DefaultsAreWhatCouldBePut) {
  for (const DefaultSetting& setting : default_settings()) {
    const auto kept = must(put(std::string(setting.key), std::string(setting.json)));
    EXPECT_EQ(kept.value, must(put(std::string(setting.key), "{}")).value) << setting.key;
  }
}

TEST_F(SettingsStoreTest, CompletesWhatIsMissing) {
  must(put("general", R"({"baseUrl": "https://mqtt.example"})"));

  EXPECT_EQ(must(store().settings().get("general")).value,
            R"({"baseUrl":"https://mqtt.example","prohibitDifferentUrl":false})");
}

TEST_F(SettingsStoreTest, TakesNumbersAsTextAndTextAsNumbers) {
  const auto mail = must(put("mail", R"({"smtpPort": "465"})"));
  const auto connectivity = must(put("connectivity", R"({"mqtt": {"port": 1884}})"));

  EXPECT_NE(mail.value.find(R"("smtpPort":465)"), std::string::npos);
  EXPECT_NE(connectivity.value.find(R"("port":"1884")"), std::string::npos);
}

TEST_F(SettingsStoreTest, NamesTheMemberThatIsWrong) {
  EXPECT_EQ(mistake("general", R"({"baseURL": "x"})"), "baseURL: unknown");
  EXPECT_EQ(mistake("general", R"({"baseUrl": true})"), "baseUrl: must be a text");
  EXPECT_EQ(mistake("general", "7"), "jsonValue: not a JSON object");
  EXPECT_EQ(mistake("connectivity", R"({"ws": {"enabled": "yes"}})"),
            "ws.enabled: must be true or false");
  EXPECT_EQ(mistake("securitySettings", R"({"passwordPolicy": {"minimumLength": -1}})"),
            "passwordPolicy.minimumLength: must be a number, 0 or more");
  EXPECT_EQ(mistake("mqttAuthorization", R"({"priorities": ["JWT", "JWT"]})"),
            "priorities: names JWT twice");
  EXPECT_EQ(kind_of(put("nothing", "{}")), ErrorKind::NotFound);
  EXPECT_EQ(kind_of(store().settings().get("nothing")), ErrorKind::NotFound);
}

TEST_F(SettingsStoreTest, LeavesMailPasswordsOutAndKeepsThem) {
  must(put("mail", R"({"password": "secret", "proxyPassword": "hidden"})"));
  const auto shown = without_secrets(must(store().settings().get("mail")));
  for (const char* const text : {"\"password\"", "\"proxyPassword\"", "secret", "hidden"}) {
    EXPECT_EQ(shown.value.find(text), std::string::npos) << text;
  }

  const auto completed = must(store().settings().complete("mail", R"({"smtpHost": "other"})"));
  EXPECT_NE(completed.value.find(R"("password":"secret")"), std::string::npos);
  EXPECT_EQ(must(store().settings().get("mail")).value.find("other"), std::string::npos);

  must(put("mail", shown.value));
  EXPECT_NE(must(store().settings().get("mail")).value.find(R"("password":"secret")"),
            std::string::npos);

  must(put("mail", R"({"password": ""})"));
  const auto cleared = must(store().settings().get("mail")).value;
  EXPECT_NE(cleared.find(R"("password":"")"), std::string::npos);
  EXPECT_NE(cleared.find(R"("proxyPassword":"hidden")"), std::string::npos);
}

}  // namespace
}  // namespace sluice::entities

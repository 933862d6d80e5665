#include "app/config_show.h"

#include <gtest/gtest.h>

#include <sstream>

#include "app/exit_codes.h"

namespace sluice::app {
namespace {

class ConfigShow : public testing::Test {
 protected:
  ConfigShow() {
    sources_.environment = {{"SLUICE_TLS_KEY_PASSWORD", "open sesame"}};
    sources_.assignments = {config::parse_assignment("mqtt.receive_max=7"),
                            config::parse_assignment("mqtt.response_information=a \"b\"")};
  }

  std::string show(const std::string& prefix, bool with_origin, ShowFormat format) {
    out_.str("");
    EXPECT_EQ(show_configuration(sources_, prefix, with_origin, format, out_, err_), kExitOk);
    return out_.str();
  }

  config::Sources sources_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ConfigShow, SaysWhereAValueCameFromAndNoSecret) {
  EXPECT_EQ(show("mqtt.receive_max", true, ShowFormat::Table),
            "KEY               VALUE  ORIGIN\n"
            "mqtt.receive_max  7      --set mqtt.receive_max=7\n");
  EXPECT_EQ(show("tls.key_password", true, ShowFormat::Json),
            R"([{"key":"tls.key_password","value":"***",)"
            R"("origin":"environment SLUICE_TLS_KEY_PASSWORD"}])"
            "\n");
  EXPECT_EQ(show("", true, ShowFormat::Table).find("sesame"), std::string::npos);
}

TEST_F(ConfigShow, WritesYamlThatSaysTheSame) {
  const std::string yaml = show("", true, ShowFormat::Yaml);

  const auto again = config::load_text(yaml, "shown.yml");

  ASSERT_TRUE(again.ok()) << again.problems.front().to_string();
  EXPECT_EQ(again.settings.mqtt.receive_max, 7);
  EXPECT_EQ(again.settings.mqtt.response_information, "a \"b\"");
  EXPECT_EQ(again.settings.listeners.size(), 2U);
}

TEST_F(ConfigShow, RefusesWhatIsWrong) {
  EXPECT_EQ(show_configuration(sources_, "nothing", false, ShowFormat::Table, out_, err_),
            kExitUsage);
  sources_.assignments = {config::parse_assignment("shards=many")};
  EXPECT_EQ(show_configuration(sources_, "", false, ShowFormat::Table, out_, err_), kExitConfig);
  EXPECT_EQ(out_.str(), "");
}

}  // namespace
}  // namespace sluice::app

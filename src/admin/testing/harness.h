#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "admin/api.h"
#include "admin/broker_control.h"
#include "admin/testing/fake_configuration.h"
#include "admin/testing/fake_node.h"
#include "admin/testing/fake_view.h"
#include "base/assert.h"

namespace sluice::admin::testing {

/// Writes down what it is told.
class FakeBroker final : public BrokerControl {
 public:
  void apply_policy(std::shared_ptr<const auth::Policy> given) override {
    calls.push_back("policy");
    policy = std::move(given);
  }
  void apply(const auth::CredentialsChange& change) override {
    using Kind = auth::CredentialsChange::Kind;
    calls.push_back(change.kind == Kind::Rules  ? "rules " + change.credentials_id
                    : change.kind == Kind::Gone ? "gone " + change.credentials_id
                                                : "provider");
  }
  void configure(const providers::ProviderChain& given) override {
    calls.push_back("configure");
    chain = given;
  }
  void forget_password(const std::string& id) override { calls.push_back("forget " + id); }
  Losses find_losses(const std::string& id, std::shared_ptr<const auth::RuleBook> rules,
                     std::size_t) override {
    calls.push_back(std::string("losses ") + (rules ? "rules " : "gone ") + id);
    return {{{"meter-1", {"a/#"}}}, 1, 2};
  }

  std::vector<std::string> calls;
  std::shared_ptr<const auth::Policy> policy;
  providers::ProviderChain chain;
};

/// A folder that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = std::filesystem::temp_directory_path() / "sluice-admin-XXXXXX";
    SLUICE_ASSERT(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline constexpr const char* kEmail = "boss@example.com";
inline constexpr const char* kPassword = "violet-tractor-umbra-91";

/// The API over a store of its own, with fakes around it and a clock that the test moves.
class Harness {
 public:
  explicit Harness(config::AdminSettings given = {})
      : settings(std::move(given)), store(open_store(folder.path())) {
    auth.password_cost = 4;
    context = std::make_unique<Context>(
        Context{settings, auth, *store, broker,
                Clock{[this] { return wall; }, [this] { return Instant(milliseconds(wall)); }},
                nullptr, false, &view, &node, &configuration});
    api = std::make_unique<Api>(*context);
    SLUICE_ASSERT(api->services().tokens.load());
  }

  void pass(milliseconds time) { wall += time.count(); }

  /// A request over the network, with the work that a handler leaves to others.
  Response ask(RequestHead head, const std::string& body = "") {
    if (head.address.empty()) head.address = "192.0.2.1";
    Api::Admission admission = api->admit(head);
    if (admission.refusal) return std::move(*admission.refusal);
    Response response = api->answer(std::move(admission), body);
    const Response::StopFlag never{false};
    while (response.work) response = *response.work(never)();
    return response;
  }
  Response ask(const std::string& method, const std::string& target, const std::string& token,
               const std::string& body = "") {
    RequestHead head;
    head.method = method;
    head.target = target;
    if (!token.empty()) head.authorization = "Bearer " + token;
    return ask(std::move(head), body);
  }
  Response ask_locally(const std::string& method, const std::string& target,
                       const std::string& body = "") {
    RequestHead head;
    head.method = method;
    head.target = target;
    head.address = "local";
    head.is_local = true;
    return ask(std::move(head), body);
  }

  void add_user(const std::string& email, const std::string& authority) {
    const Response made = ask_locally("POST", "/api/admin",
                                      R"({"email": ")" + email + R"(", "password": ")" + kPassword +
                                          R"(", "authority": ")" + authority + R"("})");
    SLUICE_ASSERT(made.status == 200);
  }

  Response log_in(const std::string& email, const std::string& password,
                  const std::string& address = "192.0.2.1") {
    RequestHead head;
    head.method = "POST";
    head.target = "/api/auth/login";
    head.address = address;
    return ask(std::move(head), boost::json::serialize(boost::json::object{
                                    {"username", email}, {"password", password}}));
  }
  /// An access token.
  std::string token_of(const std::string& email, const std::string& password = kPassword) {
    return text(log_in(email, password), "token");
  }

  /// A member of an answer, as text.
  static std::string text(const Response& response, std::string_view member) {
    const auto value = boost::json::parse({response.body.data(), response.body.size()});
    const auto* found = value.as_object().if_contains({member.data(), member.size()});
    if (!found) return "";
    return found->is_string() ? std::string(found->as_string()) : boost::json::serialize(*found);
  }
  static int code(const Response& response) { return std::stoi("0" + text(response, "errorCode")); }

  TemporaryFolder folder;
  config::AdminSettings settings;
  config::AuthSettings auth;
  FakeBroker broker;
  FakeView view;
  FakeNode node;
  FakeConfiguration configuration;
  std::int64_t wall = 1'800'000'000'000;
  std::unique_ptr<entities::AdminStore> store;
  std::unique_ptr<Context> context;
  std::unique_ptr<Api> api;

 private:
  static std::unique_ptr<entities::AdminStore> open_store(const std::string& path) {
    auto opened = entities::AdminStore::open(path, 1'800'000'000'000);
    SLUICE_ASSERT(opened);
    return std::move(*opened);
  }
};

}  // namespace sluice::admin::testing

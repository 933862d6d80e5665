#include "auth/authorization_rules.h"

#include <algorithm>
#include <utility>

#include "auth/compiled_list.h"
#include "auth/placeholders.h"
#include "auth/stored_rules.h"

namespace sluice::auth {
namespace {

struct CompiledRules {
  CompiledList publish;
  CompiledList subscribe;
};
using SharedRules = std::shared_ptr<const CompiledRules>;

Result<SharedRules> compile(RuleText text) {
  auto publish = CompiledList::make(std::move(text.publish));
  if (!publish) return failure("publish rules: " + publish.error().what);
  auto subscribe = CompiledList::make(std::move(text.subscribe));
  if (!subscribe) return failure("subscribe rules: " + subscribe.error().what);
  return std::make_shared<const CompiledRules>(
      CompiledRules{std::move(*publish), std::move(*subscribe)});
}

}  // namespace

struct AuthorizationRules::Impl {
  std::vector<SharedRules> alternatives;
  std::string stored_text;

  static Result<std::shared_ptr<const AuthorizationRules>> make(std::vector<RuleText> texts) {
    const std::shared_ptr<AuthorizationRules> made(new AuthorizationRules);
    made->impl_->stored_text = write_rules(texts);
    for (RuleText& text : texts) {
      auto compiled = compile(std::move(text));
      if (!compiled) return tl::unexpected(compiled.error());
      made->impl_->alternatives.push_back(std::move(*compiled));
    }
    return made;
  }
};

AuthorizationRules::AuthorizationRules() : impl_(std::make_unique<Impl>()) {}
AuthorizationRules::~AuthorizationRules() = default;

Result<std::shared_ptr<const AuthorizationRules>> AuthorizationRules::make(const RuleText& text,
                                                                           const Subject& subject) {
  auto filled = fill_placeholders(text, subject);
  if (!filled) return tl::unexpected(filled.error());
  return Impl::make({std::move(*filled)});
}

Result<std::shared_ptr<const AuthorizationRules>> AuthorizationRules::from_stored_text(
    std::string_view text) {
  auto rules = read_rules(text);
  if (!rules) return tl::unexpected(rules.error());
  return Impl::make(std::move(*rules));
}

std::shared_ptr<const AuthorizationRules> AuthorizationRules::any_of(
    const std::vector<std::shared_ptr<const AuthorizationRules>>& parts) {
  if (parts.size() == 1) return parts.front();
  const std::shared_ptr<AuthorizationRules> made(new AuthorizationRules);
  std::vector<SharedRules>& alternatives = made->impl_->alternatives;
  std::vector<RuleText> texts;
  for (const auto& part : parts) {
    const std::vector<SharedRules>& more = part->impl_->alternatives;
    alternatives.insert(alternatives.end(), more.begin(), more.end());
    const auto more_texts = read_rules(part->stored_text());
    texts.insert(texts.end(), more_texts->begin(), more_texts->end());
  }
  made->impl_->stored_text = write_rules(texts);
  return made;
}

bool AuthorizationRules::may_publish(std::string_view topic) const {
  return std::ranges::any_of(impl_->alternatives, [&](const SharedRules& rules) {
    return rules->publish.allow_topic(topic);
  });
}

bool AuthorizationRules::may_subscribe(std::string_view filter) const {
  return std::ranges::any_of(impl_->alternatives, [&](const SharedRules& rules) {
    return rules->subscribe.allow_filter(filter);
  });
}

bool AuthorizationRules::allows_all_publish() const {
  return std::ranges::any_of(impl_->alternatives, [](const SharedRules& rules) {
    return rules->publish.allow_everything();
  });
}

const std::string& AuthorizationRules::stored_text() const {
  return impl_->stored_text;
}

Result<void> check_rules(const RuleText& text) {
  const auto made = AuthorizationRules::make(text, {"client", "user", "name"});
  if (!made) return tl::unexpected(made.error());
  return {};
}

}  // namespace sluice::auth

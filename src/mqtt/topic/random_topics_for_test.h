#pragma once

#include <rapidcheck.h>

#include <string>
#include <utility>
#include <vector>

namespace sluice::mqtt::test {

inline std::string join(const std::vector<std::string>& levels) {
  std::string text;
  for (std::size_t i = 0; i < levels.size(); ++i) text += (i == 0 ? "" : "/") + levels[i];
  return text;
}

/// Few different levels and short texts, so that random filters and topics meet often.
inline rc::Gen<std::string> topics() {
  auto levels = rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(
      std::vector<std::string>{"a", "b", "", "$x", "a-level-longer-than-a-node"}));
  return rc::gen::map(rc::gen::resize(4, rc::gen::nonEmpty(std::move(levels))), join);
}

inline rc::Gen<std::string> filters() {
  auto levels = rc::gen::container<std::vector<std::string>>(
      rc::gen::elementOf(std::vector<std::string>{"a", "b", "", "$x", "+", "+"}));
  auto plain = rc::gen::map(rc::gen::resize(4, rc::gen::nonEmpty(std::move(levels))), join);
  auto with_hash = rc::gen::map(plain, [](const std::string& text) { return text + "/#"; });
  return rc::gen::weightedOneOf<std::string>(
      {{6, plain}, {3, with_hash}, {1, rc::gen::just(std::string("#"))}});
}

}  // namespace sluice::mqtt::test

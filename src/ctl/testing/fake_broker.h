#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "ctl/command_line.h"
#include "ctl/nouns/nouns.h"

namespace sluice::ctl {

/// A broker's API for tests of verbs: it answers as it was told to and remembers what it was asked.
class FakeBroker {
 public:
  /// What the next request of this method and path, without its query, is answered with; the last
  /// one answers all that follow.
  void answers(const std::string& method_and_path, std::string body, int status = 200) {
    replies_[method_and_path].push_back({status, std::move(body)});
  }

  /// A page that holds all items of a list.
  void has_list(const std::string& path, const std::string& items) {
    answers("GET " + path, R"({"data": )" + items + R"(, "hasNext": false})");
  }

  /// "GET /api/x?a=b", with the body behind a blank if there is one.
  const std::vector<std::string>& requests() const { return requests_; }
  std::string last_request() const { return requests_.empty() ? "" : requests_.back(); }

  struct Result {
    int exit_code = 0;
    boost::json::value value{};
    std::string text;  // what was written while it ran, then the answer's text
    std::string note;  // of a success, or why it failed
  };

  /// Runs `sluice ctl` with these words.
  Result run(std::vector<std::string> words) {
    static const std::vector<Noun> nouns = all_nouns();
    words.insert(words.begin(), "ctl");
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const auto parsed = parse_command_line(nouns, static_cast<int>(words.size()), pointers.data());
    if (const auto* text = std::get_if<Text>(&parsed)) return {text->exit_code, {}, "", text->text};
    const auto& invocation = std::get<Invocation>(parsed);
    Api api(std::make_unique<Wire>(*this));
    Console console;
    std::ostringstream out;
    auto answer =
        invocation.verb->run({api, invocation.arguments, console, out, invocation.common.format});
    if (!answer) return {answer.error().exit_code, {}, out.str(), answer.error().what};
    return {answer->exit_code, std::move(answer->value), out.str() + answer->text, answer->note};
  }

 private:
  class Wire final : public Transport {
   public:
    explicit Wire(FakeBroker& broker) : broker_(broker) {}
    Outcome<HttpReply> send(const char* method, std::string_view target,
                            const std::string* body) override {
      std::string request = std::string(method) + " " + std::string(target);
      HttpReply reply = broker_.reply_to(request.substr(0, request.find('?')));
      if (body != nullptr && !body->empty()) request += " " + *body;
      broker_.requests_.push_back(std::move(request));
      return reply;
    }
    Outcome<HttpReply> stream(std::string_view target, const Sink& sink) override {
      auto reply = send("GET", target, nullptr);
      if (reply->status >= 300) return reply;
      sink(reply->body);
      reply->body.clear();
      return reply;
    }

   private:
    FakeBroker& broker_;
  };

  HttpReply reply_to(const std::string& method_and_path) {
    const auto found = replies_.find(method_and_path);
    if (found == replies_.end()) {
      return {404, R"({"message": "nobody told the test to answer )" + method_and_path + "\"}"};
    }
    HttpReply reply = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    return reply;
  }

  std::map<std::string, std::deque<HttpReply>> replies_;
  std::vector<std::string> requests_;
};

}  // namespace sluice::ctl

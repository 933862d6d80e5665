#include "config/variables.h"

#include <array>

#include "config/small_file.h"

namespace sluice::config {

namespace {

constexpr std::size_t kValueSizeMax = 64 * 1024;

void remove_line_end(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

}  // namespace

std::span<const TbmqOption> tbmq_wss_options() {
  static const std::array<TbmqOption, 4> options{
      {{"LISTENER_WSS_PEM_CERT", &ListenerOptions::certificate},
       {"LISTENER_WSS_PEM_KEY", &ListenerOptions::key},
       {"LISTENER_WSS_PEM_KEY_PASSWORD", &ListenerOptions::key_password},
       {"LISTENER_WSS_ENABLED_CIPHER_SUITES", &ListenerOptions::ciphers}}};
  return options;
}

Variables::Variables(std::span<const EnvironmentEntry> environment, Assembly& assembly) {
  for (const auto& [name, value] : environment) values_[name] = {value, name};
  for (const Key& key : all_keys()) {
    if (key.text == nullptr) continue;
    read_files_of(environment_name(key), assembly);
    if (!key.tbmq.name.empty()) read_files_of(std::string(key.tbmq.name), assembly);
  }
  for (const TbmqOption& option : tbmq_wss_options()) read_files_of(option.name, assembly);
}

void Variables::read_files_of(const std::string& name, Assembly& assembly) {
  const std::string file_name = name + "_FILE";
  const auto given = values_.find(file_name);
  if (given == values_.end() || given->second.text.empty()) return;
  const std::string path = given->second.text;
  values_.erase(given);
  const Origin origin{"environment " + file_name};
  if (!value(name).empty()) {
    return assembly.report(origin, {"is given, and " + name + " too: only one of them counts", ""});
  }
  auto text = read_small_file(path, kValueSizeMax);
  if (!text) return assembly.report(origin, {path + ": " + text.error().what, ""});
  remove_line_end(*text);
  values_[name] = {std::move(*text), file_name};
}

const std::string* Variables::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second.text;
}

std::string_view Variables::value(std::string_view name) const {
  const std::string* text = find(name);
  return text == nullptr ? std::string_view() : *text;
}

Origin Variables::origin(std::string_view name) const {
  const auto found = values_.find(name);
  return {"environment " + (found == values_.end() ? std::string(name) : found->second.given_as)};
}

}  // namespace sluice::config

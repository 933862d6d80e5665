#include "providers/text_template.h"

namespace sluice::providers {

std::string expand_template(
    std::string_view text,
    const std::function<std::optional<std::string>(std::string_view name)>& value_of) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find("${");
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) return out.append(text);
    out += text.substr(0, begin);
    const auto value = value_of(text.substr(begin + 2, end - begin - 2));
    out += value ? std::string_view(*value) : text.substr(begin, end + 1 - begin);
    text.remove_prefix(end + 1);
  }
}

}  // namespace sluice::providers

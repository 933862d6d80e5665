#include "config/split_list.h"

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>

namespace sluice::config {

std::vector<Item> items_of(const Key& key, const std::string& text, const Origin& origin) {
  if (key.kind != Kind::Listeners) return {{text, origin}};
  std::vector<std::string> parts;
  boost::split(parts, text, boost::is_any_of(","));
  std::vector<Item> items;
  for (auto& part : parts) {
    boost::trim(part);
    // An option's value may be a list itself: ?trusted=10.0.0.0/8,::1
    const bool continues = part.find("://") == std::string::npos && !items.empty() &&
                           items.back().text.find('?') != std::string::npos;
    if (continues) {
      items.back().text += "," + part;
    } else if (!part.empty()) {
      items.push_back({part, origin});
    }
  }
  return items;
}

}  // namespace sluice::config

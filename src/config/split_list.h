#pragma once

#include <string>
#include <vector>

#include "config/assembly.h"

namespace sluice::config {

/// The items of a value given as one text, by a flag or the environment: listeners are separated by
/// commas, any other key is one item. A comma within the options of a listener separates nothing.
std::vector<Item> items_of(const Key& key, const std::string& text, const Origin& origin);

}  // namespace sluice::config

#pragma once

#include <vector>

#include "ctl/output/column.h"

namespace sluice::ctl {

// What `drops`, `slow` and `top` show of an item.

std::vector<Column> drop_columns();
std::vector<Column> slow_columns();

}  // namespace sluice::ctl

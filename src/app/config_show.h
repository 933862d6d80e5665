#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "config/loader.h"

namespace sluice::app {

enum class ShowFormat : std::uint8_t { Table, Yaml, Json };

/// What `sluice config show` does: writes what each key would be if the broker started from
/// `sources` now, with secrets masked, or the problems to `err`. Creates and changes nothing.
///
/// prefix  of the keys to show
/// YAML    can be given back as a file, but for masked secrets; where a value came from is a
/// comment
int show_configuration(const config::Sources& sources, const std::string& prefix, bool with_origin,
                       ShowFormat format, std::ostream& out, std::ostream& err);

}  // namespace sluice::app

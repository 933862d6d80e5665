#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"

namespace sluice::auth {

/// The way all regular expressions of operators are read: UTF-8, '.' matches a line break too (else
/// .* would not be everything), nothing is captured. Matching takes time linear in the text.
///
/// memory  bytes for the program and the states that are cached
RE2::Options expression_options(std::size_t memory);

inline constexpr std::size_t kExpressionMemory = 64 * 1024;

/// Compiles within `kExpressionMemory`.
///
/// errors  what RE2 refuses, with its reason: back references, look-around, possessive repetition;
///         what is too large; a class within a class, which Java reads in another way
Result<std::unique_ptr<const RE2>> compile_expression(const std::string& pattern);

}  // namespace sluice::auth

#pragma once

#include <string>

#include "manual/command.h"

namespace sluice::manual {

/// Functions in what bash and zsh have in common, which say what may follow which words.
///
/// _sluice_walk WORD...      goes along the words before the cursor; sets _sluice_at to the command
///                           that they end in, _sluice_operands to how many operands it has so far,
///                           _sluice_expects to the option whose value is due
/// _sluice_candidates WORD   prints what may stand there, as lines "word:description", or one of
///                           @file, @dir, @client and @any
std::string shell_tables(const Command& program);

/// In single quotes.
std::string quoted(const std::string& text);

/// "@file" and so on, or the choices one a word: what completes a value or operand of this name.
std::vector<std::string> candidates_of(const std::string& name,
                                       const std::vector<std::string>& choices);

/// The first sentence of a help, short enough for a menu.
std::string brief(const std::string& help);

}  // namespace sluice::manual

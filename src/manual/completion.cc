#include "manual/completion.h"

#include "manual/fish_completion.h"
#include "manual/shell_tables.h"

namespace sluice::manual {
namespace {

constexpr const char* kBash = R"sh(
_sluice() {
  local current=${COMP_WORDS[COMP_CWORD]} line
  local -a where=() words=()
  COMPREPLY=()
  _sluice_walk "${COMP_WORDS[@]:1:COMP_CWORD-1}"
  while IFS= read -r line; do
    case "$line" in
      @any) ;;
      @file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
      @dir) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
      @client)
        _sluice_find_broker "${COMP_WORDS[@]}"
        mapfile -t words < <("$1" ctl complete clients "${where[@]}" -- "$current" 2>/dev/null)
        ;;
      *) words+=("${line%%:*}") ;;
    esac
  done < <(_sluice_candidates "$current")
  for line in "${words[@]}"; do
    if [[ $line == "$current"* ]]; then COMPREPLY+=("$(printf '%q' "$line")"); fi
  done
}

_sluice_find_broker() {
  local word before=''
  for word in "$@"; do
    case "$before" in --socket|--data-dir) where+=("$before" "$word") ;; esac
    before=$word
  done
}

complete -F _sluice sluice
)sh";

constexpr const char* kZsh = R"sh(
_sluice() {
  local current=${words[CURRENT]} line before='' word
  local -a where found
  _sluice_walk "${(@)words[2,CURRENT-1]}"
  for line in "${(@f)$(_sluice_candidates "$current")}"; do
    case "$line" in
      ''|@any) ;;
      @file) _files ;;
      @dir) _files -/ ;;
      @client)
        for word in "${(@)words}"; do
          case "$before" in --socket|--data-dir) where+=("$before" "$word") ;; esac
          before=$word
        done
        compadd -- "${(@f)$(${words[1]} ctl complete clients "${(@)where}" -- "$current" 2>/dev/null)}"
        ;;
      *) found+=("$line") ;;
    esac
  done
  if (( ${#found} )); then _describe sluice found; fi
}

if [ "$funcstack[1]" = _sluice ]; then
  _sluice "$@"
else
  compdef _sluice sluice
fi
)sh";

}  // namespace

std::optional<Shell> parse_shell(std::string_view name) {
  if (name == "bash") return Shell::Bash;
  if (name == "zsh") return Shell::Zsh;
  if (name == "fish") return Shell::Fish;
  return std::nullopt;
}

std::string completion_script(const Command& program, Shell shell) {
  switch (shell) {
    case Shell::Bash:
      return "# Completion of sluice for bash.\n\n" + shell_tables(program) + kBash;
    case Shell::Zsh:
      return "#compdef sluice\n\n" + shell_tables(program) + kZsh;
    case Shell::Fish:
      break;
  }
  return fish_completion(program);
}

}  // namespace sluice::manual

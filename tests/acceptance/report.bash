# What the acceptance scripts share; to be sourced by bash in the root of the repository.
#
# A script names its lines with `add_line` and ends with `run_lines "$@"`. Each check prints
#
#   name | figure | bar | pass or FAIL
#
# with `report`, and runs its programs through `run_limited`, so that nothing hangs and nothing stays
# behind. All that is written goes to `work`, a folder of its own, which is also the TMPDIR of the
# programs; it is kept when a line failed. The build folder alone is written to as well.

readonly usage="  --only NAME     this line, or those that match a pattern such as 'bench-*'; may be repeated
  --list          name all lines and run nothing
  --percent N     of the full counts (100): a look at the script itself, not at the broker
  --build FOLDER  build in and run from FOLDER (build/release)
  --no-build      run what is there
Environment: SLUICE=FILE measures another program than the one that was built; ONLY='NAME...';
PERCENT=N. Exit status 0 only when every line passes."

build=build/release
percent=${PERCENT:-100}
work=''
limit=''    # seconds that the line at hand may take
child=''    # the program at hand, whose process group has its number
on_exit=''  # a function that ends what `run_limited` did not start
failed=0
line_names=()
line_limits=()
line_commands=()

# add_line NAME SECONDS COMMAND...: a check and the longest time that each of its programs may take.
# No word of the command has a space.
add_line() {
  line_names+=("$1")
  line_limits+=("$2")
  line_commands+=("${*:3}")
}

# report NAME FIGURE BAR STATUS: one line; STATUS is that of the check. No other argument may be a
# $(command): it would replace $? before it is read.
report() {
  local verdict=pass
  [ "$4" -eq 0 ] || { verdict=FAIL; failed=$((failed + 1)); }
  echo "$1 | $2 | $3 | $verdict"
}

at_most() { awk -v figure="$1" -v bar="$2" 'BEGIN { exit !(figure != "" && figure <= bar) }'; }

at_least() { at_most "$2" "$1"; }

# json_path PATH FILE: a value of the JSON object in the last line, as `cold.refused`.
json_path() {
  last_line "$2" | python3 -c 'import functools, json, sys
print(functools.reduce(lambda part, key: part[key], sys.argv[1].split("."), json.load(sys.stdin)))' "$1" 2>/dev/null
}

# part_of COUNT: the part of a full count that --percent asks for.
part_of() { echo $((($1 * percent + 99) / 100)); }

# The last lines of a log, for who has to look into a failure.
show_log() { sed 's/^/    /' "$1" | tail -n 25; }

last_line() { grep -av '^ *$' "$1" | tail -n 1; }

# run_limited LOG COMMAND...: its status; 124 or 137 when it took longer than the line may.
run_limited() {
  local log=$1 status
  shift
  timeout --kill-after=10 "$limit" "$@" >"$log" 2>&1 </dev/null &
  child=$!
  wait "$child"
  status=$?
  end_child
  case $status in 124 | 137) echo "ended: it took longer than $limit s" >>"$log" ;; esac
  return $status
}

# `timeout` gave it a process group, in which all are that it started.
end_child() {
  [ -n "$child" ] && kill -KILL -- "-$child" 2>/dev/null
  child=''
}

# check_command NAME BAR COMMAND...: the last line of its output is the figure.
check_command() {
  local name=$1 bar=$2 log=$work/$1.log status
  shift 2
  run_limited "$log" "$@"
  status=$?
  report "$name" "$(last_line "$log")" "$bar" $status
  [ $status -eq 0 ] || show_log "$log"
}

# check_tests NAME BAR PROGRAM ARGUMENT...: a program of GoogleTest.
check_tests() {
  local name=$1 bar=$2 log=$work/$1.log status passed broken
  shift 2
  run_limited "$log" "$@" --gtest_brief=1
  status=$?
  passed=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log")
  broken=$(grep -c '^\[  FAILED  \].*, where GetParam\|^\[  FAILED  \] [^ ]*$' "$log")
  [ "${passed:-0}" -gt 0 ] || status=1
  report "$name" "${passed:-0} passed, $broken failed" "$bar" $status
  [ $status -eq 0 ] && return
  grep -E '^\[  FAILED  \] [^ ]*(, where|$)|exception|Failure$|^ended' "$log" >"$work/failures.log"
  show_log "$work/failures.log"
}

# check_bench NAME PROGRAM ARGUMENT...: a program of bench/macro prints each figure with its bar.
check_bench() {
  local name=$1 program=$2 log=$work/$1.log status line failure figures=0 reduced=()
  local figure='^(.*[^ ]) +([0-9.,]+|inf) *([^ ]*) +bar (.*[^ ]) +(ok|BELOW|ABOVE) *(\(.*\))?$'
  shift 2
  [ "$percent" -lt 100 ] && reduced=(--rounds 1 --seconds 2)
  run_limited "$log" "bench/macro/$program" --sluice "$sluice" --json "$work/$name.json" \
    "${reduced[@]}" "$@"
  status=$?
  while IFS= read -r line; do
    [[ $line =~ $figure ]] || continue
    figures=$((figures + 1))
    [ "${BASH_REMATCH[5]}" = ok ]
    report "$name: ${BASH_REMATCH[1]}" "${BASH_REMATCH[2]} ${BASH_REMATCH[3]} ${BASH_REMATCH[6]}" \
      "${BASH_REMATCH[4]}" $?
  done <"$log"
  # A loss, or a broker that failed, has no bar.
  failure=$(grep '^FAILED\|^Error\|^ended' "$log" | grep -v ', bar [<>]= ' | head -n 1)
  [ -z "$failure" ] && [ "$figures" -gt 0 ] && [ $status -le 1 ] && return
  report "$name" "${failure:-status $status}" 'nothing lost' 1
  show_log "$log"
}

# build_targets TARGET...: before the first line; ends the script when that fails.
build_targets() {
  [ "$is_built" = 1 ] && return
  {
    { [ -f "$build/CMakeCache.txt" ] || cmake --preset release -B "$build"; } &&
      cmake --build "$build" -j "${JOBS:-$(nproc)}" --target "$@"
  } >"$work/build.log" 2>&1 && return
  report 'build' 'does not build' 'builds' 1
  show_log "$work/build.log"
  exit 1
}

is_wanted() {
  local pattern
  [ ${#only[@]} -eq 0 ] && return 0
  for pattern in "${only[@]}"; do
    # shellcheck disable=SC2053  # a pattern is wanted here
    [[ $1 == $pattern ]] && return 0
  done
  return 1
}

clean_up() {
  [ -n "$child" ] && kill "$child" 2>/dev/null && wait "$child"  # interrupted: it may tidy up
  end_child
  ${on_exit:+"$on_exit"}
  if [ "$failed" -gt 0 ]; then
    echo "logs and what failed runs kept are in $work"
  elif [ -n "$work" ]; then
    rm -rf "$work"
  fi
}

# parse_options ARGUMENT...: of the script.
parse_options() {
  read -ra only <<<"${ONLY:-}"
  is_built=0
  while [ $# -gt 0 ]; do
    case $1 in
      --only | --percent | --build) [ $# -ge 2 ] || { echo "$1 needs a value" >&2; exit 2; } ;;&
      --only) only+=("$2"); shift ;;
      --percent) percent=$2; shift ;;
      --build) build=$2; shift ;;
      --no-build) is_built=1 ;;
      --list) printf '%s\n' "${line_names[@]}"; exit ;;
      --help) printf 'Usage: %s [OPTION...]\n%s\n' "$0" "$usage"; exit ;;
      *) echo "unknown option $1, see --help" >&2; exit 2 ;;
    esac
    shift
  done
  [[ $percent =~ ^[1-9][0-9]*$ ]] || { echo "--percent takes a number" >&2; exit 2; }
  sluice=$(realpath -m "${SLUICE:-$build/bin/sluice}")
}

# run_lines: those that are wanted, in the order in which they were added.
run_lines() {
  local i command done=0
  for i in "${!line_names[@]}"; do
    is_wanted "${line_names[i]}" || continue
    limit=${line_limits[i]}
    done=$((done + 1))
    read -ra command <<<"${line_commands[i]}"
    "${command[@]}"
  done
  [ "$done" -gt 0 ] || { echo "no line is named like '${only[*]}', see --list" >&2; exit 2; }
  [ "$failed" -eq 0 ] || { echo "$failed failed"; exit 1; }
  [ "$percent" -eq 100 ] || echo "only $percent % of the full counts"
  echo 'all passed'
}

make_work_folder() {
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  work=$(mktemp -d)
  export TMPDIR=$work
}

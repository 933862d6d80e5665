#!/usr/bin/env bash
# Acceptance of the durable store: checks and measures what it promises, one line each:
#
#   name | figure | bar | pass or FAIL
#
# and exits 0 only when every line passes. Builds what it needs in build/release. All of it takes
# about an hour; the data of the tests goes to TMPDIR, which has to be on a real disk.
#
#   ONLY='crash simulation'   only checks whose name begins with one of these words
#   SLUICE=FILE               measures another binary than the release build
set -uo pipefail
cd "$(dirname "$0")/../.."

build=build/release
sluice=$(realpath -m "${SLUICE:-$build/bin/sluice}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

planted_bugs=(ack-before-commit lost-will missing-dup cursor-too-far retained-out-of-order)
bench_works=(publish latency against_mosquitto transient backlog wraps restart)

# report NAME FIGURE BAR STATUS: one line; STATUS is that of the check.
report() {
  local verdict=pass
  [ "$4" -eq 0 ] || { verdict=FAIL; failed=$((failed + 1)); }
  echo "$1 | $2 | $3 | $verdict"
}

is_wanted() {
  local word
  [ -z "${ONLY:-}" ] && return 0
  for word in $ONLY; do
    [[ $1 == "$word"* ]] && return 0
  done
  return 1
}

at_most() { awk -v figure="$1" -v bar="$2" 'BEGIN { exit !(figure != "" && figure <= bar) }'; }

# The last lines of a log, for who has to look into a failure.
show_log() { sed 's/^/    /' "$1" | tail -n 25; }

last_line() { grep -v '^ *$' "$1" | tail -n 1; }

# is_there NAME BAR PROGRAM: whether it was built; if not, a line that says so.
is_there() {
  [ -x "$3" ] && return
  report "$1" "${3##*/} is missing" "$2" 1
  return 1
}

# json_member NAME FILE: a number of the JSON object in the last line.
json_member() { last_line "$2" | sed -n "s/.*\"$1\": *\\([-0-9.]*\\).*/\\1/p"; }

# check_crash NAME ROUNDS ACKNOWLEDGED ARGUMENT...: the harness judges deliveries and says with its
# status whether enough was acknowledged.
check_crash() {
  local name=$1 rounds=$2 acknowledged=$3 log=$work/crash.log status median figure='' member
  local bar="0 in $rounds rounds, >= $acknowledged acknowledged"
  shift 3
  is_there "$name" "$bar" "$build/bin/crash_harness" || return
  "$build/bin/crash_harness" --broker "$sluice" --rounds "$rounds" --operations "$acknowledged" \
    --json "$@" >"$log" 2>&1
  status=$?
  for member in rounds kills_in_recovery acknowledged lost duplicates phantoms reordered; do
    figure+="${figure:+, }$member $(json_member "$member" "$log")"
  done
  report "$name" "$figure" "$bar" $status
  [ $status -eq 0 ] || show_log "$log"
  median=$(json_member restart_ms_median "$log")
  at_most "$median" 500
  report "$name, restart to CONNACK" "${median:-?} ms, median" '<= 500 ms' $?
}

check_simulation() {
  local log=$work/simulation.log status name='simulation' bar='10000 seeds in 300 s, no violation'
  is_there "$name" "$bar" "$build/bin/simulation" || return
  "$build/bin/simulation" --seeds 10000 --seconds-max 300 >"$log" 2>&1
  status=$?
  report "$name" "$(last_line "$log")" "$bar" $status
  [ $status -eq 0 ] || show_log "$log"
}

# check_planted BUG: the simulator has to find it, which is its exit status 1, and names the seed.
check_planted() {
  local log=$work/planted.log status name="simulation finds $1" bar='within 1000 seeds'
  is_there "$name" "$bar" "$build/bin/simulation" || return
  "$build/bin/simulation" --plant "$1" --seeds 1000 >"$log" 2>&1
  status=$?
  [ $status -eq 1 ]
  report "$name" "$(last_line "$log")" "$bar" $?
}

# 2 000 power cuts, 500 damaged stores and every N-th failing write instead of the samples of
# `make test`.
check_storage() {
  local log=$work/storage.log status passed name='storage faults'
  local bar='all pass with full counts'
  is_there "$name" "$bar" "$build/bin/storage_tests" || return
  SLUICE_STORE_CUTS=2000 SLUICE_STORE_DAMAGES=500 SLUICE_STORE_FAULT_STEP=1 \
    "$build/bin/storage_tests" --gtest_brief=1 >"$log" 2>&1
  status=$?
  passed=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log")
  [ "${passed:-0}" -gt 0 ] || status=1
  report "$name" "${passed:-0} passed, $(grep -c '^\[  FAILED  \] [^ ]*$' "$log") failed" "$bar" $status
  [ $status -eq 0 ] || show_log "$log"
}

# check_bench WORK: bench/macro/durable judges its own bars, a line for each.
check_bench() {
  local log=$work/bench.log status name="bench $1" bar='its own bars'
  is_there "$name" "$bar" bench/macro/durable || return
  bench/macro/durable --only "$1" --sluice "$sluice" --json "$work/$1.json" >"$log" 2>&1
  status=$?
  report "$name" "$(grep -c ' bar .* ok$' "$log") of $(grep -c ' bar ' "$log") figures hold" \
    "$bar" $status
  grep -E ' bar |/CPU-s|^FAILED' "$log" | sed 's/^/    /'
}

build_all() {
  [ -f "$build/CMakeCache.txt" ] || cmake --preset release || return
  local target targets=(sluice)
  for target in crash_harness simulation storage_tests; do
    ninja -C "$build" -t query "$target" >/dev/null 2>&1 && targets+=("$target")
  done
  cmake --build "$build" -j "${JOBS:-$(nproc)}" --target "${targets[@]}"
}

build_all >"$work/build.log" 2>&1 || {
  report 'build' 'does not build' 'builds' 1
  show_log "$work/build.log"
  exit 1
}

if is_wanted crash; then
  check_crash 'crash' 100 1000000
  check_crash 'crash also in recovery' 50 200000 --kill-in-recovery
fi
if is_wanted simulation; then
  check_simulation
  for bug in "${planted_bugs[@]}"; do check_planted "$bug"; done
fi
if is_wanted storage; then check_storage; fi
if is_wanted bench; then
  for name in "${bench_works[@]}"; do check_bench "$name"; done
fi

[ "$failed" -eq 0 ] || { echo "$failed failed"; exit 1; }
echo 'all passed'

#!/usr/bin/env bash
# Acceptance of the broker: measures and checks what it promises, one line each:
#
#   name | figure | bar | pass or FAIL
#
# and exits 0 only when every line passes. Builds what it needs in build/release.
#
#   ONLY='idle conformance'   only checks whose name begins with one of these words
#   FUZZ_SECONDS=600          also fuzzes every parser for that long (through `make` it is always set)
#   CLEAN_MACHINE=1           also builds and tests in a bare Debian 12, which takes an hour
#   SLUICE=FILE               measures another binary than the release build
set -uo pipefail
cd "$(dirname "$0")/../.."

build=build/release
sluice=$(realpath -m "${SLUICE:-$build/bin/sluice}")
export SLUICE_BINARY=$sluice
work=$(mktemp -d)
server=''
failed=0

stop_server() {
  [ -z "$server" ] && return
  kill "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  server=''
}
trap 'stop_server; rm -rf "$work"' EXIT

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

# Starts the server and waits for its line "ready in N ms"; prints N, or nothing when it never came.
start_server() {
  local log=$work/server.log port attempt
  port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  rm -rf "$work/data"
  : >"$log"
  env -u SLUICE_BINARY "$sluice" server --listen "mqtt://127.0.0.1:$port" --data-dir "$work/data" >"$log" 2>&1 &
  server=$!
  for attempt in $(seq 500); do
    grep -q '^ready in ' "$log" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.01
  done
}

ready_ms() { sed -n 's/^ready in \([0-9.]*\) ms.*/\1/p' "$work/server.log"; }

check_ready() {
  local n figures=() median
  for n in 1 2 3 4 5; do
    start_server
    figures+=("$(ready_ms)")
    stop_server
  done
  median=$(printf '%s\n' "${figures[@]}" | sort -g | sed -n 3p)
  at_most "$median" 50
  report 'ready after start' "${median:-never} ms, median of 5 (${figures[*]})" '<= 50 ms' $?
}

check_idle_memory() {
  local kilobytes=''
  start_server
  kilobytes=$(awk '/^VmRSS:/ { print $2 }' "/proc/$server/status" 2>/dev/null)
  stop_server
  at_most "$kilobytes" 12000
  report 'idle memory' "${kilobytes:-?} kB resident" '<= 12000 kB' $?
}

check_coverage() {
  local status
  tests/conformance/coverage.py --check >"$work/coverage.log"
  status=$?
  report 'conformance coverage' "$(tail -n 1 "$work/coverage.log")" '0 problems' $status
  [ $status -eq 0 ] || show_log "$work/coverage.log"
}

# conformance NAME FILTER: the tests that FILTER of GoogleTest selects.
check_conformance() {
  local log=$work/conformance.log status passed broken
  "$build/bin/conformance_tests" --gtest_brief=1 --gtest_filter="$2" >"$log" 2>&1
  status=$?
  passed=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log")
  broken=$(grep -c '^\[  FAILED  \].*, where GetParam\|^\[  FAILED  \] [^ ]*$' "$log")
  [ "${passed:-0}" -gt 0 ] || status=1
  report "conformance $1" "${passed:-0} passed, $broken failed" 'all pass' $status
  [ $status -eq 0 ] && return
  grep -E '^\[  FAILED  \] [^ ]*(, where|$)|exception|Failure$' "$log" >"$work/failures.log"
  show_log "$work/failures.log"
}

check_interop() {
  local client=$1 log=$work/interop.log status
  ctest --test-dir "$build" -R "^interop_$client\$" --verbose --no-tests=error >"$log" 2>&1
  status=$?
  report "interop $client" "$(sed -n 's/^[0-9]*: \([0-9]* checks passed\)$/\1/p' "$log")" \
    'all checks' $status
  [ $status -eq 0 ] || show_log "$log"
}

# A program of bench/macro judges its own bars: it exits with 0 when all hold.
check_bench() {
  local name=$1 log=$work/bench.log status=1
  : >"$log"
  if [ -x "bench/macro/$name" ]; then
    "bench/macro/$name" --sluice "$sluice" --json "$work/$name.json" >"$log" 2>&1
    status=$?
  else
    echo 'missing' >"$log"
  fi
  report "bench $name" "$(grep -v '^ *$' "$log" | tail -n 1)" 'its own bars' $status
  show_log "$log"
}

check_fuzz() {
  local status
  scripts/fuzz >"$work/fuzz.log" 2>&1
  status=$?
  report 'fuzz' "$(tail -n 1 "$work/fuzz.log")" 'no finding' $status
  [ $status -eq 0 ] || show_log "$work/fuzz.log"
}

check_clean_machine() {
  local status
  scripts/clean-machine >"$work/clean.log" 2>&1
  status=$?
  report 'clean machine' "$(tail -n 1 "$work/clean.log")" 'make run and make test work' $status
  [ $status -eq 0 ] || show_log "$work/clean.log"
}

build_all() {
  [ -f "$build/CMakeCache.txt" ] || cmake --preset release || return
  local targets=(sluice conformance_tests)
  ninja -C "$build" -t query interop_paho_c >/dev/null 2>&1 && targets+=(interop_paho_c)
  cmake --build "$build" -j "${JOBS:-$(nproc)}" --target "${targets[@]}"
}

build_all >"$work/build.log" 2>&1 || {
  report 'build' 'does not build' 'builds' 1
  show_log "$work/build.log"
  exit 1
}

if is_wanted ready; then check_ready; fi
if is_wanted idle; then check_idle_memory; fi
if is_wanted conformance; then
  check_coverage
  check_conformance 'over TCP' '*/Tcp'
  check_conformance 'over WebSocket' '*/WebSocket:WebSocket*'
fi
if is_wanted interop; then
  for client in mosquitto paho_c paho_python mqttjs; do check_interop "$client"; done
fi
if is_wanted bench; then
  for name in compare memory shards latency; do check_bench "$name"; done
fi
if [ -n "${FUZZ_SECONDS:-}" ] && is_wanted fuzz; then check_fuzz; fi
if [ "${CLEAN_MACHINE:-0}" = 1 ] && is_wanted clean; then check_clean_machine; fi

[ "$failed" -eq 0 ] || { echo "$failed failed"; exit 1; }
echo 'all passed'

#!/usr/bin/env bash
# Acceptance of the broker: measures and checks what it promises, one line each:
#
#   name | figure | bar | pass or FAIL
#
# and exits 0 only when every line passes. `--help` tells the options; `--only ready` runs one line.
#
#   FUZZ_SECONDS=600   also fuzzes every parser for that long (through `make` it is always set)
#   CLEAN_MACHINE=1    also builds and tests in a bare Debian 12, which takes an hour
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/acceptance/report.bash

server=''
on_exit=stop_server

stop_server() {
  [ -z "$server" ] && return
  kill "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  server=''
}

# Starts the server and waits for its line "ready in N ms".
start_server() {
  local log=$work/server.log port attempt
  port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  rm -rf "$work/data"
  : >"$log"
  env -u SLUICE_BINARY timeout "$limit" "$sluice" server --listen "mqtt://127.0.0.1:$port" \
    --data-dir "$work/data" >"$log" 2>&1 &
  server=$!
  for attempt in $(seq 500); do
    grep -q '^ready in ' "$log" && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.01
  done
}

check_ready() {
  local n figures=() median
  for n in 1 2 3 4 5; do
    start_server
    figures+=("$(sed -n 's/^ready in \([0-9.]*\) ms.*/\1/p' "$work/server.log")")
    stop_server
  done
  median=$(printf '%s\n' "${figures[@]}" | sort -g | sed -n 3p)
  at_most "$median" 50
  report ready "${median:-never} ms after start, median of 5 (${figures[*]})" '<= 50 ms' $?
}

check_idle_memory() {
  local kilobytes=''
  start_server
  kilobytes=$(awk '/^VmRSS:/ { print $2 }' "/proc/$(pgrep -P "$server")/status" 2>/dev/null)
  stop_server
  at_most "$kilobytes" 12000
  report idle-memory "${kilobytes:-?} kB resident" '<= 12000 kB' $?
}

check_coverage() {
  check_command conformance-coverage '0 problems' tests/conformance/coverage.py --check
}

check_conformance() {
  check_tests "conformance-$1" 'all pass' "$build/bin/conformance_tests" --gtest_filter="$2"
}

check_fuzz() { check_command fuzz 'no finding' scripts/fuzz; }

check_clean_machine() {
  check_command clean-machine 'make run and make test work' scripts/clean-machine
}

check_interop() {
  local client=$1 log=$work/interop-$1.log status
  run_limited "$log" ctest --test-dir "$build" -R "^interop_$client\$" --verbose --no-tests=error
  status=$?
  report "interop-$client" "$(sed -n 's/^[0-9]*: \([0-9]* checks passed\)$/\1/p' "$log")" \
    'all checks' $status
  [ $status -eq 0 ] || show_log "$log"
}

add_line ready 60 check_ready
add_line idle-memory 60 check_idle_memory
add_line conformance-coverage 60 check_coverage
add_line conformance-tcp 900 check_conformance tcp '*/Tcp'
add_line conformance-websocket 900 check_conformance websocket '*/WebSocket:WebSocket*'
for client in mosquitto paho_c paho_python mqttjs; do
  add_line "interop-$client" 300 check_interop "$client"
done
for name in compare memory shards latency; do add_line "bench-$name" 1800 check_bench "bench-$name" "$name"; done
[ -z "${FUZZ_SECONDS:-}" ] || add_line fuzz 86400 check_fuzz
[ "${CLEAN_MACHINE:-0}" = 0 ] || add_line clean-machine 14400 check_clean_machine

parse_options "$@"
make_work_folder
export SLUICE_BINARY=$sluice
targets=(sluice conformance_tests)
ninja -C "$build" -t query interop_paho_c >/dev/null 2>&1 && targets+=(interop_paho_c)
build_targets "${targets[@]}"
run_lines

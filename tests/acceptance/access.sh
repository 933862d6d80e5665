#!/usr/bin/env bash
# Acceptance of access: checks and measures what TLS, authentication, authorization and the
# administration promise, one line each:
#
#   name | figure | bar | pass or FAIL
#
# and exits 0 only when every line passes. All of it takes about an hour and a half, most of it
# fuzzing. `--help` tells the options; `--only storm` runs one line.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/acceptance/report.bash

readonly tools=tests/acceptance/access
readonly python=/usr/bin/python3  # Paho and cryptography are packages of the system

check_matrix() {
  check_tests matrix 'all cells' "$build/bin/broker_tests" --gtest_filter='*AuthorizationMatrix*'
}

check_classes() {
  check_tests cve-classes 'a test for each class' env SLUICE_BINARY="$sluice" "$build/bin/security_tests"
}

check_admin() {
  check_tests admin-checks 'all' "$build/bin/admin_tests"
}

# check_python NAME BAR PROGRAM
check_python() {
  check_command "$1" 'all checks' "$python" "$2" "$sluice"
}

check_storm() {
  local log=$work/storm.log clients
  clients=$(part_of 10000)
  run_limited "$log" "$python" "$tools/storm.py" "$sluice" --clients "$clients"
  [ $? -eq 0 ] || show_log "$log"
  local phase
  for phase in cold returning; do
    local refused kept
    refused=$(json_path "$phase.refused" "$log")
    kept=$(json_path "$phase.traffic_kept" "$log")
    at_most "$refused" 0
    report "storm, $phase: refused of $clients" "${refused:-?}" 0 $?
    at_least "${kept:-0}" 0.7
    report "storm, $phase: healthy traffic keeps" "${kept:-?} of its rate" '>= 0.7' $?
  done
  local slowest
  slowest=$(json_path returning.p99_s "$log")
  at_most "$slowest" 2
  report 'storm: CONNACK of returning Clients, p99' "${slowest:-?} s" '<= 2 s' $?
}

check_hanging() {
  local log=$work/hanging.log hanging delay still
  hanging=$(part_of 1000)
  run_limited "$log" "$python" "$tools/hanging.py" "$sluice" --hanging "$hanging"
  [ $? -eq 0 ] || show_log "$log"
  delay=$(json_path delay_ms "$log")
  still=$(json_path still_hanging "$log")
  at_most "$delay" 50 && [ "$still" = "$hanging" ]
  report "hanging: $hanging delay others by" "${delay:-?} ms, ${still:-?} still hang" '<= 50 ms' $?
}

# check_rules: throughput with rules, of that without.
check_rules() {
  local log=$work/rules.log rounds=7 seconds=3 qos ratio spread
  [ "$percent" -lt 100 ] && rounds=1 seconds=2
  run_limited "$log" "$python" "$tools/rules.py" "$sluice" --rounds "$rounds" --seconds "$seconds"
  [ $? -eq 0 ] || show_log "$log"
  for qos in 0 1; do
    ratio=$(json_path "qos$qos" "$log")
    spread=$(json_path "qos${qos}_spread" "$log")
    at_least "${ratio:-0}" 0.95
    report "rules: publish at QoS $qos, of without" "${ratio:-?}, $spread" '>= 0.95' $?
  done
}

check_kill() {
  check_command kill-writes "0 wrong in $(part_of 200) writes" "$python" "$tools/kill_writes.py" "$sluice" \
    --writes "$(part_of 200)"
}

check_tls() {
  check_bench "tls-$1" tls_fan_out --only "$1"
}

# check_fuzz TARGET: built by the fuzz preset.
check_fuzz() {
  local log=$work/fuzz-$1.log status
  FUZZ_SECONDS=$(part_of "${FUZZ_SECONDS:-600}") run_limited "$log" scripts/fuzz "$1"
  status=$?
  report "fuzz-$1" "$(last_line "$log")" "no finding in $(part_of "${FUZZ_SECONDS:-600}") s" $status
  [ $status -eq 0 ] || show_log "$log"
}

add_line matrix 120 check_matrix
add_line cve-classes 900 check_classes
add_line admin-checks 600 check_admin
add_line interop-tls 300 check_python interop-tls tests/interop/tls_clients.py
add_line interop-authentication 300 check_python interop-authentication tests/interop/authentication.py
add_line storm 1200 check_storm
add_line hanging 300 check_hanging
for work_name in rotation idle fan-out; do
  add_line "tls-$work_name" 600 check_tls "$work_name"
done
add_line rules 600 check_rules
add_line kill-writes 600 check_kill
for target in proxy_header http_body jwt scram authorization_rules; do
  add_line "fuzz-$target" 2400 check_fuzz "$target"
done

parse_options "$@"
make_work_folder
build_targets sluice broker_tests admin_tests security_tests
run_lines

#!/usr/bin/env bash
# Acceptance of the durable store: checks and measures what it promises, one line each:
#
#   name | figure | bar | pass or FAIL
#
# and exits 0 only when every line passes. All of it takes about an hour; the data of the tests goes
# to TMPDIR, which has to be on a real disk. `--help` tells the options; `--only crash` runs one line.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/acceptance/report.bash

# json_member NAME FILE: a number of the JSON object in the last line.
json_member() { last_line "$2" | sed -n "s/.*\"$1\": *\\([-0-9.]*\\).*/\\1/p"; }

# check_crash NAME ROUNDS ACKNOWLEDGED ARGUMENT...: the harness judges deliveries and says with its
# status whether enough was acknowledged.
check_crash() {
  local name=$1 rounds acknowledged log=$work/$1.log status median figure='' member
  rounds=$(part_of "$2")
  acknowledged=$(part_of "$3")
  shift 3
  run_limited "$log" "$build/bin/crash_harness" --broker "$sluice" --rounds "$rounds" \
    --operations "$acknowledged" --json "$@"
  status=$?
  for member in rounds kills_in_recovery acknowledged lost duplicates phantoms reordered; do
    figure+="${figure:+, }$member $(json_member "$member" "$log")"
  done
  report "$name" "$figure" "0 in $rounds rounds, >= $acknowledged acknowledged" $status
  [ $status -eq 0 ] || show_log "$log"
  median=$(json_member restart_ms_median "$log")
  at_most "$median" 500
  report "$name: restart to CONNACK" "${median:-?} ms, median" '<= 500 ms' $?
}

check_simulation() {
  local seeds
  seeds=$(part_of 10000)
  check_command simulation "$seeds seeds in 300 s, no violation" \
    "$build/bin/simulation" --seeds "$seeds" --seconds-max 300
}

# check_planted BUG: the simulator has to find it, which is its exit status 1, in a seed in which it
# finds nothing otherwise.
check_planted() {
  local log=$work/planted-$1.log figure seed status
  run_limited "$log" "$build/bin/simulation" --plant "$1" --seeds 1000
  status=$?
  figure=$(last_line "$log")
  seed=$(sed -n 's/.* seed \([0-9]*\)$/\1/p' <<<"$figure")
  [ $status -eq 1 ] && [ -n "$seed" ] &&
    run_limited "$log" "$build/bin/simulation" --first-seed "$seed" --seeds 1
  report "planted-$1" "$figure" 'within 1000 seeds, not without it' $?
}

check_power_cuts() {
  SLUICE_STORE_CUTS=$(part_of 2000) \
    check_tests power-cuts "0 lost in $(part_of 2000)" "$build/bin/storage_tests" \
    --gtest_filter='PowerCut.*'
}

check_damages() {
  SLUICE_STORE_DAMAGES=$(part_of 500) \
    check_tests damages "$(part_of 500) stores served" "$build/bin/storage_tests" \
    --gtest_filter='Damage.*'
}

# Every N-th call to the disk fails, one after the other; N is 1 in the full run.
check_write_failures() {
  SLUICE_STORE_FAULT_STEP=$((100 / percent)) \
    check_tests write-failures 'nothing acknowledged after it' "$build/bin/storage_tests" \
    --gtest_filter='WriteFailure.*'
}

# Without the right to mount a small disk it is skipped, which is no pass.
check_disk_full() {
  local rounds log=$work/disk-full.log status figure='' member
  rounds=$(part_of 10)
  run_limited "$log" "$build/bin/crash_harness" --broker "$sluice" --disk-full --rounds "$rounds" --json
  status=$?
  for member in rounds acknowledged refused lost duplicates phantoms resumed_ms_max; do
    figure+="${figure:+, }$member $(json_member "$member" "$log")"
  done
  [ $status -eq 77 ] && figure=$(last_line "$log")
  [ $status -eq 0 ] && at_most "$(json_member resumed_ms_max "$log")" 2000
  report disk-full "$figure" "0 in $rounds rounds, resumed <= 2000 ms after there is space" $?
  [ $status -eq 0 ] || show_log "$log"
}

check_wishes() {
  check_command wishes '0 problems' tests/acceptance/wishes.py
}

# check_durable_bench WORK: of bench/macro/durable.
check_durable_bench() {
  local reduced=()
  [ "$percent" -lt 100 ] && reduced=(--percent "$percent")
  check_bench "bench-$1" durable --only "$1" "${reduced[@]}"
}

add_line crash 2400 check_crash crash 100 1000000
add_line crash-in-recovery 1800 check_crash crash-in-recovery 50 200000 --kill-in-recovery
add_line simulation 360 check_simulation
for bug in ack-before-commit lost-will missing-dup cursor-too-far retained-out-of-order; do
  add_line "planted-$bug" 120 check_planted "$bug"
done
add_line power-cuts 900 check_power_cuts
add_line damages 900 check_damages
add_line write-failures 1800 check_write_failures
add_line disk-full 300 check_disk_full
for name in publish latency against_mosquitto transient backlog wraps restart; do
  add_line "bench-$name" 900 check_durable_bench "$name"
done
add_line wishes 60 check_wishes

parse_options "$@"
make_work_folder
build_targets sluice crash_harness simulation storage_tests
run_lines

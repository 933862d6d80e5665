#!/usr/bin/env bash
# Acceptance of management: checks and measures what the REST API, metrics, history, live push, topic
# tree, explanations and the configuration promise, one line each:
#
#   name | figure | bar | pass or FAIL
#
# and exits 0 only when every line passes. All of it takes about half an hour. `--help` tells the
# options; `--only scale` runs one line.
set -uo pipefail
cd "$(dirname "$0")/../.."
. tests/acceptance/report.bash

readonly tools=tests/acceptance/management
readonly python=/usr/bin/python3  # Paho is a package of the system

check_contract() {
  check_tests contract 'every endpoint of one node' "$build/bin/admin_tests" --gtest_filter='*Contract*'
}

check_openapi() {
  check_tests openapi 'routes and document agree' "$build/bin/admin_tests" --gtest_filter='*OpenApi*'
}

# check_ctest NAME BAR EXPRESSION: tests that ctest knows.
check_ctest() {
  local log=$work/$1.log status
  run_limited "$log" ctest --test-dir "$build" --output-on-failure -R "$3"
  status=$?
  grep -q 'No tests were found' "$log" && status=1
  report "$1" "$(sed -n 's/^\([0-9]*% tests passed.*\)/\1/p' "$log")" "$2" $status
  [ $status -eq 0 ] || show_log "$log"
}

# check_python NAME BAR PROGRAM ARGUMENT...
check_python() {
  check_command "$1" "$2" "$python" "$tools/$3" "$sluice" "${@:4}"
}

check_scale() {
  local log=$work/scale.log page scrape ratio sessions spread
  run_limited "$log" "$python" "$tools/scale.py" "$sluice" --sessions "$(part_of 100000)"
  [ $? -eq 0 ] || show_log "$log"
  page=$(json_path page_ms "$log")
  scrape=$(json_path scrape_ms "$log")
  ratio=$(json_path throughput "$log")
  sessions=$(json_path sessions "$log")
  spread=$(json_path throughput_spread "$log")
  at_most "$page" 100
  report "scale: slowest page of $sessions Sessions" "${page:-?} ms" '<= 100 ms' $?
  at_most "$scrape" 50
  report 'scale: slowest scrape' "${scrape:-?} ms" '<= 50 ms' $?
  at_least "${ratio:-0}" 0.97
  report 'scale: publish throughput with both each second, of without' \
    "${ratio:-?} $spread" '>= 0.97' $?
}

check_topics() {
  local log=$work/topics.log search grown ratio topics spread
  run_limited "$log" "$python" "$tools/topics.py" "$sluice" --topics "$(part_of 100000)"
  [ $? -eq 0 ] || show_log "$log"
  search=$(json_path search_ms "$log")
  grown=$(json_path grown_mb "$log")
  topics=$(json_path topics "$log")
  spread=$(json_path throughput_spread "$log")
  ratio=$(json_path throughput "$log")
  at_most "$search" 100
  report "topics: slowest search of $topics" "${search:-?} ms" '<= 100 ms' $?
  at_most "$grown" 64
  report 'topics: memory' "${grown:-?} MB" '<= 64 MB' $?
  at_least "${ratio:-0}" 0.97
  report 'topics: publish throughput, of off' "${ratio:-?} $spread" '>= 0.97' $?
}

check_metrics() { check_ctest metrics 'no finding' '^telemetry'; }

check_documented() {
  check_ctest documented 'keys, metrics, routes, verbs' '^(config|telemetry|admin|ctl|manual|documents)'
}

check_broken_configurations() {
  check_ctest broken-configurations '30 of 30, nothing lost' '^configuration'
}

check_causes() { check_python causes '12 of 12' causes.py; }

check_history() {
  check_python history 'to the message' history.py --messages "$(part_of 3000)"
}

check_documents() {
  check_command docs-commands 'every command works' "$python" tests/docs/execute.py "$sluice" \
    docs/operations.md
}

add_line contract 600 check_contract
add_line scale 1500 check_scale
add_line openapi 300 check_openapi
add_line metrics 300 check_metrics
add_line documented 300 check_documented
add_line causes 600 check_causes
add_line topics 1500 check_topics
add_line broken-configurations 900 check_broken_configurations
add_line history 600 check_history
add_line docs-commands 600 check_documents

parse_options "$@"
make_work_folder
build_targets sluice admin_tests telemetry_tests config_tests ctl_tests
run_lines

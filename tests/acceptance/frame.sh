#!/usr/bin/env bash
# Acceptance of the command line and of `sluice check`: every broken file of frame_broken.txt is
# refused at the right place with the right words and exit code, and nothing on disk changes.
# SLUICE names another binary than the release build.
set -euo pipefail
cd "$(dirname "$0")/../.."

sluice=$(realpath "${SLUICE:-build/release/bin/sluice}")
cases=$(realpath tests/acceptance/frame_broken.txt)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
passed=0
failed=0

say() {
  if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  echo "$1: $2"
}

# expect NAME EXIT_CODE PATTERN COMMAND...: PATTERN is a glob for what is printed on both outputs.
expect() {
  local name=$1 code=$2 pattern=$3 output actual=0
  shift 3
  output=$(timeout 10 "$@" 2>&1 </dev/null) || actual=$?
  if [ "$actual" -eq "$code" ] && [[ $output == $pattern ]]; then
    say ok "$name"
  else
    say FAILED "$name: exit code $actual for $code, output: $output"
  fi
}

folder_hash() { find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum; }

check_broken_file() {
  local place=$1 words=$2 before output actual=0
  before=$(folder_hash)
  output=$("$sluice" check --config broken.yml 2>&1 </dev/null) || actual=$?
  local name="broken.yml:$place: $words"
  if [ "$actual" -ne 78 ]; then
    say FAILED "$name: exit code $actual"
  elif [[ ${output%%$'\n'*} != "broken.yml:$place: "*${words/ did you mean/*did you mean}* ]]; then
    say FAILED "$name: $output"
  elif [ "$before" != "$(folder_hash)" ]; then
    say FAILED "$name: files changed"
  else
    say ok "$name"
  fi
}

check_broken_files() {
  local line place='' words=''
  mkdir -p sluice-data
  echo precious >sluice-data/store
  while IFS= read -r line; do
    if [[ $line == '== '* ]]; then
      [ -z "$place" ] || check_broken_file "$place" "$words"
      read -r _ place words <<<"$line"
      : >broken.yml
    elif [ -n "$place" ]; then
      printf '%s\n' "$line" >>broken.yml
    fi
  done <"$cases"
  check_broken_file "$place" "$words"
}

check_broken_files

printf 'listeners: [mqtt://0.0.0.0, "ws://[::1]:9001/ws"]\nmqtt: {keep_alive_max: 5m}\n' >good.yml
printf 'shard: 1\nlog_level: loud\nmqtt:\n  receive_max: 0\n' >three.yml
expect 'a good file is ok' 0 'ok' "$sluice" check --config good.yml
expect 'an empty file is ok' 0 'ok' "$sluice" check --config /dev/null
expect 'every problem is shown' 78 'three.yml:1:1:*three.yml:2:12:*three.yml:4:16:*' \
  "$sluice" check --config three.yml
expect 'an absent file is told' 78 'absent.yml: *No such file*' "$sluice" check --config absent.yml
expect 'the server refuses a broken file' 78 'three.yml:1:1:*' "$sluice" server --config three.yml
expect 'the server refuses a broken flag' 78 "--set mqtt.recieve_max=1: *'mqtt.receive_max'*" \
  "$sluice" server --set mqtt.recieve_max=1
expect 'a broken environment is told by name' 78 'environment MQTT_MAX_IN_FLIGHT_MSGS: *' \
  env MQTT_MAX_IN_FLIGHT_MSGS=x "$sluice" check --config good.yml
expect 'names of TBMQ without effect are told' 0 '*TB_KAFKA_SERVERS*ok*' \
  env TB_KAFKA_SERVERS=k:9092 "$sluice" check --config good.yml
expect 'help names the commands' 0 '*server*check*pub*sub*bench*' "$sluice" --help
expect 'help of the server names its flags' 0 '*--config*--listen*--set*' "$sluice" server --help
expect 'the version is told' 0 'sluice [0-9]*.[0-9]*.[0-9]*' "$sluice" --version
expect 'a wrong command is a usage error' 2 "*did you mean 'server'*" "$sluice" serve
expect 'no command is a usage error' 2 '*' "$sluice"
expect 'a wrong flag is a usage error' 2 '*--wrong*' "$sluice" server --wrong

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

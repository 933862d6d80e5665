#!/bin/sh
# Runs mosquitto in the place of our broker: SLUICE_TEST_BROKER_COMMAND=tests/support/mosquitto.sh
# Arguments: MQTT port, WebSocket port, then settings of ours, which mean nothing to it.
set -eu
exec mosquitto -c /dev/stdin <<END
listener $1 127.0.0.1
listener $2 127.0.0.1
protocol websockets
allow_anonymous true
retain_available true
log_type error
END

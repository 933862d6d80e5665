#!/usr/bin/env python3
"""Runs a client program against a broker of its own.

    with_broker.py [--mosquitto] BINARY -- CLIENT [ARGUMENT...]

Starts BINARY on free loopback ports with an empty data directory, waits until it accepts
connections, runs CLIENT with MQTT_HOST, MQTT_PORT and MQTT_WS_PORT in its environment, and exits
with CLIENT's status. SLUICE_BINARY in the environment overrides BINARY. `--mosquitto` takes BINARY
for Eclipse Mosquitto, which shows whether a failing check is the fault of the client program.
"""

import argparse
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ports import free_ports  # noqa: E402

READY_SECONDS = 10
STOP_SECONDS = 10
CLIENT_SECONDS = 120


def sluice_command(binary, folder, port, ws_port):
    return [binary, "server", "--listen", f"mqtt://127.0.0.1:{port}",
            "--listen", f"ws://127.0.0.1:{ws_port}/mqtt", "--data-dir", str(folder / "data"),
            "--set", "auth.allow_anonymous=true", "--set", "admin.enabled=false"]


def mosquitto_command(binary, folder, port, ws_port):
    config = folder / "mosquitto.conf"
    config.write_text(
        "allow_anonymous true\n"
        # 2.0.11 stops delivering QoS 2 messages that waited for room in its in-flight window.
        "max_inflight_messages 0\n"
        f"listener {port} 127.0.0.1\n"
        f"listener {ws_port} 127.0.0.1\n"
        "protocol websockets\n"
    )
    return [binary, "-c", str(config)]


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_ready(broker, ports):
    """True once every port accepts; False when the broker ended or took too long."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and broker.poll() is None:
        if all(accepts(port) for port in ports):
            return True
        time.sleep(0.02)
    return False


def stop(broker):
    broker.terminate()
    try:
        broker.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        broker.kill()
        broker.wait()


def run(arguments):
    binary = os.environ.get("SLUICE_BINARY") or arguments.binary
    command_for = mosquitto_command if arguments.mosquitto else sluice_command
    with tempfile.TemporaryDirectory(prefix="sluice-interop-") as name:
        folder = pathlib.Path(name)
        port, ws_port = free_ports(2)
        log = folder / "broker.log"
        with log.open("wb") as output:
            # To the broker a name SLUICE_... is a setting.
            settings = {name: value for name, value in os.environ.items() if name != "SLUICE_BINARY"}
            broker = subprocess.Popen(
                command_for(binary, folder, port, ws_port),
                stdout=output, stderr=subprocess.STDOUT, cwd=folder, env=settings,
            )
        try:
            status = run_client(broker, arguments.client, port, ws_port)
            if status == 0 and broker.poll() is not None:
                print(f"the broker ended by itself, status {broker.returncode}")
                status = 1
        finally:
            stop(broker)
        if status != 0:
            print("--- broker output ---")
            print(log.read_text(errors="replace")[-4000:])
        return status


def run_client(broker, client, port, ws_port):
    if not wait_until_ready(broker, [port, ws_port]):
        print(f"the broker is not ready after {READY_SECONDS} s")
        return 1
    environment = dict(os.environ, MQTT_HOST="127.0.0.1", MQTT_PORT=str(port),
                       MQTT_WS_PORT=str(ws_port))
    try:
        return subprocess.run(client, env=environment, timeout=CLIENT_SECONDS, check=False).returncode
    except subprocess.TimeoutExpired:
        print(f"the client program did not end within {CLIENT_SECONDS} s")
        return 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mosquitto", action="store_true")
    parser.add_argument("binary")
    parser.add_argument("client", nargs="+")
    sys.exit(run(parser.parse_args()))


if __name__ == "__main__":
    main()

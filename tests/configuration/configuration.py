#!/usr/bin/env python3
"""Gives a real broker wrong and new configurations, and stops it.

    configuration.py BINARY [unittest arguments]
"""

import hashlib
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from broken import BROKEN  # noqa: E402
from load import Ring  # noqa: E402
from ports import free_ports  # noqa: E402
from running_broker import LocalConnection  # noqa: E402
from small_mqtt import connect, packet, text  # noqa: E402

BINARY = ""
PATIENCE = 30


def eventually(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("never came: " + what)
        time.sleep(0.02)


def hash_of(folder):
    digest = hashlib.sha256()
    for path in sorted(pathlib.Path(folder).rglob("*")):
        digest.update(str(path).encode())
        if path.is_file() and not path.is_symlink():
            digest.update(path.read_bytes() + str(path.stat().st_mtime_ns).encode())
    return digest.hexdigest()


class Broker:
    """A broker with a file of its own, which tests change."""

    def __init__(self, settings=""):
        self._folder = tempfile.TemporaryDirectory(prefix="sluice-configuration-")
        self.folder = pathlib.Path(self._folder.name)
        self.data = self.folder / "data"
        self.file = self.folder / "sluice.yml"
        self.port, self.admin_port = free_ports(2)
        self.good = (f"listeners: mqtt://127.0.0.1:{self.port}\nshards: 2\n"
                     f"data_dir: {self.data}\nadmin.port: {self.admin_port}\n"
                     "auth.allow_anonymous: true\nstorage.durability: os\n" + settings)
        self.file.write_text(self.good)
        self.log = self.folder / "log"
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("SLUICE_")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([BINARY, "server", "--config", str(self.file)],
                                            stdout=subprocess.DEVNULL, stderr=log, env=environment)
        eventually(lambda: "ready in" in self.output(), "the line that it is ready")

    def output(self):
        return self.log.read_text(errors="replace")

    def ask(self, method, path, body=None):
        connection = LocalConnection(str(self.data / "admin.sock"))
        connection.request(method, path, json.dumps(body) if body else None)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content[:1] in b"{[" else content.decode()

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Client:
    """A socket that has said CONNECT and heard CONNACK."""

    def __init__(self, broker, hello):
        self.socket = socket.create_connection(("127.0.0.1", broker.port), timeout=PATIENCE)
        self.socket.sendall(hello)
        head = self.read(2)
        self.connack = self.read(head[1])

    def read(self, size):
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                return data
            data += part
        return data

    def is_alive(self):
        self.socket.sendall(b"\xC0\x00")
        return self.read(2) == b"\xD0\x00"

    def close(self):
        self.socket.close()


def connect_v5(client_id):
    return packet(0x10, text("MQTT") + bytes([5, 2]) + struct.pack(">H", 0) + b"\0" +
                  text(client_id))


class Checking(unittest.TestCase):
    def test_each_mistake_is_named_with_its_place_and_nothing_is_touched(self):
        with Broker() as broker:
            broker.process.terminate()
            broker.process.wait(PATIENCE)
            before = hash_of(broker.data)
            for number, (content, place, words) in enumerate(BROKEN):
                file = broker.folder / f"{number}.yml"
                file.write_text(content)
                for command in (["config", "check"], ["check"]):
                    result = subprocess.run(
                        [BINARY, *command, "--config", str(file)], capture_output=True, text=True,
                        check=False, env={"SLUICE_DATA_DIR": str(broker.data)})
                    self.assertEqual(result.returncode, 78, content)
                    self.assertTrue(result.stderr.startswith(f"{file}:{place}: "),
                                    content + result.stderr)
                    self.assertIn(words, result.stderr)
                    self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
            self.assertEqual(hash_of(broker.data), before)

    def test_thirty_are_tried(self):
        self.assertEqual(len(BROKEN), 30)

    def test_what_would_hold_is_shown_with_its_origin(self):
        result = subprocess.run(
            [BINARY, "config", "show", "--origin", "--key", "mqtt.receive_max", "-o", "json"],
            capture_output=True, text=True, check=True, env={"MQTT_MAX_IN_FLIGHT_MSGS": "9"})

        self.assertEqual(json.loads(result.stdout),
                         [{"key": "mqtt.receive_max", "value": "9",
                           "origin": "environment MQTT_MAX_IN_FLIGHT_MSGS"}])


class Reloading(unittest.TestCase):
    def test_wrong_files_change_nothing_and_a_good_one_holds_at_once(self):
        with Broker() as broker, Ring(broker.port) as ring:
            for content, place, words in BROKEN:
                broker.file.write_text(content)
                mark = f"{broker.file}:{place}: "
                seen = broker.output().count(mark)
                broker.hang_up()
                # An equal line is counted instead of written.
                if seen == 0:
                    eventually(lambda: mark in broker.output(), mark)  # noqa: B023
                status, answer = broker.ask("POST", "/api/configuration/reload")
                self.assertEqual(status, 400, content)
                self.assertTrue(answer["message"].startswith(mark), answer)
                self.assertIn(words, answer["message"])
            done = ring.acknowledged()
            eventually(lambda: ring.acknowledged() > done, "more messages")

            broker.file.write_text(broker.good + "mqtt.packet_size_max: 1KiB\nlog_level: warning\n"
                                   "storage.pending_bytes_max: 1MiB\n")
            differences = broker.ask("GET", "/api/configuration/diff")[1]
            self.assertEqual([entry["key"] for entry in differences],
                             ["log_level", "mqtt.packet_size_max", "storage.pending_bytes_max"])
            status, answer = broker.ask("POST", "/api/configuration/reload")
            self.assertEqual(status, 200, answer)
            self.assertEqual(answer["applied"], [entry["key"] for entry in differences])
            self.assertEqual(answer["needsRestart"], [])
            # Who was told of 2 MiB may go on, who comes now is told of 1 KiB.
            done = ring.acknowledged()
            eventually(lambda: ring.acknowledged() > done, "more messages")
            late = Client(broker, connect("late"))
            late.socket.sendall(packet(0x30, text("t") + b"x" * 2000))
            self.assertEqual(late.read(1), b"")
            late.close()

            ring.stop()
            self.assertEqual(ring.disconnects(), 0)
            self.assertEqual(ring.missing(), 0)
            self.assertGreater(ring.acknowledged(), 0)

    def test_a_rate_holds_for_those_who_are_connected(self):
        with Broker() as broker:
            client = Client(broker, connect_v5("rated"))
            broker.file.write_text(broker.good + "rate_limits.incoming_publish_enabled: true\n"
                                   "rate_limits.incoming_publish: '1:3600'\n")
            self.assertEqual(broker.ask("POST", "/api/configuration/reload")[0], 200)

            for number in (1, 2):
                client.socket.sendall(packet(0x32, text("t") + struct.pack(">H", number) + b"\0"))
            first = client.read(client.read(2)[1])
            second = client.read(client.read(2)[1])

            self.assertIn(first[2:3], (b"\x10", b"\x00", b""))
            self.assertEqual(second[2], 0x97)
            client.close()

    def test_what_needs_a_restart_is_named(self):
        with Broker() as broker:
            broker.file.write_text(broker.good.replace("shards: 2", "shards: 3"))

            status, answer = broker.ask("POST", "/api/configuration/reload")

            self.assertEqual((status, answer["applied"], answer["needsRestart"]),
                             (200, [], ["shards"]))

    def test_logs_become_json_and_louder_while_it_runs(self):
        with Broker() as broker:
            broker.file.write_text(broker.good + "log_format: json\n")
            broker.hang_up()
            eventually(lambda: '"applied":"log_format"' in broker.output(), "a line of JSON")
            status, _ = broker.ask("POST", "/api/configuration/logLevel", {"level": "debug"})
            self.assertEqual(status, 200)
            line = json.loads(broker.output().splitlines()[-1])
            self.assertEqual(line["level"], "info")
            self.assertRegex(line["ts"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


class Stopping(unittest.TestCase):
    def test_readiness_ends_before_connections_do(self):
        with Broker("drain_delay: 600s\n") as broker:
            client = Client(broker, connect("c"))
            self.assertEqual(broker.ask("GET", "/readyz")[0], 200)
            broker.process.terminate()

            eventually(lambda: broker.ask("GET", "/readyz")[0] == 503, "an end of readiness")
            self.assertEqual(broker.ask("GET", "/livez")[0], 200)
            self.assertTrue(client.is_alive())

            broker.process.terminate()  # asked twice: at once
            broker.process.wait(PATIENCE)
            client.close()

    def test_clients_are_told_one_after_the_other(self):
        with Broker("drain_rate: 100\n") as broker:
            clients = [Client(broker, connect_v5(f"c{i}")) for i in range(50)]
            broker.process.terminate()

            for client in clients:
                self.assertEqual(client.read(3)[::2], b"\xE0\x8B")
                client.close()
            self.assertEqual(broker.process.wait(PATIENCE), 0)


if __name__ == "__main__":
    BINARY = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)

"""A broker of its own with its administration, and `sluice ctl` for it."""

import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ports import free_ports  # noqa: E402

READY_SECONDS = 20
STOP_SECONDS = 15
CTL_SECONDS = 60


class Broker:
    """Runs `binary` in a folder that goes away with it."""

    def __init__(self, binary):
        self.binary = str(pathlib.Path(binary).resolve())
        self._folder = tempfile.TemporaryDirectory(prefix="sluice-ctl-")
        self.folder = pathlib.Path(self._folder.name)
        self.port, self.admin_port = free_ports(2)
        self.log = self.folder / "broker.log"
        # To the broker a name SLUICE_... is a setting, and the key of another one means nothing.
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("SLUICE_")}
        self._start()

    def _start(self):
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [self.binary, "server", "--listen", f"mqtt://127.0.0.1:{self.port}",
                 "--shards", "1", "--set", f"admin.port={self.admin_port}",
                 "--set", "auth.password_cost=4"],
                stdout=output, stderr=subprocess.STDOUT, cwd=self.folder, env=self.environment)
        self._wait_until_ready()

    def _wait_until_ready(self):
        deadline = time.monotonic() + READY_SECONDS
        while "ready in" not in self.output():
            if time.monotonic() > deadline or self.process.poll() is not None:
                output = self.output()
                self.stop()
                raise RuntimeError("the broker is not ready:\n" + output)
            time.sleep(0.02)

    def output(self):
        return self.log.read_text(errors="replace")

    def setup_token(self):
        return re.search(r"sluice ctl setup (\S+)", self.output()).group(1)

    def ctl(self, *arguments, text="", key=None):
        """Runs `sluice ctl`: on the local socket, or on the port with an API key."""
        environment = dict(self.environment)
        where = []
        if key:
            environment["SLUICE_API_KEY"] = key
            where = ["--url", f"http://127.0.0.1:{self.admin_port}"]
        return self.run([self.binary, "ctl", *arguments, *where], text, environment)

    def run(self, command, text="", environment=None):
        """Runs a program in the broker's folder, with `text` on its stdin."""
        return subprocess.run(command, input=text, text=True, capture_output=True, cwd=self.folder,
                              env=environment or self.environment, timeout=CTL_SECONDS, check=False)

    def restart(self):
        """Ends it and starts it again with what it has kept, on the same ports."""
        self._end()
        self._start()

    def stop(self):
        self._end()
        self._folder.cleanup()

    def _end(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def utf8(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


class Client:
    """Connects with MQTT 3.1.1; `code` is the Return Code of its CONNACK."""

    def __init__(self, broker, client_id, username=None, password=None, keeps_session=False):
        flags = (0 if keeps_session else 0x02) | (0x80 if username is not None else 0) | (0x40 if password is not None else 0)
        body = utf8("MQTT") + bytes([4, flags, 0, 60]) + utf8(client_id)
        for part in (username, password):
            if part is not None:
                body += utf8(part)
        self.socket = socket.create_connection(("127.0.0.1", broker.port), timeout=20)
        self.socket.sendall(bytes([0x10, len(body)]) + body)
        reply = self.socket.recv(4)
        self.code = reply[3] if len(reply) == 4 else None

    def subscribe(self, topic_filter, qos=0):
        """The Return Code of the SUBACK: 0x80 is a refusal."""
        body = struct.pack(">H", 1) + utf8(topic_filter) + bytes([qos])
        self.socket.sendall(bytes([0x82, len(body)]) + body)
        return self.socket.recv(5)[4]

    def publish(self, topic, payload):
        """With QoS 1; waits for the PUBACK."""
        body = utf8(topic) + struct.pack(">H", 7) + payload.encode()
        self.socket.sendall(bytes([0x32, len(body)]) + body)
        assert self.socket.recv(4)[0] == 0x40

    def is_closed(self):
        """Waits for the broker to close the connection."""
        try:
            while self.socket.recv(100):
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            return False
        return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

"""A broker with its administration, for what measures or tries it from outside."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

from ports import free_ports


class Failed(Exception):
    """A measurement that cannot be used; its text says why."""


class LocalConnection(http.client.HTTPConnection):
    """HTTP over the Unix socket of the data folder, where our user is ADMIN."""

    def __init__(self, path):
        super().__init__("localhost", timeout=600)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status = status


class Caller:
    """Requests over one connection to the socket of the data folder."""

    def __init__(self, data):
        self.connection = LocalConnection(str(data / "admin.sock"))

    def content(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        self.connection.request(method, path, text, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise Refused(answer.status, content.decode())
        return content

    def request(self, method, path, body=None):
        content = self.content(method, path, body)
        return json.loads(content) if content else None

    def get(self, path):
        return self.request("GET", path)

    def text(self, path):
        return self.content("GET", path).decode()


class Broker:
    """`sluice server` in a folder of its own, which `restart` uses again."""

    def __init__(self, binary, folder, settings=(), shards=2):
        self.binary = os.path.abspath(binary)
        self.data = pathlib.Path(folder) / "data"
        self.log = pathlib.Path(folder) / "log"
        self.port, self.admin_port = free_ports(2)
        self.settings = list(settings)
        self.shards = shards
        self.process = None
        self.api = None
        self.start()

    def start(self):
        command = [self.binary, "server", "--listen", f"mqtt://127.0.0.1:{self.port}",
                   "--shards", str(self.shards), "--data-dir", str(self.data), "--log-level", "warning",
                   "--set", f"admin.port={self.admin_port}"]
        for setting in self.settings:
            command += ["--set", setting]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=self.log.open("ab"))
        self.api = None
        deadline = time.monotonic() + 60
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"the broker does not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def is_ready(self):
        try:
            self.get("/api/auth/user")
            with socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        except (OSError, http.client.HTTPException, Refused):  # 503 while it starts
            self.api = None
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def another_caller(self):
        """For another thread: a connection of its own."""
        return Caller(self.data)

    @property
    def caller(self):
        if self.api is None:
            self.api = Caller(self.data)
        return self.api

    def get(self, path):
        return self.caller.get(path)

    def text(self, path):
        return self.caller.text(path)

    def post(self, path, body=None):
        return self.caller.request("POST", path, body)

    def delete(self, path):
        return self.caller.request("DELETE", path)

    def all_credentials(self):
        found = []
        page = 0
        while True:
            answer = self.get(f"/api/mqtt/client/credentials?pageSize=1000&page={page}")
            found += answer["data"]
            if not answer["hasNext"]:
                return found
            page += 1

    def add_basic(self, name, user=None, password=None, client_id=None, rules=None):
        """rules: (publish patterns, subscribe patterns); without, everything is allowed."""
        value = {"userName": user, "password": password, "clientId": client_id}
        publish, subscribe = rules or ([".*"], [".*"])
        value["authRules"] = {"pubAuthRulePatterns": publish, "subAuthRulePatterns": subscribe}
        return self.post("/api/mqtt/client/credentials",
                         {"name": name, "clientType": "DEVICE", "credentialsType": "MQTT_BASIC",
                          "credentialsValue": json.dumps(value)})

    def import_basic(self, rows):
        """rows: (name, user, password)."""
        text = "\n".join(",".join(row) for row in rows)
        columns = [{"type": kind} for kind in ("NAME", "USERNAME", "PASSWORD")]
        answer = self.post("/api/mqtt/client/credentials/bulk_import",
                           {"file": text, "mapping": {"columns": columns, "delimiter": ",",
                                                      "header": False}})
        if answer["errors"]:
            raise Failed(f"import: {answer['errorsList'][:3]}")

    def set_provider(self, kind, configuration, enabled=True):
        provider = self.get(f"/api/mqtt/auth/provider/type/{kind}")
        provider["configuration"] = {"type": kind, **configuration}
        provider["enabled"] = enabled
        return self.post("/api/mqtt/auth/provider", provider)


@contextlib.contextmanager
def running(binary, settings=(), shards=2):
    with tempfile.TemporaryDirectory(prefix="sluice-run-") as folder:
        broker = Broker(binary, folder, settings, shards)
        try:
            yield broker
        finally:
            broker.stop()

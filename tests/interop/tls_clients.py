#!/usr/bin/env python3
"""Clients with TLS that others wrote, against a broker of its own.

    tls_clients.py BINARY

mosquitto_pub and mosquitto_sub with TLS and client certificates, a matrix of `openssl s_client`,
Paho over WebSocket with TLS, and HAProxy in front with PROXY protocol version 2.
"""

import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from checks import check, check_equal, report
from tls_files import Authority
from with_broker import free_ports, stop, wait_until_ready

SECONDS = 15


class World:
    """A folder with certificates and a broker that uses them on several ports."""

    def __init__(self, binary, folder):
        self.folder = pathlib.Path(folder)
        self.authority = Authority(folder, "root")
        self.other = Authority(folder, "other")
        self.server = self.authority.issue("broker")
        self.device = self.authority.issue("device")
        self.expired = self.authority.issue("expired", "20200101000000Z", "20200201000000Z")
        self.revoked = self.authority.issue("revoked")
        self.authority.revoke(self.revoked[0])
        self.foreign = self.other.issue("foreign")
        (self.tls, self.mtls, self.wss, self.only_1_3, self.proxied, self.proxied_tls, self.front,
         self.front_tls) = free_ports(8)
        asks = f"client_certificates=required&client_crl={self.authority.revoked_list()}"
        listeners = [f"mqtts://127.0.0.1:{self.tls}", f"mqtts://127.0.0.1:{self.mtls}?{asks}",
                     f"wss://127.0.0.1:{self.wss}/mqtt",
                     f"mqtts://127.0.0.1:{self.only_1_3}?minimum_version=1.3",
                     f"mqtt://127.0.0.1:{self.proxied}?proxy_protocol=on",
                     f"mqtts://127.0.0.1:{self.proxied_tls}?proxy_protocol=on"]
        settings = ["auth.allow_anonymous=true", "admin.enabled=false",
                    f"tls.certificate={self.server[0]}", f"tls.key={self.server[1]}",
                    f"tls.client_ca={self.authority.certificate}"]
        command = [binary, "server", "--data-dir", str(self.folder / "data")]
        for url in listeners:
            command += ["--listen", url]
        for setting in settings:
            command += ["--set", setting]
        self.log = self.folder / "broker.log"
        self.broker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.log.open("w"))
        check(wait_until_ready(self.broker, [self.tls, self.wss]), "the broker starts",
              self.log.read_text())

    def counters(self):
        """What the broker says at SIGUSR1."""
        seen = self.log.read_text().count("\n{")
        self.broker.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
            if len(lines) > seen:
                return json.loads(lines[-1])
            time.sleep(0.05)
        check(False, "the broker tells its counters")


def mosquitto(world, tool, port, *words, identity=None):
    command = [tool, "-h", "localhost", "-p", str(port), "--cafile",
               str(world.authority.certificate), *words]
    if identity:
        command += ["--cert", str(identity[0]), "--key", str(identity[1])]
    return command


def publishes(world, port, topic, identity=None, extra=()):
    done = subprocess.run(mosquitto(world, "mosquitto_pub", port, "-t", topic, "-m", "hello", "-q",
                                    "1", "-r", *extra, identity=identity),
                          timeout=SECONDS, capture_output=True)
    return done.returncode == 0


def receives(world, port, topic, identity=None):
    done = subprocess.run(mosquitto(world, "mosquitto_sub", port, "-t", topic, "-C", "1", "-W", "5",
                                    identity=identity),
                          timeout=SECONDS, capture_output=True, text=True)
    return done.stdout.strip() == "hello"


def check_mosquitto(world):
    for version in ("tlsv1.2", "tlsv1.3"):
        check(publishes(world, world.tls, f"tls/{version}", extra=("--tls-version", version)),
              f"mosquitto_pub over {version}")
        check(receives(world, world.tls, f"tls/{version}"), f"mosquitto_sub over {version}")
    check(publishes(world, world.mtls, "mtls", identity=world.device), "mosquitto_pub over mTLS")
    check(receives(world, world.mtls, "mtls", identity=world.device), "mosquitto_sub over mTLS")
    for name in ("expired", "revoked", "foreign"):
        check(not publishes(world, world.mtls, "no", identity=getattr(world, name)),
              f"mosquitto_pub with a certificate that is {name}")
    check(not publishes(world, world.mtls, "no"), "mosquitto_pub without a certificate")


def s_client(world, port, *words, identity=None):
    """Connects, sends CONNECT and gives all that openssl printed."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile",
               str(world.authority.certificate), "-verify_return_error", "-ign_eof", *words]
    if identity:
        command += ["-cert", str(identity[0]), "-key", str(identity[1])]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    packet = b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04test\xe0\x00"
    try:
        output, _ = process.communicate(packet, timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
    return output.decode(errors="replace")


def check_versions(world):
    old = ("-cipher", "ALL:@SECLEVEL=0")  # or openssl itself would refuse
    for version in ("-tls1", "-tls1_1"):
        output = s_client(world, world.tls, version, *old)
        check("alert protocol version" in output, f"{version} is refused by an alert", output)
    for version, name in (("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")):
        output = s_client(world, world.tls, version)
        check(f"New, {name}" in output and "Verify return code: 0 (ok)" in output,
              f"{name} is spoken", output)
        check("Secure Renegotiation IS supported" in output or name == "TLSv1.3",
              f"{name} renegotiation info", output)
        check("Compression: NONE" in output or "compression" not in output.lower(),
              f"{name} has no compression", output)
    check("alert protocol version" in s_client(world, world.only_1_3, "-tls1_2"),
          "TLS 1.2 is refused where 1.3 is asked for")
    for cipher in ("AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "AES256-GCM-SHA384"):
        output = s_client(world, world.tls, "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0")
        check("handshake failure" in output, f"{cipher} is refused", output)
    check("ALPN protocol: mqtt" in s_client(world, world.tls, "-alpn", "mqtt"), "ALPN mqtt")
    check("no application protocol" in s_client(world, world.tls, "-alpn", "h2"), "ALPN h2")


def check_certificates(world):
    cases = [("expired", world.expired, "alert certificate expired"),
             ("of another authority", world.foreign, "alert unknown ca"),
             ("revoked", world.revoked, "alert certificate revoked"),
             ("missing", None, "certificate required")]
    for name, identity, alert in cases:
        for version in ("-tls1_2", "-tls1_3"):
            output = s_client(world, world.mtls, version, identity=identity)
            wanted = "alert handshake failure" if (name, version) == ("missing", "-tls1_2") else alert
            check(wanted in output, f"certificate {name} {version}: {wanted}", output[-2000:])
    check("Verify return code: 0" in s_client(world, world.mtls, identity=world.device),
          "a good certificate")


def check_resumption(world):
    for version in ("-tls1_2", "-tls1_3"):
        saved = world.folder / f"session{version}"
        s_client(world, world.tls, version, "-sess_out", str(saved))
        check("Reused, " in s_client(world, world.tls, version, "-sess_in", str(saved)),
              f"{version} resumes a session")


def check_paho_over_wss(world):
    try:
        import paho.mqtt.client as paho
    except ImportError:
        return print("skipped: Paho is missing")
    got = []
    # Paho 2 wants to be told that the callbacks are those of 1.
    first = [paho.CallbackAPIVersion.VERSION1] if hasattr(paho, "CallbackAPIVersion") else []
    client = paho.Client(*first, client_id="paho", transport="websockets")
    client.tls_set(ca_certs=str(world.authority.certificate))
    client.ws_set_options(path="/mqtt")
    client.on_connect = lambda c, *_: c.subscribe("wss/paho", 1)
    client.on_subscribe = lambda c, *_: c.publish("wss/paho", b"x" * 100_000, 1)
    client.on_message = lambda _c, _u, message: got.append(message.payload)
    client.connect("localhost", world.wss)
    deadline = time.monotonic() + SECONDS
    while not got and time.monotonic() < deadline:
        client.loop(0.1)
    client.disconnect()
    check_equal(got, [b"x" * 100_000], "Paho over WebSocket with TLS")


def is_closed(connection):
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def check_haproxy(world):
    """HAProxy in front: once it passes bytes on, once it ends TLS itself."""
    haproxy = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if not haproxy:
        return print("skipped: haproxy is missing")
    bundle = world.folder / "haproxy.pem"
    bundle.write_text(world.server[0].read_text() + world.server[1].read_text())
    config = world.folder / "haproxy.cfg"
    config.write_text(
        "defaults\n mode tcp\n timeout connect 5s\n timeout client 20s\n timeout server 20s\n"
        f"listen passes\n bind 127.0.0.1:{world.front}\n"
        f" server broker 127.0.0.1:{world.proxied_tls} send-proxy-v2\n"
        f"listen ends\n bind 127.0.0.1:{world.front_tls} ssl crt {bundle}\n"
        f" server broker 127.0.0.1:{world.proxied} send-proxy-v2-ssl-cn\n")
    front = subprocess.Popen([haproxy, "-db", "-f", str(config)], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    try:
        check(wait_until_ready(front, [world.front, world.front_tls]), "HAProxy starts")
        for port, what in ((world.front, "that passes TLS on"), (world.front_tls, "that ends TLS")):
            check(publishes(world, port, f"proxy/{port}"), f"mosquitto_pub by a HAProxy {what}")
            check(receives(world, port, f"proxy/{port}"), f"mosquitto_sub by a HAProxy {what}")
    finally:
        stop(front)
    with socket.create_connection(("127.0.0.1", world.proxied), SECONDS) as direct:
        direct.sendall(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04test")
        check(is_closed(direct), "a Client that comes past the proxy is not let in")


def main():
    with tempfile.TemporaryDirectory(prefix="sluice-tls-") as folder:
        world = World(sys.argv[1], folder)
        try:
            for part in (check_mosquitto, check_versions, check_certificates, check_resumption,
                         check_paho_over_wss, check_haproxy):
                part(world)
            counters = world.counters()
            check(counters["tls_certificates_refused"] >= 8, "refusals are counted", counters)
            check(counters["tls_resumed"] >= 2, "resumed sessions are counted", counters)
        finally:
            stop(world.broker)
    report()


if __name__ == "__main__":
    main()

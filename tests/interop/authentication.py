#!/usr/bin/env python3
"""Authentication against servers and clients that others wrote, on a broker of its own.

    authentication.py BINARY

Paho with JSON Web Tokens (keys of the Python package `cryptography`, also from a JWKS server), an
HTTP authentication server that answers, hangs, is slow or wrong, and `gsasl` as SCRAM Client over
MQTT 5.
"""

import base64
import http.server
import json
import pathlib
import queue
import shutil
import struct
import subprocess
import sys
import socket
import threading
import time

import paho.mqtt.client as paho
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from running_broker import running  # noqa: E402
from checks import check, check_equal, report  # noqa: E402

SECONDS = 20
ALL = {"pubAuthRulePatterns": [".*"], "subAuthRulePatterns": [".*"]}


def unpadded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Signer:
    def __init__(self, kid):
        self.kid = kid
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(self, claims, algorithm="RS256"):
        head = {"alg": algorithm, "typ": "JWT", "kid": self.kid}
        signed = ".".join(unpadded(json.dumps(part).encode()) for part in (head, claims))
        signature = b""
        if algorithm == "RS256":
            signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{unpadded(signature)}"

    def pem(self):
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    def jwk(self):
        numbers = self.key.public_key().public_numbers()
        as_bytes = lambda n: n.to_bytes((n.bit_length() + 7) // 8, "big")  # noqa: E731
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
                "n": unpadded(as_bytes(numbers.n)), "e": unpadded(as_bytes(numbers.e))}


class Server:
    """An HTTP server; `answer(path, body)` gives status and text, or None to hang."""

    def __init__(self, answer):
        server = self
        self.answer = answer
        self.asked = queue.Queue()
        self.release = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.asked.put((self.path, body.decode()))
                reply = server.answer(self.path, body.decode())
                if reply is None:
                    server.release.wait(SECONDS)
                    return
                status, text = reply
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


def new_client(client_id, protocol):
    # Paho 2 wants to be told that the callbacks are those of 1.
    first = [paho.CallbackAPIVersion.VERSION1] if hasattr(paho, "CallbackAPIVersion") else []
    return paho.Client(*first, client_id=client_id, protocol=protocol)


def try_to_connect(port, client_id, user, password):
    """The code of the CONNACK that a Paho client gets; with 0 it is connected until it is dropped."""
    answers = queue.Queue()
    client = new_client(client_id, paho.MQTTv311)
    client.username_pw_set(user, password)
    client.on_connect = lambda *arguments: answers.put(arguments[3])
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        return client, answers.get(timeout=SECONDS)
    finally:
        client.loop_stop()


def code_of(port, client_id, user, password):
    client, code = try_to_connect(port, client_id, user, password)
    client.disconnect()
    return code


def publish_and_wait(port, client_id, user, password, topic):
    """Whether a message of the Client on `topic` comes back to itself."""
    came, granted = queue.Queue(), queue.Queue()
    client = new_client(client_id, paho.MQTTv5)
    client.username_pw_set(user, password)
    client.on_connect = lambda c, *_: c.subscribe(topic, 1)
    client.on_subscribe = lambda c, u, m, codes, *_: granted.put(codes[0].value)
    client.on_message = lambda c, u, message: came.put(message.payload)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        if granted.get(timeout=SECONDS) >= 0x80:
            return False
        client.publish(topic, b"x", 1)
        return came.get(timeout=SECONDS) == b"x"
    finally:
        client.loop_stop()
        client.disconnect()


def jwt_configuration(verifier):
    return {"defaultClientType": "DEVICE", "jwtVerifierConfiguration": verifier,
            "authClaims": {"aud": "broker"}, "clientTypeClaims": {"kind": "app"}, "authRules": ALL,
            "pubAuthRuleClaim": "pub", "subAuthRuleClaim": "sub_rules"}


def check_tokens(broker, good, wrong, what):
    now = int(time.time())
    claims = {"aud": "broker", "exp": now + 300}
    port = broker.port
    check_equal(code_of(port, "j1", "any", good.token(claims)), 0, f"{what}: a token is let in")
    check_equal(code_of(port, "j2", "any", wrong.token(claims)), 5, f"{what}: another key is not")
    check_equal(code_of(port, "j3", "any", good.token({**claims, "exp": now - 300})), 5,
                f"{what}: an expired token is not")
    check_equal(code_of(port, "j4", "any", good.token({**claims, "aud": "other"})), 5,
                f"{what}: another audience is not")
    check_equal(code_of(port, "j5", "any", good.token(claims, "none")), 5, f"{what}: alg none is not")
    ruled = good.token({**claims, "pub": ["mine/.*"], "sub_rules": ["mine/.*"]})
    check(publish_and_wait(port, "j6", "any", ruled, "mine/x"), f"{what}: what the claims allow")
    check(not publish_and_wait(port, "j7", "any", ruled, "yours/x"), f"{what}: what they do not")


def check_jwt(broker):
    good, wrong = Signer("k1"), Signer("k1")
    pem = {"jwtVerifierType": "ALGORITHM_BASED",
           "jwtSignAlgorithmConfiguration": {"algorithm": "PEM_KEY", "publicPemKey": good.pem(),
                                             "publicPemKeyFileName": "k.pem"}}
    broker.set_provider("JWT", jwt_configuration(pem))
    check_tokens(broker, good, wrong, "PEM")

    keys = {"keys": [good.jwk()]}
    server = Server(lambda path, body: (200, json.dumps(keys)))
    jwks = {"jwtVerifierType": "JWKS", "endpoint": f"{server.url}/keys", "headers": {},
            "refreshInterval": 300, "credentials": {"type": "anonymous"}}
    broker.set_provider("JWT", jwt_configuration(jwks))
    server.asked.get(timeout=SECONDS)
    check_tokens(broker, good, wrong, "JWKS")
    server.answer = lambda path, body: (500, "")
    token = good.token({"aud": "broker", "exp": int(time.time()) + 300})
    check_equal(code_of(broker.port, "j8", "any", token), 0, "JWKS: keys are kept in an outage")

    brief = good.token({"aud": "broker", "exp": int(time.time()) + 3})
    client, code = try_to_connect(broker.port, "j9", "any", brief)
    check_equal(code, 0, "a token that ends soon is let in")
    ended = queue.Queue()
    client.on_disconnect = lambda *_: ended.put(True)
    client.loop_start()
    # One minute of clock skew is allowed to tokens, none of it to a connection that is there.
    check(ended.get(timeout=90), "the connection ends with its token")
    client.loop_stop()
    broker.set_provider("JWT", jwt_configuration(jwks), enabled=False)


def http_configuration(url):
    return {"restEndpointUrl": url, "requestMethod": "POST", "headers": {},
            "requestBody": '{"id": "${clientId}", "user": "${username}", "pw": "${password}"}',
            "readTimeoutMs": 1000, "maxParallelRequestsCount": 10, "maxInMemoryBufferSizeInKb": 16,
            "credentials": {"type": "anonymous"}, "defaultClientType": "DEVICE", "authRules": ALL}


def check_http(broker):
    def answer(path, body):
        asked = json.loads(body)
        replies = {"good": (200, ""), "denied": (200, '{"result": "failure"}'),
                   "passed on": (200, '{"result": "skipped"}'), "broken": (200, "{"),
                   "error": (500, ""), "huge": (200, "x" * 100_000), "hangs": None}
        if asked["user"] == "ruled":
            return 200, json.dumps({"result": "success", "clientType": "DEVICE", "authRules": {
                "pubAuthRulePatterns": ["mine/.*"], "subAuthRulePatterns": ["mine/.*"]}})
        return replies[asked["user"]]

    server = Server(answer)
    broker.set_provider("HTTP", http_configuration(server.url))
    port = broker.port
    check_equal(code_of(port, "h\"1", "good", "p\\w"), 0, "HTTP: an empty 200 lets in")
    path, body = server.asked.get(timeout=SECONDS)
    check_equal(json.loads(body), {"id": 'h"1', "user": "good", "pw": "p\\w"},
                "HTTP: the template's values are escaped")
    for user in ("denied", "passed on", "broken", "error", "huge", "hangs"):
        check_equal(code_of(port, "h2", user, "x"), 5, f"HTTP: {user} does not let in")
    check(publish_and_wait(port, "h3", "ruled", "x", "mine/x"), "HTTP: what the reply allows")
    check(not publish_and_wait(port, "h4", "ruled", "x", "yours/x"), "HTTP: what it does not")
    reasons = {row["clientId"]: row["reason"] for row in
               broker.get("/api/unauthorized/client?pageSize=100&page=0")["data"]}
    check("h2" in reasons and reasons["h2"], "HTTP: the list of the refused says why")
    server.release.set()
    broker.set_provider("HTTP", http_configuration(server.url), enabled=False)


def variable(data):
    return struct.pack(">H", len(data)) + data


def mqtt5_packet(first, body):
    assert len(body) < 128
    return bytes([first, len(body)]) + body


def auth_properties(data):
    properties = b"\x15" + variable(b"SCRAM-SHA-256") + b"\x16" + variable(data)
    return bytes([len(properties)]) + properties


def read_packet(connection):
    first, length = connection.recv(2, socket.MSG_WAITALL)
    return first, connection.recv(length, socket.MSG_WAITALL)


def data_of(body, start):
    """Authentication Data among the properties from `start`."""
    at = start + 1
    while at < start + 1 + body[start]:
        kind = body[at]
        if kind in (0x15, 0x16, 0x1f, 0x12):
            size = struct.unpack(">H", body[at + 1:at + 3])[0]
            if kind == 0x16:
                return body[at + 3:at + 3 + size]
            at += 3 + size
        else:
            at += 1 + {0x11: 4, 0x13: 2, 0x21: 2, 0x22: 2, 0x27: 4}.get(kind, 1)
    return b""


class Gsasl:
    def __init__(self, user, password):
        command = ["gsasl", "--quiet", "--no-cb", "--client", "--mechanism=SCRAM-SHA-256",
                   f"--authentication-id={user}", f"--password={password}"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, bufsize=1)
        self.process.stdout.readline()  # the name of the mechanism

    def read(self):
        return base64.b64decode(self.process.stdout.readline())

    def write(self, message):
        self.process.stdin.write(base64.b64encode(message).decode() + "\n")


def scram(port, user, password):
    """Connects by SCRAM with gsasl's messages. Returns the reason of the CONNACK."""
    client = Gsasl(user, password)
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.settimeout(SECONDS)
        hello = variable(b"MQTT") + b"\x05\x02\x00\x00" + auth_properties(client.read()) + variable(b"s1")
        connection.sendall(mqtt5_packet(0x10, hello))
        first, body = read_packet(connection)
        if first == 0x20:
            return body[1]
        check_equal((first, body[0]), (0xf0, 0x18), "SCRAM: the broker asks on")
        client.write(data_of(body, 1))
        connection.sendall(mqtt5_packet(0xf0, b"\x18" + auth_properties(client.read())))
        first, body = read_packet(connection)
        check_equal(first, 0x20, "SCRAM: then CONNACK comes")
        if body[1] == 0:
            client.write(data_of(body, 2))
            client.process.communicate("\n", timeout=SECONDS)  # it asks once more, whatever came
            check_equal(client.process.returncode, 0, "SCRAM: gsasl believes the broker")
        return body[1]


def check_scram(broker):
    if shutil.which("gsasl") is None:
        print("no SCRAM: gsasl is missing", flush=True)
        return
    value = {"userName": "user", "password": "pencil of doom", "algorithm": "SHA_256", "authRules": ALL}
    broker.post("/api/mqtt/client/credentials",
                {"name": "scram", "clientType": "DEVICE", "credentialsType": "SCRAM",
                 "credentialsValue": json.dumps(value)})
    broker.set_provider("SCRAM", {})
    check_equal(scram(broker.port, "user", "pencil of doom"), 0, "SCRAM: the right password")
    check_equal(scram(broker.port, "user", "pencil of gloom"), 0x87, "SCRAM: a wrong one")
    check_equal(scram(broker.port, "nobody", "pencil of doom"), 0x87, "SCRAM: an unknown user")


def check_automatic_blocks(binary):
    settings = ["auth.password_cost=4", "auth.block_after_failures=3:600", "auth.block_time=10m"]
    with running(binary, settings) as broker:
        broker.add_basic("right", "right", "right password")
        check_equal(code_of(broker.port, "b", "right", "right password"), 0, "blocks: let in at first")
        codes = [code_of(broker.port, "b", "right", "wrong") for _ in range(4)]
        check_equal(codes, [5, 5, 5, 5], "blocks: wrong passwords")
        deadline = time.monotonic() + SECONDS
        while code_of(broker.port, "b", "right", "right password") == 0:
            check(time.monotonic() < deadline, "blocks: then the address is blocked")
        blocked = broker.get("/api/blockedClient?pageSize=10&page=0")["data"]
        check_equal([(one["type"], one["value"]) for one in blocked], [("IP_ADDRESS", "127.0.0.1")],
                    "blocks: the list shows it")
        broker.delete("/api/blockedClient?type=IP_ADDRESS&value=127.0.0.1")
        check_equal(code_of(broker.port, "b", "right", "right password"), 0,
                    "blocks: an operator lets it in again")


def main():
    settings = ["auth.http_to_private=true", "auth.password_cost=4"]
    with running(sys.argv[1], settings) as broker:
        check_scram(broker)
        check_http(broker)
        check_jwt(broker)
    check_automatic_blocks(sys.argv[1])
    report()


if __name__ == "__main__":
    main()

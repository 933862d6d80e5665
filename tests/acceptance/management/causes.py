#!/usr/bin/env python3
"""Twelve reasons for which a Client does not get a message, each brought about, each explained.

    causes.py BINARY [--only NAME]

Every scenario traces what it is about, has a message not arrive, and asks `/api/explain`, whose first
cause has to be the right one. Prints one line of JSON.
"""

import argparse
import json
import os
import pathlib
import socket
import sys
import threading
import time
import urllib.parse

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import running_broker as brokers  # noqa: E402
import small_mqtt as mqtt  # noqa: E402

WAIT_SECONDS = 10


def properties(packet, **values):
    made = Properties(packet)
    for name, value in values.items():
        setattr(made, name, value)
    return made


class Client:
    """A Client of MQTT 5 that knows what it got."""

    def __init__(self, broker, client_id, user=None, clean=True, **connect):
        arguments = {"client_id": client_id, "protocol": paho.MQTTv5}
        if hasattr(paho, "CallbackAPIVersion"):
            arguments["callback_api_version"] = paho.CallbackAPIVersion.VERSION2
        self.client = paho.Client(**arguments)
        self.topics = []
        self.changed = threading.Condition()
        self.states = set()
        self.client.on_connect = lambda *_: self.note("connected")
        self.client.on_disconnect = lambda *_: self.note("disconnected")
        self.client.on_subscribe = lambda *_: self.note("subscribed")
        self.client.on_message = lambda _c, _d, message: self.note(message.topic)
        if user:
            self.client.username_pw_set(user, f"password of {user}")
        if not clean:
            connect.setdefault("SessionExpiryInterval", 3600)
        self.client.connect("127.0.0.1", broker.port, clean_start=clean,
                            properties=properties(PacketTypes.CONNECT, **connect))
        self.client.loop_start()
        self.await_state("connected")

    def note(self, state):
        with self.changed:
            self.states.add(state)
            self.topics.append(state)
            self.changed.notify_all()

    def await_state(self, state):
        with self.changed:
            if not self.changed.wait_for(lambda: state in self.states, WAIT_SECONDS):
                raise brokers.Failed(f"'{state}' does not come")

    def subscribe(self, topic, qos=1, no_local=False):
        self.client.subscribe(topic, options=SubscribeOptions(qos=qos, noLocal=no_local))
        self.await_state("subscribed")

    def publish(self, topic, payload=b"hello", qos=1, wait=True, **values):
        sent = self.client.publish(topic, payload, qos,
                                   properties=properties(PacketTypes.PUBLISH, **values))
        if wait:
            sent.wait_for_publish(WAIT_SECONDS)

    def leave(self):
        self.client.disconnect()
        self.await_state("disconnected")
        self.client.loop_stop()


def waiting(broker, client_id, topic):
    """A persistent Client that subscribed and left."""
    client = Client(broker, client_id, clean=False)
    client.subscribe(topic)
    client.leave()


def no_subscription(broker):
    Client(broker, "receiver").subscribe("other/#")
    Client(broker, "sender").publish("a/topic")
    return "a/topic"


def not_authorized(broker):
    broker.add_basic("sender", "sender", "password of sender", rules=(["allowed/.*"], [".*"]))
    broker.set_provider("MQTT_BASIC", {"authStrategy": "USERNAME"})
    Client(broker, "receiver").subscribe("secret/#")
    Client(broker, "sender", user="sender").publish("secret/topic")
    return "secret/topic"


def expired(broker):
    waiting(broker, "receiver", "short/#")
    Client(broker, "sender").publish("short/topic", MessageExpiryInterval=1)
    time.sleep(1.5)  # that is what it is about
    Client(broker, "receiver", clean=False)
    return "short/topic"


def queue_full(broker):
    waiting(broker, "receiver", "many/#")
    sender = Client(broker, "sender")
    for number in range(8):
        sender.publish(f"many/{number}")
    return "many/0"


def packet_too_large(broker):
    Client(broker, "receiver", MaximumPacketSize=64).subscribe("large/#")
    Client(broker, "sender").publish("large/topic", b"x" * 500)
    return "large/topic"


def offline_qos0(broker):
    waiting(broker, "receiver", "live/#")
    sender = Client(broker, "sender")
    sender.publish("live/topic", qos=0)
    sender.publish("elsewhere")  # acknowledged, so the one before has been taken
    return "live/topic"


def no_local(broker):
    receiver = Client(broker, "receiver")
    receiver.subscribe("own/#", no_local=True)
    receiver.publish("own/topic")
    return "own/topic", "receiver"


def share_moved(broker):
    members = [Client(broker, name) for name in ("receiver", "colleague")]
    for member in members:
        member.subscribe("$share/workers/jobs/#")
    sender = Client(broker, "sender")
    topics = [f"jobs/{number}" for number in range(4)]
    for topic in topics:
        sender.publish(topic)
    for topic in topics:
        with members[1].changed:
            if members[1].changed.wait_for(lambda: topic in members[1].topics, 1):
                return topic
    raise brokers.Failed("the other member got nothing")


def rate_limited(broker):
    Client(broker, "receiver").subscribe("fast/#")
    sender = Client(broker, "sender")
    for number in range(20):
        sender.publish(f"fast/{number}")
    return "fast/19"


def topic_alias(broker):
    Client(broker, "receiver").subscribe("alias/#")
    sender = Client(broker, "sender")
    sender.publish("alias/topic", wait=False, TopicAlias=60_000)
    sender.await_state("disconnected")
    sender.client.loop_stop()
    return "alias/topic"


def blocked(broker):
    waiting(broker, "receiver", "for/everybody")
    broker.post("/api/blockedClient", {"type": "CLIENT_ID", "clientId": "receiver",
                                       "expirationTime": 0, "description": ""})
    Client(broker, "sender").publish("for/everybody")
    return "for/everybody"


def slow(broker):
    receiver = socket.create_connection(("127.0.0.1", broker.port))
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    receiver.sendall(mqtt.connect("receiver"))
    receiver.recv(4)
    receiver.sendall(mqtt.packet(0x82, b"\0\1" + mqtt.text("flood/#") + b"\0"))
    receiver.recv(5)
    sender = Client(broker, "sender")
    for _ in range(3):
        for _ in range(400):
            sender.publish("flood/topic", b"x" * 20_000, qos=0, wait=False)
        sender.publish("elsewhere")
    broker.held = receiver  # open until the explanation is there
    return "flood/topic"


SCENARIOS = {
    "NO_SUBSCRIPTION": (no_subscription, []),
    "NOT_AUTHORIZED": (not_authorized, []),
    "EXPIRED": (expired, []),
    "QUEUE_FULL": (queue_full, ["limits.queue_messages_max=5"]),
    "PACKET_TOO_LARGE": (packet_too_large, []),
    "OFFLINE_QOS0": (offline_qos0, []),
    "NO_LOCAL": (no_local, []),
    "SHARE_MOVED": (share_moved, []),
    "RATE_LIMITED": (rate_limited, ["rate_limits.incoming_publish_enabled=true",
                                    "rate_limits.incoming_publish=5:60"]),
    "TOPIC_ALIAS": (topic_alias, []),
    "BLOCKED": (blocked, []),
    "SLOW": (slow, ["limits.output_high_watermark=64KiB", "limits.output_low_watermark=32KiB"]),
}


def explain(binary, scenario, settings, shards):
    """What the broker says first, and all it says."""
    with brokers.running(binary, ["auth.allow_anonymous=true", "auth.password_cost=4", *settings],
                         shards) as broker:
        broker.post("/api/trace", {"clientIds": ["receiver", "sender"], "topicFilters": ["#"],
                                   "seconds": 60})
        topic, publisher = scenario(broker), "sender"
        if isinstance(topic, tuple):
            topic, publisher = topic
        query = urllib.parse.urlencode({"clientId": "receiver", "topic": topic,
                                        "publisher": publisher})
        answer = broker.get(f"/api/explain?{query}")
        causes = [cause["cause"] for cause in answer["causes"]]
        return causes[0] if causes else None, answer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--only", default="")
    parser.add_argument("--shards", type=int, default=2)
    options = parser.parse_args()
    right, wrong = 0, []
    chosen = {name: how for name, how in SCENARIOS.items() if options.only in name}
    for wanted, (scenario, settings) in chosen.items():
        found, answer = explain(os.path.abspath(options.binary), scenario, settings, options.shards)
        if found == wanted:
            right += 1
        else:
            wrong.append(f"{wanted}: explained as {found}")
            print(json.dumps(answer, indent=1), file=sys.stderr)
    print(json.dumps({"right": right, "of": len(chosen), "wrong": wrong}))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

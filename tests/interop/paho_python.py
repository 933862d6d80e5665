#!/usr/bin/env python3
"""Eclipse Paho for Python against the broker at MQTT_HOST, MQTT_PORT and MQTT_WS_PORT."""

import os
import queue
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from checks import check, check_equal, report

SECONDS = 15
VERSIONS = [("v31", mqtt.MQTTv31), ("v311", mqtt.MQTTv311), ("v5", mqtt.MQTTv5)]
TRANSPORTS = [("tcp", "MQTT_PORT"), ("websockets", "MQTT_WS_PORT")]


def new_client(version, client_id="", clean=True, transport="tcp"):
    """paho 2 asks for the version of its callback interface first, paho 1 has no such argument."""
    first = [mqtt.CallbackAPIVersion.VERSION1] if hasattr(mqtt, "CallbackAPIVersion") else []
    if version == mqtt.MQTTv5:
        return mqtt.Client(*first, client_id=client_id, protocol=version, transport=transport)
    return mqtt.Client(*first, client_id=client_id, clean_session=clean, protocol=version,
                       transport=transport)


class Peer:
    """A connected client whose events wait in queues until a check asks for them."""

    def __init__(self, version, client_id="", clean=True, transport="tcp", will=None, expiry=0):
        self.events = {name: queue.Queue() for name in ("connect", "subscribe", "publish", "message")}
        self.client = new_client(version, client_id, clean, transport)
        self.client.on_connect = lambda c, u, flags, code, *rest: self._put("connect", (flags, int(
            getattr(code, "value", code))))
        self.client.on_subscribe = lambda c, u, mid, codes, *rest: self._put("subscribe", mid)
        self.client.on_publish = lambda c, u, mid, *rest: self._put("publish", mid)
        self.client.on_message = lambda c, u, message: self._put("message", message)
        if transport == "websockets":
            self.client.ws_set_options(path="/mqtt")
        if will:
            self.client.will_set(*will)
        options = {}
        if version == mqtt.MQTTv5:
            options = {"clean_start": clean, "properties": Properties(PacketTypes.CONNECT)}
            options["properties"].SessionExpiryInterval = expiry
        port = int(os.environ[dict(TRANSPORTS)[transport]])
        self.client.connect(os.environ["MQTT_HOST"], port, **options)
        self.client.loop_start()
        flags, code = self.wait("connect")
        check_equal(code, 0, f"{client_id} is accepted")
        self.session_present = flags["session present"]

    def _put(self, name, value):
        self.events[name].put(value)

    def wait(self, name):
        try:
            return self.events[name].get(timeout=SECONDS)
        except queue.Empty:
            return check(False, f"a {name} event within {SECONDS} s")

    def subscribe(self, *arguments, **options):
        self.client.subscribe(*arguments, **options)
        self.wait("subscribe")

    def publish(self, topic, payload, qos, retain=False, properties=None):
        self.client.publish(topic, payload, qos, retain, properties)
        self.wait("publish")

    def message(self):
        got = self.wait("message")
        return got.topic, got.payload.decode(), got.qos, got.retain

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()

    def break_off(self):
        """Closes the socket without DISCONNECT."""
        self.client.loop_stop()
        self.client.socket().close()


def delivers_each_qos(name, version, transport):
    peer = Peer(version, transport=transport)
    for qos in range(3):
        topic = f"{name}/{transport}/{qos}"
        peer.subscribe(f"{name}/{transport}/{qos}", qos)
        peer.publish(topic, f"hello {qos}", qos)
        check_equal(peer.message(), (topic, f"hello {qos}", qos, 0), f"{topic} delivered")
    # paho 1.6 masks a WebSocket frame again when a send was partial, so frames stay small there.
    large = "x" * (300_000 if transport == "tcp" else 30_000)
    peer.publish(f"{name}/{transport}/2", large, 2)
    check(peer.message()[1] == large, f"{name} {transport} {len(large)} bytes at QoS 2")
    peer.close()


def keeps_order(name, version):
    subscriber, publisher = Peer(version), Peer(version)
    subscriber.subscribe(f"{name}/order", 2)
    for n in range(200):
        publisher.client.publish(f"{name}/order", str(n), 2)
    got = [subscriber.message()[1] for _ in range(200)]
    check_equal(got, [str(n) for n in range(200)], f"{name} 200 messages of QoS 2 in order")
    subscriber.close()
    publisher.close()


def retains(name, version):
    topic = f"{name}/retained"
    publisher = Peer(version)
    publisher.publish(topic, "kept", 1, retain=True)
    late = Peer(version)
    late.subscribe(topic, 1)
    check_equal(late.message(), (topic, "kept", 1, 1), f"{name} retained message")

    publisher.publish(topic, "", 1, retain=True)
    check_equal(late.message(), (topic, "", 1, 0), f"{name} the clearing message is passed on")
    later = Peer(version)
    later.subscribe(topic, 1)
    publisher.publish(topic, "live", 1)
    check_equal(later.message(), (topic, "live", 1, 0), f"{name} nothing is retained any more")
    for peer in (publisher, late, later):
        peer.close()


def sends_will(name, version):
    watcher = Peer(version)
    watcher.subscribe(f"{name}/will/#", 1)
    Peer(version, will=(f"{name}/will/polite", "unwanted", 1)).close()
    Peer(version, will=(f"{name}/will/broken", "gone", 1)).break_off()
    check_equal(watcher.message(), (f"{name}/will/broken", "gone", 1, 0), f"{name} will")
    watcher.close()


def resumes_session(name, version):
    session = {"client_id": f"{name}-away", "clean": False, "expiry": 600}
    first = Peer(version, **session)
    check_equal(first.session_present, 0, f"{name} no session yet")
    first.subscribe(f"{name}/away", 2)
    first.close()
    publisher = Peer(version)
    expected = [(f"{name}/away", str(n), 1 + n % 2, 0) for n in range(10)]
    for topic, payload, qos, _ in expected:
        publisher.publish(topic, payload, qos)
    second = Peer(version, **session)
    if version != mqtt.MQTTv31:  # 3.1 has no Session Present
        check_equal(second.session_present, 1, f"{name} session present")
    # paho hands a QoS 2 message over at its PUBREL, so order holds within one QoS only.
    by_qos = {"key": lambda message: message[2]}
    check_equal(sorted((second.message() for _ in expected), **by_qos),
                sorted(expected, **by_qos), f"{name} messages sent while away")
    publisher.close()
    second.close()


def passes_properties():
    peer = Peer(mqtt.MQTTv5)
    options = Properties(PacketTypes.SUBSCRIBE)
    options.SubscriptionIdentifier = 4711
    peer.subscribe("v5/properties", options=mqtt.SubscribeOptions(qos=1), properties=options)
    sent = Properties(PacketTypes.PUBLISH)
    sent.UserProperty = [("b", "1"), ("a", "2"), ("b", "3")]
    sent.ResponseTopic = "answers/here"
    sent.CorrelationData = b"\x00\xff\x10"
    sent.ContentType = "text/plain"
    sent.MessageExpiryInterval = 300
    sent.PayloadFormatIndicator = 1
    peer.publish("v5/properties", "body", 1, properties=sent)

    got = peer.wait("message").properties

    check_equal(got.UserProperty, sent.UserProperty, "user properties in order")
    check_equal(got.ResponseTopic, "answers/here", "response topic")
    check_equal(got.CorrelationData, b"\x00\xff\x10", "correlation data")
    check_equal(got.ContentType, "text/plain", "content type")
    check_equal(got.PayloadFormatIndicator, 1, "payload format indicator")
    check(0 < got.MessageExpiryInterval <= 300, "message expiry", got.MessageExpiryInterval)
    check_equal(got.SubscriptionIdentifier, [4711], "subscription identifier")
    peer.close()


def honours_subscription_options():
    peer = Peer(mqtt.MQTTv5)
    peer.publish("v5/options", "kept", 1, retain=True)
    never = mqtt.SubscribeOptions(qos=1, noLocal=True, retainHandling=2)
    peer.subscribe("v5/options", options=never)
    peer.publish("v5/options", "own", 1)
    other = Peer(mqtt.MQTTv5)
    other.publish("v5/options", "foreign", 1)
    check_equal(peer.message()[1], "foreign", "No Local and Retain Handling 2")

    other.subscribe("v5/options", options=mqtt.SubscribeOptions(qos=1, retainAsPublished=True,
                                                                retainHandling=2))
    other.publish("v5/options", "flagged", 1, retain=True)
    check_equal(other.message()[1::2], ("flagged", 1), "Retain As Published")
    other.close()
    peer.close()


def takes_topic_alias():
    peer = Peer(mqtt.MQTTv5)
    peer.subscribe("v5/alias", 1)
    sent = Properties(PacketTypes.PUBLISH)
    sent.TopicAlias = 5
    for payload in ("first", "second"):
        peer.publish("v5/alias", payload, 1, properties=sent)
        check_equal(peer.message(), ("v5/alias", payload, 1, 0), f"topic alias, {payload} use")
    peer.close()


def main():
    for name, version in VERSIONS:
        for transport, _ in TRANSPORTS:
            delivers_each_qos(name, version, transport)
        keeps_order(name, version)
        retains(name, version)
        sends_will(name, version)
        resumes_session(name, version)
    passes_properties()
    honours_subscription_options()
    takes_topic_alias()
    report()


if __name__ == "__main__":
    sys.exit(main())

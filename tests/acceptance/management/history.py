#!/usr/bin/env python3
"""Statistics against what Clients counted themselves, over a mixed load, a restart and a kill -9.

    history.py BINARY [--messages N]

Clients of QoS 0, 1 and 2 publish to others and count what they send and receive. After each load the
broker's counters (`/metrics`, per Client, and the history once its interval is over) have to say the
same numbers; then the broker is restarted, and after another load killed, and the history has to hold
what it held before. Prints one line of JSON.
"""

import argparse
import json
import os
import pathlib
import re
import sys
import tempfile
import threading
import time

import paho.mqtt.client as paho

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import running_broker as brokers  # noqa: E402

INTERVAL = 2  # seconds, instead of a minute
PAYLOAD = b"x" * 50


def new_client(client_id):
    if hasattr(paho, "CallbackAPIVersion"):
        return paho.Client(paho.CallbackAPIVersion.VERSION2, client_id)
    return paho.Client(client_id)


class Counting:
    """A Client that counts what it gets."""

    def __init__(self, port, client_id, topics=()):
        self.received = {0: 0, 1: 0, 2: 0}
        self.client = new_client(client_id)
        self.client.max_inflight_messages_set(100)
        self.connected = threading.Event()
        self.subscribed = threading.Event()
        self.client.on_connect = lambda *_: self.connected.set()
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_message = self.count
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.connected.wait(10)
        if topics:
            self.client.subscribe(list(topics))
            self.subscribed.wait(10)

    def count(self, _client, _data, message):
        self.received[message.qos] += 1

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def metric(broker, name, **labels):
    total = 0.0
    for line in broker.text("/metrics").splitlines():
        match = re.fullmatch(r"(\w+)(?:\{(.*)\})? ([^ ]+)(?: \d+)?", line)
        if not match or match[1] != name:
            continue
        found = dict(re.findall(r'(\w+)="([^"]*)"', match[2] or ""))
        if all(found.get(key) == value for key, value in labels.items()):
            total += float(match[3])
    return int(total)


def history_sums(broker):
    """What the history of the whole broker has, summed over all its time."""
    keys = "incomingMsgs,outgoingMsgs,inboundPayloadTraffic,outboundPayloadTraffic"
    now = int(time.time() * 1000)
    answer = broker.get(f"/api/timeseries/total/values?keys={keys}&startTs=0&endTs={now + 60000}"
                        "&limit=50000")
    return {key: sum(int(point["value"]) for point in answer.get(key, []))
            for key in keys.split(",")}


def wait_for(check, seconds, what):
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise brokers.Failed(f"does not come: {what}")
        time.sleep(0.1)


class Load:
    """Three publishers, one for each QoS; two subscribers that want everything."""

    def __init__(self, broker, name, messages):
        self.wrong = []
        before = {qos: (metric(broker, "sluice_messages_received_total", qos=str(qos)),
                        metric(broker, "sluice_messages_sent_total", qos=str(qos)))
                  for qos in range(3)}
        subscribers = [Counting(broker.port, f"{name}-all", [("load/#", 2)]),
                       Counting(broker.port, f"{name}-low", [("load/#", 0)])]
        publishers = [Counting(broker.port, f"{name}-{qos}") for qos in range(3)]
        self.sent = {qos: messages * (3 - qos) // 3 for qos in range(3)}
        for qos, publisher in enumerate(publishers):
            infos = [publisher.client.publish(f"load/{name}/{qos}", PAYLOAD, qos)
                     for _ in range(self.sent[qos])]
            for info in infos:
                info.wait_for_publish(60)
        total = sum(self.sent.values())
        wait_for(lambda: all(sum(each.received.values()) == total for each in subscribers), 60,
                 "all messages at the subscribers")
        got = {qos: sum(each.received[qos] for each in subscribers) for qos in range(3)}
        for qos in range(3):
            received = metric(broker, "sluice_messages_received_total", qos=str(qos)) - before[qos][0]
            sent = metric(broker, "sluice_messages_sent_total", qos=str(qos)) - before[qos][1]
            self.expect(f"metrics, received at QoS {qos}", received, self.sent[qos])
            self.expect(f"metrics, sent at QoS {qos}", sent, got[qos])
            self.expect(f"Client, received at QoS {qos}",
                        self.latest(broker, f"{name}-{qos}", "receivedPubMsgs"), self.sent[qos])
        self.expect("Client, sent", self.latest(broker, f"{name}-all", "sentPubMsgs"), total)
        self.incoming = total
        self.outgoing = sum(got.values())
        for each in subscribers + publishers:
            each.close()

    @staticmethod
    def latest(broker, client_id, key):
        answer = broker.get(f"/api/timeseries/latest?entityId={client_id}&keys={key}")
        return int(answer[key][0]["value"]) if answer.get(key) else None

    def expect(self, what, found, wanted):
        if found != wanted:
            self.wrong.append(f"{what}: {found}, Clients counted {wanted}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--messages", type=int, default=3000)
    options = parser.parse_args()
    settings = ["auth.allow_anonymous=true", f"telemetry.history_interval={INTERVAL}"]
    wrong = []
    incoming = outgoing = 0
    with tempfile.TemporaryDirectory(prefix="sluice-history-") as folder:
        broker = brokers.Broker(os.path.abspath(options.binary), folder, settings, 2)
        try:
            for ending in ("restart", "kill -9", "end"):
                load = Load(broker, ending.replace(" ", ""), options.messages)
                wrong += load.wrong
                incoming += load.incoming
                outgoing += load.outgoing
                wanted = {"incomingMsgs": incoming, "outgoingMsgs": outgoing,
                          "inboundPayloadTraffic": incoming * len(PAYLOAD),
                          "outboundPayloadTraffic": outgoing * len(PAYLOAD)}
                if ending != "restart":  # a restart writes what is not of a whole interval yet
                    wait_for(lambda: history_sums(broker)["outgoingMsgs"] >= outgoing, 4 * INTERVAL,
                             f"the history, before {ending}: {history_sums(broker)}, {wanted}")
                {"restart": broker.stop, "kill -9": broker.kill, "end": lambda: None}[ending]()
                if ending != "end":
                    broker.start()
                found = history_sums(broker)
                wrong += [f"history after {ending}: {key} is {found[key]}, not {value}"
                          for key, value in wanted.items() if found[key] != value]
        finally:
            broker.stop()
    print(json.dumps({"incoming": incoming, "outgoing": outgoing, "wrong": len(wrong),
                      "first": wrong[:5]}))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

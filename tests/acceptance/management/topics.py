#!/usr/bin/env python3
"""The topic tree with 100 000 topics: search, memory, and what it costs the publishers.

    topics.py BINARY [--topics N] [--rounds N] [--seconds N]

Publishes to all topics, again and again at a moderate pace until the tree has them, then searches.
Memory is what the process has grown by. Throughput is that of `sluice bench fanin` at full speed, tree
on, of that with the tree off, in alternating rounds. Prints one line of JSON.
"""

import argparse
import json
import os
import pathlib
import socket
import statistics
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import bench  # noqa: E402
import running_broker as brokers  # noqa: E402
import small_mqtt as mqtt  # noqa: E402

SEARCHES = ["meter-0", "99", "site-7/line", "temperature", "nothing-like-it", "Site-1"]
FILLING_SECONDS = 120
VALUE = b'{"temperature": 21.5, "unit": "C"}'


def topic_names(count):
    return [f"plant/site-{i % 97}/line-{i % 11}/meter-{i}/temperature" for i in range(count)]


def resident_bytes(broker):
    fields = pathlib.Path(f"/proc/{broker.process.pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


def publish_all(connection, topics):
    """At a pace at which a busy site would say them, not all in one burst."""
    for begin in range(0, len(topics), 1000):
        connection.sendall(b"".join(mqtt.packet(0x30, mqtt.text(topic) + VALUE)
                                    for topic in topics[begin:begin + 1000]))
        time.sleep(0.08)


def count_topics(broker):
    return broker.get("/api/topics/search?text=plant&pageSize=1&page=0")["totalElements"]


def fill(broker, topics):
    with socket.create_connection(("127.0.0.1", broker.port)) as connection:
        connection.sendall(mqtt.connect("filler"))
        connection.recv(16)
        deadline = time.monotonic() + FILLING_SECONDS
        while count_topics(broker) < len(topics):
            if time.monotonic() > deadline:
                raise brokers.Failed(f"the tree has {count_topics(broker)} of {len(topics)} topics")
            publish_all(connection, topics)
            time.sleep(1.5)


def search(broker):
    """The slowest search, in ms, of the first page of each."""
    slowest = 0.0
    for text in SEARCHES * 3:
        begin = time.monotonic()
        broker.get(f"/api/topics/search?text={urllib.parse.quote(text)}&pageSize=100&page=0")
        slowest = max(slowest, (time.monotonic() - begin) * 1000)
    return slowest


def measure_throughput(binary, broker, rounds, seconds):
    def measure(is_on):
        broker.post("/api/topics/watch", {"enabled": is_on, "values": is_on})
        return bench.fan_in(binary, broker, 100, seconds)

    ratios, per_cpu = [], []
    for on, off in bench.alternating(rounds, measure):
        ratios.append(on["rate"] / off["rate"])
        per_cpu.append(on["messages_per_broker_cpu_second"] / off["messages_per_broker_cpu_second"])
    return ratios, per_cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--topics", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    settings = ["auth.allow_anonymous=true", "limits.queue_messages_max=1000000",
                "limits.output_high_watermark=64MiB"]
    with tempfile.TemporaryDirectory(prefix="sluice-topics-") as folder:
        broker = brokers.Broker(binary, folder, settings, 1)
        try:
            publishers = topic_names(options.topics)
            before = resident_bytes(broker)
            broker.post("/api/topics/watch", {"enabled": True, "values": True})
            fill(broker, publishers)
            grown = resident_bytes(broker) - before
            slowest = search(broker)
            broker.delete("/api/topics")
            ratios, per_cpu = measure_throughput(binary, broker, options.rounds, options.seconds)
            print(json.dumps({
                "topics": options.topics, "search_ms": round(slowest, 1),
                "grown_mb": round(grown / 2**20, 1),
                "throughput": round(statistics.median(ratios), 3),
                "throughput_spread": [round(min(ratios), 3), round(max(ratios), 3)],
                "per_cpu_second": round(statistics.median(per_cpu), 3)}))
        finally:
            broker.stop()


if __name__ == "__main__":
    main()

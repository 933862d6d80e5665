#!/usr/bin/env python3
"""How long lists and the scrape take with 100 000 Sessions, and what both cost the publishers.

    scale.py BINARY [--sessions N] [--rounds N] [--seconds N]

Some of the Sessions are connected, as many as this process may have descriptors for; the others are
persistent and wait. Prints one line of JSON: the slowest page of each list, the slowest scrape, and
the publish throughput while a page and a scrape are asked for each second, of that without.
"""

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import bench  # noqa: E402
import running_broker as brokers  # noqa: E402

CONNECTED_MAX = 10_000
REPEATS = 5

SORTED_BY = ["clientId", "connectionState", "clientType", "subscriptionsCount", "connectedAt",
             "disconnectedAt", "clientIpAdr"]


def pages(sessions):
    """Every kind of list, its first and its last page, filtered and sorted."""
    last = (sessions - 1) // 100
    yield "sessions", "/api/client-session?pageSize=100&page=0"
    yield "sessions", f"/api/client-session?pageSize=100&page={last}"
    for column in SORTED_BY:
        yield "sessions", (f"/api/v2/client-session?pageSize=100&page=0"
                           f"&sortProperty={column}&sortOrder=DESC")
    yield "sessions", "/api/v2/client-session?pageSize=100&page=0&textSearch=99"
    yield "sessions", "/api/v2/client-session?pageSize=100&page=0&connectedStatusList=CONNECTED"
    yield "sessions", ("/api/v2/client-session?pageSize=100&page=0&subscriptions=0"
                       "&subscriptionOperation=GREATER")
    yield "subscriptions", "/api/subscription/all?pageSize=100&page=0"
    yield "subscriptions", f"/api/subscription/all?pageSize=100&page={last}"
    yield "subscriptions", "/api/subscription/all?pageSize=100&page=0&topicFilter=99"
    yield "groups", "/api/subscription?pageSize=100&page=0"
    yield "retained", "/api/retained-msg?pageSize=100&page=0"
    yield "retained", "/api/retained-msg/v2?pageSize=100&page=0&payload=x"
    yield "unauthorized", "/api/unauthorized/client/v2?pageSize=100&page=0"
    yield "credentials", "/api/v2/mqtt/client/credentials?pageSize=100&page=0"


def scrape(broker):
    begin = time.monotonic()
    broker.text("/metrics")
    return (time.monotonic() - begin) * 1000


def time_page(broker, path):
    begin = time.monotonic()
    broker.get(path)
    return (time.monotonic() - begin) * 1000


def fill(binary, broker, sessions):
    """Waiting Sessions, and a process that keeps the connected ones."""
    connected = min(CONNECTED_MAX, sessions // 2)
    waiting = sessions - connected
    bench.result_of(bench.start(binary, broker, [
        "durable", "--phase", "load", "--run", "1", "--payload", "64", "--publishers", "8",
        "--subscribers", str(waiting), "--messages", str(waiting), "--parallel", "1000"]))
    keeper = bench.start(binary, broker, ["conn", "--clients", str(connected), "--parallel", "500",
                                          "--subscriptions", "1", "--duration", "100000"])
    deadline = time.monotonic() + 120
    while broker.get("/api/client-session/info")["connectedCount"] < connected:
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise brokers.Failed("the Clients do not connect")
        time.sleep(0.2)
    return keeper


class Poller:
    """Asks for a page and for the metrics each second, as an open dashboard does."""

    def __init__(self, broker):
        self.broker = broker.another_caller()
        self.stopped = threading.Event()
        self.count = 0
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stopped.wait(1):
            self.broker.get("/api/v2/client-session?pageSize=100&page=0&sortProperty=connectedAt"
                            "&sortOrder=DESC")
            self.broker.text("/metrics")
            self.count += 1

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()


def measure_throughput(binary, broker, rounds, seconds):
    """Messages a second at full speed with polling, of without, in alternating rounds."""
    def measure(is_polled):
        with Poller(broker) if is_polled else contextlib.nullcontext():
            return bench.fan_in(binary, broker, 50, seconds)["rate"]

    return [polled / alone for polled, alone in bench.alternating(rounds, measure)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    settings = ["auth.allow_anonymous=true", "limits.queue_messages_max=1000000",
                "limits.output_high_watermark=64MiB", "storage.durability=os"]
    with tempfile.TemporaryDirectory(prefix="sluice-scale-") as folder:
        broker = brokers.Broker(binary, folder, settings, 1)
        keeper = None
        try:
            keeper = fill(binary, broker, options.sessions)
            counts = broker.get("/api/client-session/info")
            slowest = {}
            for name, path in pages(options.sessions):
                took = max(time_page(broker, path) for _ in range(REPEATS))
                slowest[name] = max(slowest.get(name, (0, "")), (round(took, 1), path))
            scrapes = [scrape(broker) for _ in range(20)]
            ratios = measure_throughput(binary, broker, options.rounds, options.seconds)
            print(json.dumps({
                "sessions": counts["totalCount"], "connected": counts["connectedCount"],
                "page_ms": max(took for took, _ in slowest.values()),
                "pages": slowest, "scrape_ms": round(max(scrapes), 1),
                "throughput": round(statistics.median(ratios), 3),
                "throughput_spread": [round(min(ratios), 3), round(max(ratios), 3)]}))
        finally:
            if keeper is not None:
                keeper.terminate()
                keeper.wait()
            broker.stop()


if __name__ == "__main__":
    main()

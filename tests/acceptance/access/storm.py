#!/usr/bin/env python3
"""Ten thousand Clients with bcrypt passwords come back at once, beside steady traffic.

    storm.py BINARY [--clients N] [--cost N]

Prints one line of JSON: refused, p99 of CONNACK, the part of its rate that the traffic kept; first
when no password is known yet ("cold"), then when all are ("returning").
"""

import argparse
import asyncio
import json
import multiprocessing
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import running_broker as brokers  # noqa: E402
import small_mqtt as mqtt  # noqa: E402

RATE = 2000  # messages a second


def watch_traffic(port, go_on, counts):
    """A process of its own, so that the storm's generator does not slow it down."""

    async def run():
        traffic = mqtt.Traffic(port, mqtt.connect("healthy", "healthy", "secret of healthy"), RATE)
        task = asyncio.create_task(traffic.run())
        while go_on.value:
            await asyncio.sleep(0.1)
            counts.value = traffic.acknowledged
        traffic.stopped = True
        await task

    asyncio.run(run())


class Rate:
    """Messages acknowledged a second, between two calls."""

    def __init__(self, counts):
        self.counts = counts
        self.last = (time.monotonic(), counts.value)

    def take(self):
        now = (time.monotonic(), self.counts.value)
        rate = (now[1] - self.last[1]) / (now[0] - self.last[0])
        self.last = now
        return rate


async def storm(port, count):
    hellos = [mqtt.connect(f"c{i}", f"u{i}", f"password {i}") for i in range(count)]
    clients, answers = await mqtt.connect_all(port, hellos)
    for client in clients:
        client.close()
    refused = sum(1 for code, _ in answers if code != 0)
    times = [seconds for code, seconds in answers if code == 0]
    return {"refused": refused, "p50_s": round(mqtt.percentile(times, 0.5), 3),
            "p99_s": round(mqtt.percentile(times, 0.99), 3),
            "max_s": round(max(times, default=0), 3)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--cost", type=int, default=8)
    options = parser.parse_args()
    settings = [f"auth.password_cost={options.cost}", "auth.password_cache=1h", "auth.timeout=10m",
                "limits.half_open_per_address_max=0"]
    with brokers.running(options.binary, settings) as broker:
        broker.import_basic([(f"c{i}", f"u{i}", f"password {i}") for i in range(options.clients)])
        broker.add_basic("healthy", "healthy", "secret of healthy")
        go_on = multiprocessing.Value("b", 1)
        counts = multiprocessing.Value("Q", 0)
        watcher = multiprocessing.Process(target=watch_traffic, args=(broker.port, go_on, counts))
        watcher.start()
        result = {"clients": options.clients, "bcrypt_cost": options.cost, "traffic": RATE}
        try:
            time.sleep(3)
            rate = Rate(counts)
            time.sleep(5)
            usual = rate.take()
            for name in ("cold", "returning"):
                result[name] = asyncio.run(storm(broker.port, options.clients))
                result[name]["traffic_kept"] = round(rate.take() / usual, 3)
                time.sleep(2)
                rate.take()
        finally:
            go_on.value = 0
            watcher.join()
    print(json.dumps(result))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""A thousand authentications that hang at an HTTP server delay no other Client.

    hanging.py BINARY [--hanging N]

Prints one line of JSON: CONNACK of Clients with passwords, before and while the others hang.
"""

import argparse
import asyncio
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import running_broker as brokers  # noqa: E402
import small_mqtt as mqtt  # noqa: E402

PROBES = 400


async def probe(port, count):
    """One after the other, so that each waits for itself only."""
    times = []
    for i in range(count):
        client = await mqtt.open_client(port, mqtt.connect(f"probe{i}", "good", "right password"))
        code, seconds = await client.answered
        client.close()
        if code != 0:
            raise brokers.Failed(f"a probe was refused: {code}")
        times.append(seconds)
    return times


async def measure(broker, hanging):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0, backlog=2000)  # never answers
    port = server.sockets[0].getsockname()[1]
    broker.set_provider("HTTP", {"restEndpointUrl": f"http://127.0.0.1:{port}/", "requestMethod": "POST",
                                 "requestBody": "{}", "readTimeoutMs": 60_000,
                                 "maxParallelRequestsCount": 100})
    await probe(broker.port, 20)
    before = await probe(broker.port, PROBES)
    waiting = []
    for i in range(hanging):
        waiting.append(await mqtt.open_client(broker.port, mqtt.connect(f"h{i}", f"nobody{i}", "x")))
    await asyncio.sleep(0.5)
    during = await probe(broker.port, PROBES)
    still = sum(1 for client in waiting if not client.answered.done())
    for client in waiting:
        client.close()
    server.close()
    return before, during, still


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--hanging", type=int, default=1000)
    options = parser.parse_args()
    settings = ["auth.http_to_private=true", "auth.timeout=5m", "limits.half_open_per_address_max=0",
                "auth.password_cost=4"]
    with brokers.running(options.binary, settings) as broker:
        broker.add_basic("good", "good", "right password")
        before, during, still = asyncio.run(measure(broker, options.hanging))
    delay = max(during) - max(before)
    print(json.dumps({
        "hanging": options.hanging, "still_hanging": still,
        "before_ms": {"p50": round(mqtt.percentile(before, .5) * 1000, 2),
                      "max": round(max(before) * 1000, 2)},
        "during_ms": {"p50": round(mqtt.percentile(during, .5) * 1000, 2),
                      "p99": round(mqtt.percentile(during, .99) * 1000, 2),
                      "max": round(max(during) * 1000, 2)},
        "delay_ms": round(max(0.0, delay) * 1000, 2)}))


if __name__ == "__main__":
    main()

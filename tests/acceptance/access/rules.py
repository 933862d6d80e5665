#!/usr/bin/env python3
"""Publishing with authorization rules on, as a ratio of publishing without, in messages per CPU-second.

    rules.py BINARY [--rounds N] [--seconds N]

Two brokers run by turns on one core, `sluice bench` on another: one lets everybody in, the other has
all Clients authenticate with a password and holds them to rules by expression and by Topic Filter.
Prints one line of JSON with the median of the ratios for each QoS.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import running_broker as brokers  # noqa: E402

# As an operator might write them: what allows the generator's topics comes last.
PATTERNS = ["devices/[^/]+/state", "devices/[^/]+/events/.*", "site/(north|south)/.*",
            "v1/telemetry/[0-9]+", "bench/.*", "b/.*"]


def run_bench(binary, url, pid, qos, seconds):
    command = ["taskset", "-c", "1", binary, "bench", "fanin", "--publishers", "100",
               "--subscribers", "1", "--window", "20", "--qos", str(qos), "--payload", "64",
               "--duration", str(seconds), "--url", url, "--broker-pid", str(pid), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        result = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise brokers.Failed(done.stderr.strip()) from None
    if result.get("lost") or result.get("errors"):
        raise brokers.Failed(f"lost or errors: {result}")
    return result["messages_per_broker_cpu_second"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3)
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    settings = ["limits.queue_messages_max=1000000", "limits.output_high_watermark=64MiB",
                "storage.durability=memory", "auth.password_cost=4"]
    result = {}
    with brokers.running(binary, [*settings, "auth.allow_anonymous=true"], 1) as free, \
            brokers.running(binary, settings, 1) as strict:
        for broker in (free, strict):
            os.sched_setaffinity(broker.process.pid, {0})
            subprocess.run(["taskset", "-a", "-c", "-p", "0", str(broker.process.pid)], check=True,
                           stdout=subprocess.DEVNULL)
        strict.add_basic("bench", "bench", "secret-of-bench", rules=(PATTERNS, PATTERNS))
        provider = free.get("/api/mqtt/auth/provider/type/MQTT_BASIC")
        free.post(f"/api/mqtt/auth/provider/{provider['id']}/disable")
        for qos in (0, 1):
            ratios = []
            for number in range(options.rounds):
                runs = {}
                pair = [("free", free, ""), ("strict", strict, "bench:secret-of-bench@")]
                for name, broker, login in pair if number % 2 else reversed(pair):
                    url = f"mqtt://{login}127.0.0.1:{broker.port}"
                    runs[name] = run_bench(binary, url, broker.process.pid, qos, options.seconds)
                ratios.append(runs["strict"] / runs["free"])
            result[f"qos{qos}"] = round(statistics.median(ratios), 3)
            result[f"qos{qos}_spread"] = [round(min(ratios), 3), round(max(ratios), 3)]
    print(json.dumps(result))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""kill -9 in the middle of administrative writes: none lost after its answer, none half there.

    kill_writes.py BINARY [--writes N] [--rounds N] [--seed N]

Each round writes credentials until the broker is killed at a moment that the seed draws, starts it
again and looks at all of them. Prints one line of JSON.
"""

import argparse
import http.client
import json
import pathlib
import random
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import running_broker as brokers  # noqa: E402


def write_some(broker, names, done, begun):
    """Writes until the broker is gone. What was answered is in `done`."""
    for name in names:
        begun.append(name)
        try:
            entity = broker.add_basic(name, f"user {name}", "a password", rules=([f"{name}/.*"], [".*"]))
        except (OSError, http.client.HTTPException):
            return
        done[name] = entity["id"]
        if len(done) % 5 == 0:
            victim = next(iter(done))
            begun.append("-" + victim)
            try:
                broker.delete(f"/api/mqtt/client/credentials/{done[victim]}")
            except (OSError, http.client.HTTPException):
                done["-" + victim] = done.pop(victim)  # unknown: gone or not
                return
            del done[victim]


def check(broker, done):
    """Every one that was answered is there and whole. Returns what is wrong."""
    wrong = []
    there = {entity["name"]: entity for entity in broker.all_credentials()}
    for name, identity in done.items():
        if name.startswith("-"):
            continue
        if name not in there:
            wrong.append(f"lost {name}")
    for name, entity in there.items():
        whole = broker.get(f"/api/mqtt/client/credentials/{entity['id']}")
        value = json.loads(whole["credentialsValue"])
        if value["userName"] != f"user {name}" or \
                value["authRules"]["pubAuthRulePatterns"] != [f"{name}/.*"]:
            wrong.append(f"half {name}")
    if not broker.get("/api/audit/verify").get("intact", False):
        wrong.append("the audit log does not verify")
    return wrong, there


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--writes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    wrong, kills, answered = [], 0, 0
    with tempfile.TemporaryDirectory(prefix="sluice-access-") as folder:
        broker = brokers.Broker(options.binary, folder, ["auth.password_cost=4"])
        done, number = {}, 0
        while answered < options.writes:
            names = [f"r{kills}n{i}" for i in range(1000)]
            before = len(done)
            begun = []
            writer = threading.Thread(target=write_some, args=(broker, names, done, begun))
            writer.start()
            wanted = draw.randint(1, 12)
            while len(begun) < wanted and writer.is_alive():
                time.sleep(0.0005)
            time.sleep(draw.random() * 0.01)
            broker.kill()
            writer.join()
            kills += 1
            answered += len(begun) - 1
            broker.start()
            faults, there = check(broker, done)
            wrong += faults
            done = {name: entity["id"] for name, entity in there.items()}
        broker.stop()
    print(json.dumps({"writes": answered, "kills": kills, "wrong": len(wrong), "first": wrong[:3]}))
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()

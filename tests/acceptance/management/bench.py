"""`sluice bench` against a running broker."""

import json
import subprocess

import running_broker as brokers


def start(binary, broker, words):
    """A bench that goes on meanwhile; its result is read by `result_of`."""
    command = [binary, "bench", *words, "--url", f"mqtt://127.0.0.1:{broker.port}",
               "--broker-pid", str(broker.process.pid), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def result_of(process):
    """Waits for its end. Nothing may be lost, nothing may fail."""
    out, errors = process.communicate()
    try:
        result = json.loads(out.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise brokers.Failed(errors.strip()) from None
    if result.get("lost") or result.get("errors"):
        raise brokers.Failed(f"lost or errors: {result}")
    return result


def fan_in(binary, broker, publishers, seconds):
    """As fast as it goes, with QoS 0 to one subscriber."""
    words = ["fanin", "--publishers", str(publishers), "--subscribers", "1", "--window", "20",
             "--qos", "0", "--payload", "64", "--duration", str(seconds)]
    return result_of(start(binary, broker, words))


def alternating(rounds, measure):
    """For each round `measure(True)` and `measure(False)`, by turns the one first and the other."""
    for number in range(rounds):
        results = {}
        for is_on in (True, False) if number % 2 else (False, True):
            results[is_on] = measure(is_on)
        yield results[True], results[False]

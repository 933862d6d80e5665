"""What the programs of this folder share: brokers on a core of their own, and `sluice bench` on another."""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Nothing may drop: the generator's windows bound what is outstanding.
MOSQUITTO_CONFIG = """listener {port} 127.0.0.1
allow_anonymous true
persistence false
log_type none
sys_interval 0
set_tcp_nodelay true
max_inflight_messages 0
max_queued_messages 0
"""
SLUICE_SETTINGS = ["limits.queue_messages_max=1000000", "limits.output_high_watermark=64MiB"]


class BenchError(Exception):
    """A measurement that cannot be used; its text says why."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until_listening(process, port):
    for _ in range(200):
        if process.poll() is not None:
            raise BenchError(f"the broker ended at once with status {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise BenchError("the broker does not listen")


@contextlib.contextmanager
def running(command, port, cores, kept_folder=None):
    """Runs a broker on `cores` ("0" or "0,1"); gives its process id and stops it in the end.

    What it writes, the file `log` among it, is thrown away with its folder unless that is given.
    """
    with contextlib.ExitStack() as stack:
        folder = kept_folder or stack.enter_context(tempfile.TemporaryDirectory())
        log = open(os.path.join(folder, "log"), "w+")
        process = subprocess.Popen(["taskset", "-c", cores, *command(folder)], cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_until_listening(process, port)
            yield process.pid
        except BenchError as error:
            log.seek(0)
            raise BenchError(f"{error}\n{log.read()[-2000:]}") from error
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            log.close()


class Harness:
    """Brokers with these settings; they are the same for all its measurements."""

    def __init__(self, options, settings=SLUICE_SETTINGS, mosquitto_config=MOSQUITTO_CONFIG):
        self.options = options
        self.settings = settings
        self.mosquitto_config = mosquitto_config
        self.sluice = os.path.abspath(options.sluice)
        if not os.access(self.sluice, os.X_OK):
            raise BenchError(f"{options.sluice} is missing: make build")

    def broker(self, name, port, cores, shards, kept_folder=None):
        if name == "mosquitto":
            if shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin") is None:
                raise BenchError("mosquitto is missing: scripts/bootstrap --with test")

            def command(folder):
                config = os.path.join(folder, "mosquitto.conf")
                with open(config, "w") as f:
                    f.write(self.mosquitto_config.format(port=port, folder=folder))
                os.chmod(folder, 0o755)  # mosquitto gives up root before it reads its files
                path = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
                return [path, "-c", config]
        else:
            def command(folder):
                settings = [word for s in self.settings for word in ("--set", s)]
                return [self.sluice, "server", "--listen", f"mqtt://127.0.0.1:{port}", "--shards",
                        str(shards), "--data-dir", os.path.join(folder, "data"), "--log-level",
                        "error", "--set", "auth.allow_anonymous=true", "--set",
                        "admin.enabled=false", *settings]
        return running(command, port, cores, kept_folder)

    def measure(self, broker, arguments, shards=1, cores=None):
        """One run of `sluice bench` against a fresh broker; its JSON. Raises on loss or errors."""
        port = free_port()
        cores = cores or self.options.broker_core
        with self.broker(broker, port, cores, shards) as pid:
            result = self.bench(broker, port, pid, arguments)
        result["shards"] = shards
        return result

    def bench(self, broker, port, pid, arguments):
        """One run of `sluice bench` against the broker at `port`; its JSON. Raises as `measure`."""
        command = ["taskset", "-c", self.options.generator_core, self.sluice, "bench", *arguments,
                   "--url", f"mqtt://127.0.0.1:{port}", "--broker-pid", str(pid), "--json"]
        done = subprocess.run(command, capture_output=True, text=True)
        try:
            result = json.loads(done.stdout.strip().splitlines()[-1])
        except (IndexError, ValueError):
            raise BenchError(f"{broker}: {done.stderr.strip()}") from None
        check(broker, result)
        result["broker"] = broker
        return result


def check(broker, result):
    faults = ["errors", "lost", "reordered"] + (["duplicated"] if result["qos"] == 2 else [])
    found = {fault: result[fault] for fault in faults if result.get(fault)}
    if found:
        raise BenchError(f"{broker}: {found} {result.get('first_error', '')}")


def base_parser(description, rounds):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seconds", type=float, default=3, help="measured per run, at least 2")
    parser.add_argument("--only", default="", metavar="PATTERN", help="work whose name contains it")
    parser.add_argument("--json", metavar="FILE", help="write all results")
    parser.add_argument("--sluice", default=str(ROOT / "build/release/bin/sluice"))
    parser.add_argument("--broker-core", default="0")
    parser.add_argument("--generator-core", default="1")
    return parser


def describe_machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    load = os.getloadavg()[0]
    print(f"{model}, {os.cpu_count()} cores, Linux {os.uname().release}, load {load:.2f}")
    if load > 0.5:
        print("warning: the machine is busy, the figures will spread", file=sys.stderr)


class Verdicts:
    """Prints each figure against its bar, a line each, and remembers those that fail."""

    def __init__(self):
        self.failures = []

    def at_least(self, name, figure, bar, unit="", note=""):
        self._print(name, figure, f">= {bar:,}", unit, "ok" if figure >= bar else "BELOW", note)

    def at_most(self, name, figure, bar, unit="", note=""):
        self._print(name, figure, f"<= {bar:,}", unit, "ok" if figure <= bar else "ABOVE", note)

    def fail(self, text):
        """What could not be measured, or must not be used."""
        self.failures.append(text)

    def _print(self, name, figure, bar, unit, verdict, note):
        print(f"{name:58} {figure:13,.2f} {unit:5} bar {bar:<12} {verdict:5}"
              f"{f' ({note})' if note else ''}".rstrip(), flush=True)
        if verdict != "ok":
            self.failures.append(f"{name}: {figure:,.2f} {unit}, bar {bar}")


def median_and_spread(values):
    return statistics.median(values), min(values), max(values)


def finish(options, results, verdicts):
    """Writes the results; the exit status."""
    if options.json:
        with open(options.json, "w") as f:
            json.dump(results, f, indent=1)
    for failure in verdicts.failures:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if verdicts.failures else 0


def main(run):
    try:
        sys.exit(run())
    except BenchError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)

#!/usr/bin/env python3
"""mosquitto_pub and mosquitto_sub against the broker at MQTT_HOST:MQTT_PORT."""

import os
import subprocess
import sys

from checks import check, check_equal, report

PLACE = ["-h", os.environ["MQTT_HOST"], "-p", os.environ["MQTT_PORT"]]
VERSIONS = ["mqttv31", "mqttv311", "mqttv5"]
SECONDS = 15


class Subscriber:
    """A mosquitto_sub that printed `ready` (it is subscribed) when the constructor returns."""

    def __init__(self, *arguments, ready="Subscribed"):
        # Line buffering, or its output would wait in a full buffer while we wait for a line.
        self.process = subprocess.Popen(
            ["stdbuf", "-oL", "mosquitto_sub", *PLACE, "-W", str(SECONDS), "-d", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        self.log = []
        self._read_until(ready)

    def _read_until(self, wanted):
        for line in self.process.stdout:
            line = line.rstrip("\n")
            self.log.append(line)
            if wanted in line:
                return
        check(False, f"mosquitto_sub prints '{wanted}'", self.log)

    def lines(self):
        """The messages it printed until it ended by itself (`-C`)."""
        self.log += [line.rstrip("\n") for line in self.process.stdout]
        check_equal(self.process.wait(), 0, f"mosquitto_sub ends well; output {self.log}")
        return [line[1:] for line in self.log if line.startswith("=")]

    def kill(self):
        self.process.kill()
        self.process.wait()


def subscribe_once(*arguments, **options):
    return Subscriber("-F", "=%t %q %r %p", *arguments, **options)


def publish(*arguments):
    done = subprocess.run(["mosquitto_pub", *PLACE, *arguments], timeout=SECONDS, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check_equal((done.returncode, done.stdout), (0, ""), f"mosquitto_pub {' '.join(arguments)}")


def delivers_each_qos(version):
    for qos in "012":
        topic = f"{version}/qos/{qos}"
        subscriber = subscribe_once("-V", version, "-t", f"{version}/+/{qos}", "-q", qos, "-C", "1")
        publish("-V", version, "-t", topic, "-q", qos, "-m", f"hello {qos}")
        check_equal(subscriber.lines(), [f"{topic} {qos} 0 hello {qos}"], f"{version} QoS {qos}")


def keeps_order(version):
    lines = "".join(f"{n}\n" for n in range(100))
    subscriber = subscribe_once("-V", version, "-t", f"{version}/order", "-q", "2", "-C", "100")
    subprocess.run(["mosquitto_pub", *PLACE, "-V", version, "-t", f"{version}/order", "-q", "2",
                    "-l"], input=lines, text=True, timeout=SECONDS, check=True)
    got = [line.split(" ")[-1] for line in subscriber.lines()]
    check_equal(got, lines.split(), f"{version} 100 messages of QoS 2 in order")


def retains(version):
    topic = f"{version}/retained"
    publish("-V", version, "-t", topic, "-q", "1", "-r", "-m", "kept")
    got = subscribe_once("-V", version, "-t", f"{version}/#", "-q", "1", "-C", "1").lines()
    check_equal(got, [f"{topic} 1 1 kept"], f"{version} a new subscriber gets the retained message")

    publish("-V", version, "-t", topic, "-q", "1", "-r", "-n")
    subscriber = subscribe_once("-V", version, "-t", f"{version}/#", "-q", "1", "-C", "1")
    publish("-V", version, "-t", f"{version}/after", "-q", "1", "-m", "first")
    check_equal(subscriber.lines(), [f"{version}/after 1 0 first"], f"{version} cleared retained")


def sends_will(version):
    watcher = subscribe_once("-V", version, "-t", f"{version}/will", "-q", "1", "-C", "1")
    doomed = Subscriber("-V", version, "-t", f"{version}/other", "--will-topic", f"{version}/will",
                        "--will-payload", "gone", "--will-qos", "1")
    doomed.kill()
    check_equal(watcher.lines(), [f"{version}/will 1 0 gone"], f"{version} will of a killed client")


def resumes_session(version):
    topic = f"{version}/away"
    session = ["-V", version, "-i", f"{version}-away", "-c", "-q", "1", "-t", topic]
    if version == "mqttv5":
        session += ["-x", "600"]
    created = subprocess.run(["mosquitto_sub", *PLACE, *session, "-E"], timeout=SECONDS, check=False)
    check_equal(created.returncode, 0, f"{version} the persistent session is made")
    for payload in ("one", "two", "three"):
        publish("-V", version, "-t", topic, "-q", "1", "-m", payload)
    # What waited may come before the SUBACK, and the third message ends the program.
    got = subscribe_once(*session, "-C", "3", ready="received CONNACK (0)").lines()
    check_equal(got, [f"{topic} 1 0 {payload}" for payload in ("one", "two", "three")],
                f"{version} messages published while away")


def passes_properties():
    properties = []
    for name, *values in (["user-property", "b", "1"], ["user-property", "a", "2"],
                          ["user-property", "b", "3"], ["response-topic", "answers/here"],
                          ["correlation-data", "c0ffee"], ["content-type", "text/plain"],
                          ["message-expiry-interval", "300"], ["payload-format-indicator", "1"]):
        properties += ["-D", "publish", name, *values]
    subscriber = Subscriber("-V", "mqttv5", "-t", "v5/properties", "-q", "1", "-C", "1",
                            "-D", "subscribe", "subscription-identifier", "77",
                            "-F", "=%P|%R|%D|%C|%E|%F|%S|%p")
    publish("-V", "mqttv5", "-t", "v5/properties", "-q", "1", "-m", "body", *properties)
    fields = subscriber.lines()[0].split("|")
    check_equal(fields[0], "b:1 a:2 b:3", "user properties in order")
    check_equal(fields[1:4], ["answers/here", "c0ffee", "text/plain"],
                "response topic, correlation data, content type")
    check(0 < int(fields[4]) <= 300, "message expiry interval does not grow", fields[4])
    check_equal(fields[5:], ["1", "77", "body"], "format, subscription identifier, payload")


def takes_topic_alias():
    subscriber = subscribe_once("-V", "mqttv5", "-t", "v5/alias", "-q", "1", "-C", "3")
    publish("-V", "mqttv5", "-t", "v5/alias", "-q", "1", "-m", "x", "--repeat", "3",
            "-D", "publish", "topic-alias", "3")
    check_equal(subscriber.lines(), ["v5/alias 1 0 x"] * 3, "three messages by one topic alias")


def shares_subscription():
    members = [Subscriber("-V", "mqttv5", "-t", "$share/group/v5/shared", "-q", "1", "-C", "2",
                          "-F", "=%p") for _ in range(2)]
    for n in range(4):
        publish("-V", "mqttv5", "-t", "v5/shared", "-q", "1", "-m", str(n))
    got = sorted(line for member in members for line in member.lines())
    check_equal(got, ["0", "1", "2", "3"], "a shared subscription gets each message once")


def main():
    for version in VERSIONS:
        delivers_each_qos(version)
        keeps_order(version)
        retains(version)
        sends_will(version)
        resumes_session(version)
    passes_properties()
    takes_topic_alias()
    shares_subscription()
    report()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Shows and steers what a real broker does with `sluice ctl`: sessions, messages, jobs, traces.

    operations.py BINARY [unittest arguments]
"""

import json
import os
import signal
import subprocess
import sys
import tarfile
import unittest

import ctl_process
from broker import Client


class Operations(ctl_process.CtlTest):
    """One broker for all, which lets the user "any" in with whatever password."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.broker.ctl("credentials", "create", "basic", "any", "--username", "any",
                       "--no-password").check_returncode()
        cls.broker.ctl("providers", "enable", "basic").check_returncode()

    def client(self, name):
        client = Client(self.broker, name, "any", "x", keeps_session=True)
        self.addCleanup(client.socket.close)
        self.assertEqual(client.code, 0)
        return client


class Sessions(Operations):
    def test_a_session_is_shown_disconnected_and_removed(self):
        client = self.client("life-1")
        client.subscribe("life/#")

        shown = self.json("sessions", "show", "life-1")
        self.assertEqual((shown["connectionState"], shown["credentialsName"]), ("CONNECTED", "any"))
        self.assertEqual([each["topicFilter"] for each in shown["subscriptions"]], ["life/#"])
        self.assertRegex(self.run_ctl("sessions", "show", "life-1").stdout, r"\nlife/# +AT_MOST")
        listed = self.json("sessions", "list", "--filter", "state=connected", "--filter",
                           "subscriptions=>=1", "--search", "LIFE-")
        self.assertEqual([each["clientId"] for each in listed], ["life-1"])

        self.assertIn("--yes", self.refusal("sessions", "disconnect", "life-1", exit_code=2))
        self.run_ctl("sessions", "disconnect", "life-1", "--yes")
        self.assertTrue(client.is_closed())
        self.assertGreaterEqual(self.json("sessions", "count")["disconnectedCount"], 1)
        self.run_ctl("sessions", "remove", "life-1", "--yes")
        self.refusal("sessions", "show", "life-1", exit_code=4)

    def test_a_queue_is_looked_into(self):
        self.client("queue-1").subscribe("queue/#", 1)  # and acknowledges nothing
        for number in range(3):
            self.run_ctl("publish", f"queue/{number}", "x" * 10, "--qos", "1")

        queue = self.json("sessions", "queue", "queue-1", "--limit", "2")
        self.assertEqual((queue["messageCount"], len(queue["messages"])), (3, 2))
        self.assertRegex(self.run_ctl("sessions", "queue", "queue-1").stdout, r"\nqueue/2 +1 +10 ")

    def test_what_waits_for_an_absent_client_is_dropped(self):
        self.client("queue-2").subscribe("absent/#", 1)
        self.run_ctl("sessions", "disconnect", "queue-2", "--yes")
        self.run_ctl("publish", "absent/1", "x", "--qos", "1")

        self.assertEqual(self.json("sessions", "queue", "queue-2")["messageCount"], 1)
        self.run_ctl("sessions", "purge", "queue-2", "--yes")
        self.assertEqual(self.json("sessions", "queue", "queue-2")["messageCount"], 0)

    def test_all_that_match_are_a_job(self):
        clients = [self.client(f"many-{number}") for number in range(5)]

        plan = self.json("sessions", "disconnect", "--all-matching", "--search", "many-",
                         "--dry-run")
        self.assertEqual(plan["total"], 5)
        job = self.json("sessions", "disconnect", "--all-matching", "--search", "many-", "--yes")
        self.assertEqual((job["state"], job["done"]), ("DONE", 5))
        for client in clients:
            self.assertTrue(client.is_closed())
        self.assertIn(job["id"], self.run_ctl("jobs", "list").stdout)
        self.run_ctl("jobs", "watch", job["id"])
        self.run_ctl("jobs", "delete", job["id"])
        self.refusal("jobs", "show", job["id"], exit_code=4)

    def test_clients_are_there_for_the_shell(self):
        self.client("shell one")
        self.client("shell-two")

        self.assertEqual(self.run_ctl("complete", "clients", "shell-").stdout, "shell-two\n")
        gone = self.run_ctl("complete", "clients", "x", "--data-dir", "nowhere")
        self.assertEqual(gone.stdout + gone.stderr, "")


class Subscriptions(Operations):
    def test_they_are_added_replaced_and_removed(self):
        self.client("subs-1").subscribe("old/#")

        self.run_ctl("subscriptions", "add", "subs-1", "a/#", "$share/g/b", "--qos", "1")
        filters = [each["topicFilter"] for each in self.json("subscriptions", "show", "subs-1")]
        self.assertEqual(sorted(filters), ["$share/g/b", "a/#", "old/#"])
        groups = self.run_ctl("groups", "list", "-o", "wide").stdout
        self.assertRegex(groups, r"\ng +b +1 +subs-1\n")

        self.run_ctl("subscriptions", "remove", "subs-1", "old/#")
        self.refusal("subscriptions", "remove", "subs-1", "old/#", exit_code=4)
        path = self.file("subs.yaml",
                         self.run_ctl("subscriptions", "show", "subs-1", "-o", "yaml").stdout)
        self.run_ctl("subscriptions", "set", "subs-1", "only/this")
        listed = self.json("subscriptions", "list", "--filter", "client-id=subs-1")
        self.assertEqual([each["subscription"]["topicFilter"] for each in listed], ["only/this"])
        self.run_ctl("subscriptions", "set", "subs-1", "--file", path)
        self.assertEqual(len(self.json("subscriptions", "show", "subs-1")), 2)


class Messages(Operations):
    def test_retained_messages_come_and_go(self):
        self.run_ctl("publish", "keep/1", "one", "--retain", "--qos", "1", "--content-type", "t/x")
        self.run_ctl("publish", "keep/2", "--file", self.file("payload.bin", "two"), "--retain")

        self.assertEqual(self.json("retained", "show", "keep/1")["payload"], "one")
        listed = self.json("retained", "list", "--search", "keep/", "--sort", "topic:desc")
        self.assertEqual([each["topic"] for each in listed], ["keep/2", "keep/1"])
        self.run_ctl("retained", "delete", "keep/1")
        self.refusal("retained", "show", "keep/1", exit_code=4)
        job = self.json("retained", "delete", "--matching", "keep/#", "--yes")
        self.assertEqual((job["state"], job["done"]), ("DONE", 1))
        self.assertIn("Nothing matches", self.run_ctl("retained", "delete", "--matching", "keep/#",
                                                      "--yes").stderr)

    def test_a_topic_with_wildcards_is_refused(self):
        self.refusal("publish", "a/#", "x")


class Watching(Operations):
    def test_events_come_as_lines_of_json(self):
        command = [self.broker.binary, "ctl", "events", "follow", "sessions", "counters",
                   "-o", "json"]
        with subprocess.Popen(command, cwd=self.broker.folder, text=True, stdout=subprocess.PIPE,
                              env=self.broker.environment) as follower:
            self.addCleanup(follower.kill)
            self.assertEqual(json.loads(follower.stdout.readline())["event"], "counters")
            self.client("event-1")
            for line in follower.stdout:
                event = json.loads(line)
                if event["event"] == "sessions" and event["data"]["clientId"] == "event-1":
                    break
            follower.send_signal(signal.SIGINT)

    def test_events_go_on_over_a_restart_of_the_broker(self):
        command = [self.broker.binary, "ctl", "events", "follow", "sessions", "counters",
                   "-o", "json"]
        with subprocess.Popen(command, cwd=self.broker.folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=self.broker.environment) as follower:
            self.addCleanup(follower.kill)
            self.assertEqual(json.loads(follower.stdout.readline())["event"], "counters")

            self.broker.restart()

            events = (json.loads(line) for line in follower.stdout)
            next(event for event in events if event["event"] == "reset")  # of a process before
            next(event for event in events if event["event"] == "counters")
            self.client("event-2")
            next(event for event in events if event["data"].get("clientId") == "event-2")
            follower.send_signal(signal.SIGINT)
            said = follower.stderr.read()
            self.assertIn("; trying again in 1 s\n", said)
            self.assertIn("sluice ctl: connected again\n", said)
            self.assertEqual(follower.wait(), -signal.SIGINT)

    def test_a_trace_is_begun_shown_saved_and_ended(self):
        trace = self.json("trace", "start", "--topic", "traced/#", "--seconds", "60")["id"]
        receiver = self.client("traced-1")
        receiver.subscribe("traced/#")
        self.client("traced-2").publish("traced/a", "x")

        explained = self.run_ctl("explain", "traced-1", "traced/a").stdout
        self.assertIn("DELIVERED", explained)
        self.assertIn("traced-1", self.run_ctl("trace", "show", trace).stdout)
        self.run_ctl("trace", "save", trace, "trace.ndjson")
        records = (self.broker.folder / "trace.ndjson").read_text().splitlines()
        self.assertIn("traced/a", {json.loads(line)["topic"] for line in records})
        self.run_ctl("trace", "stop", trace)
        self.refusal("trace", "show", trace, exit_code=4)

    def test_top_shows_rates(self):
        self.client("top-1")
        self.assertIn("connections", self.run_ctl("top", "--once").stdout)
        self.assertGreaterEqual(self.json("top", "--once")["connections"], 1)
        for words in (("slow",), ("drops",), ("stats", "now"), ("stats", "nodes"),
                      ("stats", "info"), ("stats", "history", "sessions"), ("topics", "list")):
            self.json(*words)


class Node(Operations):
    def test_health_is_an_exit_code(self):
        self.assertRegex(self.run_ctl("health").stdout, r"(?m)^ok$")
        self.run_ctl("health", "--live")
        self.assertEqual(self.json("health", "--startup")["status"], "ok")

    def test_configuration_is_shown_compared_and_loaded(self):
        shown = {each["key"]: each for each in self.json("config", "show", "--changed")}
        self.assertIn("--set", shown["auth.password_cost"]["origin"])
        self.assertEqual(self.json("config", "diff"), [])
        self.json("config", "reload")
        self.run_ctl("config", "log-level", "debug")
        self.run_ctl("config", "log-level", "info")

    def test_a_viewer_may_look_and_nothing_else(self):
        key = self.json("api-keys", "create", "looks", "--role", "viewer")["secret"]

        self.json("sessions", "list", key=key)
        self.refusal("publish", "a", "x", key=key, exit_code=5)
        self.refusal("config", "reload", key=key, exit_code=5)

    def test_a_backup_is_a_tar_that_only_we_may_read(self):
        self.run_ctl("backup", "backup.tar")
        path = self.broker.folder / "backup.tar"
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with tarfile.open(path) as archive:
            self.assertTrue(any(name.endswith("admin.db") for name in archive.getnames()))

    def test_the_debug_bundle_has_it_all_and_no_secret(self):
        secret = "violet-kiwi-4711"
        self.run_ctl("publish", "secret/topic", secret, "--retain")
        result = self.broker.run([self.broker.binary, "debug-bundle", "bundle.tar.gz", "--seconds",
                                  "1", "--log", str(self.broker.log)])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("missing", result.stderr)
        with tarfile.open(self.broker.folder / "bundle.tar.gz") as archive:
            files = {member.name: archive.extractfile(member).read().decode(errors="replace")
                     for member in archive if member.isfile()}
        self.assertIn("Max open files", files["bundle/process.txt"])
        self.assertIn("sluice_connections", files["bundle/metrics-2.txt"])
        for name in files:
            self.assertNotIn(secret, files[name], name)
            if name != "bundle/MANIFEST.txt":
                self.assertIn(name.split("/")[1], files["bundle/MANIFEST.txt"])


if __name__ == "__main__":
    ctl_process.BINARY = sys.argv.pop(1)
    unittest.main(verbosity=2)

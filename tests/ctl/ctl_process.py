#!/usr/bin/env python3
"""Drives the administration of a real broker with `sluice ctl`.

    ctl_process.py BINARY [unittest arguments]
"""

import json
import pathlib
import re
import sys
import unittest

from broker import Broker, Client

BINARY = ""
PASSWORD = "violet-Ladder-4711-kiwi"


class CtlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker(BINARY)

    @classmethod
    def tearDownClass(cls):
        cls.broker.stop()

    def run_ctl(self, *arguments, exit_code=0, **options):
        result = self.broker.ctl(*arguments, **options)
        self.assertEqual(result.returncode, exit_code,
                         f"{arguments}: {result.stdout}{result.stderr}")
        return result

    def json(self, *arguments, **options):
        return json.loads(self.run_ctl(*arguments, "-o", "json", **options).stdout)

    def refusal(self, *arguments, exit_code=1, **options):
        """What stderr says of a command that has to fail; nothing may be on stdout."""
        result = self.run_ctl(*arguments, exit_code=exit_code, **options)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def file(self, name, text):
        path = self.broker.folder / name
        path.write_text(text)
        return str(path)


class Account(CtlTest):
    def test_setup_makes_the_first_administrator_once(self):
        token = self.broker.setup_token()
        wrong = self.refusal("setup", "wrong", text=PASSWORD + "\n", exit_code=5)
        self.assertIn("token", wrong.lower())

        # Token and password as two lines of stdin.
        self.run_ctl("setup", "--email", "first@example.com", text=f"{token}\n{PASSWORD}\n")

        self.assertEqual([user["email"] for user in self.json("users", "list")],
                         ["first@example.com"])
        self.refusal("setup", token, text=PASSWORD + "\n", exit_code=5)

    def test_the_socket_is_an_administrator(self):
        self.assertEqual(self.json("whoami")["authority"], "SYS_ADMIN")

    def test_a_broker_that_is_not_there_is_unavailable(self):
        self.assertIn("cannot reach", self.refusal("whoami", "--data-dir", "nowhere",
                                                    exit_code=69))

    def test_a_wrong_key_is_refused(self):
        self.assertIn("--api-key-file", self.refusal("whoami", key="sluice_wrong", exit_code=5))


class Users(CtlTest):
    def test_life_of_a_user(self):
        self.run_ctl("users", "create", "eve@example.com", "--role", "operator", "--first-name",
                     "Eve", "--description", "nights", text=PASSWORD + "\n")
        self.refusal("users", "create", "eve@example.com", "--role", "viewer",
                     text=PASSWORD + "\n")

        table = self.run_ctl("users", "list").stdout.splitlines()
        self.assertRegex(table[0], r"^EMAIL +ROLE +ENABLED +CREATED$")
        self.assertRegex(table[1], r"^eve@example.com +OPERATOR +yes +20\d\d-")

        self.run_ctl("users", "update", "EVE@example.com", "--role", "viewer", "--disable")
        user = self.json("users", "get", "eve@example.com")
        self.assertEqual((user["authority"], user["enabled"], user["firstName"]),
                         ("VIEWER", False, "Eve"))
        self.assertEqual(user["additionalInfo"], {"description": "nights"})

        self.run_ctl("users", "set-password", user["id"],
                     "--password-file", self.file("new.txt", "another-Good-one-0815\n"))
        self.assertIn("--yes", self.refusal("users", "delete", user["id"], exit_code=2))
        self.run_ctl("users", "delete", user["id"], "--yes")
        self.assertIn("no user", self.refusal("users", "get", "eve@example.com", exit_code=4))

    def test_a_weak_password_is_refused_with_the_reason(self):
        self.assertIn("assword", self.refusal("users", "create", "a@b.cd", "--role", "viewer",
                                              text="x\n"))


class ApiKeys(CtlTest):
    def test_a_key_has_its_role_and_ends_with_its_deletion(self):
        made = self.json("api-keys", "create", "monitor", "--role", "viewer", "--expires", "1h")
        key = made["secret"]

        self.assertEqual(self.json("whoami", key=key)["authority"], "VIEWER")
        self.run_ctl("credentials", "list", key=key)
        self.refusal("credentials", "create", "basic", "x", "--username", "x", "--no-password",
                     key=key, exit_code=5)
        self.assertNotIn(key, self.run_ctl("api-keys", "get", "monitor", "-o", "yaml").stdout)

        self.run_ctl("api-keys", "delete", "monitor", "--yes")
        self.refusal("whoami", key=key, exit_code=5)

    def test_a_key_may_be_in_a_file(self):
        made = self.json("api-keys", "create", "file", "--role", "admin")
        path = self.file("key.txt", made["secret"] + "\n")

        result = self.run_ctl("whoami", "--api-key-file", path, "--url",
                              f"http://127.0.0.1:{self.broker.admin_port}/")
        self.assertIn("key:file", result.stdout)


class Credentials(CtlTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.broker.ctl("providers", "enable", "basic").check_returncode()

    def test_life_of_credentials(self):
        with Client(self.broker, "c1", "ann", "pw-1") as refused:
            self.assertIn(refused.code, (4, 5))

        self.run_ctl("credentials", "create", "basic", "ann", "--username", "ann",
                     "--subscribe", "allow:ann/#", text="pw-1\n")
        with Client(self.broker, "c1", "ann", "pw-1") as client:
            self.assertEqual(client.code, 0)
            self.assertEqual(client.subscribe("ann/a"), 0)
            self.assertEqual(client.subscribe("bob/a"), 0x80)

            lost = self.json("credentials", "dry-run", "ann", "--subscribe", "deny:ann/a")
            self.assertEqual(lost, [{"clientId": "c1", "topicFilters": ["ann/a"]}])

            self.run_ctl("credentials", "update", "ann", "--subscribe", "allow:bob/#",
                         "--description", "moved")
            self.assertEqual(client.subscribe("ann/b"), 0x80)
            self.assertEqual(client.subscribe("bob/b"), 0)

            self.run_ctl("credentials", "set-password", "ann", text="pw-2\n")
            self.run_ctl("credentials", "delete", "ann", "--yes")
            self.assertTrue(client.is_closed())

    def test_a_new_password_holds_at_once(self):
        self.run_ctl("credentials", "create", "basic", "bea", "--username", "bea", text="old\n")
        with Client(self.broker, "b1", "bea", "old") as client:
            self.assertEqual(client.code, 0)
        self.run_ctl("credentials", "set-password", "bea", text="new\n")
        with Client(self.broker, "b1", "bea", "old") as client:
            self.assertIn(client.code, (4, 5))
        with Client(self.broker, "b1", "bea", "new") as client:
            self.assertEqual(client.code, 0)

    def test_each_type_is_made_and_shown_without_secrets(self):
        self.run_ctl("credentials", "create", "x509", "gate", "--cn-regex", "gw-[0-9]+",
                     "--publish", "pattern:gw/.*")
        self.run_ctl("credentials", "create", "scram", "panel", "--username", "panel",
                     "--algorithm", "sha-512", text="pw\n")

        gate = json.loads(self.json("credentials", "get", "gate")["credentialsValue"])
        self.assertTrue(gate["certCnIsRegex"])
        self.assertEqual(gate["authRulesMapping"][".*"]["pubAuthRulePatterns"], ["gw/.*"])
        panel = json.loads(self.json("credentials", "get", "panel")["credentialsValue"])
        self.assertEqual(panel["algorithm"], "SHA_512")
        self.assertIsNone(panel.get("storedKey"))

        self.run_ctl("credentials", "set-password", "panel", text="other\n")
        self.refusal("credentials", "set-password", "gate", text="other\n")
        self.assertEqual([each["name"] for each in
                          self.json("credentials", "list", "--filter", "type=x509")], ["gate"])
        table = self.run_ctl("credentials", "get", "gate").stdout
        self.assertRegex(table, r"credentialsValue.certCnPattern +gw-\[0-9\]\+\n")

    def test_import_creates_updates_and_tells_what_it_left_out(self):
        rows = "".join(f"dev-{number},dev-{number},secret\n" for number in range(150))
        path = self.file("devices.csv", "Name,Client ID,password\n" + rows)
        self.assertEqual(self.json("credentials", "import", path)["created"], 150)

        path = self.file("more.csv", "dev-0,dev-0,new\nbroken\n")
        result = self.run_ctl("credentials", "import", path, "--columns", "name,client_id,password",
                              "-o", "json", exit_code=1)
        counts = json.loads(result.stdout)
        self.assertEqual((counts["created"], counts["updated"], counts["errors"]), (0, 1, 1))

        # More than a page of the API.
        listed = self.json("credentials", "list", "--search", "dev-", "--sort", "name")
        self.assertEqual(len({each["id"] for each in listed}), 150)
        self.assertEqual(len(self.json("credentials", "list", "--limit", "120")), 120)
        self.refusal("credentials", "import", self.file("bad.csv", "colour\n"), exit_code=2)


class Blocks(CtlTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.broker.ctl("providers", "enable", "basic").check_returncode()
        cls.broker.ctl("credentials", "create", "basic", "any", "--username", "any",
                       "--no-password").check_returncode()

    def test_a_block_closes_and_keeps_out_until_it_is_removed(self):
        with Client(self.broker, "pump-7", "any", "x") as client:
            self.assertEqual(client.code, 0)
            self.run_ctl("blocked", "add", "client-id", "pump-7", "--description", "floods",
                         "--expires", "1h")
            self.assertTrue(client.is_closed())
        with Client(self.broker, "pump-7", "any", "x") as client:
            self.assertNotEqual(client.code, 0)
        refused = self.json("unauthorized", "list", "--filter", "client-id=pump-7")
        self.assertEqual(refused[0]["username"], "any")
        self.run_ctl("unauthorized", "remove", "pump-7")
        self.refusal("unauthorized", "get", "pump-7", exit_code=4)
        self.run_ctl("unauthorized", "clear", "--yes")

        self.run_ctl("blocked", "remove", "client-id", "pump-7")
        with Client(self.broker, "pump-7", "any", "x") as client:
            self.assertEqual(client.code, 0)
        self.refusal("blocked", "remove", "client-id", "pump-7", exit_code=4)

    def test_all_types_are_listed_and_filtered(self):
        self.run_ctl("blocked", "add", "ip", "192.0.2.0/24")
        self.run_ctl("blocked", "add", "username", "mallory")
        self.run_ctl("blocked", "add", "regex", "test-[a,b]", "--target", "client-id")
        self.refusal("blocked", "add", "regex", "(", "--target", "ip")
        self.refusal("blocked", "add", "regex", "x", exit_code=2)

        listed = self.json("blocked", "list", "--filter", "type=regex", "--filter", "type=ip",
                           "--sort", "value:desc")
        self.assertEqual([each["value"] for each in listed], ["test-[a,b]", "192.0.2.0/24"])
        self.run_ctl("blocked", "remove", "regex", "test-[a,b]", "--target", "client-id")


class Configuration(CtlTest):
    def test_providers_are_switched_changed_and_ordered(self):
        self.run_ctl("providers", "enable", "scram")
        enabled = {each["type"]: each["enabled"] for each in self.json("providers", "list")}
        self.assertTrue(enabled["SCRAM"])
        self.refusal("providers", "disable", "scram", exit_code=2)
        self.run_ctl("providers", "disable", "scram", "--yes")

        shown = self.run_ctl("providers", "get", "basic", "-o", "yaml").stdout
        path = self.file("basic.yaml", shown.replace("authStrategy: CLIENT_ID_AND_USERNAME",
                                                     "authStrategy: USERNAME")
                         .replace("authStrategy: CLIENT_ID", "authStrategy: USERNAME"))
        self.run_ctl("providers", "set", "basic", path)
        self.assertEqual(self.json("providers", "get", "basic")["configuration"]["authStrategy"],
                         "USERNAME")
        self.refusal("providers", "set", "basic", "-", text='{"authStrategy": "NONE"}')

        self.run_ctl("providers", "order", "jwt", "basic")
        self.assertEqual(self.json("providers", "order"), {"priorities": ["JWT", "MQTT_BASIC"]})

    def test_settings_are_changed_by_member_and_by_file(self):
        self.run_ctl("settings", "set", "securitySettings", "passwordPolicy.minimumLength=16")
        policy = self.json("settings", "get", "securitySettings")["passwordPolicy"]
        self.assertEqual((policy["minimumLength"], policy["maximumLength"]), (16, 128))

        self.run_ctl("settings", "set", "websocket", "--file", "-",
                     text="isLoggingEnabled: false\nmaxMessages: 5\n")
        self.assertEqual(self.json("settings", "get", "websocket"),
                         {"isLoggingEnabled": False, "maxMessages": 5})
        self.assertIn("colour", self.refusal("settings", "set", "websocket", "colour=red"))

    def test_the_audit_log_has_it_all(self):
        self.run_ctl("blocked", "add", "username", "trudy")

        listed = self.json("audit", "list", "--filter", "entity-type=blocked_client",
                           "--limit", "1")
        self.assertEqual((listed[0]["entityName"], listed[0]["user"]), ("trudy", "local"))
        lines = self.run_ctl("audit", "export", "--filter", "since=1h").stdout.splitlines()
        self.assertEqual(json.loads(lines[-1])["entityName"], "trudy")
        self.assertIs(self.json("audit", "verify")["intact"], True)


class Documentation(CtlTest):
    PAGE = pathlib.Path(__file__).parents[2] / "docs" / "reference" / "ctl.md"

    def test_its_examples_work(self):
        for name in ("eve.txt", "new.txt", "sensors.txt", "panel.txt"):
            self.file(name, PASSWORD + name + "\n")
        with Client(self.broker, "pump-9") as refused:  # of whom the page speaks
            self.assertNotEqual(refused.code, 0)
        self.run_ctl("credentials", "create", "basic", "any", "--username", "any", "--no-password")
        self.run_ctl("providers", "enable", "basic")
        for name in ("pump-7", "pump-8", "test-1"):
            client = Client(self.broker, name, "any", "x", keeps_session=True)
            self.addCleanup(client.socket.close)
            self.assertEqual(client.code, 0)
        self.file("devices.csv", "name,client_id,password,publish\na,a,pw,a/.*;b\n")
        self.file("tbmq.csv", "b;b;b;pw\n")
        self.file("connectivity.yaml", "mqtt: {enabled: true, host: example.com, port: 1883}\n")
        blocks = re.findall(r"^```sh\n(.*?)^```", self.PAGE.read_text(), re.MULTILINE | re.DOTALL)
        script = "".join(blocks).replace("TOKEN", self.broker.setup_token())
        script = script.replace(" --watch 2", "")  # goes on for ever

        result = self.broker.run(
            ["sh", "-exc", f'sluice() {{ "{self.broker.binary}" "$@"; }}\n{script}'],
            text=PASSWORD + "\n")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main(verbosity=2)

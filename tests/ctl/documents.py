#!/usr/bin/env python3
"""What the program says about itself: completion scripts, man pages, the page of ctl.

    documents.py BINARY [unittest arguments]
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BINARY = ""
DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
SHELLS = ("bash", "zsh", "fish")


def sluice(*arguments):
    return subprocess.run([BINARY, *arguments], text=True, capture_output=True, timeout=60,
                          check=True).stdout


def verbs():
    """"sessions list", "health", ...: from the man page, which is made from the commands."""
    return re.findall(r'^\.SS "ctl ([^"]+)"$',
                      sluice("man", "sluice-ctl.1").replace("\\-", "-"), re.MULTILINE)


class ManPages(unittest.TestCase):
    def test_committed_pages_are_those_of_this_program(self):
        names = sluice("man").split()
        self.assertEqual(sorted(names), sorted(path.name for path in (DOCS / "man").iterdir()))
        for name in names:
            with self.subTest(page=name):
                self.assertEqual((DOCS / "man" / name).read_text(), sluice("man", name),
                                 "run make docs")

    def test_mandoc_finds_nothing(self):
        if not shutil.which("mandoc"):
            self.skipTest("mandoc is not installed")
        for path in sorted((DOCS / "man").iterdir()):
            with self.subTest(page=path.name):
                result = subprocess.run(["mandoc", "-Tlint", "-Wwarning", str(path)], text=True,
                                        capture_output=True, check=False)
                self.assertEqual(result.stdout, "")

    def test_man_shows_them(self):
        if not shutil.which("man"):
            self.skipTest("man is not installed")
        for path in sorted((DOCS / "man").iterdir()):
            with self.subTest(page=path.name):
                result = subprocess.run(["man", "--warnings", "-l", str(path)], text=True,
                                        capture_output=True, check=False,
                                        env={"PATH": "/usr/bin:/bin", "MANWIDTH": "100",
                                             "LC_ALL": "C.UTF-8"})
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertIn("SYNOPSIS", result.stdout)


class Help(unittest.TestCase):
    def test_each_verb_has_a_purpose_and_an_example(self):
        self.assertGreater(len(verbs()), 60)
        for verb in verbs():
            with self.subTest(verb=verb):
                text = sluice("ctl", *verb.split(), "--help")
                self.assertRegex(text.splitlines()[0], r"^[A-Z].{8,}")
                self.assertIn(f"Example: sluice ctl {verb}", text)


class Page(unittest.TestCase):
    def test_it_has_each_noun_and_verb(self):
        text = (DOCS / "reference" / "ctl.md").read_text()
        missing = [verb for verb in verbs() if not re.search(rf"(`|sluice |ctl ){re.escape(verb)}\b",
                                                             text)]
        self.assertEqual(missing, [])


class Completion(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sluice-completion-")
        self.addCleanup(self.folder.cleanup)

    def script(self, shell):
        path = pathlib.Path(self.folder.name) / f"sluice.{shell}"
        path.write_text(sluice("completion", shell))
        return path

    def test_shells_understand_their_scripts(self):
        for shell in SHELLS:
            if not shutil.which(shell):
                continue
            with self.subTest(shell=shell):
                result = subprocess.run([shell, "-n", str(self.script(shell))], text=True,
                                        capture_output=True, check=False)
                self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_options_of_each_verb_are_in_them(self):
        for shell in SHELLS:
            text = self.script(shell).read_text()
            for verb in verbs():
                options = set(re.findall(r"^  (?:-\w,)?(--[\w-]+)",
                                         sluice("ctl", *verb.split(), "--help"), re.MULTILINE))
                for option in options:
                    name = f"-l {option[2:]} " if shell == "fish" else f"'{option}:"
                    lines = [line for line in text.splitlines()
                             if f"ctl {verb}'" in line and name in line]
                    self.assertTrue(lines, f"{shell}: {verb} {option}")

    def complete(self, *words):
        """What bash offers for the last word."""
        line = " ".join(words)
        script = (f'source {self.script("bash")}\nCOMP_WORDS=({line} "")\n'
                  if not words[-1] else f'source {self.script("bash")}\nCOMP_WORDS=({line})\n')
        script += (f"COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n_sluice {BINARY}\n"
                   'printf "%s\\n" "${COMPREPLY[@]}"\n')
        return subprocess.run(["bash", "-c", script], text=True, capture_output=True, timeout=60,
                              check=True, cwd=self.folder.name).stdout.split()

    def test_bash_offers_what_may_follow(self):
        self.assertIn("ctl", self.complete("sluice", ""))
        self.assertNotIn("man", self.complete("sluice", ""))
        self.assertEqual(self.complete("sluice", "ctl", "sess"), ["sessions"])
        self.assertEqual(self.complete("sluice", "ctl", "-o", "json", "sessions", "li"), ["list"])
        self.assertEqual(self.complete("sluice", "ctl", "users", "create", "a", "--role", "v"),
                         ["viewer"])
        self.assertEqual(self.complete("sluice", "ctl", "blocked", "add", "use"), ["username"])
        self.assertIn("--socket", self.complete("sluice", "ctl", "jobs", "list", "--s"))
        self.assertEqual(self.complete("sluice", "server", "--lis"), ["--listen"])
        self.assertEqual(self.complete("sluice", "sub", "--retained"), ["--retained-only"])
        self.assertEqual(self.complete("sluice", "bench", "fano"), ["fanout"])

    def test_fish_offers_what_may_follow(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        path = self.script("fish")

        def offered(line):
            result = subprocess.run(["fish", "-N", "-c", f'source {path}; complete -C "{line}"'],
                                    text=True, capture_output=True, timeout=60, check=True)
            return [each.split("\t")[0] for each in result.stdout.splitlines()]

        self.assertIn("sessions", offered("sluice ctl se"))
        self.assertEqual(offered("sluice ctl -o json sessions li"), ["list"])
        self.assertEqual(offered("sluice ctl users create a --role v"), ["viewer"])
        self.assertEqual(offered("sluice server --lis"), ["--listen"])


if __name__ == "__main__":
    BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)

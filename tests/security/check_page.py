#!/usr/bin/env python3
"""Checks that each test that docs/security.md names exists: `Suite.Name` or "all of `Suite`"."""

import pathlib
import re
import sys


def tests_below(folders):
    """The tests as Suite.Name, and their suites."""
    macro = re.compile(r"^(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP)\((\w+),\s*(\w+)", re.MULTILINE)
    names = set()
    for folder in folders:
        for path in sorted(folder.rglob("*.cc")):
            names.update(map(".".join, macro.findall(path.read_text(encoding="utf-8"))))
    return names, {name.partition(".")[0] for name in names}


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    names, suites = tests_below([root / "src", root / "tests"])
    page = (root / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`([A-Z]\w+\.[A-Z]\w+)`", page)
    wrong = [name for name in named if name not in names]
    wrong += [suite for suite in re.findall(r"all of `(\w+)`", page) if suite not in suites]
    for name in wrong:
        print(f"docs/security.md names {name}, which is no test")
    print(f"{len(set(named))} tests named, {len(wrong)} of them unknown")
    return 1 if wrong or not named else 0


if __name__ == "__main__":
    sys.exit(main())

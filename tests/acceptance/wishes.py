#!/usr/bin/env python3
"""Checks docs/reference/wishes-tests.md: every test that it names exists, and every idea that
concerns one node has one. Writes nothing; exit status 1 when a problem was found."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "wishes-tests.md"
IDEAS = 16

TEST = re.compile(r"^(TEST|TEST_F|TEST_P|TYPED_TEST|CONFORMANCE_TEST)\(\s*(\w+)\s*,\s*(\w+)\s*\)",
                  re.MULTILINE)
NAMED = re.compile(r"`([\w.]+)`")
LINK = re.compile(r"\]\(([^)]+)\)")


def tests_in_tree():
    names = set()
    for path in [*ROOT.glob("src/**/*_test.cc"), *ROOT.glob("tests/**/*.cc")]:
        for macro, first, second in TEST.findall(path.read_text(encoding="utf-8")):
            names.add(f"Conformance.{first}_{second}" if macro == "CONFORMANCE_TEST"
                      else f"{first}.{second}")
    return names


def rows(text):
    """The cells of each row: defect, idea, whether it concerns one node, tests."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def problems_of(row, known):
    if len(row) != 4:
        return [f"{row[0]}: {len(row)} cells instead of 4"]
    defect, _, one_node, tests = row
    named, links = NAMED.findall(tests), LINK.findall(tests)
    found = [f"{defect}: there is no test {name}" for name in named if name not in known]
    found += [f"{defect}: there is no {link}" for link in links
              if not (PAGE.parent / link).exists()]
    if one_node.startswith("not yet: "):
        if named:
            found.append(f"{defect}: has a test, so it is no longer 'not yet'")
    elif not named:
        found.append(f"{defect}: has no test")
    return found


def main():
    known = tests_in_tree()
    table = rows(PAGE.read_text(encoding="utf-8"))
    found = [problem for row in table for problem in problems_of(row, known)]
    if len(table) != IDEAS:
        found.append(f"{len(table)} ideas instead of {IDEAS}")
    for problem in found:
        print(problem)
    tested = sum(bool(NAMED.search(row[-1])) for row in table)
    print(f"{len(table)} ideas, {tested} with tests, {len(found)} problems")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

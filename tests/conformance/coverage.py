#!/usr/bin/env python3
"""Writes docs/reference/conformance.md: every statement of MQTT with its test, or why it has none.

    coverage.py            write the page
    coverage.py --check    write nothing; exit 1 when the page is out of date, a statement has
                           neither test nor reason or has both, or an id does not exist

A test covers the statement in its name (MQTT5_3_1_2_24_..., MQTT311_3_1_2_24_...), and those in
lines `// Covers: MQTT5-3.1.2-24, MQTT5-3.1.2-25` directly above it.
"""

import argparse
import csv
import pathlib
import re
import sys
from collections import defaultdict
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "docs" / "reference" / "conformance.md"
TITLES = {"MQTT311": "MQTT 3.1.1", "MQTT5": "MQTT 5.0"}

# TEST(Suite, Name), TEST_P(Suite, Name) and CONFORMANCE_TEST(ID, Name), on one line or two.
TEST = re.compile(r"^(?P<macro>TEST|TEST_F|TEST_P|CONFORMANCE_TEST)\(\s*(?P<first>\w+)\s*,"
                  r"\s*(?P<second>\w+)\s*\)", re.MULTILINE)
ID_IN_NAME = re.compile(r"^(MQTT311|MQTT5)_(\d+)_(\d+)_(\d+)_(\d+)(?=_|$)")
COVERS = re.compile(r"^//\s*Covers:(?P<ids>[^\n]*(?:\n//\s+MQTT(?:311|5)-[^\n]*)*)", re.MULTILINE)
ID = re.compile(r"MQTT(?:311|5)-[\w.]+-\d+")


@dataclass(frozen=True)
class Test:
    suite: str
    name: str
    file: str

    def __str__(self):
        return f"{self.suite}.{self.name}"


def read_table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def ids_above(source, position):
    """The ids of the comment block that ends where the test begins."""
    block = re.search(r"(?:^//[^\n]*\n)+\Z", source[:position], re.MULTILINE)
    if not block:
        return []
    return [each for covers in COVERS.finditer(block.group()) for each in ID.findall(covers["ids"])]


def tests_of(path):
    """Pairs of statement id and Test in one source file."""
    source = path.read_text(encoding="utf-8")
    for match in TEST.finditer(source):
        if match["macro"] == "CONFORMANCE_TEST":
            test = Test("Conformance", f"{match['first']}_{match['second']}", path.name)
        else:
            test = Test(match["first"], match["second"], path.name)
        named = ID_IN_NAME.match(test.name)
        if named:
            version, *numbers, last = named.groups()
            yield f"{version}-{'.'.join(numbers)}-{last}", test
        for each in ids_above(source, match.start()):
            yield each, test


def find_tests():
    tests = defaultdict(list)
    for path in sorted(HERE.glob("*.cc")):
        for statement, test in tests_of(path):
            if test not in tests[statement]:
                tests[statement].append(test)
    return tests


def tests_of_old_version():
    """MQTT 3.1 numbers no statements: its tests are named MQTT31_..., by what differs."""
    found = []
    for path in sorted(HERE.glob("*.cc")):
        for match in TEST.finditer(path.read_text(encoding="utf-8")):
            if match["macro"] == "CONFORMANCE_TEST" and match["first"] == "MQTT31":
                found.append(Test("Conformance", f"MQTT31_{match['second']}", path.name))
            elif match["second"].startswith("MQTT31_"):
                found.append(Test(match["first"], match["second"], path.name))
    return found


def in_words(test):
    """MQTT31_LongClientIdIsAccepted: "long client id is accepted"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", test.name.removeprefix("MQTT31_")).capitalize()


def problems(statements, tests, reasons):
    known = {row["id"] for row in statements}
    found = [f"{each}: no such statement, see {', '.join(map(str, tests[each]))}"
             for each in tests if each not in known]
    found += [f"{each}: no such statement, in reasons.tsv" for each in reasons if each not in known]
    for each in (row["id"] for row in statements):
        if not tests.get(each) and each not in reasons:
            found.append(f"{each}: neither test nor reason")
        if tests.get(each) and each in reasons:
            found.append(f"{each}: has a test, so its line in reasons.tsv is wrong")
    return found


def cell(text):
    return text.replace("|", "\\|")


def evidence(statement, tests, reasons):
    if tests.get(statement):
        return "<br>".join(f"`{test}` ({test.file})" for test in tests[statement])
    return f"No test: {cell(reasons[statement])}" if statement in reasons else "**missing**"


def page(statements, tests, reasons):
    lines = [
        "# Conformance",
        "",
        "Every numbered statement of the two OASIS standards, in our words, with the test that shows"
        " it over TCP and over",
        "WebSocket, or the reason why there is none. Written by `tests/conformance/coverage.py`;"
        " do not edit.",
        "",
        "| Version | Statements | With a test | With a reason | Missing |",
        "|---|---|---|---|---|",
    ]
    for version, title in TITLES.items():
        rows = [row["id"] for row in statements if row["id"].startswith(version + "-")]
        tested = sum(bool(tests.get(each)) for each in rows)
        reasoned = sum(not tests.get(each) and each in reasons for each in rows)
        lines.append(f"| {title} | {len(rows)} | {tested} | {reasoned} |"
                     f" {len(rows) - tested - reasoned} |")
    for version, title in TITLES.items():
        lines += ["", f"## {title}", "", "| Statement | Binds | Rule | Shown by |", "|---|---|---|---|"]
        lines += [f"| {row['id']} | {row['binds']} | {cell(row['rule'])} |"
                  f" {evidence(row['id'], tests, reasons)} |"
                  for row in statements if row["id"].startswith(version + "-")]
    lines += ["", "## MQTT 3.1", "", "That text numbers no statements; these are its differences from"
              " 3.1.1.", "", "| Rule | Shown by |", "|---|---|"]
    lines += [f"| {in_words(test)} | `{test}` ({test.file}) |" for test in tests_of_old_version()]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 on a problem")
    arguments = parser.parse_args()
    statements = read_table(HERE / "statements.tsv")
    reasons = {row["id"]: row["reason"] for row in read_table(HERE / "reasons.tsv")}
    tests = find_tests()
    found = problems(statements, tests, reasons)
    text = page(statements, tests, reasons)
    if not arguments.check:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        found.append("docs/reference/conformance.md is out of date: run tests/conformance/coverage.py")
    for line in found:
        print(line)
    covered = sum(bool(tests.get(row["id"])) for row in statements)
    print(f"{len(statements)} statements, {covered} with a test, {len(found)} problems")
    sys.exit(1 if found and arguments.check else 0)


if __name__ == "__main__":
    main()

"""What the Python interoperability programs share: checks that are counted and named."""

import sys

_passed = 0


def check(condition, what, got=""):
    """Counts a passed check; ends the program with one clear line on the first that fails."""
    global _passed
    if not condition:
        print(f"FAILED: {what}" + (f"; got {got!r}" if got != "" else ""), flush=True)
        sys.exit(1)
    _passed += 1


def check_equal(got, expected, what):
    check(got == expected, f"{what}: expected {expected!r}", got)


def report():
    print(f"{_passed} checks passed", flush=True)

#!/usr/bin/env python3
"""Runs the commands of documents against a broker of their own, as a reader would.

    execute.py BINARY DOCUMENT...

Every block fenced by ```sh is run by bash, in the order of the document, in a folder where a broker
runs with its data in `sluice-data`; `sluice` is on the PATH. A block has to end with status 0. A line
that ends with `# prints TEXT` has TEXT in what it writes. Before a block `<!-- skip: reason -->` keeps
it from being run, and `<!-- status: N -->` says that it ends with N. Ports 1883, 8083 and 8084 in a
block are those of the broker.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from ports import free_ports  # noqa: E402

BLOCK_SECONDS = 120
ROOT = pathlib.Path(__file__).resolve().parents[2]


class Block:
    def __init__(self, document, line, text, skip, status):
        self.place = f"{document}:{line}"
        self.text = text
        self.skip = skip
        self.status = status


def read_blocks(document):
    """The blocks of a Markdown file with what the comment before them says."""
    blocks, lines, begin = [], [], None
    skip, status = None, 0
    for number, line in enumerate(pathlib.Path(document).read_text().splitlines(), 1):
        if begin is None and (match := re.fullmatch(r"<!-- (skip|status): (.*) -->", line)):
            if match[1] == "skip":
                skip = match[2]
            else:
                status = int(match[2])
        elif begin is None and line == "```sh":
            begin, lines = number, []
        elif begin is not None and line == "```":
            blocks.append(Block(os.path.relpath(document, ROOT), begin, "\n".join(lines), skip, status))
            begin, skip, status = None, None, 0
        elif begin is not None:
            lines.append(line)
        elif line:
            skip, status = None, 0
    return blocks


class Reader:
    """A broker in a new folder, and a shell beside it."""

    def __init__(self, binary, folder):
        self.folder = pathlib.Path(folder)
        self.ports = dict(zip(("1883", "8083", "8084"), free_ports(3)))
        tools = self.folder / "bin"
        tools.mkdir()
        (tools / "sluice").symlink_to(pathlib.Path(binary).resolve())
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("SLUICE_")}
        self.environment["PATH"] = f"{tools}:{self.environment['PATH']}"
        self.environment["SLUICE_SOURCE"] = str(ROOT)
        self.environment["NO_COLOR"] = "1"
        # As an operator has it: a file, so that it can be changed and read anew.
        (self.folder / "sluice.yml").write_text(
            f"listeners: [\"mqtt://127.0.0.1:{self.ports['1883']}\","
            f" \"ws://127.0.0.1:{self.ports['8084']}/mqtt\"]\n"
            f"admin:\n  port: {self.ports['8083']}\nauth:\n  allow_anonymous: true\n")
        self.log = self.folder / "broker.log"
        with self.log.open("wb") as output:
            self.broker = subprocess.Popen(["sluice", "server", "--config", "sluice.yml"],
                                           stdout=output, stderr=output, cwd=self.folder,
                                           env=self.environment)
        self.environment["SLUICE_PID"] = str(self.broker.pid)
        deadline = time.monotonic() + 30
        while "ready in" not in self.log.read_text(errors="replace"):
            if self.broker.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the broker does not start:\n" + self.log.read_text())
            time.sleep(0.02)

    def run(self, block):
        """What is wrong with the block; empty: nothing."""
        text = re.sub(r"\b(1883|8083|8084)\b", lambda match: str(self.ports[match[0]]), block.text)
        expected = re.findall(r"#\s*prints (.*)$", text, re.MULTILINE)
        try:
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=self.folder,
                                  env=self.environment, stdin=subprocess.DEVNULL, text=True,
                                  capture_output=True, timeout=BLOCK_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            return f"takes longer than {BLOCK_SECONDS} s: {error.stdout}"
        written = done.stdout + done.stderr
        if done.returncode != block.status:
            return f"ends with {done.returncode}, not {block.status}:\n{written[-3000:]}"
        missing = [words for words in expected if words.strip() not in written]
        if missing:
            return f"does not print {shlex.quote(missing[0])}:\n{written[-3000:]}"
        return ""

    def stop(self):
        self.broker.terminate()
        try:
            self.broker.wait(40)
        except subprocess.TimeoutExpired:
            self.broker.kill()
            self.broker.wait()


def run_document(binary, document):
    """The number of blocks that ran, and what is wrong."""
    problems, ran = [], 0
    with tempfile.TemporaryDirectory(prefix="sluice-docs-") as folder:
        reader = Reader(binary, folder)
        try:
            for block in read_blocks(document):
                if block.skip:
                    continue
                ran += 1
                if problem := reader.run(block):
                    problems.append(f"{block.place}: {problem}")
        finally:
            reader.stop()
    return ran, problems


def main():
    binary, *documents = sys.argv[1:]
    total = 0
    failed = False
    for document in documents:
        ran, problems = run_document(binary, document)
        total += ran
        for problem in problems:
            failed = True
            print(problem)
    print(f"{total} blocks of {len(documents)} documents run")
    sys.exit(1 if failed or total == 0 else 0)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the test programs named on the command line, each with its output in BUILD/tests/NAME.log.

A cmocka program says "[  PASSED  ] 12 test(s)."; a script's last line is "12 passed, 0 failed".
One that ends without a word, or with an exit code its counts do not explain, counts as a failure.
"""
import os
import re
import subprocess
import sys
import time
from pathlib import Path


def command_of(program):
    if program.endswith(".py"):
        return [sys.executable, program]
    return [os.path.abspath(program)]


def counts(text):
    """(passed, failed) as the program's own summary has them, or None"""
    plain = re.findall(r"^(\d+) passed, (\d+) failed$", text, re.M)
    if plain:
        return int(plain[-1][0]), int(plain[-1][1])
    passed = re.findall(r"^\[  PASSED  \] (\d+) test", text, re.M)
    failed = re.findall(r"^\[  FAILED  \] (\d+) test", text, re.M)
    if not passed:
        return None
    return sum(map(int, passed)), sum(map(int, failed))


def run(program, log):
    started = time.monotonic()
    with open(log, "w", encoding="utf-8", errors="replace") as out:
        code = subprocess.run(command_of(program), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT).returncode
    text = Path(log).read_text(encoding="utf-8", errors="replace")
    passed, failed = counts(text) or (0, 1)
    if code != 0 and failed == 0:
        failed = 1
    print(f"{Path(program).name:24} {passed:6} passed {failed:4} failed  {time.monotonic() - started:6.1f} s", flush=True)
    if failed:
        print("\n".join("    " + line for line in text.splitlines()[-60:]), flush=True)
    return passed, failed


def main(build, *programs):
    Path(build, "tests").mkdir(parents=True, exist_ok=True)
    os.environ["ACCORD"] = os.path.abspath(os.environ.get("ACCORD", os.path.join(build, "accord")))
    results = [run(program, Path(build, "tests", Path(program).name + ".log")) for program in programs]
    passed, failed = sum(r[0] for r in results), sum(r[1] for r in results)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

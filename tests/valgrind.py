# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the program on sheets of every kind, and the test programs named, under valgrind's memcheck."""
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
FOUND = 99
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite,indirect", "--errors-for-leak-kinds=definite,indirect",
            f"--error-exitcode={FOUND}", "--track-fds=no", f"--suppressions={ROOT / 'tests' / 'valgrind.supp'}"]


def runs(folder):
    examples, sheets = ROOT / "examples", ROOT / "tests" / "sheets"
    for sheet in sorted(examples.glob("*.json")):
        yield ["solve", sheet]
        yield ["solve", sheet, "--json", "--float"]
        yield ["check", sheet, "--format", "csv"]
    for name in ("good_file_npy", "good_file_csv", "good_file_list_json", "good_missing_additive", "bad_many_keys_150",
                 "bad_caret_long_line", "bad_file_csv_nul", "bad_utf8_truncated", "bad_depth_65"):
        yield ["solve", sheets / f"{name}.json", "--json"]
    yield ["solve", examples / "consortium.json", "--json", "-o", Path(folder, "result.json")]
    yield ["solve", examples / "consortium.json", "--memory-limit", "20K"]
    yield from (["rules"], ["models", "--json"], ["init", "synergies"], ["explain", "E012"], ["--version"], ["--help"], ["solve", "--help"])


def check(command):
    started = time.monotonic()
    done = subprocess.run([*VALGRIND, *map(str, command)], capture_output=True, text=True, cwd=ROOT, errors="replace",
                          env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "ACCORD_ROUNDS": "1"})
    name = " ".join(Path(a).name if isinstance(a, Path) or "/" in str(a) else a for a in command)
    good = done.returncode not in (FOUND, 126, 127) and done.returncode >= 0
    print(f"{'ok  ' if good else 'FAIL'} {name} ({time.monotonic() - started:.1f} s)", flush=True)
    if not good:
        print(done.stderr[-3000:], flush=True)
    return good


def main(*programs):
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        commands = [[PROGRAM, *arguments] for arguments in runs(folder)] + [[program] for program in programs]
        results = list(pool.map(check, commands))
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

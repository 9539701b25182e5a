# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory that ends: the k-th allocation of the whole program fails, and in a second round every one from the k-th on.

tests/fail_alloc.c, preloaded, splits the program at each allocation; the half that is denied the memory must end in
order: with the result that is due, or with exit 4, a message and no output; with every block of its own given back.
Runs of more than MOST allocations are sampled (the stride is printed); ACCORD_EVERY_ALLOCATION=1 takes them all.
"""
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
PRELOADED = str(Path(PROGRAM).resolve().parent / "tests" / "fail_alloc.so")
SANITIZED, COUNTED = "asan" in PROGRAM, "cover" in PROGRAM
MOST = 10 ** 9 if os.environ.get("ACCORD_EVERY_ALLOCATION", "0") != "0" else 2500
INTERNAL = 4

OVERLAYS = {"accord": 1, "parties": ["A", "B", "C", "D"], "unions": {"pair": ["A", "B"]}, "links": [["A", "B"], ["C", "D"]],
            "weights": {"A": 1, "B": "7/2", "C": 3, "D": "0.125"},
            "model": {"type": "synergies", "standalone": {"A": 1, "B": 0, "C": "1/3", "D": 2},
                      "synergies": [{"parties": ["A", "B"], "value": 3}, {"parties": ["A", "B", "C", "D"], "value": "123456789012345678901234567890"}]},
            "rules": ["owen", "aumann-dreze", "myerson", {"rule": "weighted-shapley", "as": "by weight"}, "nash"],
            "proposals": {"even": {"A": 1, "B": 1, "C": 1, "D": {"value": 1, "source": "p. 3"}}}}
COST = {"accord": 1, "parties": ["A", {"id": "B", "name": "B & Söhne"}, "C"],
        "model": {"type": "coalitions", "goal": "cost", "values": {"A": 5, "B": 7, "C": "8.5", "A+B": 9, "A+C": 10, "B+C": 11, "*": 20}},
        "rules": ["shapley", "nucleolus", "scrb"]}


def sheets(folder):
    """The arguments of every run."""
    for name, sheet in (("overlays.json", OVERLAYS), ("cost.json", COST)):
        Path(folder, name).write_text(json.dumps(sheet))
    examples, bad = ROOT / "examples", ROOT / "tests" / "sheets"
    yield from (["solve", f"{examples}/consortium.json", "--json"],
                ["solve", f"{folder}/cost.json"],
                ["check", f"{folder}/cost.json", "--json", "--split", "A=5,B=7,C=8"],
                ["solve", f"{examples}/fund-shortfall.json"],
                ["solve", f"{folder}/overlays.json", "--json", "--facts", "none"],
                ["check", f"{folder}/overlays.json"],
                ["solve", f"{bad}/good_file_npy.json", "--format", "csv"],
                ["solve", f"{bad}/good_file_csv.json", "--rule", "shapley", "--facts", "quick"],
                ["check", f"{examples}/consortium.json", "--format", "csv"],
                ["solve", f"{examples}/joint-production.json", "--json", "--rule", "shadow-price", "--facts", "none"],
                ["solve", f"{examples}/technology-matching.json", "--json", "--rule", "nucleolus,shadow-price"],
                ["solve", f"{examples}/with-mistakes.json"],
                ["solve", f"{examples}/with-mistakes.json", "--json"])
    for name in ("bad_many_keys_150", "bad_depth_65", "bad_file_csv_bad_line", "bad_coalition_twice", "bad_rule_unknown", "bad_utf8_latin1"):
        yield ["solve", f"{bad}/{name}.json", "--json"]
    yield from (["rules"], ["models", "--json"], ["init", "claims"], ["explain", "E012"], ["--version"],
                ["solve", "no-such-sheet.json"], ["schema"],
                ["explain", f"{folder}/cost.json", "--rule", "shapley"],
                ["export", f"{folder}/cost.json", "--as", "lp"], ["export", f"{folder}/cost.json", "--as", "csv"])


def fnv(data):
    h = 0xcbf29ce484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001b3 & 0xffffffffffffffff
    return f"{h:016x}"


def environment(**more):
    return {**os.environ, "LD_PRELOAD": PRELOADED, "OPENBLAS_NUM_THREADS": "1",  # threads do not live through a split
            **{k: str(v) for k, v in more.items()}}


def run(arguments, folder, **more):
    """(exit code, output, report lines)"""
    with tempfile.NamedTemporaryFile(dir=folder) as report, tempfile.TemporaryFile() as out:
        done = subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, timeout=600,
                              env=environment(FAIL_REPORT=report.name, **more), cwd=ROOT)
        out.seek(0)
        return done.returncode, out.read(), Path(report.name).read_text(errors="replace").splitlines()


def sweep(arguments, folder, on):
    """What went wrong, and how many allocations were denied."""
    code, output, (last,) = run(arguments, folder, FAIL_FIRST=10 ** 9)
    asked, left = map(int, last.split()[1:])
    stride = -(-asked // MOST)
    first = 2 if on and stride > 1 else 1  # the two rounds take different strides
    _, _, lines = run(arguments, folder, FAIL_FIRST=first, FAIL_STRIDE=stride, FAIL_ON=int(on))
    name = " ".join(Path(a).name for a in arguments) + (" (all from there)" if on else "")
    wrong = [f"{left} blocks of the program's own are left where memory does not end"] if left else []
    whole = fnv(output)
    for line in lines[:-1]:
        k, ended, signal, left, length, digest, *words = line.split(" ", 6)
        in_order = int(ended) == code and digest == whole if ended != str(INTERNAL) else \
            length == "0" and "".join(words).startswith("accord: ")
        if signal != "0" or left != "0" or not in_order:
            wrong.append(f"k = {line[:200]}")
    print(f"{name}: {asked} allocations, stride {stride}, {len(lines) - 1} denied")
    if len(lines) < 2 or len(lines) - 1 < (asked - first) // stride:
        wrong.append(f"{len(lines)} lines of report")
    return [f"FAIL {name}: {w}" for w in wrong[:5]], len(lines) - 1


def sweep_output_file(folder):
    """-o: what stood there, or the whole result; nothing beside it."""
    wrong, denied = [], 0
    with tempfile.TemporaryDirectory(dir=folder) as place:
        target = Path(place, "result.json")
        arguments = ["solve", str(ROOT / "tests" / "sheets" / "good_file_npy.json"), "--json", "--facts", "none", "--rule", "equal", "-o", str(target)]
        code, _, (last,) = run(arguments, folder, FAIL_FIRST=10 ** 9)
        whole, asked = target.read_bytes(), int(last.split()[1])
        stride = 1 if asked < MOST else -(-asked // MOST)
        for k in range(1, asked + 1, stride):
            for on in (0, 1):
                target.write_bytes(b"before")
                done = subprocess.run([PROGRAM, *arguments], capture_output=True, env=environment(FAIL_AT=k, FAIL_ON=on), timeout=60)
                denied += 1
                due = whole if done.returncode == code else b"before"
                if done.returncode not in (code, INTERNAL) or target.read_bytes() != due or os.listdir(place) != [target.name]:
                    wrong.append(f"FAIL -o: k = {k}, on = {on}: exit {done.returncode}, {os.listdir(place)}, {done.stderr[:200]}")
        print(f"-o OUT: {asked} allocations, stride {stride}, {denied} denied")
    return wrong[:5], denied


def main():
    if SANITIZED:
        print("a sanitizer has an allocator of its own, beside which nothing can be preloaded; the plain build runs this\n0 passed, 0 failed")
        return 0
    if COUNTED:
        print("a build that counts branches takes memory to write them down as it ends; the plain build runs this\n0 passed, 0 failed")
        return 0
    if not Path(PRELOADED).exists():
        print(f"{PRELOADED} is missing: make test builds it\n0 passed, 1 failed")
        return 1
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(sweep, arguments, folder, on) for arguments in sheets(folder) for on in (False, True)]
        jobs.append(pool.submit(sweep_output_file, folder))
        results = [job.result() for job in jobs]
    wrong = [line for lines, _ in results for line in lines]
    print("\n".join(wrong + [f"{sum(denied for _, denied in results)} allocations denied in all"]))
    failed = sum(1 for lines, _ in results if lines)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
"""`accord verify` refuses a result with any one digit, sign or party changed (test_certificates.py: what it accepts)."""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
import certificates

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
# Games whose core is empty and whose nucleolus stands on bounds (Peleg and Sudholter 5.5.12, and 20 each less that).
BOUNDED = {"benefit": [0, 0, 0, 10, 0, 0, 0, 2], "cost": [0, 20, 20, 30, 20, 40, 40, 58]}
passed = failed = 0


def check(holds, note):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds and failed <= 20:
        print("FAIL", note)


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


RULES = ",".join(certificates.rules_of(json.loads(run("rules", "--json")[1])))


def solve(sheet, rules=RULES):
    return json.loads(run("solve", sheet, "--json", "--rule", rules)[1])


def verdict(sheet, folder, result):
    """The exit code of `accord verify` on a result"""
    with tempfile.NamedTemporaryFile("w", dir=folder) as file:
        file.write(json.dumps(result))
        file.flush()
        return run("verify", file.name, sheet)[0]


def tampered(sheet, folder, kinds):
    """Every single change to every certificate of a result is refused"""
    result = solve(sheet)
    check(verdict(sheet, folder, result) == 0, f"{sheet} as it is")
    every = list(certificates.alterations(result))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        codes = pool.map(lambda one: verdict(sheet, folder, one[3]), every)
    for (what, rule, *_), code in zip(every, codes):
        check(code == 1, f"{sheet}, {what}: {code}")
        kinds.add((result["game"]["goal"], rule or "core"))
        kinds.update([(result["game"]["goal"], rule, "bounds")] if "bounds" in what else [])


def test_refuses(folder):
    """Every rule that carries a proof and the empty core, of benefits and costs, with bounds and without"""
    sheets = [ROOT / "examples" / f"{name}.json" for name in ("consortium", "licence-pool", "draft-objection")]
    for goal, values in BOUNDED.items():
        sheets.append(Path(folder, f"{goal}.json"))
        model = {"type": "coalitions", "goal": goal, "values": values}
        sheets[-1].write_text(json.dumps({"accord": 1, "parties": ["A", "B", "C"], "model": model}))
    kinds = set()
    for sheet in sheets:
        tampered(sheet, folder, kinds)
    for goal in ("benefit", "cost"):
        for kind in [*RULES.split(","), "core"]:
            check((goal, kind) in kinds, f"no {kind} of a {goal} was altered")
        check((goal, "nucleolus", "bounds") in kinds, f"no bound of a {goal} was altered")


def test_other_ends(folder):
    sheet = ROOT / "examples/consortium.json"
    path = Path(folder, "r.json")
    path.write_text(json.dumps(solve(sheet, "shapley")))
    check(run("verify", path, sheet)[0] == 3, "a result without certificates")
    path.write_text(json.dumps(solve(sheet)))
    check(run("verify", path, ROOT / "examples/shared-laboratory.json")[0] == 1, "another sheet")
    check(run("verify", path)[0] == 2 and run("verify", "/nowhere", sheet)[0] == 2, "usage")
    path.write_text("{")
    check(run("verify", path, sheet)[0] == 2, "no JSON")
    path.write_text('{"allocations": [{"rule": "nucleolus", "certificate": {"type": "kohlberg"}}, 7, null]}')
    check(run("verify", path, sheet)[0] == 1, "an empty certificate")


def main():
    with tempfile.TemporaryDirectory() as folder:
        for test in (test_refuses, test_other_ends):
            test(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
"""`accord verify`: accepts what `accord solve` writes, and refuses it with any one digit, sign or party changed."""
import copy
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
SEED = int(os.environ.get("ACCORD_SEED", "1"))
ROUNDS = int(os.environ.get("ACCORD_ROUNDS", "400"))
RULES = "nucleolus,prenucleolus,per-capita-nucleolus,proportional-nucleolus"
passed = failed = 0


def check(holds, note):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds and failed <= 20:
        print("FAIL", note)


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout


def solve(sheet, rules=RULES):
    return json.loads(run("solve", sheet, "--json", "--rule", rules)[1])


def places(node, at=()):
    """The paths to every text and number below a node"""
    if not isinstance(node, (dict, list)):
        return [at]
    items = node.items() if isinstance(node, dict) else enumerate(node)
    return [path for key, inner in items for path in places(inner, at + (key,))]


def get(node, path):
    for key in path:
        node = node[key]
    return node


def put(node, path, value):
    get(node, path[:-1])[path[-1]] = value


def changes(text, ids):
    """The same with one digit, the sign, or the party changed, where that changes what it means"""
    if text in ids:
        return [other for other in ids if other != text]
    digits = [text[:k] + str((int(c) + 1) % 10) + text[k + 1:] for k, c in enumerate(text) if c.isdigit()]
    turned = [text[1:] if text.startswith("-") else "-" + text]
    return [other for other in digits + turned if not same_number(text, other)]


def same_number(a, b):
    try:
        return Fraction(a) == Fraction(b)
    except (ValueError, ZeroDivisionError):
        return False


def certificate_places(result):
    found = [("allocations", k, "certificate") for k, a in enumerate(result["allocations"]) if "certificate" in a]
    found += [("game", "core", "certificate")] if "certificate" in result["game"]["core"] else []
    return [root + path for root in found for path in places(get(result, root))]


def tampered(sheet, folder):
    """Every single change to every certificate of a result is refused"""
    result = solve(sheet)
    ids = [party["id"] for party in result["parties"]]
    for path in certificate_places(result):
        for other in changes(get(result, path), ids):
            changed = copy.deepcopy(result)
            put(changed, path, other)
            Path(folder, "t.json").write_text(json.dumps(changed))
            code, _ = run("verify", Path(folder, "t.json"), sheet)
            check(code == 1, f"{sheet} {path}: {get(result, path)} -> {other} gives {code}")


def random_sheet(rng, family, n):
    ids = [f"P{i}" for i in range(n)]
    top = {"ties": 2, "wide": 1000, "mixed": 9}[family]
    values = [0] + [rng.randint(-top if family == "mixed" else 0, top) * (m.bit_count() if family == "wide" else 1)
                    for m in range(1, 1 << n)]
    return {"accord": 1, "parties": ids,
            "model": {"type": "coalitions", "goal": rng.choice(["benefit", "cost"]), "values": values}}


def accepted(sheet, folder):
    """What solve writes is verified"""
    path = Path(folder, "s.json")
    path.write_text(json.dumps(sheet))
    Path(folder, "r.json").write_text(json.dumps(solve(path)))
    code, out = run("verify", Path(folder, "r.json"), path, "--json")
    result = json.loads(out)
    check(code == 0 and result["verified"] and len(result["checks"]) >= 1, f"{json.dumps(sheet)}: {out[:300]}")


def test_accepts(folder):
    rng = random.Random(SEED)
    games = list(itertools.product(range(3), repeat=7))
    for values in rng.sample(games, ROUNDS // 2):
        accepted({"accord": 1, "parties": ["A", "B", "C"], "model": {"type": "coalitions", "values": [0, *values]}}, folder)
    for k in range(ROUNDS // 4):
        accepted(random_sheet(rng, rng.choice(["ties", "wide", "mixed"]), rng.randint(1, 8)), folder)


def test_refuses(folder):
    for name in ("consortium", "licence-pool", "draft-objection"):
        tampered(ROOT / "examples" / f"{name}.json", folder)
    sheet = Path(folder, "cost.json")
    sheet.write_text(json.dumps(random_sheet(random.Random(SEED), "wide", 4)))
    tampered(sheet, folder)


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
    print(f"seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        for test in (test_accepts, test_refuses, test_other_ends):
            test(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

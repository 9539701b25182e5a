# SPDX-License-Identifier: GPL-3.0-or-later
"""`accord verify` refuses a result with any one digit, sign or party changed (test_certificates.py: what it accepts)."""
import concurrent.futures
import copy
import json
import os
import struct
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
import certificates

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
# Games whose core is empty and whose nucleolus stands on bounds (Peleg and Sudholter 5.5.12, and 20 each less that).
BOUNDED = {"benefit": [0, 0, 0, 10, 0, 0, 0, 2], "cost": [0, 20, 20, 30, 20, 40, 40, 58]}
STABLE = [0, 6, 5, 9, 4, 8, 7, 10]    # costs whose core is not empty
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


def sheet_text(goal, values):
    model = {"type": "coalitions", "goal": goal, "values": values}
    return json.dumps({"accord": 1, "parties": ["A", "B", "C"], "model": model})


def solve(sheet, rules=RULES):
    return json.loads(run("solve", sheet, "--json", "--facts", "all,proofs", "--rule", rules)[1])


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
        kinds.add((result["game"]["goal"], rule or what.split()[0]))
        kinds.update([(result["game"]["goal"], rule, "bounds")] if "bounds" in what else [])


def test_refuses(folder):
    """Every rule that carries a proof and the empty core, of benefits and costs, with bounds and without"""
    sheets = [ROOT / "examples" / f"{name}.json" for name in ("consortium", "licence-pool", "draft-objection")]
    for goal, values in [*BOUNDED.items(), ("cost", STABLE)]:
        sheets.append(Path(folder, f"{goal}-{values[-1]}.json"))
        sheets[-1].write_text(sheet_text(goal, values))
    kinds = set()
    for sheet in sheets:
        tampered(sheet, folder, kinds)
    for goal in ("benefit", "cost"):
        for kind in [*RULES.split(","), "balanced", *certificates.FACTS]:
            check((goal, kind) in kinds, f"no {kind} of a {goal} was altered")
        check((goal, "nucleolus", "bounds") in kinds, f"no bound of a {goal} was altered")


def moved_splits(game):
    """The game's facts with a third of one moved from one party to the next in one of the splits that prove them"""
    for kind in certificates.facts_there(game):
        proof = certificates.at_path(game, certificates.FACTS[kind][0])
        for place in range(len(proof.get("ends", [0]))):
            for down, up in (("A", "B"), ("B", "C"), ("C", "A")):
                changed = copy.deepcopy(game)
                proof = certificates.at_path(changed, certificates.FACTS[kind][0])
                shares = proof["ends"][place]["shares"] if "ends" in proof else proof["shares"]
                shares[down] = str(Fraction(shares[down]) - Fraction(1, 3))
                shares[up] = str(Fraction(shares[up]) + Fraction(1, 3))
                yield f"{kind} {place}: {shares}", changed


def test_other_splits(folder):
    """A split that does not attain an optimum is told by going through all coalitions, in numbers of any size"""
    refused = kept = 0
    for factor in (1, 10 ** 15, 10 ** 30):
        for goal, values in (("cost", STABLE), ("benefit", BOUNDED["benefit"]), ("benefit", [0, 1, 1, 7, 1, 5, 4, 10])):
            sheet, table = Path(folder, "s.json"), [Fraction(t * factor * 7 + (t > 0), 7) for t in values]
            sheet.write_text(sheet_text(goal, [str(t) for t in table]))
            result = solve(sheet, "shapley")
            check(verdict(sheet, folder, result) == 0, f"{goal} {values} by {factor}")
            for what, game in moved_splits(result["game"]):
                wrong = certificates.core_facts(table, goal, ["A", "B", "C"], game)
                refused, kept = refused + bool(wrong), kept + (not wrong)
                check(verdict(sheet, folder, {**result, "game": game}) == bool(wrong), f"{factor} {what}: {wrong}")
    check(refused > 100 and kept > 10, f"{refused} splits refused, {kept} kept")


def test_ranges(folder):
    sheet = ROOT / "examples/consortium.json"
    result = solve(sheet, "shapley")
    for change in (lambda ends: ends.pop(), lambda ends: ends.append(ends[0]), lambda ends: ends.clear()):
        changed = copy.deepcopy(result)
        change(changed["game"]["core"]["range_certificate"]["ends"])
        check(verdict(sheet, folder, changed) == 1, "ends left out, or there twice")
    for at, value in (("coalitions", None), ("ends", 7), ("type", "balanced"), ("shares", {}), ("amount", "x"),
                      ("epsilon", "1/0"), ("everybody", 1)):
        for kind, (path, _) in certificates.FACTS.items():
            changed = copy.deepcopy(result)
            proof = certificates.at_path(changed["game"], path)
            if at in proof:
                proof[at] = value
                check(verdict(sheet, folder, changed) == 1, f"{kind}: {at} is {value}")


def test_asked_for(folder):
    """Certificates of facts come where they are asked for, alone or with others, of exact numbers only"""
    sheet = ROOT / "examples/consortium.json"
    for facts, due in (("all", []), ("proofs", [*certificates.FACTS]), ("least-core,proofs", ["least-core"]),
                       ("core,proofs", ["core-split"]), ("quick,proofs", [*certificates.FACTS])):
        found = json.loads(run("solve", sheet, "--json", "--facts", facts, "--rule", "shapley")[1])
        check(certificates.facts_there(found["game"]) == due, f"--facts {facts}")
    found = json.loads(run("solve", sheet, "--json", "--facts", "proofs", "--float", "--rule", "shapley")[1])
    check(certificates.facts_there(found["game"]) == [] and "exact" in str(found["warnings"]), "proofs of doubles")


def test_in_words(folder):
    """The sums that a person can follow, in text and in a report, of a benefit and of a cost"""
    for name, sums in (("consortium", ["at most 6.00   10.00 (all) - 4.00 (firm and inst)",
                                       "at least 2.00  5.00 (uni and inst) + 7.00 (uni and firm) - 10.00 (all)",
                                       "1/2 * 7.00 (uni and firm) + 1/2 * 1.00 (inst) - 1/2 * 10.00 (all) = -1.00"]),
                       ("shared-laboratory", ["at least 550.000   4610.000 (all) - 4060.000 (testing and research)",
                                              "at most 1040.000   1040.000 (teaching)", "= -245.000"])):
        sheet = ROOT / f"examples/{name}.json"
        text = run("solve", sheet, "--facts", "proofs", "--rule", "shapley")[1]
        joined = " ".join(text.split())
        check(all(s in text or s in joined for s in sums), f"{name}: {text}")
        check("at most" not in run("solve", sheet, "--rule", "shapley")[1], f"{name}: sums that nobody asked for")
        report = run("report", sheet, "--format", "md", "-o", "-")[1]
        check(sums[0].split("  ")[-1].strip() in report, f"{name}: the report")


def test_doubles(folder):
    """An empty core of doubles: the worth is that of the doubles as they stand"""
    values = [0.0] + [float(Fraction(t, 7)) for t in (3, 4, 20, 5, 22, 23, 26)]
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (8,), }".ljust(117) + b"\n"
    Path(folder, "v.npy").write_bytes(b"\x93NUMPY\1\0" + struct.pack("<H", 118) + header + struct.pack("<8d", *values))
    sheet = Path(folder, "doubles.json")
    sheet.write_text(json.dumps({"accord": 1, "parties": ["A", "B", "C"],
                                 "model": {"type": "coalitions", "values_file": "v.npy"}}))
    for numbers in ("--float", "--exact"):
        result = json.loads(run("solve", sheet, "--json", numbers, "--rule", "shapley")[1])
        table = [Fraction(t) for t in values]
        wrong = certificates.balanced(table, "benefit", ["A", "B", "C"], result["game"]["core"]["certificate"])
        check(wrong is None and verdict(sheet, folder, result) == 0, f"{numbers}: {wrong}")


def test_other_ends(folder):
    sheet = ROOT / "examples/consortium.json"
    path = Path(folder, "r.json")
    path.write_text(run("solve", sheet, "--json", "--rule", "shapley")[1])
    check(run("verify", path, sheet)[0] == 3, "a result without certificates")
    path.write_text(json.dumps(solve(sheet)))
    check(run("verify", path, ROOT / "examples/shared-laboratory.json")[0] == 1, "another sheet")
    check(run("verify", path)[0] == 2 and run("verify", "/nowhere", sheet)[0] == 2, "usage")
    path.write_text("{")
    check(run("verify", path, sheet)[0] == 2, "no JSON")
    path.write_text('{"allocations": [{"rule": "nucleolus", "certificate": {"type": "kohlberg"}}, 7, null]}')
    check(run("verify", path, sheet)[0] == 1, "an empty certificate")


def test_no_clauses(folder):
    """Under terms where there are none: what proves the split without them"""
    path, sheet = Path(folder, "r.json"), Path(folder, "s.json")
    for model in ({"type": "airport", "needs": {"A": 1, "B": 2, "C": 3}, "movements": {"A": 3, "B": 2}}, {"type": "claims", "estate": 5, "claims": {"A": 2, "B": 3, "C": 4}}):
        sheet.write_text(json.dumps({"accord": 1, "parties": ["A", "B", "C"], "model": model, "rules": [{"rule": "nucleolus", "under_terms": True}]}))
        path.write_text(run("solve", sheet, "--json")[1])
        check(run("verify", path, sheet)[0] == 0, model["type"])


def test_numbers_of_any_size(folder):
    """A result may have numbers that a sheet may not"""
    path, sheet = Path(folder, "r.json"), Path(folder, "s.json")
    for values in ({"A": 0, "B": 0, "*": "1e-300"}, {"A": "9e299", "B": "9e299", "*": "1e300"}):
        sheet.write_text(json.dumps({"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values": values}, "rules": ["prenucleolus"]}))
        path.write_text(run("solve", sheet, "--json")[1])
        check(run("verify", path, sheet)[0] == 0, str(values))


def test_other_input(folder):
    """A result of other parties, another goal or value, or of a format to come"""
    sheet, path = ROOT / "examples/consortium.json", Path(folder, "r.json")
    result = solve(sheet, "nucleolus")
    for change, code in (({}, 0), ({"format": 2}, 3), ({"format": "1"}, 3), ({"parties": [{"id": "uni"}]}, 1), ({"parties": result["parties"][::-1]}, 1),
                         ({"parties": result["parties"] + [{"id": "x"}]}, 1), ({"game": {**result["game"], "value": 11}}, 1),
                         ({"game": {**result["game"], "goal": "cost"}}, 1), ({"game": {**result["game"], "exact": {**result["game"]["exact"], "value": "11"}}}, 1)):
        path.write_text(json.dumps({**result, **change}))
        check(run("verify", path, sheet)[0] == code, f"{change}: not {code}")
    path.write_text(json.dumps({"allocations": result["allocations"]}))
    check(run("verify", path, sheet)[0] == 0, "allocations alone")
    path.write_text(run("solve", sheet, "--json", "--rule", "shapley")[1])
    check(run("verify", path, ROOT / "examples/patent-royalties.json")[0] == 1, "another sheet without a game")


def main():
    with tempfile.TemporaryDirectory() as folder:
        for test in (test_refuses, test_other_splits, test_ranges, test_asked_for, test_in_words, test_doubles, test_other_ends, test_no_clauses, test_numbers_of_any_size, test_other_input):
            test(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

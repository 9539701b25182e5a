# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract's clauses: read, checked, told, repaired and verified.

Random clauses of every form are held against oracle_terms.py, which shares no code with the program: what check
and solve say of each is compared amount by amount. ACCORD_SEED (1) seeds them, ACCORD_ROUNDS (120) says how many.
"""
import copy
import csv
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
import certificates
import oracle_terms

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.path.abspath(os.environ.get("ACCORD", str(ROOT / "build" / "accord")))
SEED, ROUNDS = int(os.environ.get("ACCORD_SEED", "1")), int(os.environ.get("ACCORD_ROUNDS", "120"))
VALUES = {"A": 0, "B": 0, "C": 0, "A+B": 7, "A+C": 5, "B+C": 4, "*": 10}
IMPOSSIBLE = [{"party": "C", "min": 11}, {"group": ["A", "B"], "min": 0}]
passed = failed = 0


def check(holds, note):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds and failed <= 20:
        print("FAIL", note)


def run(command, sheet, *arguments):
    """(exit code, standard output)"""
    done = subprocess.run([PROGRAM, command, "-", *arguments], input=json.dumps(sheet), text=True, capture_output=True,
                          timeout=60)
    return done.returncode, done.stdout


def answer(command, sheet, *arguments):
    code, out = run(command, sheet, "--json", *arguments)
    return code, json.loads(out)


def sheet_of(terms, values=None, goal="benefit", **more):
    return {"accord": 1, "parties": ["A", "B", "C"], "terms": terms,
            "model": {"type": "coalitions", "goal": goal, "values": values or VALUES}, **more}


def findings(terms, split, **more):
    """The findings about clauses, and the verdict"""
    _, result = answer("check", sheet_of(terms, **more), "--split", split)
    return [f for f in result["proposals"][0]["findings"] if f["check"] == "term"], result["verdict"]


# ---------------------------------------------------------------- each form
def test_forms():
    """(clause, split, verdict, exact amount, words)"""
    cases = [
        ({"clause": "4.2", "party": "C", "min": {"value": 2, "source": "Annex B, p. 3"}}, "A=4,B=3.5,C=2.5", "pass", "1/2",
         "clause 4.2 gives C at least 2.00 (Annex B, p. 3): it gets 2.50, 0.50 more than that"),
        ({"clause": 4.2, "party": "C", "min": 2}, "A=5,B=3.5,C=1.5", "fail", "1/2", "it gets 1.50, 0.50 too little"),
        ({"party": "C", "max": 2}, "A=4,B=3.5,C=2.5", "fail", "1/2", "0.50 too much"),
        ({"clause": "1", "party": "C", "min": 2, "max": 3}, "A=4,B=3.5,C=2.5", "pass", "1/2", "at least 2.00 and at most 3.00"),
        ({"group": ["A", "C"], "min": "7"}, "A=4,B=3.5,C=2.5", "fail", "1/2", "A and C together"),
        ({"party": "A", "min_share": "1/3"}, "A=4,B=3.5,C=2.5", "pass", "2/3", "1/3 of the total (3.33)"),
        ({"party": "A", "max_share": 0.3}, "A=4,B=3.5,C=2.5", "fail", "1", "30% of the total (3.00)"),
        ({"order": ["A", "B", "C"]}, "A=4,B=3.5,C=2.5", "pass", "1/2", "A, B and C in this order"),
        ({"order": ["C", "B", "A"]}, "A=4,B=3.5,C=2.5", "fail", "1", "1 more of its conditions is broken"),
        ({"ratio": ["A", "C"], "min": 2}, "A=4,B=3.5,C=2.5", "fail", "1", "at least 2 times as much as C"),
        ({"ratio": ["A", "C"], "max": "3/2"}, "A=4,B=3.5,C=2.5", "fail", "1/4", "at most 1.5 times"),
        ({"ratio": ["A", "C"], "min": 0}, "A=6,B=6,C=-2", "fail", "2", "no less than 0"),
        ({"equal": ["A", "B"]}, "A=4,B=3.5,C=2.5", "fail", "1/2", "0.50 apart"),
        ({"equal": ["A", "B", "C"]}, "A=10/3,B=10/3,C=10/3", "pass", "0", "the same"),
        ({"linear": {"A": 1, "B": -2}, "min": 0}, "A=4,B=3.5,C=2.5", "fail", "3", "A - 2 B"),
        ({"name": "Hope", "soft": True, "party": "C", "min": 3}, "A=4,B=3.5,C=2.5", "note", "1/2", 'soft clause "Hope"'),
    ]
    for clause, split, verdict, amount, words in cases:
        found, whole = findings([clause], split)
        good = len(found) == 1 and found[0]["verdict"] == verdict and found[0]["exact"] == amount
        check(good and words in found[0]["message"], f"{clause} on {split}: {found}")
        check(found[0]["term"] == "/terms/0" and found[0].get("clause") == (str(clause["clause"]) if "clause" in clause else None), clause)
        if verdict == "fail":
            check(whole == "fails", f"{clause}: a hard clause broken and the split {whole}")
    found, _ = findings([{"party": "A", "min": 3}], "A=2,B=4,C=4", goal="cost")
    check(found[0]["message"] == "clause /terms/0 has A pay at least 3.00: it pays 2.00, 1.00 too little", found)


def test_formats():
    sheet = sheet_of([{"clause": "=4.2", "party": "C", "min": 2}])
    code, out = run("check", sheet, "--split", "A=5,B=3.5,C=1.5", "--format", "csv")
    row = next(row for row in csv.DictReader(io.StringIO(out)) if row["check"] == "term")
    check(code == 1 and row["verdict"] == "fail" and row["exact"] == "1/2" and row["term"] == "/terms/0", row)
    check(row["clause"] == "'=4.2", "a clause that looks like a formula is defused")
    code, out = run("check", sheet, "--split", "A=5,B=3.5,C=1.5")
    check(code == 1 and "FAILS  term" in out, out)
    code, out = run("solve", sheet, "--rule", "nucleolus", "--format", "csv")
    check(code == 0 and {row["terms_met"] for row in csv.DictReader(io.StringIO(out))} == {"false"}, out)


def test_claims():
    """Clauses need no table: more claimants than one could hold"""
    ids = [f"P{i}" for i in range(40)]
    sheet = {"accord": 1, "parties": ids, "model": {"type": "claims", "estate": 100, "claims": {i: 5 for i in ids}},
             "terms": [{"party": "P0", "min": 3}, {"group": ids, "max_share": 1}], "rules": ["cea", {"rule": "cea", "under_terms": True}]}
    code, result = answer("solve", sheet)
    plain, under = result["allocations"]
    check(plain["terms"] == {"met": False, "violated": [{"term": "/terms/0", "amount": 0.5, "exact": "1/2"}]}, plain["terms"])
    check(code == 0 and under["exact"]["P0"] == "3" and under["terms"]["met"], under)
    sheet["terms"] += [{"party": "P0", "min": 101}, {"group": ids[1:], "min": 0}]
    code, result = answer("solve", sheet)
    check(code == 1 and result["terms"]["feasible"] is False and verified(sheet, result) == 0, result["terms"])


# ---------------------------------------------------------------- random clauses
def random_case(rng):
    ids = list("ABCD")
    terms = oracle_terms.drawn_terms(rng, ids)
    for term in terms:
        term.update({"soft": True} if rng.random() < 0.3 else {})
    split = [Fraction(rng.randint(-4, 16), rng.choice([1, 2, 3])) for _ in ids]
    table = [0] + [rng.randint(0, 9) for _ in range(15)]
    sheet = {"accord": 1, "parties": ids, "model": {"type": "coalitions", "goal": rng.choice(["benefit", "cost"]), "values": table},
             "terms": json.loads(json.dumps(terms, default=str))}
    return sheet, terms, split


def compare(case):
    """What check and solve say of the clauses, against the oracle"""
    sheet, terms, split = case
    ids = sheet["parties"]
    game = oracle_terms.Game(ids, sheet["model"]["goal"], [Fraction(v) for v in sheet["model"]["values"]])
    soft = {k for k, term in enumerate(terms) if term.get("soft")}
    faults = []
    _, result = answer("check", sheet, "--split", ",".join(f"{i}={x}" for i, x in zip(ids, split)))
    found = [f for f in result["proposals"][0]["findings"] if f["check"] == "term"]
    broken = oracle_terms.violated(terms, game, split)
    told = {k: Fraction(f["exact"]) for k, f in enumerate(found) if f["verdict"] != "pass"}
    if told != broken or any(f["verdict"] != ("note" if k in soft else "fail") for k, f in enumerate(found) if k in told):
        faults.append(f"check: {told}, not {broken}")
    for k, f in enumerate(found):
        rows = [t.row for t in oracle_terms.term_rows(terms, game, soft=True) if t.term == k and t.side != "sign"]
        spare = min(sum(p * q for p, q in zip(a, split)) - b for a, _, b in rows)
        least = "ratio" not in terms[k] and f["verdict"] == "pass" and Fraction(f["exact"]) != spare
        faults += [f"check: {f}, not {spare} to spare"] if least else []
    _, result = answer("solve", sheet, "--rule", "shapley,equal,nucleolus")
    for given in result["allocations"]:
        if given["status"] != "ok":
            continue
        broken = oracle_terms.violated(terms, game, [Fraction(given["exact"][i]) for i in ids])
        hard = {v["term"]: Fraction(v["exact"]) for v in given["terms"]["violated"]}
        notes = {v["term"]: Fraction(v["exact"]) for v in given["terms"].get("notes", [])}
        if hard != {f"/terms/{k}": v for k, v in broken.items() if k not in soft} or given["terms"]["met"] == bool(hard):
            faults.append(f"solve: {given['terms']}, not {broken}")
        if notes != {f"/terms/{k}": v for k, v in broken.items() if k in soft}:
            faults.append(f"solve: notes {notes}, not {broken}")
    return faults


def test_random():
    rng = random.Random(SEED)
    cases = [random_case(rng) for _ in range(ROUNDS)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, faults in zip(cases, pool.map(compare, cases)):
            check(not faults, f"{faults}\n{json.dumps(case[0])} {[str(x) for x in case[2]]}")


# ---------------------------------------------------------------- conflicts
def test_conflicts():
    clash = sheet_of([{"clause": "1", "party": "A", "min": 6}, {"clause": "2", "group": ["B", "C"], "min": 5}])
    code, result = answer("solve", clash)
    conflict = result["terms"]["conflict"]
    check(code == 1 and result["terms"]["feasible"] is False and conflict["short_by"] == "1", conflict)
    check(conflict["message"] == "clause 1 gives A at least 6.00, clause 2 gives B and C together at least 5.00: that makes "
          "11.00, and there is 10.00; short by 1.00", conflict["message"])
    mends = [(m["term"], m["from"], m["to"], m["change"]) for m in conflict["mends"]]
    check(mends == [("/terms/0", "6", "5", "1"), ("/terms/1", "5", "4", "1")], mends)
    code, out = run("solve", clash)
    check(code == 1 and "Lowering clause 1 to 5.00 would mend it." in out, out)
    core = sheet_of([{"clause": "4.2", "party": "C", "min": 3.5}])
    code, result = answer("solve", core)
    check(code == 0 and result["terms"]["feasible"] and result["terms"]["with_parties"] and result["terms"]["with_coalitions"] is False, result["terms"])
    check(result["terms"]["conflict"]["message"] == "clause 4.2 gives C at least 3.50, A and B can get 7.00 by themselves: "
          "that makes 10.50, and there is 10.00; short by 0.50", result["terms"]["conflict"]["message"])
    soft = sheet_of([{"party": "A", "min": 11, "soft": True}])
    code, result = answer("solve", soft, "--rule", "shapley")
    check(code == 0 and result["terms"]["feasible"] and result["allocations"][0]["terms"]["met"], result["terms"])
    cost = sheet_of([{"party": "A", "max": 2}, {"group": ["B", "C"], "max": 7}], goal="cost")
    code, result = answer("solve", cost)
    check(code == 1 and result["terms"]["conflict"]["message"].endswith("that covers 9.00 at most, and 10.00 is to be paid; short by 1.00"),
          result["terms"]["conflict"])


def test_examples():
    """What examples/README.md says of them"""
    clash = json.loads((ROOT / "examples/conflicting_clauses.json").read_text())
    code, result = answer("solve", clash)
    conflict = result["terms"]["conflict"]
    told = [member["clause"] for member in conflict["members"] if "clause" in member]
    check(code == 1 and told == ["3.1", "3.2", "3.3"] and conflict["short_by"] == "3/4", conflict)
    check([conflict["mends"][0][key] for key in ("clause", "from", "to")] == ["3.2", "9/2", "4"], conflict["mends"])
    check(verified(clash, result) == 0, "the conflict of the example is verified")
    agreement = json.loads((ROOT / "examples/consortium_agreement.json").read_text())
    code, result = answer("solve", agreement)
    broken = {a["label"]: [v["clause"] for v in a["terms"]["violated"]] for a in result["allocations"]}
    check(code == 0 and broken == {"shapley": ["5.1", "5.2", "6.1", "7.1"], "shapley under terms": [], "nucleolus": ["5.1", "6.3"],
                                   "nucleolus under terms": []}, broken)
    check(run("check", agreement)[0] == 0 and verified(agreement, result) == 0, "the committee's split stands")


def test_under_terms():
    sheet = sheet_of([{"party": "C", "min": 3}])
    sheet["rules"] = ["nucleolus", {"rule": "nucleolus", "under_terms": True}, {"rule": "shapley", "under_terms": True, "as": "fair"}]
    code, result = answer("solve", sheet)
    told = [(a["label"], a.get("under_terms", False), a["terms"]["met"]) for a in result["allocations"]]
    check(code == 0 and told == [("nucleolus", False, False), ("nucleolus under terms", True, True), ("fair", True, True)], told)
    code, result = answer("solve", sheet, "--under-terms")
    check([a["label"] for a in result["allocations"]] == ["nucleolus under terms", "fair"], "each rule once")
    code, result = answer("solve", sheet, "--rule", "shapley", "--under-terms")
    check(code == 0 and result["allocations"][0]["under_terms"] and result["allocations"][0]["terms"]["met"], result["allocations"])
    sheet["terms"] = IMPOSSIBLE
    code, result = answer("solve", sheet, "--under-terms")
    check(code == 1 and all(a["status"] == "infeasible" and a["conflict"] for a in result["allocations"]), result["allocations"])


def test_rounding():
    code, result = answer("solve", sheet_of([{"clause": "2", "equal": ["A", "B", "C"]}]), "--rule", "equal")
    check(result["allocations"][0]["terms"]["met"], result["allocations"])
    check(any("breaks clause 2 by 0.01" in w for w in result["warnings"]), result["warnings"])


# ---------------------------------------------------------------- repair
def test_repair():
    sheet = json.loads((ROOT / "examples/repaired_draft.json").read_text())
    code, out = run("check", sheet, "--repair", "--proposal", "draft 2")
    check(code == 1 and "Moving 0.15 EUR million from inst to firm makes it stand." in out, out)
    code, result = answer("check", sheet, "--repair")
    first, second = (p["repair"] for p in result["proposals"])
    check(first["stands"] and [(m["party"], m["exact"]) for m in first["moves"]] == [("firm", "3/20"), ("inst", "-3/20")], first)
    check(first["payable"] == {"uni": "4.20", "firm": "3.40", "inst": "2.40"} and first["subsidy"]["total"] == 0.15, first)
    check(second["stands"] and second["moves"] == [] and second["exact"] == {"uni": "21/5", "firm": "17/5", "inst": "12/5"}, second)
    code, out = run("check", sheet_of([{"clause": "4.2", "party": "C", "min": 3.5}]), "--repair", "--split", "A=3.25,B=3.25,C=3.5")
    words = " ".join(out.split())
    check("No split stands: clause 4.2 gives C at least 3.50" in words and "Lowering clause 4.2 to 3.00 would mend it." in words, out)
    code, result = answer("check", sheet_of(IMPOSSIBLE), "--repair", "--split", "A=3,B=3,C=4")
    repair = result["proposals"][0]["repair"]
    check(not repair["stands"] and repair["split"] is None and repair["conflict"]["short_by"] == "1", repair)


# ---------------------------------------------------------------- verify
def verified(sheet, result):
    """The exit code of `accord verify`"""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "s.json").write_text(json.dumps(sheet))
        Path(folder, "r.json").write_text(json.dumps(result))
        return subprocess.run([PROGRAM, "verify", Path(folder, "r.json"), Path(folder, "s.json")], capture_output=True).returncode


def random_under_terms(rng):
    sheet, terms, _ = random_case(rng)
    sheet["rules"] = [{"rule": rule, "under_terms": True} for rule in ("nucleolus", "prenucleolus", "egalitarian-core", "shapley")]
    return sheet


def accepted(sheet):
    _, result = answer("solve", sheet)
    return verified(sheet, result), result


def test_verify_accepts():
    """Whatever solve proves of clauses is verified"""
    rng = random.Random(SEED + 1)
    sheets, seen = [random_under_terms(rng) for _ in range(ROUNDS)], {"bound": 0, "conflict": 0}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for sheet, (code, result) in zip(sheets, pool.map(accepted, sheets)):
            check(code == 0, f"verify gives {code}: {json.dumps(sheet)}")
            seen["bound"] += '"term"' in json.dumps([a.get("certificate") for a in result["allocations"]])
            seen["conflict"] += any("conflict" in a for a in result["allocations"])
    check(all(seen.values()), f"nothing was tried of {seen}")


def changed_members(result):
    """(what, result) with one number, side, term or party of a conflict or a clause's bound changed"""
    ids = [party["id"] for party in result["parties"]]
    places = [("terms", "conflict")] if result["terms"]["conflict"] else []
    places += [("allocations", k, "conflict") for k, a in enumerate(result["allocations"]) if "conflict" in a]
    for place in places:
        conflict = certificates.at_path(result, place)
        for path in certificates.texts({"members": conflict["members"], "short_by": conflict["short_by"]}):
            if path[-1] == "clause":
                continue
            text = certificates.at_path(conflict, path)
            others = {"min": ["max"], "max": ["min"]}.get(text) or certificates.other_texts(text, ids)
            for other in others:
                changed = copy.deepcopy(result)
                certificates.at_path(changed, place + path[:-1])[path[-1]] = other
                yield f"{place} {path}: {other}", changed
        for k in range(len(conflict["members"])):
            changed = copy.deepcopy(result)
            del certificates.at_path(changed, place)["members"][k]
            yield f"{place} without member {k}", changed


def test_verify_refuses():
    sheets = [sheet_of([{"clause": "1", "party": "A", "min": 6}, {"clause": "2", "group": ["B", "C"], "min": 5}]),
              sheet_of([{"party": "C", "min": 3}, {"equal": ["A", "B"]}]),
              sheet_of([{"party": "A", "max": 2}, {"order": ["A", "B", "C"]}], goal="cost"),
              sheet_of([{"ratio": ["C", "A"], "min": 1, "max": 2}, {"linear": {"B": 2, "A": -1}, "min": 1}]),
              sheet_of([{"party": "C", "min": 3.5}])]
    kinds = set()
    for sheet in sheets:
        sheet["rules"] = [{"rule": "nucleolus", "under_terms": True}, {"rule": "prenucleolus", "under_terms": True}]
        code, result = accepted(sheet)
        check(code == 0, f"{sheet} as it is: {code}")
        every = list(changed_members(result))
        every += [(what, changed) for what, _, _, changed in certificates.alterations(result) if "'term'" not in what and "'side'" not in what]
        for k, allocation in enumerate(result["allocations"]):
            if '"term"' in json.dumps(allocation.get("certificate")):
                changed = copy.deepcopy(result)
                del changed["allocations"][k]["under_terms"]
                every.append((f"{k} without under_terms", changed))
                kinds.add("bound")
        kinds.update(["conflict"] if result["terms"]["conflict"] else [])
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for (what, _), code in zip(every, pool.map(lambda one: verified(sheet, one[1]), every)):
                check(code == 1, f"{json.dumps(sheet['terms'])}, {what}: {code}")
        softened = copy.deepcopy(sheet)
        for term in softened["terms"]:
            term["soft"] = True
        check(verified(softened, result) == 1 or "term" not in json.dumps([a.get("certificate", a.get("conflict")) for a in result["allocations"]]),
              f"{sheet['terms']}: a soft clause binds")
    check(kinds == {"bound", "conflict"}, f"only {kinds} were altered")


def main():
    print(f"seed {SEED}")
    for test in [test for name, test in sorted(globals().items()) if name.startswith("test_")]:
        test()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

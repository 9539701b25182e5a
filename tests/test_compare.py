# SPDX-License-Identifier: GPL-3.0-or-later
"""accord compare: differences, shares before and after, verdicts, and what each difference is responsible for against
orders of the differences gone through one by one with the textbook's rules. ACCORD_SEED (1), ACCORD_ROUNDS (60)."""
import copy
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction

import oracle
from suite import run_tests

PROGRAM = os.path.abspath(os.environ.get("ACCORD", "build/accord"))
SEED, ROUNDS = int(os.environ.get("ACCORD_SEED", "1")), int(os.environ.get("ACCORD_ROUNDS", "60"))


def compare(before, after, *arguments, code=0):
    with tempfile.TemporaryDirectory() as folder:
        for name, sheet in (("a.json", before), ("b.json", after)):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(sheet if isinstance(sheet, str) else json.dumps(sheet))
        done = subprocess.run([PROGRAM, "compare", "a.json", "b.json", *arguments], cwd=folder, capture_output=True,
                              text=True, timeout=60)
    assert done.returncode == code, (done, before, after)
    return json.loads(done.stdout) if "--json" in arguments else done.stdout + done.stderr


def draw(rng):
    n = rng.randint(2, 4)
    ids = list("ABCD")[:n]
    values = {"+".join(ids[i] for i in range(n) if S >> i & 1): rng.randint(0, 5) + 4 * S.bit_count() ** 2 for S in range(1, 1 << n)}
    return ids, {"accord": 1, "parties": ids, "model": {"type": "coalitions", "goal": rng.choice(["benefit", "cost"]), "values": values}}


def shares(sheet, ids, rule):
    v = [Fraction(0)] * (1 << len(ids))
    for key, value in sheet["model"]["values"].items():
        v[oracle.coalition(key, ids)] = Fraction(str(value))
    cost = sheet["model"]["goal"] == "cost"
    x = oracle.function(rule)([-t for t in v] if cost else v)
    return [-t for t in x] if cost else x


def turned(key):
    return " + ".join(reversed(key.split("+")))


def test_attribution():
    rng = random.Random(SEED)
    for _ in range(ROUNDS):
        ids, before = draw(rng)
        changed = rng.sample(sorted(before["model"]["values"]), min(3, len(before["model"]["values"])))
        new = {key: f"{before['model']['values'][key] * 3 + rng.randint(1, 7)}/3" for key in changed}

        def between(keys):
            sheet = copy.deepcopy(before)
            sheet["model"]["values"].update({key: new[key] for key in keys})
            return sheet
        after = between(changed)
        renamed = {turned(key) if rng.random() < 0.3 else key: value for key, value in after["model"]["values"].items()}
        after["model"]["values"] = dict(rng.sample(sorted(renamed.items(), key=str), len(renamed)))
        result = compare(before, after, "--json", "--rule", "shapley,prenucleolus")
        moved = {key for key in changed if Fraction(new[key]) != before["model"]["values"][key]}
        assert {i["pointer"] for i in result["inputs"]} == {"/model/values/" + key for key in moved}, (result, before, after)
        for rule in ("shapley", "prenucleolus"):
            old, now = shares(before, ids, rule), shares(between(changed), ids, rule)
            told = {s["party"]: [Fraction(t) for t in s["exact"]] for s in result["shares"] if s["rule"] == rule}
            assert told == {i: [a, b] for i, a, b in zip(ids, old, now) if a != b}
            parts = {a["party"]: {c["pointer"]: Fraction(c["exact"]) for c in a["changes"]} for a in result["attribution"] if a["rule"] == rule}
            orders = list(itertools.permutations(sorted(moved)))
            at = {keys: shares(between(keys), ids, rule) for k in range(len(moved) + 1) for keys in itertools.combinations(sorted(moved), k)}
            for k, i in enumerate(ids):
                if i not in told:
                    continue
                assert sum(parts[i].values()) == now[k] - old[k]
                for key in moved:
                    due = sum(at[tuple(sorted(order[:order.index(key) + 1]))][k] - at[tuple(sorted(order[:order.index(key)]))][k]
                              for order in orders) / len(orders)
                    assert parts[i]["/model/values/" + key] == due, (rule, i, key, parts, due)


def test_the_same_sheet():
    rng = random.Random(SEED)
    _, sheet = draw(rng)
    spaced = json.dumps(sheet, indent=3).replace("A+B", "B + A")
    sheet["title"] = "other words"
    for after in (sheet, spaced):
        result = compare(sheet, after, "--json")
        assert [result[key] for key in ("inputs", "shares", "verdicts", "attribution")] == [[], [], [], []], result
    assert "say the same" in compare(sheet, sheet)


def test_many_differences():
    """Beyond twelve, orders are drawn: the parts still sum to the whole change, exactly"""
    rng = random.Random(SEED)
    ids = list("ABCD")
    before = {"accord": 1, "parties": ids, "model": {"type": "coalitions", "values": [0] + [S.bit_count() ** 2 for S in range(1, 16)]}}
    after = copy.deepcopy(before)
    after["model"]["values"] = [0] + [t + rng.randint(1, 5) for t in before["model"]["values"][1:]]
    result = compare(before, after, "--json", "--rule", "shapley,nucleolus")
    assert len(result["inputs"]) == 15 and result["orders_sampled"] == 60
    changes = {(s["rule"], s["party"]): Fraction(s["exact"][1]) - Fraction(s["exact"][0]) for s in result["shares"]}
    for given in result["attribution"]:
        assert sum(Fraction(c["exact"]) for c in given["changes"]) == changes[given["rule"], given["party"]]
    assert result == compare(before, after, "--json", "--rule", "shapley,nucleolus")
    assert "averages over 60 orders" in compare(before, after, "--rule", "shapley")


def test_kinds_of_differences():
    values = {"A": 1, "B": 1, "C": 1, "A+B": 7, "A+C": 5, "B+C": 4, "*": 10}
    before = {"accord": 1, "title": "Deal", "parties": list("ABC"), "model": {"type": "coalitions", "values": values},
              "rules": ["shapley", "nucleolus"], "proposals": {"p": {"A": 4, "B": 3.5, "C": 2.5}, "gone": {"A": 8, "B": 1, "C": 1}}}
    after = copy.deepcopy(before)
    after["model"]["values"] |= {"A+B": 8, "C": "1.0"}
    after["terms"] = [{"party": "C", "min": 3}]
    after["proposals"] = {"p": before["proposals"]["p"], "new": {"A": 4, "B": 3, "C": 3}}
    result = compare(before, after, "--json")
    assert [(i["pointer"], i["from"], i["to"]) for i in result["inputs"] ] == [
        ("/model/values/A+B", 7, 8), ("/proposals/gone", {"A": 8, "B": 1, "C": 1}, None), ("/proposals/new", None, {"A": 4, "B": 3, "C": 3}),
        ("/terms/0", None, {"party": "C", "min": 3})]
    flips = {(v["of"], v.get("name"), v["what"]): (v["from"], v["to"]) for v in result["verdicts"]}
    assert flips["proposal", "p", "verdict"] == ("stands", "fails") and flips["proposal", "gone", "verdict"] == ("fails", "absent"), flips
    text = compare(before, after)
    assert '~ /model/values/A+B: 7, now 8' in text and '+ /terms/0: {' in text and '"p" stood before, and fails now' in text, text
    assert flips["rule", "shapley", "terms_met"] == ("no clauses", "false") and "shapley does not meet every clause; there were none before" in text, (flips, text)
    wide = copy.deepcopy(before)
    wide["parties"] = list("ABCD")
    wide["model"]["missing"] = "zero"
    wide["proposals"] = {}
    result = compare(before, wide, "--json")
    assert {s["party"]: s["from"] for s in result["shares"] if s["party"] == "D"} == {"D": None}, result
    whole = [a for a in result["attribution"] if a["rule"] == "shapley"]
    assert all(len(a["changes"]) == 1 and a["changes"][0]["pointer"] is None for a in whole), whole
    rows = compare(before, after, "--format", "csv").splitlines()
    assert rows[0] == "rule,party,from,to,pointer,amount" and rows[1].startswith("shapley,A,4,"), rows[:3]


def test_mistakes():
    good = {"accord": 1, "parties": ["A"], "model": {"type": "coalitions", "values": {"*": 5}}}
    bad = {"accord": 1, "parties": ["A"], "model": {"type": "coalitions", "values": {}}}
    for pair in ((good, bad), (bad, good)):
        result = compare(*pair, "--json", code=2)
        assert result["errors"][0]["code"] == "E043"
    assert compare(good, good, "--rule", "shaply", "--json", code=2)["errors"][0]["code"] == "E032"
    done = subprocess.run([PROGRAM, "compare", "one.json"], capture_output=True, text=True)
    assert done.returncode == 2 and "missing" in done.stderr


def test_files():
    """Another table of the same name is told of, and answers for the whole change"""
    with tempfile.TemporaryDirectory() as folder:
        for name, worth in (("one", 6), ("two", 9)):
            os.mkdir(os.path.join(folder, name))
            sheet = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values_file": "v.csv"}, "rules": ["shapley"]}
            with open(os.path.join(folder, name, "s.json"), "w", encoding="utf-8") as file:
                json.dump(sheet, file)
            with open(os.path.join(folder, name, "v.csv"), "w", encoding="utf-8") as file:
                file.write(f"coalition,value\nA,1\nB,2\nA+B,{worth}\n")
        done = subprocess.run([PROGRAM, "compare", "one/s.json", "two/s.json", "--json"], cwd=folder, capture_output=True, text=True)
        result = json.loads(done.stdout)
        assert [i["pointer"] for i in result["inputs"]] == ["/model/values_file"] and "SHA-256" in result["inputs"][0]["to"]
        assert [c["exact"] for a in result["attribution"] for c in a["changes"]] == ["3/2", "3/2"], result


def summed(result):
    """Every change is the sum of its parts; what the parts are called"""
    parts = {(a["rule"], a["party"]): sum(Fraction(c["exact"]) for c in a["changes"]) for a in result["attribution"]}
    for share in result["shares"]:
        if None not in (share["from"], share["to"]):
            old, now = (Fraction(t) for t in share["exact"])
            assert parts[share["rule"], share["party"]] == now - old, (share, result["attribution"])
    return [c["pointer"] for c in result["attribution"][0]["changes"]] if result["attribution"] else []


def test_a_file_and_a_clause():
    """A file beside the second sheet takes part like any other difference"""
    with tempfile.TemporaryDirectory() as folder:
        for name, worth, least in (("one", 6, 1), ("two", 9, 3)):
            os.mkdir(os.path.join(folder, name))
            sheet = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values_file": "v.csv"}, "terms": [{"party": "A", "min": least}],
                     "rules": [{"rule": "equal", "under_terms": True, "as": "e"}]}
            with open(os.path.join(folder, name, "s.json"), "w", encoding="utf-8") as file:
                json.dump(sheet, file)
            with open(os.path.join(folder, name, "v.csv"), "w", encoding="utf-8") as file:
                file.write(f"coalition,value\nA,1\nB,2\nA+B,{worth}\n")
        done = subprocess.run([PROGRAM, "compare", "one/s.json", "two/s.json", "--json"], cwd=folder, capture_output=True, text=True)
        result = json.loads(done.stdout)
    assert summed(result) == ["/terms/0/min", "/model/values_file"], result


def test_parties_that_come():
    """What speaks of a new party goes with it; other differences have a part of their own"""
    before = {"accord": 1, "parties": ["A", "B"], "weights": {"A": 1, "B": 2}, "rules": ["shapley", "weighted-shapley"],
              "model": {"type": "synergies", "standalone": {"A": 1, "B": 2}, "synergies": [{"parties": ["A", "B"], "value": 4}]}}
    after = {"accord": 1, "parties": ["C", {"id": "A", "name": "Alpha"}, "B"], "weights": {"A": 1, "B": 2, "C": 1}, "rules": before["rules"],
             "model": {"type": "synergies", "standalone": {"A": 3, "B": 2, "C": 1},
                       "synergies": [{"parties": ["A", "C"], "value": 2}, {"parties": ["B", "A"], "value": "4.0"}]}}
    result = compare(before, after, "--json")
    assert [i["pointer"] for i in result["inputs"]] == [
        "/parties/0", "/weights/C", "/model/standalone/A", "/model/standalone/C", "/model/synergies/0"], result["inputs"]
    assert summed(result) == ["/parties/0", "/model/standalone/A"]
    assert result["attribution"][0]["changes"][0]["inputs"] == [0, 1, 3, 4]
    assert summed(compare(after, before, "--json")) == ["/parties/0", "/model/standalone/A"]
    assert "/parties/0 (4 differences together)" in compare(before, after)


def test_clauses_that_come_and_go():
    """Each clause is a difference of its own, and a sheet is the same in another order of its keys and in other digits"""
    values = {"A": 1, "B": 1, "C": 1, "A+B": 7, "A+C": 5, "B+C": 4, "*": 10}
    before = {"accord": 1, "parties": list("ABC"), "model": {"type": "coalitions", "values": values}, "rules": [{"rule": "nucleolus", "under_terms": True}],
              "terms": [{"clause": "1", "party": "A", "min": "7/2"}, {"clause": "2", "party": "C", "min": 2}, {"order": ["A", "B", "C"]}],
              "unions": {"u": ["A", "B"]}}
    after = copy.deepcopy(before)
    after["terms"] = [{"clause": "2", "party": "C", "min": 2.5}, {"clause": "3", "party": "B", "max": 3}, {"order": ["A", "C", "B"]}]
    result = compare(before, after, "--json")
    assert [(i["pointer"], i["from"] is None, i["to"] is None) for i in result["inputs"]] == [
        ("/terms/0", False, True), ("/terms/1/min", False, False), ("/terms/1", True, False), ("/terms/2/order", False, False)], result["inputs"]
    assert summed(result) == ["/terms/0", "/terms/1/min", "/terms/1", "/terms/2/order"]
    text = compare(before, after)
    assert "/terms/1 (new)" in text and "- /terms/0: {" in text
    again = {key: before[key] for key in reversed(before)}
    again["terms"] = [{"min": 3.50, "party": "A", "clause": "1"}, {"clause": "2", "party": "C", "min": "2.0"}, {"order": ["A", "B", "C"]}]
    again["unions"] = {"u": ["B", "A"]}
    again["model"] = {"values": {turned(key): f"{value}.00" for key, value in reversed(values.items())}, "type": "coalitions"}
    assert "say the same" in compare(before, again) and "say the same" in compare(again, before)
    bare = {key: value for key, value in before.items() if key != "terms"}
    result = compare(bare, before, "--json")
    assert [i["pointer"] for i in result["inputs"]] == ["/terms/0", "/terms/1", "/terms/2"] and result["shares"] == []


def test_more_differences_than_are_told_apart():
    """Beyond 63, what stands in one part of the sheet goes together"""
    ids = list("ABCDEFG")
    before = {"accord": 1, "parties": ids, "model": {"type": "coalitions", "values": [0] + [S.bit_count() ** 2 for S in range(1, 128)]},
              "weights": dict.fromkeys(ids, 1), "rules": ["weighted-shapley"]}
    after = copy.deepcopy(before)
    after["model"]["values"] = [2 * value for value in before["model"]["values"]]
    after["weights"]["A"] = 2
    result = compare(before, after, "--json")
    assert len(result["inputs"]) == 128 and summed(result) == ["/model/values", "/weights"], summed(result)
    assert "/model/values (127 differences together)" in compare(before, after)


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

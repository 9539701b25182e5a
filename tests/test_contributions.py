# SPDX-License-Identifier: GPL-3.0-or-later
"""A total shared by criteria alone: shares, entropy weights and extremes against definitions, and what every command
says where no group has a value."""
import json
import math
import os
import random
import sys
import tempfile
from decimal import Context, Decimal, localcontext
from fractions import Fraction

import oracle
from suite import run_tests
from test_cli import SEED, run, solve


def contributions(total, criteria, ids="ABC", **more):
    model = {"type": "contributions", "total": str(total), "criteria": criteria}
    return {"accord": 1, "parties": list(ids), "model": model | {k: more.pop(k) for k in ("weights", "pairwise") if k in more}, **more}


def parts_of(criteria, ids):
    return [[Fraction(k["scores"][i]) / sum(map(Fraction, k["scores"].values())) for i in ids] for k in criteria]


def entropy(parts):
    """1 - H / ln n of each, scaled to the sum 1; to 50 digits"""
    with localcontext(Context(prec=60)):
        def ln(p):
            return (Decimal(p.numerator) / Decimal(p.denominator)).ln()
        apart = [1 + sum(Decimal(p.numerator) / Decimal(p.denominator) * ln(p) for p in row if p) / ln(Fraction(len(row))) for row in parts]
        return [t / sum(apart) for t in apart]


def drawn(rng, n, weighted):
    ids = [f"p{i}" for i in range(n)]
    criteria = []
    for name in rng.sample(["patents", "money", "months", "risk", "rooms"], rng.randint(1, 5)):
        scores = {i: rng.choice([0, rng.randint(0, 9), rng.randint(0, 999)]) for i in ids}
        scores[rng.choice(ids)] += 1
        criteria.append({"name": name, "scores": scores} | ({"weight": rng.randint(1, 9)} if weighted else {}))
    return ids, criteria


def test_shares_and_extremes():
    rng = random.Random(SEED)
    for k in range(40):
        ids, criteria = drawn(rng, rng.randint(1, 7), True)
        total = Fraction(rng.randint(0, 10 ** 6), rng.choice([1, 7, 100]))
        code, result = solve(contributions(total, criteria, ids))
        found = {a["rule"]: a for a in result["allocations"]}
        assert code == 0 and list(found) == ["equal", "contribution"] or list(found) == ["contribution", "equal"], (code, list(found))
        r = oracle.composite([{**c, "weight": c["weight"], "scores": c["scores"]} for c in criteria], ids).shares
        parts = parts_of(criteria, ids)
        one = found["contribution"]
        assert [Fraction(one["exact"][i]) for i in ids] == [t * total for t in r]
        assert [Fraction(one["details"]["exact"]["best_share"][i]) for i in ids] == [max(p[j] for p in parts) * total for j in range(len(ids))]
        assert [Fraction(one["details"]["exact"]["worst_share"][i]) for i in ids] == [min(p[j] for p in parts) * total for j in range(len(ids))]
        assert [Fraction(found["equal"]["exact"][i]) for i in ids] == [total / len(ids)] * len(ids)
        game = result["game"]
        assert set(game["properties"].values()) == {None} and game["core"] == {"empty": None, "ranges": None}
        assert game["least_core"]["epsilon"] is None and game["cost_of_stability"] is None and game["value"] == float(total)
        assert one["core"]["member"] in (None, True) and (one["core"]["member"] is None or len(ids) == 1)
        for i in ids:  # no weights give more or less than one criterion alone
            w = [rng.random() for _ in criteria]
            mixed = sum(a * float(p[ids.index(i)]) for a, p in zip(w, parts)) / sum(w) * float(total)
            assert one["details"]["worst_share"][i] - 1e-6 <= mixed <= one["details"]["best_share"][i] + 1e-6


def test_entropy():
    rng = random.Random(SEED)
    for k in range(30):
        ids, criteria = drawn(rng, rng.randint(2, 6), False)
        parts = parts_of(criteria, ids)
        if all(len(set(p)) == 1 for p in parts):
            continue
        wanted = entropy(parts)
        code, result = solve(contributions(1000, criteria, ids, weights="entropy"), "--rule", "contribution")
        details = result["allocations"][0]["details"]
        assert code == 0 and all(abs(Decimal(details["weights"][c["name"]]) - w) < Decimal("1e-15") for c, w in zip(criteria, wanted)), (details, wanted)
        same = solve(contributions(1000, {"criteria": criteria, "weights": "entropy"}, ids), "--rule", "contribution")[1]
        assert same["allocations"] == result["allocations"]
        assert math.isclose(sum(result["allocations"][0]["shares"].values()), 1000)
    # all alike: the same weight; one that tells apart: all of it; both exactly
    flat, steep = {"name": "flat", "scores": {"A": 2, "B": 2, "C": 2}}, {"name": "steep", "scores": {"A": 1, "B": 2, "C": 3}}
    for criteria, weights in (([flat, {**flat, "name": "even"}], ["1/2", "1/2"]), ([flat, steep], ["0", "1"])):
        one = solve(contributions(60, criteria, weights="entropy"), "--rule", "contribution", "--exact")[1]["allocations"][0]
        assert list(one["details"]["exact"]["weights"].values()) == weights and "exact" in one, one
    steeper = {"name": "steeper", "scores": {"A": 1, "B": 20, "C": 300}}
    sheet = contributions(60, [steep, steeper], weights="entropy")
    one = solve(sheet, "--rule", "contribution")[1]["allocations"][0]
    assert "exact" not in one and one["details"]["weights"]["steep"] < one["details"]["weights"]["steeper"]
    assert run("solve", "-", "--rule", "contribution", "--exact", sheet=sheet)[0] == 2
    game = {"accord": 1, "parties": list("ABC"), "criteria": {"criteria": [steep, steeper], "weights": "entropy"}, "rules": ["contribution"],
            "model": {"type": "coalitions", "goal": "cost", "missing": "zero", "values": {"*": 60}}}
    assert solve(game)[1]["allocations"][0]["shares"] == one["shares"]


def test_comparisons():
    """Weights of the model from a matrix beside its list, or inside"""
    rows = [[1, 3, 5], ["1/3", 1, 3], ["1/5", "1/3", 1]]
    criteria = [{"name": n, "scores": s} for n, s in (("x", {"A": 1, "B": 0, "C": 0}), ("y", {"A": 0, "B": 1, "C": 0}), ("z", {"A": 0, "B": 0, "C": 1}))]
    beside = solve(contributions(100, criteria, pairwise=rows), "--rule", "contribution")[1]
    inside = solve(contributions(100, {"criteria": criteria, "pairwise": rows}), "--rule", "contribution")[1]
    assert beside["allocations"] == inside["allocations"]
    means = [15 ** (1 / 3), 1, 15 ** (-1 / 3)]  # for three, the principal vector is the geometric means of the rows
    assert all(math.isclose(x, 100 * m / sum(means), rel_tol=1e-12) for x, m in zip(beside["allocations"][0]["shares"].values(), means))
    assert abs(beside["allocations"][0]["details"]["consistency_ratio"] - 0.0332) < 1e-3


def test_commands():
    criteria = [{"name": "x", "weight": 1, "scores": {"A": 1, "B": 2, "C": 3}}, {"name": "y", "weight": 1, "scores": {"A": 4, "B": 1, "C": 1}}]
    sheet = contributions(60, criteria, terms=[{"clause": "4", "party": "B", "min": 20}])
    code, out, _ = run("check", "-", "--json", "--split", "A=20,B=20,C=20", sheet=sheet)
    proposal = json.loads(out)["proposals"][0]
    assert code == 0 and [f["check"] for f in proposal["findings"]] == ["sum", "unit", "term"], proposal
    assert run("check", "-", "--split", "A=30,B=10,C=20", sheet=sheet)[0] == 1
    assert run("check", "-", "--split", "A=30,B=20,C=20", sheet=sheet)[0] == 1
    code, result = solve(sheet, "--rule", "contribution,shapley,nucleolus,proportional,adjusted-shapley,bird,talmud")
    status = {a["rule"]: a["status"] for a in result["allocations"]}
    assert code == 1 and status.pop("contribution") == "ok" and set(status.values()) == {"undefined"}, (code, status)
    assert solve(sheet | {"rules": [{"rule": "contribution", "under_terms": True}]})[1]["allocations"][0]["shares"]["B"] == 20
    assert run("export", "-", "--as", "csv", sheet=sheet)[0] == 3
    code, out, _ = run("solve", "-", sheet=sheet)
    assert code == 0 and "leaving" not in out and "at worst" in out and "3 parties share 60.00." in out, out
    code, out, _ = run("report", "-", "--format", "md", sheet=sheet)
    assert code == 0 and "leaving" not in out and "best for the party" in out and "by what they contribute" in out, out
    for rule in ("contribution", "equal"):
        code, out, _ = run("explain", "-", "--rule", rule, sheet=sheet)
        assert code == 0 and "leav" not in out and "alone" not in out, out
    with tempfile.TemporaryDirectory() as folder:
        path, result = os.path.join(folder, "sheet.json"), os.path.join(folder, "result.json")
        with open(path, "w") as file:
            json.dump(sheet, file)
        assert run("solve", path, "--json", "-o", result)[0] == 0 and run("verify", result, path)[0] == 3
    ids = [f"p{i}" for i in range(2000)]
    many = [{"name": k, "weight": 1, "scores": {i: j * s % 97 + 1 for j, i in enumerate(ids)}} for k, s in (("x", 31), ("y", 57))]
    code, result = solve(contributions(10 ** 6, many, ids))
    assert code == 0 and all(sum(Fraction(t) for t in a["exact"].values()) == 10 ** 6 for a in result["allocations"])
    beyond = {"accord": 1, "parties": ids[:40], "model": {"type": "airport", "needs": {i: 10 for i in ids[:40]}}}
    assert solve(beyond, "--rule", "equal")[1]["allocations"][0]["exact"]["p7"] == "1/4"


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Subsidies, unions and links: least additions against a linear program by the definition, what stands while they
fade against every coalition, union effects and link worths against orders of arrival. ACCORD_SEED (1)."""
import json
import os
import random
import subprocess
import sys
from fractions import Fraction

import oracle
from suite import run_tests

PROGRAM = os.path.abspath(os.environ.get("ACCORD", "build/accord"))
SEED, ROUNDS = int(os.environ.get("ACCORD_SEED", "1")), int(os.environ.get("ACCORD_ROUNDS", "120"))


def solve(sheet, *arguments):
    done = subprocess.run([PROGRAM, "solve", "-", "--json", *arguments], input=json.dumps(sheet), capture_output=True,
                          text=True, timeout=60)
    assert done.returncode in (0, 1), (done.stdout, done.stderr, sheet)
    return json.loads(done.stdout)


def draw(rng, least=2):
    """(sheet, ids, values by bitmask of the benefit game, goal)"""
    n = rng.randint(least, 5)
    ids, goal = list("ABCDE")[:n], rng.choice(["benefit", "cost"])
    values = [Fraction(0)] + [Fraction(rng.randint(0, 9 * S.bit_count()), rng.choice([1, 1, 3])) for S in range(1, 1 << n)]
    sheet = {"accord": 1, "parties": ids, "rules": ["shapley", "prenucleolus", "equal"],
             "model": {"type": "coalitions", "goal": goal, "values": [str(t) for t in values]}}
    return sheet, ids, [-t for t in values] if goal == "cost" else values, goal


def exact(numbers, ids):
    return [Fraction(numbers[i]) for i in ids]


def least_addition(v, x):
    """min d(N) over d >= 0 and x(S) + d(S) >= v(S)"""
    n = oracle.size(v)
    rows = [(oracle.indicator(1 << i, n), ">=", Fraction(0)) for i in range(n)]
    rows += [(oracle.indicator(S, n), ">=", v[S] - oracle.paid(x, S)) for S in range(1, len(v) - 1)]
    return oracle.lp([1] * n, rows)[0]


def worst(v, x):
    return max((v[S] - oracle.paid(x, S) for S in range(1, len(v) - 1)), default=None)


def check_allocation(v, given, ids, sign, amount, fractions):
    x = [sign * t for t in exact(given["exact"], ids)]
    found, d = given["subsidy"], exact(given["subsidy"]["exact"], ids)
    least = least_addition(v, x)
    assert abs(found["least"] - float(least)) < 1e-9 and min(d) >= 0 and sum(d) == (least if amount is None else amount)
    assert amount is not None and amount < least or worst(v, [p + q for p, q in zip(x, d)]) <= 0
    for period, f in zip(found["periods"], fractions, strict=True):
        e = worst(v, [p + f * q for p, q in zip(x, d)])
        assert period["stands"] is (e <= 0) and abs(period["max_excess"] - float(e)) < 1e-9, (period, e)
        assert Fraction(period["exact"]) == f * sum(d)


def test_subsidies():
    rng = random.Random(SEED)
    for _ in range(ROUNDS):
        sheet, ids, v, goal = draw(rng)
        fractions = [Fraction(rng.randint(0, 4), 4) for _ in range(rng.randint(1, 4))]
        amount = None if rng.random() < 0.5 else Fraction(rng.randint(0, 20), rng.choice([1, 3]))
        sheet["subsidy"] = {"to": "core"} if amount is None else {"amount": str(amount)}
        if rng.random() < 0.8:
            sheet["subsidy"]["schedule"] = [str(f) for f in fractions]
        else:
            fractions = [Fraction(1)]
        result = solve(sheet, *(["--facts", "none"] if rng.random() < 0.3 else []))
        rows = [(oracle.indicator(S, len(ids)), ">=", v[S]) for S in range(1, len(v) - 1)]
        needed = max(Fraction(0), oracle.lp([1] * len(ids), rows)[0] - v[-1])
        whole = result["subsidy"]
        assert Fraction(whole["exact_least"]) == needed and whole["to"] == ("core" if amount is None else None)
        for period, f in zip(whole["periods"], fractions, strict=True):
            assert period["core"] is (f * (needed if amount is None else amount) >= needed)
        for given in result["allocations"]:
            check_allocation(v, given, ids, -1 if goal == "cost" else 1, amount, fractions)


def test_unions_and_links():
    rng = random.Random(SEED + 1)
    for _ in range(ROUNDS // 2):
        sheet, ids, v, goal = draw(rng)
        n, sign = len(ids), -1 if goal == "cost" else 1
        order = rng.sample(range(n), n)
        cut = rng.randint(1, n - 1)
        groups = [order[:cut]] + ([order[cut:]] if n - cut > 1 and rng.random() < 0.5 else [])
        pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
        links = sorted(rng.sample(pairs, rng.randint(1, len(pairs))))
        sheet["unions"] = {f"u{k}": [ids[i] for i in group] for k, group in enumerate(groups)}
        sheet["links"] = [[ids[j], ids[i]] for i, j in links]
        result = solve(sheet)
        masks = [sum(1 << i for i in group) for group in groups]
        masks += [1 << i for i in range(n) if not any(m >> i & 1 for m in masks)]
        effect = [sign * (p - q) for p, q in zip(oracle.owen(v, masks), oracle.shapley(v))]
        assert exact(result["unions"]["exact"], ids) == effect
        together = [1 << i | 1 << j for i, j in links]
        base = oracle.myerson(v, together)
        for found, (i, j), link in zip(result["links"], links, together, strict=True):
            assert found["link"] == [ids[i], ids[j]]
            lost = [p - q for p, q in zip(base, oracle.myerson(v, [m for m in together if m != link]))]
            assert exact(found["exact"], ids) == lost and Fraction(found["exact_worth"]) == sum(lost)
            assert lost[i] == lost[j]  # fairness


def test_what_is_said():
    rng = random.Random(SEED)
    sheet, *_ = draw(rng, 3)
    sheet["subsidy"] = {"amount": 1000, "schedule": [1, "1/2"]}
    text = subprocess.run([PROGRAM, "solve", "-"], input=json.dumps(sheet), capture_output=True, text=True, timeout=60).stdout
    assert "What a third party adds" in text and "period" in text and "nobody" in text, text
    large = {"accord": 1, "parties": [f"p{i}" for i in range(40)], "subsidy": {"to": "core"},
             "model": {"type": "voting", "quota": 21, "weights": {f"p{i}": 1 for i in range(40)}}, "rules": ["shapley"]}
    assert any("third party" in warning for warning in solve(large)["warnings"])
    single = {"accord": 1, "parties": ["A"], "model": {"type": "coalitions", "values": {"*": 5}}, "subsidy": {"to": "core"}}
    assert solve(single)["subsidy"]["least"] == 0


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

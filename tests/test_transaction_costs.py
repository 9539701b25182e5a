# SPDX-License-Identifier: GPL-3.0-or-later
"""Transaction costs: tables after them against the definition, and what a mediator is worth. ACCORD_SEED (1)."""
import csv
import io
import json
import os
import random
import subprocess
import sys
from fractions import Fraction
from suite import run_tests

PROGRAM = os.path.abspath(os.environ.get("ACCORD", "build/accord"))
SEED, ROUNDS = int(os.environ.get("ACCORD_SEED", "1")), int(os.environ.get("ACCORD_ROUNDS", "150"))


def run(sheet, *arguments):
    done = subprocess.run([PROGRAM, *arguments], input=json.dumps(sheet), capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 1), (done.stdout, done.stderr, sheet)
    return done.stdout


def draw(rng):
    """(sheet, ids, values by bitmask, goal, per member, per link, {bitmask: extra}, links or None)"""
    n = rng.randint(1, 5)
    ids, goal = list("ABCDE")[:n], rng.choice(["benefit", "cost"])
    values = [Fraction(0)] + [Fraction(rng.randint(-4, 12 * S.bit_count()), rng.choice([1, 1, 3, 7])) for S in range(1, 1 << n)]
    member, link = (rng.choice([Fraction(0), Fraction(rng.randint(0, 9), 4)]) for _ in range(2))
    large = [S for S in range(1 << n) if S.bit_count() > 1]
    extra = {S: Fraction(rng.randint(0, 9), 5) for S in rng.sample(large, min(len(large), 2))}
    pairs = [(i, j) for i in range(n) for j in range(i)]
    links = rng.sample(pairs, rng.randint(0, len(pairs))) if rng.random() < 0.6 else None
    costs = {"coalitions": {"+".join(ids[i] for i in range(n) if S >> i & 1): str(t) for S, t in extra.items()}}
    costs |= {"per_member": str(member)} if rng.random() < 0.8 or member else {}
    costs |= {"per_link": {"value": str(link), "source": "counsel"}} if link else {}
    sheet = {"accord": 1, "parties": ids, "transaction_costs": costs,
             "model": {"type": "coalitions", "goal": goal, "values": [str(t) for t in values]}}
    sheet |= {"links": [[ids[i], ids[j]] for i, j in links]} if links is not None else {}
    return sheet, ids, values, goal, member, link, extra, links


def after(values, goal, member, link, extra, links):
    """v'(S) = max(v(S) - t(S), sum of standalone), c'(S) = min(c(S) + t(S), sum of standalone), two parties or more"""
    table = list(values)
    for S in range(len(values)):
        who = [i for i in range(S.bit_length()) if S >> i & 1]
        if len(who) < 2:
            continue
        inside = len(who) * (len(who) - 1) // 2 if links is None else sum(i in who and j in who for i, j in links)
        t = member * len(who) + link * inside + extra.get(S, 0)
        alone = sum(values[1 << i] for i in who)
        table[S] = min(values[S] + t, alone) if goal == "cost" else max(values[S] - t, alone)
    return table


def test_tables():
    rng = random.Random(SEED)
    for _ in range(ROUNDS):
        sheet, ids, values, goal, *costs = draw(rng)
        rows = list(csv.DictReader(io.StringIO(run(sheet, "export", "-", "--as", "csv"))))
        told = {row["coalition"]: Fraction(row["value"]) for row in rows}
        for S, value in enumerate(after(values, goal, *costs)):
            name = "*" if S == len(values) - 1 else "+".join(i for k, i in enumerate(ids) if S >> k & 1)
            assert S == 0 or told[name] == value, (name, told[name], value, sheet)


def test_what_a_mediator_is_worth():
    rng = random.Random(SEED + 1)
    for _ in range(ROUNDS // 3):
        sheet, ids, values, *_ = draw(rng)
        result = json.loads(run(sheet, "solve", "-", "--json", "--rule", "shapley", "--facts", "none"))
        free = {key: value for key, value in sheet.items() if key != "transaction_costs"}
        plain = json.loads(run(free, "solve", "-", "--json", "--rule", "shapley", "--facts", "none"))
        given = result["allocations"][0]
        assert Fraction(result["game"]["exact"]["value_without_transaction_costs"]) == values[-1], sheet
        assert given["exact_without_transaction_costs"] == plain["allocations"][0]["exact"], sheet
        assert "value_without_transaction_costs" not in plain["game"]


def test_clauses_see_the_total_after_costs():
    sheet = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values": [0, 1, 1, 12]},
             "transaction_costs": {"per_member": 1}, "terms": [{"party": "A", "min_share": "1/2"}]}
    assert "5.00" in run(sheet, "check", "-", "--split", "A=5,B=5") and "term" in run(sheet, "check", "-", "--split", "A=5,B=5")
    result = json.loads(run(sheet, "check", "-", "--split", "A=5,B=5", "--json"))
    assert result["verdict"] == "stands", result


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

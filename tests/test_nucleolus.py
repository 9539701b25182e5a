# SPDX-License-Identifier: GPL-3.0-or-later
"""Nucleolus and prenucleolus, as benefit and as cost, against a naive sequential program over all coalitions in
fractions (oracle.py): every 3-party game with values 0..2, and degenerate games of 3 to 7 parties."""
import itertools
import json
import os
import random
import subprocess
import sys
from fractions import Fraction

import oracle
from suite import run_tests

PROGRAM = os.environ.get("ACCORD", "build/accord")
SEED = int(os.environ.get("ACCORD_SEED") or 1)
GAMES = int(os.environ.get("ACCORD_ROUNDS") or 520)
RULES = ("nucleolus", "prenucleolus")


# -------------------------------------------------------------------- families
def members(S):
    return [i for i in range(S.bit_length()) if S >> i & 1]


def table(n, worth):
    return [0] + [worth(S) for S in range(1, 1 << n)]


def simple(rng, n):
    return table(n, lambda S: rng.randint(0, 1))


def ties(rng, n):
    return table(n, lambda S: rng.randint(0, 4) * S.bit_count())


def voting(rng, n):
    weights = [rng.randint(0, 4) for _ in range(n)]
    quota = rng.randint(1, max(1, sum(weights)))
    return table(n, lambda S: int(sum(weights[i] for i in members(S)) >= quota))


def bankruptcy(rng, n):
    claims = [rng.randint(0, 9) for _ in range(n)]
    estate = rng.randint(0, sum(claims))
    return table(n, lambda S: max(0, estate - sum(claims[i] for i in range(n) if not S >> i & 1)))


def airport(rng, n):
    needs = [rng.randint(0, 6) for _ in range(n)]
    return table(n, lambda S: -max(needs[i] for i in members(S)))


def glove(rng, n):
    left = rng.randint(1, n - 1)
    return table(n, lambda S: min((S & (1 << left) - 1).bit_count(), (S >> left).bit_count()))


def matching(rng, n):
    pair = {(i, j): rng.randint(0, 3) for i in range(n) for j in range(i)}

    def best(S):
        if not S:
            return 0
        i = S.bit_length() - 1
        rest = S ^ 1 << i
        return max([best(rest)] + [pair[i, j] + best(rest ^ 1 << j) for j in members(rest)])
    return table(n, best)


def unanimity(rng, n):
    parts = [(rng.randrange(1, 1 << n), rng.randint(-2, 4)) for _ in range(rng.randint(1, 4))]
    return table(n, lambda S: sum(a for T, a in parts if S & T == T))


def symmetric(rng, n):
    worth = [0] + [rng.randint(-3, 9) for _ in range(n)]
    return table(n, lambda S: worth[S.bit_count()])


def negative(rng, n):
    return table(n, lambda S: -rng.randint(0, 3))


def additive(rng, n):
    own, odd = [rng.randint(-3, 5) for _ in range(n)], rng.randrange(1, 1 << n)
    return table(n, lambda S: sum(own[i] for i in members(S)) + (S == odd))


def graph(rng, n):
    edges = [(i, j) for i in range(n) for j in range(i) if rng.random() < 0.5]
    return table(n, lambda S: sum(S >> i & S >> j & 1 for i, j in edges))


def near_ties(rng, n):
    unit = Fraction(1, 10 ** rng.randint(2, 15))
    return table(n, lambda S: S.bit_count() ** 2 + rng.randint(-1, 1) * unit)


FAMILIES = (simple, ties, voting, bankruptcy, airport, glove, matching, unanimity, symmetric, negative, additive, graph,
            near_ties)


# ------------------------------------------------------------------ comparison
def solve_all(sheets, rules=RULES):
    """The exact shares of every sheet by these rules, None where a rule is undefined"""
    text = "".join(json.dumps(sheet) + "\n" for sheet in sheets)
    done = subprocess.run([PROGRAM, "solve", "-", "--ndjson", "--facts", "none", "--rule", ",".join(rules)], input=text,
                          capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 1), done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(sheets)
    for result in results:
        given = {a["rule"]: a for a in result["allocations"]}
        assert all(given[rule]["status"] in ("ok", "undefined") for rule in rules), result
        yield [[Fraction(t) for t in given[rule]["exact"].values()] if given[rule]["status"] == "ok" else None
               for rule in rules]


def by_definition(v):
    """The same of the benefit game v"""
    try:
        first = oracle.nucleolus(v)
    except oracle.Undefined:
        first = None
    return [first, oracle.prenucleolus(v)]


def sheet_of(v, goal):
    n = len(v).bit_length() - 1
    values = [str(-t if goal == "cost" else t) for t in v]
    return {"accord": 1, "parties": [f"P{i}" for i in range(n)],
            "model": {"type": "coalitions", "goal": goal, "values": values}}


def compare(games):
    """games: pairs of a benefit game and what is due"""
    for goal in ("benefit", "cost"):
        for (v, due), found in zip(games, solve_all([sheet_of(v, goal) for v, _ in games])):
            signed = [None if x is None else [-t for t in x] if goal == "cost" else x for x in due]
            assert found == signed, (goal, v, found, signed)


def test_every_small_game():
    """Of games that differ in the order of their parties one is solved by definition"""
    orders = list(itertools.permutations(range(3)))
    known, games = {}, []
    for values in itertools.product(range(3), repeat=7):
        v = (0,) + values
        moved = {tuple(v[sum(1 << order[i] for i in members(S))] for S in range(8)): order for order in orders}
        first = min(moved)
        if first not in known:
            known[first] = by_definition([Fraction(t) for t in first])
        order = moved[first]  # party i of the first is party order[i] here
        due = [x and [x[order.index(i)] for i in range(3)] for x in known[first]]
        games.append((v, due))
    assert len(games) == 3 ** 7
    compare(games)


def test_degenerate_games():
    rng = random.Random(SEED)
    games = []
    for k in range(GAMES):
        n = 3 + k // len(FAMILIES) % 5
        v = [Fraction(t) for t in FAMILIES[k % len(FAMILIES)](rng, n)]
        if k % 3 == 1:  # what the others cost: imputations are likelier
            v = [v[-1] - v[-1 - S] for S in range(len(v))]
        games.append((v, by_definition(v)))
    compare(games)


def worth_of_one_sign(v, goal, rng):
    """Every worth above 0, of a cost below, and N with enough for everybody"""
    sign = -1 if goal == "cost" else 1
    shift = rng.randint(1, 4) - min(sign * t for t in v[1:])
    v = [t + sign * shift * S.bit_count() for S, t in enumerate(v)]
    alone = sum(v[1 << i] for i in range(len(v).bit_length() - 1))
    return v[:-1] + [max(v[-1], alone + rng.randint(0, 3))]


def test_excesses_by_worth():
    rng, rule = random.Random(SEED), "proportional-nucleolus"
    for goal in ("benefit", "cost"):
        games = [worth_of_one_sign([Fraction(t) for t in FAMILIES[k % len(FAMILIES)](rng, 3 + k // 13 % 4)], goal, rng)
                 for k in range(GAMES // 5)]
        for v, (found,) in zip(games, solve_all([sheet_of(v, goal) for v in games], [rule])):
            due = oracle.nucleolus(v, "worth")
            assert found == [-t for t in due] if goal == "cost" else found == due, (goal, v, found, due)


if __name__ == "__main__":
    print(f"seed {SEED}, {GAMES} degenerate games, {PROGRAM}")
    sys.exit(run_tests(globals()))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Textbook oracle: allocations under a contract's terms, by naive sequences of exact linear programs.

Nothing is shared with the solver; the simplex is oracle.py's. A game is an oracle.Sheet, or anything with ids, goal
and table. Splits x are shares as shown (a cost is positive) and terms bind them so; `terms` is the list of a term
sheet, its numbers read as Fractions. A row (a, ">=" or "=", b) says a.x >= b or a.x = b. Where nothing meets what
must be met the answer is None. Run as a program it tests itself on hand cases and against all splits on a grid.
"""
import itertools
import os
import random
from collections import namedtuple
from fractions import Fraction
import oracle
from oracle import indicator, number, size

Game = namedtuple("Game", "ids goal table")
TermRow = namedtuple("TermRow", "term side row")

# ---------------------------------------------------------------- terms as rows
def sign(goal):
    """1; for a cost -1: what a coalition gains by leaving is sign (v(S) - x(S))"""
    return -1 if goal == "cost" else 1

def row_of(pairs, sense, b, ids):
    """The row of sum t x_i over (i, t)"""
    a = [Fraction(0)] * len(ids)
    for i, t in pairs:
        a[ids.index(i)] += t
    return a, sense, Fraction(b)

def at_most(row):
    """a.x >= b from a.x <= b"""
    return [-t for t in row[0]], ">=", -row[2]

def group_of(term, ids):
    """The parties a term speaks of: `party`, or `group` as a list of ids or "A+B" """
    who = term.get("group", [term.get("party")])
    return who if isinstance(who, list) else [ids[i] for i in oracle.members(oracle.coalition(who, ids))]

def sums(term, ids, total):
    """{party | group, min / max / min_share / max_share}"""
    pairs = [(i, 1) for i in group_of(term, ids)]
    for name, scale in (("min", 1), ("max", 1), ("min_share", total), ("max_share", total)):
        if name in term:
            row = row_of(pairs, ">=", number(term[name]) * scale, ids)
            yield name, row if name.startswith("min") else at_most(row)

def orders(term, ids, total):
    """x_A >= x_B >= x_C"""
    for i, j in zip(term["order"], term["order"][1:]):
        yield "order", row_of([(i, 1), (j, -1)], ">=", 0, ids)

def equals(term, ids, total):
    """x_A = x_B"""
    for i, j in zip(term["equal"], term["equal"][1:]):
        yield "equal", row_of([(i, 1), (j, -1)], "=", 0, ids)

def ratios(term, ids, total):
    """x_A >= min x_B, x_A <= max x_B, x_B >= 0"""
    i, j = term["ratio"]
    if "min" in term:
        yield "min", row_of([(i, 1), (j, -number(term["min"]))], ">=", 0, ids)
    if "max" in term:
        yield "max", at_most(row_of([(i, 1), (j, -number(term["max"]))], ">=", 0, ids))
    yield "positive", row_of([(j, 1)], ">=", 0, ids)

def linears(term, ids, total):
    """min <= sum t x_i <= max"""
    pairs = [(i, number(t)) for i, t in term["linear"].items()]
    if "min" in term:
        yield "min", row_of(pairs, ">=", number(term["min"]), ids)
    if "max" in term:
        yield "max", at_most(row_of(pairs, ">=", number(term["max"]), ids))

FORMS = {"party": sums, "group": sums, "order": orders, "equal": equals, "ratio": ratios, "linear": linears}

def term_rows(terms, game, soft=False):
    """[TermRow] of the hard terms (with `soft`, of all): the term's index, its side, its row"""
    found = []
    for k, term in enumerate(terms):
        if soft or not term.get("soft"):
            form = next(FORMS[key] for key in FORMS if key in term)
            found += [TermRow(k, side, row) for side, row in form(term, game.ids, Fraction(game.table[-1]))]
    return found

def short(row, x):
    """By how much x breaks a row (0: not at all)"""
    a, sense, b = row
    gap = b - sum(p * q for p, q in zip(a, x))
    return abs(gap) if sense == "=" else max(gap, Fraction(0))

def violated(terms, game, x):
    """{index: by how much} of the terms, soft ones too, that x breaks"""
    worst = {}
    for t in term_rows(terms, game, soft=True):
        if short(t.row, x):
            worst[t.term] = max(worst.get(t.term, 0), short(t.row, x))
    return worst

# ---------------------------------------------------------------- the game as rows
def sum_row(game):
    """x(N) = v(N)"""
    return [1] * len(game.ids), "=", Fraction(game.table[-1])

def coalition_row(game, S):
    """x(S) >= v(S); for a cost x(S) <= c(S)"""
    s = sign(game.goal)
    return [s * t for t in indicator(S, len(game.ids))], ">=", s * Fraction(game.table[S])

def own_rows(game):
    """No party worse off than alone"""
    return [coalition_row(game, 1 << i) for i in range(len(game.ids))]

def core_rows(game):
    """No proper coalition worse off than alone"""
    return [coalition_row(game, S) for S in range(1, len(game.table) - 1)]

def hard_rows(game, terms):
    """The sum and the hard terms"""
    return [sum_row(game)] + [t.row for t in term_rows(terms, game)]

# ---------------------------------------------------------------- linear programs
def whole(row):
    """The same row in integers but for b (oracle.lp asks for that)"""
    a, sense, b = row
    scale = 1
    for t in a:
        scale *= (t * scale).denominator
    return [int(t * scale) for t in a], sense, b * scale

def least(cost, rows):
    """(least cost.x, an x) over rows that can be met and bound it"""
    value, x, _ = oracle.lp(cost, [whole(row) for row in rows])
    return value, x

def feasible_point(rows, n):
    """An x that meets the rows, or None: the least t >= 0 by which every row must give way"""
    relaxed = [([0] * n + [1], ">=", Fraction(0))]
    for a, sense, b in rows:
        relaxed.append((list(a) + [1], ">=", b))
        if sense == "=":
            relaxed.append(([-t for t in a] + [1], ">=", -b))
    t, x = least([0] * n + [1], relaxed)
    return x[:n] if t == 0 else None

def feasible(rows, n):
    """Is there a split that meets the rows?"""
    return feasible_point(rows, n) is not None

def value_at(f, x):
    """f = (a, b) at x: a.x + b"""
    return sum(p * q for p, q in zip(f[0], x)) + f[1]

def constant(f, rows, seen):
    """Is f the same at every x that meets the rows? `seen` collects such x"""
    for direction in (1, -1):
        if any(value_at(f, x) != value_at(f, seen[0]) for x in seen):
            return False
        seen.append(least([direction * t for t in f[0]], rows)[1])
    return all(value_at(f, x) == value_at(f, seen[0]) for x in seen)

def lexicographic(functions, rows, n):
    """An x that meets the rows and whose values f(x), sorted downward, are lexicographically least, or None.

    Each level minimises the largest value that is not settled, then settles those that are constant over all
    optimal x, by two programs each (Maschler, Peleg and Shapley 1979).
    """
    x = feasible_point(rows, n)
    settled, unsettled = [], list(functions)
    while x is not None and unsettled:
        fixed = rows + settled
        level = [(list(a) + [0], sense, b) for a, sense, b in fixed]
        level += [([-t for t in a] + [1], ">=", b) for a, b in unsettled]
        t, (*x, _) = least([0] * n + [1], level)
        optimal, seen = fixed + [([-p for p in a], ">=", b - t) for a, b in unsettled], [x]
        still = [f for f in unsettled if not constant(f, optimal, seen)]
        assert len(still) < len(unsettled)
        settled += [(f[0], "=", value_at(f, x) - f[1]) for f in unsettled if f not in still]
        unsettled = still
    return x

# ---------------------------------------------------------------- rules under terms
def excess_functions(game):
    """What each proper coalition would gain by leaving"""
    return [([-t for t in a], b) for a, _, b in core_rows(game)]

def deviations(target):
    """x_i - t_i and t_i - x_i: sorted downward, their first half is |x_i - t_i| sorted downward"""
    n = len(target)
    return [([s * t for t in indicator(1 << i, n)], -s * Fraction(target[i])) for i in range(n) for s in (1, -1)]

def nucleolus_under_terms(game, terms, imputations=True):
    """Lexicographic minimum of the excesses, sorted downward, over the sum, the terms, and x_i >= v(i)"""
    rows = hard_rows(game, terms) + (own_rows(game) if imputations else [])
    return lexicographic(excess_functions(game), rows, len(game.ids))

def prenucleolus_under_terms(game, terms):
    """The same without x_i >= v(i)"""
    return nucleolus_under_terms(game, terms, False)

def egalitarian_core_under_terms(game, terms=()):
    """In the core and the terms: shares sorted upward lexicographically largest; costs sorted downward, smallest"""
    n = len(game.ids)
    shares = [([-sign(game.goal) * t for t in indicator(1 << i, n)], Fraction(0)) for i in range(n)]
    return lexicographic(shares, hard_rows(game, terms) + core_rows(game), n)

def nearest_split(target, terms, game):
    """The split that meets sum and terms, |x_i - target_i| sorted downward lexicographically least"""
    return lexicographic(deviations(target), hard_rows(game, terms), len(game.ids))

def repair(proposal, terms, game):
    """(the nearest split that meets sum, hard terms, x_i >= v(i) and, where that is possible, every coalition;
    whether it does meet every coalition), or None"""
    n, rows = len(game.ids), hard_rows(game, terms)
    for whole_core, more in ((True, core_rows(game)), (False, own_rows(game))):
        x = lexicographic(deviations(proposal), rows + more, n)
        if x is not None:
            return x, whole_core
    return None

def allocate_under_terms(rule, sheet, terms):
    """The shares of {"rule": rule, "under_terms": true}, or None where the terms cannot be met (nash: not here,
    it is irrational); raises oracle.Undefined where the rule itself has no answer to come near to"""
    own = {"nucleolus": nucleolus_under_terms, "prenucleolus": prenucleolus_under_terms,
           "egalitarian-core": egalitarian_core_under_terms}
    return own[rule](sheet, terms) if rule in own else nearest_split(oracle.allocate(rule, sheet), terms, sheet)

# ---------------------------------------------------------------- conflicts
def is_irreducible_conflict(members, n):
    """No x meets all members, and without any one of them some x does; a member is a list of rows"""
    def can(parts):
        return feasible([row for rows in parts for row in rows], n)
    return not can(members) and all(can(members[:k] + members[k + 1:]) for k in range(len(members)))

def farkas(rows, weights):
    """What the weighted rows together fall short by: 0.x >= this, more than 0; None where they prove nothing"""
    if any(w <= 0 for (_, sense, _), w in zip(rows, weights) if sense == ">="):
        return None
    left = [sum(w * t for w, t in zip(weights, column)) for column in zip(*(a for a, _, _ in rows))]
    right = sum(w * b for (_, _, b), w in zip(rows, weights))
    return right if not any(left) and right > 0 else None

# ---------------------------------------------------------------- self-test
def fractions(text):
    return [Fraction(t) for t in text.split()]

THREE = Game(["uni", "firm", "inst"], "benefit", fractions("0 1 1 7 1 5 4 10"))
ROAD = Game(["A", "B"], "cost", fractions("0 4 6 8"))
HAND = [  # function, game, terms, shares or None: worked out on paper
    (nucleolus_under_terms, THREE, [], "9/2 7/2 2"),
    (nucleolus_under_terms, THREE, [{"party": "inst", "min": 2}], "9/2 7/2 2"),
    (nucleolus_under_terms, THREE, [{"party": "inst", "min": "5/2"}], "17/4 13/4 5/2"),
    (nucleolus_under_terms, THREE, [{"party": "inst", "min": "5/2", "soft": True}], "9/2 7/2 2"),
    (nucleolus_under_terms, THREE, [{"group": ["uni", "firm"], "max_share": "3/4"}], "17/4 13/4 5/2"),
    (nucleolus_under_terms, THREE, [{"equal": ["uni", "firm"]}], "4 4 2"),
    (nucleolus_under_terms, THREE, [{"order": ["firm", "uni", "inst"]}], "4 4 2"),
    (nucleolus_under_terms, THREE, [{"party": "uni", "max": "1/2"}], None),
    (prenucleolus_under_terms, THREE, [{"party": "uni", "max": "1/2"}], "1/2 23/4 15/4"),
    (nucleolus_under_terms, ROAD, [], "3 5"),
    (nucleolus_under_terms, ROAD, [{"party": "A", "max": {"value": "2.5", "source": "4.2"}}], "5/2 11/2"),
    (nucleolus_under_terms, ROAD, [{"party": "A", "min_share": "1/2"}], "4 4"),
    (nucleolus_under_terms, ROAD, [{"ratio": ["B", "A"], "max": 1}], "4 4"),
    (nucleolus_under_terms, ROAD, [{"ratio": ["A", "B"], "max": "1/3"}], "2 6"),
    (nucleolus_under_terms, ROAD, [{"linear": {"A": 3, "B": -1}, "min": 8}], "4 4"),
    (nucleolus_under_terms, ROAD, [{"party": "A", "min": 5}], None),
    (prenucleolus_under_terms, ROAD, [{"party": "A", "min": 5}], "5 3"),
    (egalitarian_core_under_terms, THREE, [], "7/2 7/2 3"),
    (egalitarian_core_under_terms, THREE, [{"party": "firm", "max": 3}], "4 3 3"),
    (egalitarian_core_under_terms, THREE, [{"party": "inst", "min": 4}], None),
    (egalitarian_core_under_terms, ROAD, [], "4 4"),
    (egalitarian_core_under_terms, ROAD, [{"party": "A", "max": 3}], "3 5"),
    (nucleolus_under_terms, Game(["A"], "benefit", fractions("0 5")), [], "5"),
    (nucleolus_under_terms, Game(["A"], "benefit", fractions("0 5")), [{"party": "A", "max": 4}], None)]

def test_hand():
    for rule, game, terms, shares in HAND:
        x = rule(game, terms)
        assert x == (shares and fractions(shares)), (rule.__name__, game, terms, x)
    uf = {"group": "uni + firm", "max": 7}
    assert nearest_split(fractions("4 4 2"), [uf], THREE) == fractions("7/2 7/2 3")
    assert nearest_split(fractions("1 2 4"), [], THREE) == fractions("2 3 5")
    assert nearest_split(fractions("3 5"), [{"party": "A", "min": 4}], ROAD) == fractions("4 4")
    assert repair(fractions("3.34 3.33 3.33"), [], THREE) == (fractions("3.505 3.495 3"), True)
    assert repair(fractions("3 3 4"), [{"party": "inst", "min": 4}], THREE) == (fractions("3 3 4"), False)
    assert repair(fractions("3 3 4"), [{"party": "uni", "max": 0}], THREE) is None
    assert repair(fractions("5 3"), [], ROAD) == (fractions("4 4"), True)
    sheet = oracle.Sheet(*THREE, Fraction(1, 100))
    assert allocate_under_terms("shapley", sheet, [{"party": "inst", "max": 2}]) == fractions("17/4 15/4 2")
    assert allocate_under_terms("nucleolus", sheet, [uf]) is not None
    assert violated([uf, {"party": "inst", "min": 3, "soft": True}], THREE, fractions("4 4 2")) == {0: 1, 1: 1}

def test_conflicts():
    """uni and firm together want 11 of 10; inst gets none; the conflict needs all four, not x_uni >= 1 as well"""
    terms = [{"party": "uni", "min": 6}, {"party": "firm", "min": 5}, {"party": "inst", "min": 0}]
    rows = hard_rows(THREE, terms)
    assert not feasible(rows, 3) and feasible(rows[:3], 3)
    assert is_irreducible_conflict([[row] for row in rows], 3)
    assert not is_irreducible_conflict([[row] for row in rows + own_rows(THREE)[:1]], 3)
    assert not is_irreducible_conflict([[row] for row in rows[:3]], 3)
    one = fractions("-1 1 1 1")
    assert farkas(rows, one) == 1 and farkas(rows[:3], one[:3]) is None
    assert farkas(rows, [-t for t in one]) is None

def drawn_terms(rng, ids):
    """One to three terms of any form"""
    def some(k):
        return rng.sample(ids, k)
    def amount():
        return Fraction(rng.randint(0, 8), 2)
    makers = [lambda: {"party": some(1)[0], rng.choice(["min", "max"]): amount()},
              lambda: {"group": some(2), rng.choice(["min", "max"]): amount()},
              lambda: {"group": some(2), rng.choice(["min_share", "max_share"]): Fraction(rng.randint(1, 3), 4)},
              lambda: {"order": some(rng.randint(2, 3))}, lambda: {"equal": some(2)},
              lambda: {"ratio": some(2), rng.choice(["min", "max"]): rng.choice([Fraction(1, 2), 1, 2])},
              lambda: {"linear": dict(zip(some(2), (1, rng.choice([-2, -1, 2])))), "min": amount() - 2, "max": 5}]
    return [rng.choice(makers)() for _ in range(rng.randint(1, 3))]

def drawn_game(rng, n):
    goal = rng.choice(["benefit", "cost"])
    low = 0 if goal == "benefit" else 2
    table = [Fraction(0)] + [Fraction(rng.randint(low, 2 + S.bit_count())) for S in range(1, (1 << n) - 1)]
    return Game(list("ABCDE")[:n], goal, table + [Fraction(rng.randint(2, 7))])

def grid(game):
    """All splits in halves between -3 and 10 that sum to the value"""
    steps = [Fraction(k, 2) for k in range(-6, 21)]
    for first in itertools.product(steps, repeat=len(game.ids) - 1):
        yield [*first, game.table[-1] - sum(first)]

def sorted_values(functions, x):
    return sorted((value_at(f, x) for f in functions), reverse=True)

def test_against_grid(rng, rounds):
    """No split on a grid that meets everything is better, and an answer is missing only where none is"""
    answered = 0
    for _ in range(rounds):
        game, target = drawn_game(rng, 3), [Fraction(rng.randint(0, 8), 2) for _ in range(3)]
        terms = drawn_terms(rng, game.ids)
        hard, own, core = hard_rows(game, terms), own_rows(game), core_rows(game)
        shares = [([-sign(game.goal) * (i == j) for j in range(3)], 0) for i in range(3)]
        cases = [(nucleolus_under_terms(game, terms), excess_functions(game), hard + own),
                 (prenucleolus_under_terms(game, terms), excess_functions(game), hard),
                 (egalitarian_core_under_terms(game, terms), shares, hard + core),
                 (nearest_split(target, terms, game), deviations(target), hard)]
        points = [x for x in grid(game) if not any(short(row, x) for row in hard)]
        for x, functions, rows in cases:
            good = [y for y in points if not any(short(row, y) for row in rows)]
            assert x is not None or not good, (game, terms, good[:1])
            assert x is None or not any(short(row, x) for row in rows), (game, terms, x)
            assert x is None or all(sorted_values(functions, x) <= sorted_values(functions, y) for y in good)
            answered += x is not None
    return answered

def test_laws(rng, rounds):
    """Without terms the oracle's rules; a target that meets the terms is its own nearest split; terms that the
    answer meets change nothing"""
    for _ in range(rounds):
        game = drawn_game(rng, rng.randint(2, 4))
        v, terms = oracle.benefit(game.table, game.goal), drawn_terms(rng, game.ids) if len(game.ids) > 2 else []
        x = oracle.benefit(oracle.prenucleolus(v), game.goal)
        assert prenucleolus_under_terms(game, []) == x
        if not any(violated([t], game, x) for t in terms):
            assert prenucleolus_under_terms(game, terms) == x == nearest_split(x, terms, game)
        if sum(oracle.singles(v)) <= v[-1]:
            assert nucleolus_under_terms(game, []) == oracle.benefit(oracle.nucleolus(v), game.goal)
        else:
            assert nucleolus_under_terms(game, []) is None
        core = not oracle.facts(game.table, game.goal)["empty"]
        x = egalitarian_core_under_terms(game)
        assert x == (oracle.benefit(oracle.egalitarian_core(v), game.goal) if core else None)
        assert feasible([sum_row(game)] + core_rows(game), size(v)) == core

if __name__ == "__main__":
    test_hand()
    test_conflicts()
    seed = int(os.environ.get("ACCORD_SEED", "1"))
    seen = test_against_grid(random.Random(seed), 30)
    test_laws(random.Random(seed), 30)
    print(f"oracle of terms: hand cases, conflicts, {seen} answers against a grid, and laws hold (seed {seed})")

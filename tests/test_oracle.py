# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the program on seeded random term sheets and compares every answer with oracle.py.

The program is build/accord, or $ACCORD. ACCORD_SEED and ACCORD_ROUNDS (how many sheets) may be set;
every failure prints the sheet, so that `accord solve - --json` on it shows the same again.
"""
import json
import os
import random
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
import oracle

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
SEED = int(os.environ.get("ACCORD_SEED", "1"))
ROUNDS = int(os.environ.get("ACCORD_ROUNDS", "400"))

# ---------------------------------------------------------------- writing sheets
def decimal(f):
    """The decimal that is exactly f, or None"""
    for k in range(16):
        if (f * 10 ** k).denominator == 1:
            digits = str(abs(f.numerator * 10 ** k // f.denominator)).rjust(k + 1, "0")
            return "-" * (f < 0) + digits[:len(digits) - k] + ("." + digits[len(digits) - k:] if k else "")
    return None

def written(rng, f, source=False):
    """One of the ways to write f; "@..." becomes a bare JSON number in `text_of`"""
    d = decimal(f)
    if d is None:
        return f"{f.numerator}/{f.denominator}"
    style = rng.random()
    if style < 0.05 and source:
        return {"value": "@" + d, "source": "Annex B, p. 3"}
    if style < 0.10:
        return str(f)
    if style < 0.15:
        return f"@{f.numerator * 10 ** 16 // f.denominator}e-16"
    return d if style < 0.30 else "@" + d

def text_of(sheet):
    """The sheet as JSON text"""
    return re.sub(r'"@([^"]*)"', r"\1", json.dumps(sheet))

def party_ids(rng, n):
    return rng.sample(["A", "B", "C", "uni", "firm_2", "inst.x", "7", "Z-9", "b"], n)

def key(rng, S, ids):
    """One of the ways to write coalition S"""
    if S == 2 ** len(ids) - 1 and rng.random() < 0.7:
        return "*"
    names = [ids[i] for i in oracle.members(S)]
    return rng.choice(["+", "+", " + "]).join(rng.sample(names, len(names)))

def framed(rng, ids, model):
    """A sheet around a model"""
    parties = [i if rng.random() < 0.5 else {"id": i, "name": f"Party {i}"} for i in ids]
    unit = {"unit": rng.choice(["1", "0.001", "0.5", "0.05", "100"])} if rng.random() < 0.4 else {}
    return {"accord": 1, "title": "random", "parties": parties, "model": model} | unit | overlays(rng, ids)

def comparisons(rng, m, agree):
    """A matrix of comparisons of m things in pairs, which agree with each other or not"""
    w = [Fraction(rng.randint(1, 9)) for _ in range(m)]
    A = [[w[i] / w[j] for j in range(m)] for i in range(m)]
    for i in range(m):
        for j in range(i):
            if not agree and rng.random() < 0.6:
                A[i][j] = rng.choice([Fraction(1, rng.randint(1, 9)), Fraction(rng.randint(1, 9))])
                A[j][i] = 1 / A[i][j]
    return [[written(rng, t) for t in row] for row in A]

def criteria(rng, ids):
    """Criteria with weights or comparisons of them, scores or comparisons of the parties"""
    each, pairs, agree = [], rng.random() < 0.4, rng.random() < 0.5
    for name in rng.sample(["patents", "capital", "St\u00fcck \"A\"", "risk", "x"], rng.randint(1, 4)):
        one = {"name": name}
        if not pairs:
            one["weight"] = written(rng, Fraction(rng.randint(0 if each else 1, 9), rng.choice([1, 1, 10, 7])))
        if rng.random() < 0.3:
            one["pairwise"] = comparisons(rng, len(ids), agree)
        else:
            best = rng.choice(ids)
            one["scores"] = {i: written(rng, Fraction(rng.randint(i == best, 9), rng.choice([1, 10, 3])), True)
                             for i in rng.sample(ids, len(ids))}
        each.append(one)
    if pairs:
        return {"pairwise": comparisons(rng, len(each), agree), "criteria": each}
    return each if rng.random() < 0.8 else {"criteria": each}

def overlays(rng, ids):
    """Unions, links, weights, criteria; each is missing at times, or leaves parties out"""
    names, over = rng.sample(["u", "North east", "S\u00fcd", *ids], 3), {}
    if rng.random() < 0.7:
        label = {i: rng.choice([None] + names) for i in rng.sample(ids, len(ids))}
        unions = {u: [i for i in label if label[i] == u] for u in names}
        over["unions"] = {u: who for u, who in unions.items() if who or rng.random() < 0.1}
    if rng.random() < 0.7:
        chance = rng.random()
        pairs = [rng.sample([i, j], 2) for i in ids for j in ids if i < j and rng.random() < chance]
        over["links"] = rng.sample(pairs, len(pairs))
    if rng.random() < 0.7:
        unit = rng.choice([1, 1, 10, 7])
        over["weights"] = {i: written(rng, Fraction(rng.randint(1, 30), unit)) for i in ids}
    if rng.random() < 0.7:
        over["criteria"] = criteria(rng, ids)
    return over

def goal_of(rng):
    return rng.choice(["benefit", "benefit", "cost"])

def from_table(rng, table, goal=None):
    """A `coalitions` sheet, by name or by bitmask; any goal unless told"""
    n = oracle.size(table)
    ids, order = party_ids(rng, n), rng.sample(range(1, 2 ** n), 2 ** n - 1)
    model = {"type": "coalitions", "goal": goal or goal_of(rng)}
    if model["goal"] == "benefit" and rng.random() < 0.5:
        del model["goal"]
    if rng.random() < 0.25:
        model["values"] = ["@0"] + [written(rng, t) for t in table[1:]]
    else:
        model["values"] = {key(rng, S, ids): written(rng, table[S], True) for S in order}
    return framed(rng, ids, model)

# ---------------------------------------------------------------- families of games
def table_by(n, value):
    """[0, value(S), ...] as Fractions"""
    return [Fraction(0)] + [Fraction(value(S)) for S in range(1, 2 ** n)]

def ties(rng, n):
    return from_table(rng, table_by(n, lambda S: rng.randint(0, 2)))

def convex(rng, n):
    """Sums of nonnegative unanimity games; for a cost, that much saved of 20 each"""
    d = [rng.choice([0, 0, 1, 2, rng.randint(0, 9)]) for _ in range(2 ** n)]
    v, goal = table_by(n, lambda S: sum(d[T] for T in range(1, S + 1) if T & S == T)), goal_of(rng)
    return from_table(rng, table_by(n, lambda S: 20 * S.bit_count() - v[S] if goal == "cost" else v[S]), goal)

def empty_core(rng, n):
    """A grand coalition worth little (or dear)"""
    goal, N = goal_of(rng), 2 ** n - 1
    worst = rng.randint(0, 4) if goal == "benefit" else rng.randint(20, 40)
    return from_table(rng, table_by(n, lambda S: worst if S == N else rng.randint(2, 12)), goal)

def grown(rng, n):
    """Values that grow with the size: the core is often not empty, seldom large"""
    goal = goal_of(rng)
    power = rng.choice([1, 2]) if goal == "benefit" else 0.5
    return from_table(rng, table_by(n, lambda S: int(rng.randint(4, 10) * S.bit_count() ** power)), goal)

def negative(rng, n):
    return from_table(rng, table_by(n, lambda S: rng.randint(-9, 9)))

def decimals(rng, n):
    t = 10 ** rng.randint(1, 6)
    return from_table(rng, table_by(n, lambda S: Fraction(rng.randint(-t, 9 * t) * S.bit_count(), t)))

def fractions(rng, n):
    below = [1, 2, 3, 6, 7, 12]
    return from_table(rng, table_by(n, lambda S: Fraction(rng.randint(-5, 40), rng.choice(below))))

def symmetric(rng, n):
    """Values by how many of two kinds of parties take part; a party of neither kind counts for nothing"""
    kinds = [rng.choice([1, 1, 1, 10, 10, 0]) for _ in range(n)]
    worth = {t: rng.randint(0, 6) + 2 * (t // 10 + t % 10) for t in range(70)} | {0: 0}
    return from_table(rng, table_by(n, lambda S: worth[oracle.paid(kinds, S)]))

def airport(rng, n):
    """The table of the largest needs"""
    needs = [Fraction(rng.choice([0, 1, 5, 5, rng.randint(1, 90)]), rng.choice([1, 1, 10])) for _ in range(n)]
    return from_table(rng, table_by(n, lambda S: max(needs[i] for i in oracle.members(S))), "cost")

def synergies(rng, n):
    ids, low = party_ids(rng, n), rng.choice([0, 0, -6])
    groups = [rng.sample(ids, rng.randint(2, n)) for _ in range(rng.randint(0, 5)) if n > 1]
    extra = [{"parties": g, "value": written(rng, Fraction(rng.randint(low, 9)))} for g in groups]
    own = {i: written(rng, Fraction(rng.randint(0, 20), 2)) for i in ids}
    return framed(rng, ids, {"type": "synergies", "goal": goal_of(rng), "standalone": own, "synergies": extra})

def missing(rng, n):
    """Not every coalition is stated: the others are worth 0, or their best partition"""
    ids, N, how = party_ids(rng, n), 2 ** n - 1, rng.choice(["zero", "additive"])
    stated = [S for S in range(1, N) if rng.random() < 0.4 or how == "additive" and S.bit_count() == 1]
    stated += [N] if how == "zero" or n == 1 or rng.random() < 0.8 else []
    values = {key(rng, S, ids): written(rng, Fraction(rng.randint(0, 9 * S.bit_count())), True) for S in stated}
    return framed(rng, ids, {"type": "coalitions", "goal": goal_of(rng), "missing": how, "values": values})

def claims(rng, n):
    """Estate 0, the whole sum or between; claims zero, equal, whole, decimal"""
    ids, unit = party_ids(rng, n), rng.choice([1, 1, 10, 1000])
    pool = [rng.randint(0, 300) for _ in range(rng.randint(1, n))] + [0] * (rng.random() < 0.2)
    c = [Fraction(rng.choice(pool), unit) for _ in ids]
    part = rng.choice([0, 1, Fraction(1, 2)] + [Fraction(rng.randint(0, 60), 60)] * 2)
    model = {"type": "claims", "estate": written(rng, part * sum(c))}
    model["claims"] = {i: written(rng, t) for i, t in rng.sample(list(zip(ids, c)), n)}
    return framed(rng, ids, model | rng.choice([{}, {}, {"sharing": "award"}, {"sharing": "loss"}]))

def votes_of(rng, ids):
    """A quota within reach, whole or not"""
    unit = rng.choice([1, 1, 10, 7])
    w = [Fraction(rng.choice([0, 1, 1, 2, 5, rng.randint(0, 30)]), unit) for _ in ids]
    w[rng.randrange(len(w))] += Fraction(rng.randint(1, 9), unit)
    quota = max(sum(w) * Fraction(rng.choice([6, 7, 8, 12, rng.randint(1, 12)]), 12), Fraction(1, 100))
    return {"quota": written(rng, quota), "weights": {i: written(rng, t) for i, t in rng.sample(list(zip(ids, w)), len(ids))}}

def voting(rng, n):
    """One majority, several, or the minimal winning coalitions"""
    ids, form, prize = party_ids(rng, n), rng.random(), {} if rng.random() < 0.5 else {"prize": rng.choice([100, "0.5", "7/3"])}
    if form < 0.4:
        model = votes_of(rng, ids)
    elif form < 0.7:
        model = {"all_of": [votes_of(rng, ids) for _ in range(rng.randint(1, 3))]}
    else:
        drawn = {rng.randint(1, 2 ** n - 1) for _ in range(rng.randint(1, 6))}
        least = [S for S in drawn if not any(T != S and T & S == T for T in drawn)]
        model = {"winning": [rng.sample([ids[i] for i in oracle.members(S)], S.bit_count()) for S in least]}
    return framed(rng, ids, {"type": "voting"} | model | prize)

def assignment(rng, n):
    """Two sides, most pairs of them with a value, some below nothing"""
    ids, cut, unit = party_ids(rng, n), rng.randint(1, n - 1) if n > 1 else 1, rng.choice([1, 1, 10, 3])
    if n == 1:
        return voting(rng, n)
    sides, high = [ids[:cut], ids[cut:]], rng.choice([3, 20, 90])
    pairs = [rng.sample([i, j], 2) for i in sides[0] for j in sides[1] if rng.random() < 0.9]
    values = {rng.choice(["+", " + "]).join(p): written(rng, Fraction(rng.randint(-2, high), unit), True) for p in pairs}
    left, right = rng.sample(sides, 2)
    sheet = framed(rng, ids, {"type": "assignment", "left": left, "right": right, "values": values})
    rng.shuffle(sheet["parties"])
    return sheet

def production(rng, n):
    """Few resources, some to be bought, products with and without limits; nothing is earned from nothing"""
    ids, names, unit = party_ids(rng, n), rng.sample(["steel", "hours", "Zinn", "a b", "patents"], rng.randint(1, 3)), rng.choice([1, 1, 10, 3])
    owned = {i: {r: written(rng, Fraction(rng.randint(0, 9), unit), True) for r in names if rng.random() < 0.7} for i in ids}
    known = sorted({r for one in owned.values() for r in one} | {names[0]})
    owned[ids[0]].setdefault(names[0], 1)
    own = [r for r in known if rng.random() < 0.6] or known[:1]  # what cannot be bought: every product needs some of it
    prices = {r: written(rng, Fraction(rng.randint(0, 5), 2)) for r in known if r not in own}
    products = []
    for k in range(rng.randint(1, 4)):
        needs = {r: written(rng, Fraction(rng.randint(0, 4), rng.choice([1, 2]))) for r in known if rng.random() < 0.6}
        needs[rng.choice(own)] = written(rng, Fraction(rng.randint(1, 4), rng.choice([1, 2, 3])))
        products.append({"name": f"product {k}", "profit": written(rng, Fraction(rng.randint(-1, 20), unit)), "needs": needs})
        if rng.random() < 0.3:
            products[-1]["limit"] = written(rng, Fraction(rng.randint(0, 6), rng.choice([1, 2])))
    model = {"type": "production", "resources": owned, "products": products}
    return framed(rng, ids, model | ({"prices": prices} if prices else {}))

def risk(rng, n):
    """Losses in scenarios, few values so that outcomes tie and fall on the boundary of the tail; rational measures"""
    ids, count, unit = party_ids(rng, n), rng.choice([1, 2, 3, 5, 8, 12]), rng.choice([1, 1, 10, 7])
    parts = [rng.choice([1, 1, 1, 2, 3, 0]) for _ in range(count)]
    parts[rng.randrange(count)] += 1
    most = rng.choice([2, 5, 100])
    rows = [{i: written(rng, Fraction(rng.randint(-most // 2, most), unit)) for i in ids} for _ in parts]
    scenarios = [{"probability": written(rng, Fraction(q, sum(parts))), "loss": row} for q, row in zip(parts, rows)]
    tail = rng.choice([Fraction(q, sum(parts)) for q in range(1, sum(parts) + 1)] + [Fraction(1, 20), Fraction(1, 3), Fraction(1)])
    kind = rng.choice(["expected-shortfall"] * 3 + ["value-at-risk", "expectation"])
    measure = {"type": kind} | ({} if kind == "expectation" else {"tail": written(rng, tail)})
    return framed(rng, ids, {"type": "risk", "scenarios": scenarios, "measure": measure})

def tree(rng, n):
    """A network with empty nodes, shared ones and parties at the source"""
    ids, nodes = party_ids(rng, n), ["source"] + [f"v{k}" for k in range(rng.randint(0, 7))]
    edges = [{"node": v, "parent": rng.choice(nodes[:k]), "cost": written(rng, Fraction(rng.choice([0, 1, 5, rng.randint(0, 60)]), rng.choice([1, 1, 7])), True)}
             for k, v in enumerate(nodes) if k]
    model = {"type": "tree", "edges": rng.sample(edges, len(edges)), "at": {i: rng.choice(nodes) for i in rng.sample(ids, n)}}
    return framed(rng, ids, model)

def network(rng, n):
    """Connections, some of them missing, many alike; parties share nodes or are at the source"""
    ids, nodes = party_ids(rng, n), [f"v{k}" for k in range(rng.randint(1, 5))]
    unit, dear = rng.choice([1, 1, 7]), rng.choice([3, 9, 60])
    pairs = [("source", v) for v in nodes] + [(v, w) for v in nodes for w in nodes if v < w and rng.random() < 0.8]
    edges = [{"between": rng.sample(pair, 2), "cost": written(rng, Fraction(rng.randint(0, dear), unit), True)} for pair in pairs]
    at = {i: rng.choice(nodes + nodes + ["source"]) for i in rng.sample(ids, n)}
    return framed(rng, ids, {"type": "spanning-tree", "edges": rng.sample(edges, len(edges)), "at": at})

def facility(rng, n):
    """An airport; some parties stand for several users"""
    ids = party_ids(rng, n)
    needs = [Fraction(rng.choice([0, 1, 5, 5, rng.randint(1, 90)]), rng.choice([1, 1, 10, 7])) for _ in ids]
    model = {"type": "airport", "needs": {i: written(rng, t, True) for i, t in rng.sample(list(zip(ids, needs)), n)}}
    if rng.random() < 0.6:
        spare, some = 7 - n, rng.sample(ids, rng.randint(0, n)) # seven users at most
        model["movements"] = {}
        for i in some:
            more = rng.randint(0, spare)
            spare -= more
            model["movements"][i] = written(rng, Fraction(1 + more))
    return framed(rng, ids, model)

FAMILIES = [ties, convex, empty_core, grown, negative, decimals, fractions, symmetric, airport, synergies,
            missing, claims, claims, claims, voting, voting, assignment, production, risk, risk, facility, tree, network, network]

# ---------------------------------------------------------------- comparing
def near(a, b, scale, relative=1e-9):
    """Is the number a within `relative` of the Fraction b?"""
    return isinstance(a, (int, float)) and abs(Fraction(a) - b) <= Fraction(relative) * max(abs(b), scale)

def twins(holder, name):
    """The exact twins that stand beside holder[name], as far as there are any"""
    exact = holder.get("exact")
    found = [exact.get(name) if isinstance(exact, dict) else exact, holder.get(name + "_exact")]
    return [t for t in found if t is not None]

def agree(wrong, what, holder, name, expected, scale):
    """holder[name] and its exact twins say `expected` (None, a Fraction or a pair of them)"""
    pair = expected if isinstance(expected, tuple) else (expected,)
    def same(given, equal):
        given = given if isinstance(expected, tuple) else [given]
        return isinstance(given, list) and len(given) == len(pair) and all(map(equal, given, pair))
    if not same(holder.get(name), lambda a, b: a is None if b is None else near(a, b, scale)):
        wrong.append(f"{what}: {holder.get(name)}, not {expected}")
    for given in twins(holder, name):
        if not same(given, lambda a, b: b is not None and Fraction(a) == b):
            wrong.append(f"{what}: exact {given}, not {expected}")

def compare_game(wrong, game, sheet, scale):
    """game: value, properties, core with certificate, least core, cost of stability"""
    known = oracle.facts(sheet.table, sheet.goal)
    agree(wrong, "value", game, "value", sheet.table[-1], scale)
    if (game.get("goal"), game.get("n")) != (sheet.goal, len(sheet.ids)):
        wrong.append(f"goal or n: {game.get('goal')}, {game.get('n')}")
    for name, holds in known["properties"].items():
        if game["properties"].get(name) is not holds:
            wrong.append(f"{name}: {game['properties'].get(name)}, not {holds}")
    agree(wrong, "least core epsilon", game.get("least_core") or {}, "epsilon", known["epsilon"], scale)
    agree(wrong, "cost of stability", game, "cost_of_stability", known["cost_of_stability"], scale)
    core = game["core"]
    if core["empty"] is not known["empty"] or (core["ranges"] is None) is not known["empty"]:
        wrong.append(f"core: empty {core['empty']}, ranges {core['ranges']}, not {known['empty']}")
    elif known["empty"]:
        if reason := oracle.check_balanced(sheet.table, sheet.goal, sheet.ids, core["certificate"]):
            wrong.append(f"balanced certificate: {reason}")
    else:
        holder = dict(core["ranges"])
        if isinstance(core.get("exact"), dict):
            holder.setdefault("exact", core["exact"].get("ranges", core["exact"]))
        for i, pair in zip(sheet.ids, known["ranges"]):
            agree(wrong, f"core range of {i}", holder, i, pair, scale)

def compare_shares(wrong, name, given, x, sheet, scale):
    """One allocation with status ok against the oracle's shares"""
    rounded = oracle.OVERLAYS.get(name) == "criteria" and not sheet.criteria.exact
    exact, ids, x = name != "dominguez-thomson" and not rounded, sheet.ids, [Fraction(t) for t in x]
    total = sum(x) if name in ("aumann-dreze", "myerson") else sheet.table[-1]
    if given["shares"].keys() != set(ids):
        wrong.append(f"{name}: parties {list(given['shares'])}")
    if exact and [Fraction(given["exact"][i]) for i in ids] != x:
        wrong.append(f"{name}: exact {given['exact']}, not {[str(t) for t in x]}")
    if not all(near(given["shares"][i], t, 0 if exact else scale, 1e-12) for i, t in zip(ids, x)):
        wrong.append(f"{name}: shares {given['shares']}, not {[float(t) for t in x]}")
    agree(wrong, f"{name}: total", given, "total", total, scale)
    paid, due = [Fraction(given["payable"][i]) for i in ids], oracle.payable(x, sheet.unit, total)
    close = all(abs(p - q) <= sheet.unit * Fraction(1001, 1000) for p, q in zip(paid, x))
    if sum(paid) != sum(due) or (paid != due if exact else not close):
        wrong.append(f"{name}: payable {given['payable']}, not {list(map(str, due))}")
    gain, core = oracle.excesses(sheet.table, x, sheet.goal), given["core"]
    worst = max(gain.values(), default=None)
    clear = worst is None or exact or abs(worst) > scale / 10 ** 9
    if clear and core["member"] is not (total == sheet.table[-1] and (worst is None or worst <= 0)):
        wrong.append(f"{name}: core member {core['member']}, total {total}, worst excess {worst}")
    agree(wrong, f"{name}: max excess", core if exact else dict(core, exact=None), "max_excess", worst, scale)
    if worst is not None and exact and gain.get(oracle.coalition("+".join(core["coalition"]), ids)) != worst:
        wrong.append(f"{name}: {core['coalition']} does not have the largest excess {worst}")
    if rounded and "exact" in given:
        wrong.append(f"{name}: roots are given as exact")
    if oracle.OVERLAYS.get(name) == "criteria":
        compare_composite(wrong, name, given["details"], sheet)
    if name == "banzhaf" and sheet.vote:
        act, *powers = oracle.coleman(sheet.table)
        stated = given["details"]["exact_power"]
        if Fraction(stated["to_act"]) != act or [[Fraction(stated[k][i]) for i in ids] for k in ("to_prevent", "to_initiate")] != powers:
            wrong.append(f"{name}: Coleman's measures {stated}, not {act} {powers}")
    if name.endswith("nucleolus"):
        kind = {"per-capita-nucleolus": "head", "proportional-nucleolus": "worth"}.get(name)
        game, how = (sheet.table, len(ids), sheet.goal), (name != "prenucleolus", ids, kind)
        if sheet.users and name == "nucleolus": # of users and branches: tests/test_facilities.py tries its proof
            if given["certificate"]["type"] != "kohlberg-tree":
                wrong.append("nucleolus of users: a certificate of parties")
        elif reason := oracle.check_kohlberg(*game, given["certificate"], given["exact"], *how):
            wrong.append(f"{name}: certificate: {reason}")

def compare_composite(wrong, name, details, sheet):
    """The composite and the consistency ratio under details"""
    r, ratio = sheet.criteria.shares, details.get("consistency_ratio")
    if not all(near(details["composite"][i], t, 1, 1e-14) for i, t in zip(sheet.ids, r)):
        wrong.append(f"{name}: composite {details['composite']}, not {[float(t) for t in r]}")
    if sheet.criteria.exact and [Fraction(details["exact"]["composite"][i]) for i in sheet.ids] != r:
        wrong.append(f"{name}: composite {details['exact']}, not {[str(t) for t in r]}")
    if (ratio is None) != (sheet.criteria.ratio is None) or ratio and abs(ratio - sheet.criteria.ratio) > 1e-12:
        wrong.append(f"{name}: consistency ratio {ratio}, not {sheet.criteria.ratio}")

def rules_for(rng, sheet):
    """The rules that apply, in any order"""
    rules = set(oracle.GAME_RULES)
    if len(sheet.ids) > 4:
        rules -= {"modiclus"}     # 3^n rows
    if sheet.claims is not None:
        rules |= set(oracle.CLAIMS_RULES) - ({"concede-and-divide"} if len(sheet.ids) != 2 else set())
        rules -= set() if any(sheet.claims) else {"proportional"}     # E c_i / C is 0/0
    if sheet.network:
        rules |= set(oracle.NETWORK_RULES)
    if sheet.vote:
        rules |= set(oracle.VOTING_RULES)
    if sheet.priced:
        rules.add("shadow-price")
    if sheet.risk:
        rules |= set(oracle.RISK_RULES)
    return rng.sample(sorted(rules), len(rules))

def run(arguments, text):
    """(exit code, result) of the program on a sheet"""
    done = subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, text=True, timeout=20)
    if not done.stdout.startswith("{") or '"errors"' in done.stdout:
        raise ValueError(f"exit {done.returncode}: {done.stdout[:300]!r} {done.stderr[:300]!r}")
    return done.returncode, json.loads(done.stdout)

def test_solve(rng, doc, wrong):
    """`solve` with every rule that applies, named by flag or sheet"""
    sheet = oracle.read_sheet(text_of(doc))
    rules, arguments, scale = rules_for(rng, sheet), ["solve", "-", "--json"], max(map(abs, sheet.table))
    if rng.random() < 0.5:
        doc["rules"] = rules
    else:
        arguments += ["--rule", ",".join(rules)]
    yield arguments
    code, result = run(arguments, text_of(doc))
    found, expected = {a["rule"]: a for a in result["allocations"]}, 0
    if sorted(found) != sorted(rules):
        wrong.append(f"allocations of {sorted(found)}")
    for name in rules:
        given = found.get(name, {})
        try:
            x = oracle.allocate(name, sheet)
            due, answer = "ok", list(map(str, x))
        except oracle.Undefined as reason:
            due, answer, expected = "undefined", reason, 1
        if given.get("status") != due or due == "undefined" and not given.get("reason"):
            wrong.append(f"{name}: {given.get('status')} {given.get('reason', '')}, not {due}: {answer}")
        elif due == "ok":
            compare_shares(wrong, name, given, x, sheet, scale)
            short = name in ("aumann-dreze", "myerson") and sum(x) != sheet.table[-1]
            if short and not any(name in t for t in result["warnings"]):
                wrong.append(f"{name}: no warning, though it shares {sum(x)} of {sheet.table[-1]}")
    if code != expected:
        wrong.append(f"exit {code}, not {expected}")
    compare_game(wrong, result["game"], sheet, scale)

def proposed(rng, sheet):
    """A split to check: a known point, in or on the edge of the core or not, perhaps moved a little"""
    v, n = oracle.benefit(sheet.table, sheet.goal), len(sheet.ids)
    makers = [oracle.equal, oracle.shapley, oracle.prenucleolus]
    if oracle.cost_of_stability(v) == 0:
        makers += [lambda v: oracle.core_corner(v, rng.randrange(n))] * 3
    x = oracle.benefit(rng.choice(makers)(v), sheet.goal)
    if rng.random() < 0.4:                  # a number that can be written as a decimal, the same sum
        x = [Fraction(round(t * 100), 100) for t in x]
        x[-1] += sheet.table[-1] - sum(x)
    if rng.random() < 0.4 and n > 1:
        i, j = rng.sample(range(n), 2)
        step = Fraction(1, 10 ** rng.choice([0, 2, 9]))
        x[i], x[j] = x[i] + step, x[j] - step
    if rng.random() < 0.15:
        x[rng.randrange(n)] += Fraction(rng.choice([-1, 1]), 10 ** rng.choice([0, 3, 9]))
    return x

def test_check(rng, doc, wrong):
    """`check` of one split, given by flag or as a proposal of the sheet"""
    sheet = oracle.read_sheet(text_of(doc))
    x, name = proposed(rng, sheet), "split"
    if rng.random() < 0.6 and all(decimal(t) for t in x):
        split = rng.sample([f"{i}={decimal(t)}" for i, t in zip(sheet.ids, x)], len(x))
        arguments = ["check", "-", "--json", "--split", ",".join(split)]
    else:
        name = "draft 1"
        doc["proposals"] = {name: {i: written(rng, t, True) for i, t in zip(sheet.ids, x)}}
        arguments = ["check", "-", "--json", "--proposal", name]
    yield arguments
    code, result = run(arguments, text_of(doc))
    gain, scale = oracle.excesses(sheet.table, x, sheet.goal), max(map(abs, sheet.table))
    amounts = sorted((t for t in gain.values() if t > 0), reverse=True)
    adds_up, one = sum(x) == sheet.table[-1], result["proposals"][0]
    verdict = "stands" if adds_up and not amounts else "fails"
    if (result["verdict"], one["verdict"], one["name"]) != (verdict, verdict, name):
        wrong.append(f"verdict {result['verdict']}, {one['verdict']} of {one['name']}, not {verdict}")
    if code != (verdict == "fails"):
        wrong.append(f"exit {code} with {verdict}")
    if any(f["check"] == "sum" and f["verdict"] == "fail" for f in one["findings"]) is adds_up:
        wrong.append(f"finding on the sum, which is {sum(x)} of {sheet.table[-1]}")
    if adds_up:
        listed = one["objections"]["worst"]
        if (one["objections"]["count"], len(listed)) != (len(amounts), min(20, len(amounts))):
            wrong.append(f"{one['objections']['count']} objections, {len(listed)} listed, not {len(amounts)}")
        for given, amount in zip(listed, amounts):
            agree(wrong, "objection", given, "amount", amount, scale)
            if gain.get(oracle.coalition("+".join(given["coalition"]), sheet.ids)) != amount:
                wrong.append(f"objection of {given['coalition']}: not {amount}")

def main():
    print(f"seed {SEED}, {ROUNDS} sheets, {PROGRAM}")
    rng, passed, failed = random.Random(SEED), 0, 0
    for k in range(ROUNDS):
        n = rng.choices([1, 2, 3, 4, 5, 6], [5, 14, 35, 26, 17, 3])[0]
        family = FAMILIES[k % len(FAMILIES)]
        doc, arguments = family(rng, n), None
        for test in [test_solve] + [test_check] * (k % 3 == 0):
            wrong = []
            try:
                for arguments in test(rng, doc, wrong):
                    pass
            except Exception as error:      # whatever shape the answer has, go on with the next sheet
                wrong.append(f"{type(error).__name__}: {error}")
            passed, failed = passed + (not wrong), failed + bool(wrong)
            if wrong and failed <= 20:
                print(f"\nFAIL {family.__name__}: accord {' '.join(arguments or [])}", *wrong[:6], sep="\n  ")
                print(text_of(doc))
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
"""Random sheets with terms: rules under terms, conflicts and repairs against naive exact programs.

The oracle is oracle_terms.py, which goes through all coalitions with a simplex of its own and shares no code
with the solver. ACCORD_SEED (1) seeds the sheets, ACCORD_ROUNDS (160) says how many.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
import oracle
import oracle_terms
from oracle_terms import Game, coalition_row, core_rows, hard_rows, own_rows, sum_row, term_rows

PROGRAM = os.environ.get("ACCORD", "build/accord")
SEED, ROUNDS = int(os.environ.get("ACCORD_SEED", "1")), int(os.environ.get("ACCORD_ROUNDS", "160"))
TARGETS = "shapley equal proportional scrb tau banzhaf ensc per-capita-nucleolus".split()
CHOICES = "nucleolus prenucleolus egalitarian-core nash".split()


def drawn(rng, number):
    """(sheet, game, terms): mostly small, a few up to 8 parties; soft terms among the hard"""
    n = {40: 6, 80: 6, 120: 7, 150: 8}.get(number % 160) or rng.choice([1, 2, 3, 3, 3, 4, 4, 4, 5])
    ids, goal = list("ABCDEFGH")[:n], rng.choice(["benefit", "cost"])
    base = 0 if goal == "benefit" else 2
    table = [0] + [rng.randint(base, 2 + S.bit_count()) for S in range(1, (1 << n) - 1)] + [rng.randint(2, 3 + 2 * n)]
    terms = oracle_terms.drawn_terms(rng, ids) if n > 2 else [{"party": "A", "min": rng.randint(0, 9)}]
    for term in terms:
        if rng.random() < 0.15:
            term["soft"] = True
        if "group" in term and rng.random() < 0.3:
            term["group"] = " + ".join(term["group"])
    rules = CHOICES + rng.sample(TARGETS, 2)
    sheet = {"accord": 1, "parties": ids, "model": {"type": "coalitions", "goal": goal, "values": table},
             "terms": json.loads(json.dumps(terms, default=str)),
             "rules": [{"rule": rule, "under_terms": True} for rule in rules]}
    if rng.random() < 0.3:
        sheet["weights"] = {i: rng.choice([1, 2, 5, "1/2"]) for i in ids}
    return sheet, Game(ids, goal, [Fraction(t) for t in table]), terms


def run(command, sheet, *arguments):
    """(exit code, result) on a sheet"""
    done = subprocess.run([PROGRAM, command, "-", "--json", *arguments], input=json.dumps(sheet), text=True,
                          capture_output=True, timeout=60)
    assert done.stdout.startswith("{") and '"errors"' not in done.stdout, (done.stdout[:400], done.stderr[:400], sheet)
    return done.returncode, json.loads(done.stdout)


# ---------------------------------------------------------------- conflicts
def member_rows(member, game, terms):
    """The rows of one member of a conflict, as the oracle writes them"""
    if "sum" in member:
        return [sum_row(game)]
    if "party" in member:
        return [coalition_row(game, 1 << game.ids.index(member["party"]))]
    if "coalition" in member:
        return [coalition_row(game, sum(1 << game.ids.index(i) for i in member["coalition"]))]
    k = int(member["term"].rsplit("/", 1)[1])
    assert not terms[k].get("soft"), "a soft term in a conflict"
    rows = [t.row for t in term_rows(terms, game) if t.term == k]
    step = {game.ids.index(i) for i in member.get("parties", [])}   # which step of an order
    return [row for row in rows if not step or step == {i for i, t in enumerate(row[0]) if t}]


def conflict_holds(conflict, game, terms):
    """Farkas weights balance some choice of one row a member; no member can be spared"""
    members = [member_rows(m, game, terms) for m in conflict["members"]]
    weights = [Fraction(m["weight"]) for m in conflict["members"]]
    short, goal = Fraction(conflict["short_by"]), oracle_terms.sign(game.goal)
    weights = [w * goal if "sum" in m else w for m, w in zip(conflict["members"], weights)]
    proven = any(oracle_terms.farkas(rows, weights) == short for rows in combinations(members))
    return proven and short > 0


def combinations(members):
    """One row for each member, in every way (equalities count as both of their halves)"""
    if not members:
        yield []
        return
    for rest in combinations(members[1:]):
        for a, sense, b in members[0]:
            if sense == "=" and len(members[0]) == 1 and sum(a) == len(a):
                yield [(a, sense, b), *rest]
                continue
            yield [(a, ">=", b), *rest]
            if sense == "=":
                yield [([-t for t in a], ">=", -b), *rest]


# ---------------------------------------------------------------- nash
def nash_is_best(x, game, terms, weights):
    """Nowhere that meets the terms does the gradient of sum w_i ln(x_i - v(i)) point to anything better"""
    s = oracle_terms.sign(game.goal)
    gains = [s * (t - game.table[1 << i]) for i, t in enumerate(x)]
    if min(gains) <= 0:
        return False
    slope = [s * Fraction(weights.get(i, 1)) / g for i, g in zip(game.ids, gains)]
    rows = hard_rows(game, terms) + own_rows(game)
    whole = [int(t * 10 ** 12) for t in slope]
    _, best = oracle_terms.least([-t for t in whole], rows)
    return sum(t * (y - z) for t, y, z in zip(slope, best, x)) < Fraction(1, 10 ** 6)


# ---------------------------------------------------------------- repairs
def best_repair(proposal, terms, game):
    """(split, stands): nearest to the proposal among those that meet the sum, the hard terms and every coalition;
    where none does, among those whose largest objection is smallest; (None, False) where the terms cannot be met"""
    n, rows = len(game.ids), hard_rows(game, terms)
    deviations = oracle_terms.deviations(proposal)
    x = oracle_terms.lexicographic(deviations, rows + core_rows(game), n)
    if x is not None or not oracle_terms.feasible(rows, n):
        return x, x is not None
    rows_e = [(a + [0], sense, b) for a, sense, b in rows] + [(a + [1], sense, b) for a, sense, b in core_rows(game)]
    e, _ = oracle_terms.least([0] * n + [1], rows_e)
    return oracle_terms.lexicographic(deviations, rows + [(a, s, b - e) for a, s, b in core_rows(game)], n), False


def least_subsidy(proposal, terms, game):
    """The least a third party must add so that nobody gives anything up and all holds; None: nothing would do"""
    s, n = oracle_terms.sign(game.goal), len(game.ids)
    keep = [([s * (i == j) for j in range(n)], ">=", s * t) for i, t in enumerate(proposal)]
    rows = keep + [([s] * n, ">=", s * game.table[-1])] + core_rows(game) + [t.row for t in term_rows(terms, game)]
    if not oracle_terms.feasible(rows, n):
        return None
    return oracle_terms.least([s] * n, rows)[0] - s * game.table[-1]


def repair_faults(rng, sheet, game, terms):
    """The program's repair of a random proposal against the two functions above"""
    proposal = [Fraction(rng.randint(-2, 16), 2) for _ in game.ids]
    if rng.random() < 0.7:
        proposal[-1] += game.table[-1] - sum(proposal)
    split = ",".join(f"{i}={t}" for i, t in zip(game.ids, proposal))
    _, result = run("check", sheet, "--repair", "--split", split)
    repair, found = result["proposals"][0]["repair"], []
    want, stands = best_repair(proposal, terms, game)
    got = repair.get("exact") and [Fraction(repair["exact"][i]) for i in game.ids]
    if got != want or repair["stands"] is not stands:
        found.append(f"repair of {split}: {got and list(map(str, got))}, not {want and list(map(str, want))}")
    if not stands and len(game.ids) > 1 and not conflict_holds(repair["conflict"], game, terms):
        found.append(f"repair of {split}: the conflict proves nothing: {repair['conflict']}")
    subsidy, least = repair.get("subsidy"), least_subsidy(proposal, terms, game)
    if (subsidy and Fraction(subsidy["exact"])) != least:
        found.append(f"repair of {split}: subsidy {subsidy}, not {least}")
    return found


# ---------------------------------------------------------------- a second solver
def by_qsopt(cost, rows):
    """The exact optimum of min cost.x over rows, x free, by QSopt_ex (Debian's esolver)"""
    def side(a):
        return " ".join(f"{t:+d} x{i}" for i, t in enumerate(a) if t) or "0 x0"
    lines = [f"Minimize\n obj: {side(cost)}\nSubject To"]
    for k, (a, sense, b) in enumerate(map(oracle_terms.whole, rows)):
        d = Fraction(b).denominator
        lines.append(f" r{k}: {side([t * d for t in a])} {sense} {b * d}")
    lines += ["Bounds", *(f" x{i} free" for i in range(len(cost))), "End\n"]
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "a.lp"), "w") as file:
            file.write("\n".join(lines))
        subprocess.run(["esolver", "-O", "a.sol", "a.lp"], cwd=folder, capture_output=True, timeout=60, check=True)
        with open(os.path.join(folder, "a.sol")) as file:
            return Fraction(re.search(r"Value = (\S+)", file.read()).group(1))


def second_solver_faults(sheet, game, terms):
    """The objective of each program, from the answers it led to: the largest objection that the clauses leave at
    least (first level of the prenucleolus), and a conflict's shortfall per weight"""
    n, found = len(game.ids), []
    _, result = run("solve", sheet, "--rule", "prenucleolus", "--under-terms")
    given = result["allocations"][0]
    if given["status"] == "ok" and n > 1:
        rows = [(a + [0], sense, b) for a, sense, b in hard_rows(game, terms)]
        rows += [(a + [1], sense, b) for a, sense, b in core_rows(game)]
        least, level = by_qsopt([0] * n + [1], rows), Fraction(given["certificate"]["levels"][0]["excess"])
        if least != level:
            found.append(f"QSopt_ex finds the largest objection {least}, not {level}")
    if given["status"] == "infeasible" and len(given["conflict"]["members"]) > 1:
        rows = [(a + [0 if k == 0 else 1], sense, b) for k, (a, sense, b) in enumerate(halved(hard_rows(game, terms)))]
        least = by_qsopt([0] * n + [1], rows)
        if least <= 0:
            found.append(f"QSopt_ex finds no conflict: {least}")
    return found


def halved(rows):
    """Equations but the first as two inequalities"""
    yield rows[0]
    for a, sense, b in rows[1:]:
        yield a, ">=", b
        if sense == "=":
            yield [-t for t in a], ">=", -b


# ---------------------------------------------------------------- one sheet
def verify_faults(sheet, result):
    """accord verify holds of every certificate, of a split or of a conflict"""
    with tempfile.TemporaryDirectory() as folder:
        paths = os.path.join(folder, "result.json"), os.path.join(folder, "sheet.json")
        for path, document in zip(paths, (result, sheet)):
            with open(path, "w") as file:
                json.dump(document, file)
        done = subprocess.run([PROGRAM, "verify", *paths, "--json"], capture_output=True, text=True, timeout=60)
    checks = json.loads(done.stdout)["checks"]
    proofs = sum("certificate" in a or "conflict" in a for a in result["allocations"])
    if not all(check["holds"] for check in checks) or len(checks) < proofs:
        return [f"verify: exit {done.returncode}, {len(checks)} checks of {proofs} proofs: {checks}"]
    return []


def wanted(rule, sheet, terms):
    """The oracle's shares, None for infeasible, "undefined" """
    try:
        return oracle_terms.allocate_under_terms(rule, sheet, terms)
    except oracle.Undefined:
        return "undefined"


def faults(number, sheet, game, terms):
    found = repair_faults(random.Random(SEED * 100000 + number), sheet, game, terms)
    code, result = run("solve", sheet)
    found += verify_faults(sheet, result)
    found += second_solver_faults(sheet, game, terms) if number % 4 == 0 else []
    clash = not oracle_terms.feasible(hard_rows(game, terms), len(game.ids))
    for given in result["allocations"]:
        rule, status = given["rule"], given["status"]
        if status == "ok":
            x = [Fraction(given["exact"][i]) if "exact" in given else Fraction(given["shares"][i]) for i in game.ids]
            if not given.get("under_terms") or (rule != "nash" and not given["terms"]["met"]):
                found.append(f"{rule}: not told to be under terms, or terms not met")
        if status == "infeasible" and not conflict_holds(given["conflict"], game, terms):
            found.append(f"{rule}: the conflict proves nothing: {given['conflict']}")
        if status == "infeasible" and not oracle_terms.is_irreducible_conflict(
                [member_rows(m, game, terms) for m in given["conflict"]["members"]], len(game.ids)):
            found.append(f"{rule}: a member can be spared: {given['conflict']}")
        if rule == "nash":
            found += nash_faults(given, x if status == "ok" else None, game, terms, sheet.get("weights", {}))
            continue
        sheet_of = oracle.read_sheet(json.dumps(sheet))
        want = wanted(rule, sheet_of, terms)
        own = (sum if game.goal == "benefit" else lambda t: -sum(t))([game.table[1 << i] for i in range(len(game.ids))])
        if rule == "nucleolus" and own > oracle_terms.sign(game.goal) * game.table[-1]:
            want = "undefined"
        if rule == "egalitarian-core" and oracle.facts(game.table, game.goal)["empty"]:
            want = "undefined"
        got = {"ok": lambda: x, "infeasible": lambda: None}.get(status, lambda: status)()
        if got != want:
            found.append(f"{rule}: {status} {got and [str(t) for t in got]}, not {want and [str(t) for t in want]}")
    if clash and code != 1 or code not in (0, 1):
        found.append(f"exit {code}, clash {clash}")
    return found


def nash_faults(given, x, game, terms, weights):
    s, n = oracle_terms.sign(game.goal), len(game.ids)
    own = sum(s * game.table[1 << i] for i in range(n))
    if s * game.table[-1] <= own:
        return [] if given["status"] == "undefined" else [f"nash: {given['status']} without a gain"]
    if given["status"] == "ok":
        return [] if nash_is_best(x, game, terms, weights) else [f"nash: {[float(t) for t in x]} is not best"]
    if given["status"] == "infeasible":
        meets = oracle_terms.feasible(hard_rows(game, terms) + own_rows(game), n)
        return ["nash: infeasible, but a split meets everything"] if meets else []
    return [] if given["status"] == "undefined" else [f"nash: {given['status']}"]


REASON = "no split meets every clause"


def wrong_reasons():
    """A prenucleolus does not ask that nobody be worse off than alone, and does not say so"""
    sheet = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values": {"A": 0, "B": 0, "*": 10}},
             "terms": [{"party": "A", "min": 11}, {"party": "B", "min": 0}],
             "rules": [{"rule": rule, "under_terms": True, "as": rule} for rule in ("nucleolus", "prenucleolus")]}
    reasons = [a["reason"] for a in run("solve", sheet)[1]["allocations"]]
    return [] if reasons == [REASON + " and leaves nobody worse off than alone", REASON] else [f"reasons: {reasons}"]


def main():
    rng = random.Random(SEED)
    print(f"seed {SEED}, {ROUNDS} sheets, {PROGRAM}")
    sheets = [drawn(rng, k) for k in range(ROUNDS)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda k: faults(k, *sheets[k]), range(ROUNDS)))
    for (sheet, _, _), found in zip(sheets, results):
        for fault in found:
            print(f"FAIL {fault}\n{json.dumps(sheet)}")
    results.append(wrong_reasons())
    for fault in results[-1]:
        print(f"FAIL {fault}")
    failed = sum(map(bool, results))
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

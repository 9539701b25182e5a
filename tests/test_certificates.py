# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of every 3-party game with values 0..2 and of random games in many degenerate families, benefit
and cost, pass `accord verify` and the checker in certificates.py, and are refused by both once altered.

ACCORD_SEED chooses the random games, ACCORD_ROUNDS how many; below 400 the 3-party games are thinned as much.
"""
import concurrent.futures
import hashlib
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
import certificates

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
SEED = int(os.environ.get("ACCORD_SEED", "1"))
ROUNDS = int(os.environ.get("ACCORD_ROUNDS", "400"))
STEP = max(1, 400 // ROUNDS)
SIZES = {2: 2, 3: 3, 4: 5, 5: 5, 6: 4, 7: 2, 8: 2}     # parties: how often


# ---------------------------------------------------------------- families of games: value(S) by bitmask
def table_of(n, value):
    return [Fraction(0)] + [Fraction(value(S)) for S in range(1, 1 << n)]


def total(x, S):
    return sum(t for i, t in enumerate(x) if S >> i & 1)


def zero_one(rng, n, goal):
    chance = rng.choice([0.2, 0.5, 0.8])
    return table_of(n, lambda S: rng.random() < chance)


def ties(rng, n, goal):
    """A few positive integers, so that many coalitions tie"""
    low, high = rng.choice([(0, 3), (1, 2), (1, 4)]), rng.choice([0, 1, 3])
    return table_of(n, lambda S: rng.randint(*low) + high * S.bit_count())


def voting(rng, n, goal):
    w = [rng.choice([0, 1, 1, 2, 3, 5]) for _ in range(n)]
    quota, prize = rng.randint(1, max(1, sum(w))), rng.choice([1, 1, 100])
    return table_of(n, lambda S: prize * (total(w, S) >= quota))


def bankruptcy(rng, n, goal):
    """What the others' claims leave of the estate; a cost: each group's claims, as far as there is an estate"""
    claims = [rng.choice([0, 100, 200, 200, rng.randint(1, 300)]) for _ in range(n)]
    estate = Fraction(rng.randint(0, 12), 12) * sum(claims)
    if goal == "cost":
        return table_of(n, lambda S: min(estate, total(claims, S)))
    return table_of(n, lambda S: max(0, estate - total(claims, ~S & (1 << n) - 1)))


def airport(rng, n, goal):
    """The largest need; a benefit: what sharing one runway saves"""
    needs = [rng.choice([1, 5, 5, 0, rng.randint(1, 40)]) for _ in range(n)]
    cost = table_of(n, lambda S: max(t for i, t in enumerate(needs) if S >> i & 1))
    return cost if goal == "cost" else table_of(n, lambda S: total(needs, S) - cost[S])


def glove(rng, n, goal):
    hands = [rng.choice([(1, 0), (0, 1), (2, 0), (0, 2), (1, 1)]) for _ in range(n)]
    return table_of(n, lambda S: min(total([a for a, _ in hands], S), total([b for _, b in hands], S)))


def matching(rng, n, goal):
    """The best matching inside S, between two sides (assignment) or among all"""
    two_sides = rng.random() < 0.5
    worth = {1 << i | 1 << j: rng.choice([0, 1, 2, 2, rng.randint(0, 9)])
             for i in range(n) for j in range(i) if not two_sides or (i - j) % 2}
    best = [0]
    for S in range(1, 1 << n):
        i = S & -S
        pairs = [worth[P] + best[S ^ P] for P in worth if P & S == P and P & i]
        best.append(max([best[S ^ i]] + pairs))
    return [Fraction(t) for t in best]


def unanimity(rng, n, goal):
    """A few unanimity games, some of them against"""
    low = rng.choice([1, -3])
    parts = [(rng.randint(1, (1 << n) - 1), rng.randint(low, 5)) for _ in range(rng.randint(1, 2 * n))]
    return table_of(n, lambda S: sum(d for T, d in parts if T & S == T))


def symmetric(rng, n, goal):
    worth = [rng.randint(0, 3 * k + 1) for k in range(n + 1)]
    return table_of(n, lambda S: worth[S.bit_count()])


def negative(rng, n, goal):
    return table_of(n, lambda S: rng.randint(-9, rng.choice([-1, 3])))


def additive(rng, n, goal):
    """Every split but one is objected to; sometimes one coalition is worth more or less than its members"""
    x = [Fraction(rng.randint(-3, 9), rng.choice([1, 1, 4])) for _ in range(n)]
    apart = rng.choice([0, rng.randint(1, (1 << n) - 1)])
    return table_of(n, lambda S: total(x, S) + (S == apart) * Fraction(rng.choice([-1, 1]), 8))


def near_symmetric(rng, n, goal):
    """Ties that are broken only in the ninth to fifteenth decimal place"""
    worth, tiny = [rng.randint(1, 4) * k for k in range(n + 1)], Fraction(1, 10 ** rng.choice([9, 12, 15]))
    return table_of(n, lambda S: worth[S.bit_count()] + rng.choice([-1, 0, 0, 1, 2]) * tiny)


def big_digits(rng, n, goal):
    """Sixteen to twenty-four digits"""
    places, digits = rng.randint(2, 12), rng.randint(16, 24)
    return table_of(n, lambda S: Fraction(rng.randrange(1, 10 ** digits) * S.bit_count(), 10 ** places))


FAMILIES = [zero_one, ties, voting, bankruptcy, airport, glove, matching, unanimity, symmetric, negative, additive,
            near_symmetric, big_digits]


def small_games():
    """Every 3-party game with values 0..2, both ways"""
    games = itertools.product(itertools.product(range(3), repeat=7), ("benefit", "cost"))
    for values, goal in itertools.islice(games, (SEED - 1) % STEP, None, STEP):
        yield "0..2", goal, [Fraction(t) for t in (0, *values)]


def random_games():
    """Every family in turn, as a benefit and as a cost"""
    rng = random.Random(SEED)
    for k in range(ROUNDS):
        family, goal = FAMILIES[k // 2 % len(FAMILIES)], ("benefit", "cost")[k % 2]
        n = rng.choices(list(SIZES), list(SIZES.values()))[0]
        yield family.__name__, goal, family(rng, n, goal)


# ---------------------------------------------------------------- one game
def text_of(table, goal):
    """The sheet; every value as a fraction in a string"""
    n = len(table).bit_length() - 1
    return json.dumps({"accord": 1, "parties": [f"P{i}" for i in range(n)],
                       "model": {"type": "coalitions", "goal": goal, "values": [str(t) for t in table]}})


def run(*arguments):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout


def wrong_allocations(result, table, goal, ids, rules):
    """What the independent checker says of every rule's answer"""
    found = {a["rule"]: a for a in result["allocations"]}
    for rule in rules:
        status = "undefined" if certificates.undefined(rule, table, goal) else "ok"
        if rule not in found or found[rule]["status"] != status:
            yield f"{rule}: not {status}"
        elif status == "ok" and (reason := certificates.kohlberg(rule, table, goal, ids, found[rule])):
            yield f"{rule}: {reason}"


def facts_due(empty):
    return ([] if empty else ["core-split", "core-range"]) + ["least-core", "cost-of-stability"]


def wrong_core(result, table, goal, ids):
    """The core is empty where even the prenucleolus, just proved, leaves someone a gain; then a proof is there"""
    core, prenucleolus = result["game"]["core"], next(a for a in result["allocations"] if a["rule"] == "prenucleolus")
    shares = [Fraction(prenucleolus["exact"][i]) for i in ids]
    empty = max(certificates.Split("prenucleolus", table, goal, shares).excess.values()) > 0
    if core["empty"] is not empty:
        yield f"core empty: {core['empty']}, not {empty}"
    elif empty is not ("certificate" in core):
        yield "core: a certificate of an empty core where it is not, or none where it is"
    elif reason := certificates.core_facts(table, goal, ids, result["game"]):
        yield f"core: {reason}"
    elif certificates.facts_there(result["game"]) != facts_due(empty):
        yield f"core: {certificates.facts_there(result['game'])} are proved"


def wrong_verdict(result, code, text):
    """`accord verify` must find every certificate there is, and nothing wrong with any"""
    if code != 0:
        return [f"verify: exit {code}: {text[:300]}"]
    answer = json.loads(text)
    seen = sorted((c["rule"] or "", c["what"], c["holds"]) for c in answer["checks"])
    there = [(a["rule"], "kohlberg", True) for a in result["allocations"] if a["status"] == "ok"]
    there += [("", "balanced", True)] if result["game"]["core"]["empty"] else []
    there += [("", kind, True) for kind in certificates.facts_there(result["game"])]
    return [] if answer["verified"] and seen == sorted(there) else [f"verify: {text[:300]}"]


def examine(name, goal, table, rules, folder):
    """(what is wrong with the game's certificates, the result)"""
    n = len(table).bit_length() - 1
    ids, sheet, result_file = [f"P{i}" for i in range(n)], str(Path(folder, "s.json")), str(Path(folder, "r.json"))
    Path(sheet).write_text(text_of(table, goal))
    code, text = run("solve", sheet, "--json", "--facts", "proofs", "--rule", ",".join(rules))
    due = int(any(certificates.undefined(rule, table, goal) for rule in rules))
    if code != due:
        return [f"solve: exit {code}, not {due}"], None
    Path(result_file).write_text(text)
    result = json.loads(text)
    wrong = list(wrong_allocations(result, table, goal, ids, rules))
    wrong += [] if wrong else wrong_core(result, table, goal, ids)
    return wrong + wrong_verdict(result, *run("verify", result_file, sheet, "--json")), result


# ---------------------------------------------------------------- alterations
def let_pass(result, table, goal, folder, rng):
    """Alterations that the checker in certificates.py lets pass, or (of a few, drawn) `accord verify`"""
    ids, every = [party["id"] for party in result["parties"]], list(certificates.alterations(result))
    for what, rule, changed, _ in every:
        reason = certificates.kohlberg(rule, table, goal, ids, changed) if rule else (
            certificates.core_facts(table, goal, ids, changed))
        if reason is None:
            yield f"the checker lets pass {what}"
    for what, _, _, changed in rng.sample(every, min(len(every), 8)):
        Path(folder, "altered.json").write_text(json.dumps(changed))
        code, _ = run("verify", str(Path(folder, "altered.json")), str(Path(folder, "s.json")))
        if code != 1:
            yield f"verify: exit {code} for {what}"


def outgrown(result, table, goal, folder, rng):
    """Once a coalition that no certificate lists is worth far more, points (1) to (3) still hold: (4) must fail"""
    ids, sign = [party["id"] for party in result["parties"]], -1 if goal == "cost" else 1
    answers = [a for a in result["allocations"] if a["status"] == "ok" and a["rule"] != "proportional-nucleolus"]
    listed = {certificates.bitmask(row["parties"], ids)
              for a in answers for level in a["certificate"]["levels"] for row in level["coalitions"]}
    free = [S for S in range(1, len(table) - 1) if S.bit_count() > 1 and S not in listed]
    if not free:
        return
    grown = list(table)
    grown[rng.choice(free)] += sign * 10 ** 40
    for a in answers:
        reason = certificates.kohlberg(a["rule"], grown, goal, ids, a)
        if not (reason or "").startswith("(4)"):
            yield f"{a['rule']}, a coalition grown: {reason}"
    sheet, text = Path(folder, "grown.json"), text_of(grown, goal)
    sheet.write_text(text)
    source = {**result["input"], "sha256": hashlib.sha256(text.encode()).hexdigest()}
    Path(folder, "altered.json").write_text(json.dumps({**result, "input": source, "allocations": answers}))
    code, text = run("verify", str(Path(folder, "altered.json")), str(sheet), "--json")
    if code != 1 or any(c["holds"] for c in json.loads(text)["checks"] if c["what"] == "kohlberg"):
        yield f"verify, a coalition grown: exit {code}: {text[:300]}"


# ---------------------------------------------------------------- all games
def batch(games, rules):
    """[(family, goal, table, what is wrong)]; alterations are tried on the first game"""
    found, rng = [], random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for k, (name, goal, table) in enumerate(games):
            try:
                wrong, result = examine(name, goal, table, rules, folder)
                if not wrong and k == 0:
                    wrong = list(let_pass(result, table, goal, folder, rng))
                    wrong += outgrown(result, table, goal, folder, rng)
            except Exception as error:      # whatever shape the answer has, go on with the next game
                wrong = [f"{type(error).__name__}: {error}"]
            found.append((name, goal, table, wrong))
    return found


def main():
    rules = certificates.rules_of(json.loads(run("rules", "--json")[1]))
    small, chosen = list(small_games()), list(random_games())
    print(f"seed {SEED}: {len(small)} games of 3 parties with values 0..2, {len(chosen)} random games of "
          f"{len(FAMILIES)} families; {', '.join(rules)}")
    games, failed = small + chosen, 0
    workers = os.cpu_count() or 1
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        batches = [pool.submit(batch, games[k:k + 40], rules) for k in range(0, len(games), 40)]
        for name, goal, table, wrong in (one for done in batches for one in done.result()):
            failed += bool(wrong)
            if wrong and failed <= 20:
                print(f"\nFAIL {name} {goal}", *wrong[:6], text_of(table, goal), sep="\n  ")
    print(f"{len(games) - failed} passed, {failed} failed")
    return failed > 0 or len(rules) < 3


if __name__ == "__main__":
    sys.exit(main())

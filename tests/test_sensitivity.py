# SPDX-License-Identifier: GPL-3.0-or-later
"""accord sensitivity against solving again: a value moved inside its interval changes the shares exactly as
predicted, and just outside it does not.

Every derivative and every end of an interval is tried on moved sheets, all of them solved in one run. ACCORD_SEED (1)
seeds the games, ACCORD_ROUNDS (40) says how many.
"""
import csv
import io
import json
import os
import random
import subprocess
import sys
from fractions import Fraction
from suite import run_tests

PROGRAM = os.environ.get("ACCORD", "build/accord")
SEED, ROUNDS = int(os.environ.get("ACCORD_SEED", "1")), int(os.environ.get("ACCORD_ROUNDS", "40"))
TINY = Fraction(1, 10 ** 9)
ADDITIVE = "equal equal-surplus ensc shapley solidarity weighted-shapley owen aumann-dreze myerson contribution adjusted-shapley".split()
QUOTIENTS = "proportional scrb gately banzhaf tau nash".split()
LEVELS = "nucleolus prenucleolus per-capita-nucleolus proportional-nucleolus egalitarian-core modiclus".split()
CLAIMS = ("proportional cea cel talmud reverse-talmud random-arrival piniles constrained-egalitarian minimal-overlap "
          "adjusted-proportional average average-of-awards shapley nucleolus").split()


def run(command, sheets, *arguments):
    """The results of a command on many sheets, in their order"""
    lines = "".join(json.dumps(sheet) + "\n" for sheet in sheets)
    done = subprocess.run([PROGRAM, command, "-", "--ndjson", "--quiet", *arguments], input=lines, text=True,
                          capture_output=True, timeout=300)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(sheets), (done.returncode, done.stderr[:400])
    return results


def shares_of(result, label):
    """The exact shares by a rule, or None where it has none"""
    for allocation in result.get("allocations", []):
        if allocation["label"] == label and allocation["status"] == "ok":
            return {party: Fraction(share) for party, share in allocation["exact"].items()}
    return None


def game_sheet(rng, n, rules, ties):
    """A game of small whole numbers; with ties, of very few different ones"""
    ids, goal = list("ABCDEF")[:n], rng.choice(["benefit", "cost"])
    def value(S):
        size = S.bit_count()
        return rng.randint(size - 1, size) if ties else rng.randint(3 * size * size, 4 * size * size + 9)
    table = [0] + [value(S) + (1 if "proportional-nucleolus" in rules else 0) for S in range(1, 1 << n)]
    if rng.random() < 0.5 and goal == "benefit":
        table[-1] += rng.randint(1, 4 * n)
    names = {"+".join(ids[i] for i in range(n) if S >> i & 1): table[S] for S in range(1, 1 << n)}
    names["*"] = names.pop("+".join(ids))
    return {"accord": 1, "parties": ids, "model": {"type": "coalitions", "goal": goal, "values": names},
            "unions": {"U": ids[:2]}, "links": [[ids[i], ids[i + 1]] for i in range(n - 1)],
            "weights": {party: rng.randint(1, 3) for party in ids},
            "criteria": [{"name": "c", "weight": 1, "scores": {party: rng.randint(1, 5) for party in ids}}], "rules": rules}


def moved(sheet, pointer, value):
    """The sheet with another number at a pointer"""
    copy = json.loads(json.dumps(sheet))
    at, keys = copy, [key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:]]
    for key in keys[:-1]:
        at = at[int(key)] if isinstance(at, list) else at[key]
    at[int(keys[-1]) if isinstance(at, list) else keys[-1]] = str(value)
    return copy


class Trials:
    """Predictions about moved sheets, gathered first and then solved together"""
    mover = staticmethod(moved)

    def __init__(self):
        self.sheets, self.predictions = [], []

    def add(self, sheet, pointer, at, label, expected, holds, exact=True):
        copy = self.mover(sheet, pointer, at)
        copy["rules"] = [rule for rule in sheet["rules"] if (rule["as"] if isinstance(rule, dict) else rule) == label]
        self.sheets.append(copy)
        self.predictions.append((label, expected, holds, exact, pointer, at, sheet))

    def check(self):
        """How many predictions there were"""
        for result, (label, expected, holds, exact, pointer, at, sheet) in zip(run("solve", self.sheets, "--facts", "none"), self.predictions):
            got = shares_of(result, label)
            if exact:
                agree = got == expected
            else:
                agree = got is not None and all(abs(got[p] - expected[p]) <= Fraction(1, 10 ** 12) for p in expected)
            if agree and not holds:  # the same line goes on behind a point at which the rule has no answer
                end = run("solve", [self.mover(sheet, pointer, at + step) for step in (TINY, -TINY)], "--facts", "none")
                holds = any(shares_of(one, label) is None for one in end)
            assert agree == holds, (label, pointer, str(at), "inside" if holds else "outside", got, expected, json.dumps(sheet))
        return len(self.predictions)


def add_entry(trials, rng, sheet, pointer, entry, label, base, outside=True):
    """What one entry of a result says of moved sheets"""
    value, rate = Fraction(entry["exact_value"]), {party: Fraction(d) for party, d in entry["exact"].items()}
    low, high = (None if entry[end] is None else Fraction(entry[end]) for end in ("exact_low", "exact_high"))
    def line(at):
        return {party: base[party] + rate[party] * (at - value) for party in base}
    if entry.get("curved"):
        assert low == high == value
        for side in (-1, 1):
            if entry.get("side") in (None, "below" if side < 0 else "above"):
                trials.add(sheet, pointer, value + side * TINY, label, line(value + side * TINY), True, exact=False)
        return
    assert (low is None or low <= value) and (high is None or value <= high), entry
    assert low is None or low != high, (label, entry, json.dumps(sheet))
    left, right = value - 5 if low is None else low, value + 5 if high is None else high
    inside = left + (right - left) * Fraction(rng.randint(1, 99), 100)
    trials.add(sheet, pointer, inside, label, line(inside), True)
    if outside and low is not None and entry.get("side") != "above":
        trials.add(sheet, pointer, low - TINY, label, line(low - TINY), False)
    if outside and high is not None and entry.get("side") != "below":
        trials.add(sheet, pointer, high + TINY, label, line(high + TINY), False)


def pointer_of(sheet, coalition):
    return "/model/values/" + ("*" if len(coalition) == len(sheet["parties"]) else "+".join(coalition))


def try_games(rules, sizes, ties, rounds, share):
    """Predictions of the influences of random games; share: how many of the entries are tried"""
    rng, trials, kinks, entries = random.Random(SEED + sum(map(len, rules)) + ties), Trials(), 0, 0
    sheets = [game_sheet(rng, rng.choice(sizes), rules, ties) for _ in range(rounds)]
    for sheet, result, solved in zip(sheets, run("sensitivity", sheets), run("solve", sheets, "--facts", "none")):
        for rule in result["rules"]:
            if rule["status"] != "ok":
                assert rule["influence"] == []
                continue
            base = shares_of(solved, rule["label"])
            covered = {tuple(entry["coalition"]) for entry in rule["influence"]}
            assert rule["label"] in QUOTIENTS + LEVELS or len(covered) == (1 << len(sheet["parties"])) - 1
            for entry in rule["influence"]:
                kinks += "side" in entry
                entries += 1
                if "exact" in entry and rng.random() < share:
                    add_entry(trials, rng, sheet, pointer_of(sheet, entry["coalition"]), entry, rule["label"], base)
    return trials.check(), kinks, entries


# -------------------------------------------------------------------- games
def test_linear_rules():
    tried, kinks, _ = try_games(ADDITIVE, [2, 3, 4], False, max(ROUNDS // 6, 4), 0.3)
    assert tried > 50 and kinks == 0, (tried, kinks)


def test_quotients():
    tried, _, _ = try_games(QUOTIENTS, [2, 3, 4], False, ROUNDS // 2, 0.4)
    assert tried > 50, tried
    assert try_games(QUOTIENTS, [2, 3, 4], True, ROUNDS // 2, 0.4)[0] > 20


def test_levels():
    tried, _, _ = try_games(LEVELS, [2, 3, 4], False, ROUNDS // 2, 0.5)
    assert tried > 15, tried


def test_kinks_of_games_with_ties():
    _, kinks, _ = try_games(LEVELS, [3, 3, 4], True, ROUNDS // 4, 0.4)
    assert kinks > 20, kinks


# -------------------------------------------------------------------- terms
def terms_sheet(rng):
    sheet = game_sheet(rng, rng.choice([2, 3, 3]), [], rng.random() < 0.3)
    ids, total = sheet["parties"], Fraction(sheet["model"]["values"]["*"])
    sheet["terms"] = [{"clause": "1", "party": "A", "min": str(total * Fraction(rng.randint(1, 9), 10))},
                      {"party": "B", "max_share": str(Fraction(rng.randint(2, 9), 10))},
                      rng.choice([{"ratio": ["A", "B"], "max": 2}, {"order": ids}, {"equal": ids[:2]}])]
    sheet["rules"] = [{"rule": rule, "under_terms": True, "as": rule} for rule in ("nucleolus", "prenucleolus", "shapley")]
    return sheet


def given_way(sheet, term, step):
    """The sheet in which a clause gives way by a step, as a sum with its bound moved"""
    copy = json.loads(json.dumps(sheet))
    ids, total, clause = sheet["parties"], Fraction(sheet["model"]["values"]["*"]), sheet["terms"][term]
    def row(coefficients, **bounds):
        return {"linear": {p: str(c) for p, c in coefficients.items()}, **{side: str(bound) for side, bound in bounds.items()}}
    if "min" in clause and "party" in clause:
        rows = [row({"A": 1}, min=Fraction(clause["min"]) - step)]
    elif "max_share" in clause:
        rows = [row({"B": 1}, max=Fraction(clause["max_share"]) * total + step)]
    elif "ratio" in clause:
        rows = [row({"A": 1, "B": -2}, max=step), row({"B": 1}, min=-step)]
    elif "equal" in clause:
        rows = [row({"A": 1, "B": -1}, min=-step, max=step)]
    else:
        rows = [row({ids[k]: 1, ids[k + 1]: -1}, min=-step) for k in range(len(ids) - 1)]
    copy["terms"][term:term + 1] = rows
    return copy


def largest_excess(sheet, shares):
    values, sign = sheet["model"]["values"], 1 if sheet["model"]["goal"] == "benefit" else -1
    return max((sign * (Fraction(value) - sum(shares[p] for p in key.split("+"))) for key, value in values.items() if key != "*"))


def test_prices_of_clauses():
    """A clause given way by a tiny step moves shares and the largest excess by just its price"""
    rng, moved_sheets, wanted = random.Random(SEED + 9), [], []
    sheets = [terms_sheet(rng) for _ in range(ROUNDS // 2)]
    for sheet, result, solved in zip(sheets, run("sensitivity", sheets), run("solve", sheets, "--facts", "none")):
        assert len(result["terms"]) == 3 and result["terms"][0]["clause"] == "1" and result["terms"][1]["term"] == "/terms/1"
        for k, term in enumerate(result["terms"]):
            assert (term["slack"] is None) == (not term["prices"])
            for price in term["prices"]:
                moved_sheets.append(given_way(sheet, k, TINY))
                wanted.append((price, shares_of(solved, price["label"]), sheet, k))
    assert len(wanted) > ROUNDS
    nonzero = 0
    for result, (price, base, sheet, k) in zip(run("solve", moved_sheets, "--facts", "none"), wanted):
        got = shares_of(result, price["label"])
        rates = {party: (got[party] - base[party]) / TINY for party in base}
        assert {party: str(rate) for party, rate in rates.items()} == price["exact"], (rates, price, sheet, k)
        assert (largest_excess(sheet, got) - largest_excess(sheet, base)) / TINY == Fraction(price["exact_max_excess"])
        nonzero += any(rates.values())
    assert nonzero > 10, nonzero


def test_values_under_terms():
    """Coalitions' values, also the total that shares of it are fractions of"""
    rng, trials = random.Random(SEED + 10), Trials()
    sheets = [terms_sheet(rng) for _ in range(max(ROUNDS // 10, 2))]
    for sheet, result, solved in zip(sheets, run("sensitivity", sheets), run("solve", sheets, "--facts", "none")):
        for rule in result["rules"]:
            for entry in rule["influence"]:
                if "exact" in entry and rng.random() < 0.5:
                    add_entry(trials, rng, sheet, pointer_of(sheet, entry["coalition"]), entry, rule["label"], shares_of(solved, rule["label"]))
    assert trials.check() > 10


# ------------------------------------------------------------------- inputs
def input_sheets(rng):
    """Sheets of models with numbers of their own"""
    for _ in range(max(ROUNDS // 10, 2)):
        ids = list("ABCD")[:rng.choice([2, 3, 4])]
        claims = {party: rng.randint(1, 30) for party in ids}
        yield {"accord": 1, "parties": ids, "rules": CLAIMS,
               "model": {"type": "claims", "estate": rng.randint(1, sum(claims.values())), "claims": claims}}
        yield {"accord": 1, "parties": ids, "rules": ["shapley", "nucleolus", "scrb", "weighted-shapley", "contribution"],
               "weights": {party: rng.randint(1, 3) for party in ids},
               "criteria": [{"name": "c", "weight": 2, "scores": {party: rng.randint(1, 5) for party in ids}},
                            {"name": "d", "weight": 1, "scores": {party: rng.randint(1, 5) for party in ids}}],
               "transaction_costs": {"per_member": "1/10"},
               "model": {"type": "synergies", "standalone": {party: rng.randint(0, 5) for party in ids},
                         "synergies": [{"parties": ids[:2], "value": rng.randint(1, 9)}, {"parties": ids, "value": rng.randint(1, 9)}]}}
        yield {"accord": 1, "parties": ids, "rules": ["shapley", "banzhaf", "tau", "owen", "nucleolus", "prenucleolus", "per-capita-nucleolus", "egalitarian-core"],
               "unions": {"U": ids[:2]},
               "model": {"type": "synergies", "goal": rng.choice(["benefit", "cost"]), "standalone": {party: rng.randint(0, 5) for party in ids},
                         "synergies": [{"parties": rng.sample(ids, rng.randint(2, len(ids))), "value": rng.choice([-2, 1, 3, 5])} for _ in range(3)]}}
        votes = {party: rng.randint(20, 50) for party in ids}
        yield {"accord": 1, "parties": ids, "rules": ["shapley", "banzhaf", "deegan-packel"],
               "model": {"type": "voting", "quota": sum(votes.values()) // 2 + 1, "weights": votes, "prize": 12}}


def test_inputs():
    rng, trials, entries = random.Random(SEED + 77), Trials(), 0
    sheets = list(input_sheets(rng))
    for sheet, result, solved in zip(sheets, run("sensitivity", sheets), run("solve", sheets, "--facts", "none")):
        assert "errors" not in result, result
        pointers = {entry["pointer"] for entry in result["inputs"]}
        assert sheet["model"]["type"] == "voting" or len(pointers) >= len(sheet["parties"]), result["inputs"]
        for entry in result["inputs"]:
            entries += 1
            if "exact" in entry and rng.random() < 0.4:
                base = shares_of(solved, entry["label"])
                add_entry(trials, rng, sheet, entry["pointer"], entry, entry["label"], base)
    assert trials.check() > 50 and entries > 100


def test_probabilities_give_way_to_each_other():
    """A probability moved by a little, the others in proportion: the shares move by just its derivative"""
    sheet = {"accord": 1, "parties": ["A", "B"], "rules": ["shapley", "euler"], "model": {"type": "risk", "scenarios": [
        {"probability": "0.2", "loss": {"A": 10, "B": 3}}, {"probability": "0.3", "loss": {"A": 2, "B": 8}},
        {"probability": "1/2", "loss": {"A": 1, "B": 0}}], "measure": {"type": "expectation"}}}
    base, result = run("solve", [sheet], "--facts", "none")[0], run("sensitivity", [sheet])[0]
    entries = [e for e in result["inputs"] if e["pointer"] == "/model/scenarios/0/probability"]
    assert {entry["label"] for entry in entries} == {"shapley", "euler"}
    step, copy = Fraction(1, 1000), json.loads(json.dumps(sheet))
    for k, scenario in enumerate(copy["model"]["scenarios"]):
        p = Fraction(scenario["probability"])
        scenario["probability"] = str(p + step if k == 0 else p * (1 - Fraction(1, 5) - step) / (1 - Fraction(1, 5)))
    solved = run("solve", [copy], "--facts", "none")[0]
    for entry in entries:
        was, now = shares_of(base, entry["label"]), shares_of(solved, entry["label"])
        assert {party: str((now[party] - was[party]) / step) for party in was} == entry["exact"]
        assert Fraction(str(entry["high"])) == 1 and Fraction(str(entry["low"])) == 0


def test_synergies_by_the_chain_rule():
    """x_i moves by 1/|T| with a synergy of T that i is in, by Shapley's rule"""
    sheet = {"accord": 1, "parties": list("ABC"), "rules": ["shapley"],
             "model": {"type": "synergies", "standalone": {"A": 1, "B": 2, "C": 3}, "synergies": [{"parties": ["A", "B"], "value": 4}]}}
    found = {entry["pointer"]: entry for entry in run("sensitivity", [sheet])[0]["inputs"]}
    assert found["/model/synergies/0/value"]["exact"] == {"A": "1/2", "B": "1/2", "C": "0"}
    assert found["/model/standalone/C"]["exact"] == {"A": "0", "B": "0", "C": "1"}
    assert all(entry["low"] is None and entry["high"] is None for entry in found.values())


# ---------------------------------------------------------------- proposals
def test_margins_flip_the_objection():
    rng, sheets, wanted = random.Random(SEED + 5), [], []
    games = [game_sheet(rng, rng.choice([2, 3, 4]), ["equal"], rng.random() < 0.5) for _ in range(max(ROUNDS // 6, 4))]
    for game in games:
        ids = game["parties"]
        split = [rng.randint(0, 9) for _ in ids[1:]]
        game["proposals"] = {"p": dict(zip(ids, [game["model"]["values"]["*"] - sum(split), *split]))}
    for game, result in zip(games, run("sensitivity", games)):
        margins = result["proposals"][0]["margins"]
        assert len(margins) == (1 << len(game["parties"])) - 2
        room = [abs(Fraction(str(m["value"])) - Fraction(m["exact"])) for m in margins]
        assert room == sorted(room) and result["proposals"][0]["name"] == "p"
        worse = 1 if game["model"]["goal"] == "benefit" else -1
        for margin in rng.sample(margins, min(3, len(margins))):
            for step, objects in ((TINY, True), (0, False), (-TINY, False)):
                sheets.append(moved(game, pointer_of(game, margin["coalition"]), Fraction(margin["exact"]) + worse * step))
                wanted.append((margin["coalition"], objects))
    for result, (coalition, objects) in zip(run("check", sheets, "--facts", "none", "--top", "100"), wanted):
        worst = [objection["coalition"] for objection in result["proposals"][0]["objections"]["worst"]]
        assert (coalition in worst) == objects, (coalition, result["proposals"][0]["objections"])


def test_margins_where_values_are_unknown():
    """What check says depends is what a margin has limits on both sides of, with the same threshold"""
    rng, games = random.Random(SEED + 12), []
    for _ in range(max(ROUNDS // 4, 5)):
        game = game_sheet(rng, 3, ["shapley"], False)
        values, worse = game["model"]["values"], 1 if game["model"]["goal"] == "benefit" else -1
        for key in rng.sample(["A+B", "A+C", "B+C"], 2):
            values[key] = rng.choice([None, [values[key], values[key] + 5]])
        game["assume"] = []
        split = [rng.randint(0, 20) for _ in "AB"]
        game["proposals"] = {"p": {"A": split[0], "B": split[1], "C": values["*"] - sum(split)}}
        games.append((game, worse))
    depends = 0
    for (game, worse), found, checked in zip(games, *(run(command, [game for game, _ in games]) for command in ("sensitivity", "check"))):
        assert found["rules"][0]["ranges"] and found["rules"][0]["influence"] == []
        thresholds = {tuple(f["coalition"]): f["threshold"] for f in checked["proposals"][0]["findings"] if f["verdict"] == "depends" and "threshold" in f}
        for margin in found["proposals"][0]["margins"]:
            value, at = margin["value"], margin["flips_at"]
            low, high = value if isinstance(value, list) else (value, value)
            stated = game["model"]["values"].get("+".join(margin["coalition"]))
            assert stated is None or value == stated, (margin, stated)
            least, most = (low, high) if worse > 0 else (None if high is None else -high, None if low is None else -low)
            open_ended = (least is None or least <= worse * at) and (most is None or most > worse * at)
            assert (tuple(margin["coalition"]) in thresholds) == open_ended, (margin, thresholds, game)
            if open_ended:
                depends += 1
                assert thresholds[tuple(margin["coalition"])] == at
    assert depends > 3, depends


# -------------------------------------------------------------------- flips
def test_flips():
    """At a flip both get the same, just behind it the ranking has turned, and no smaller change of a value turns it"""
    rng, moved_sheets, wanted = random.Random(SEED + 6), [], []
    sheets = [game_sheet(rng, rng.choice([2, 3]), ["shapley", "nucleolus", "scrb"], False) for _ in range(max(ROUNDS // 8, 4))]
    results = run("sensitivity", sheets)
    def lead_at(sheet, flip, at, lead, pointer=None):
        copy = moved(sheet, pointer or pointer_of(sheet, flip["coalition"]), at)
        copy["rules"] = [flip["rule"]]
        moved_sheets.append(copy)
        wanted.append((flip, lead))
    for sheet, result in zip(sheets, results):
        for flip in result["flips"]:
            if "exact" not in flip:
                continue
            at, value = Fraction(flip["exact"]), Fraction(str(flip["value"]))
            lead_at(sheet, flip, at, "none")
            lead_at(sheet, flip, at + (TINY if at > value or at == value and not flip["coalition"] else -TINY), "turned" if at != value else "any")
            for key, now in sheet["model"]["values"].items():
                for part in (Fraction(-9, 10), Fraction(9, 10)):
                    lead_at(sheet, flip, now + part * abs(at - value), "not turned", "/model/values/" + key)
    counts = {}
    for result, (flip, lead) in zip(run("solve", moved_sheets, "--facts", "none"), wanted):
        got = shares_of(result, flip["label"])
        if got is None:
            assert lead == "not turned"
            continue
        turn = got[flip["party"]] - got[flip["exceeds"]]
        counts[lead] = counts.get(lead, 0) + 1
        assert {"none": turn == 0, "turned": turn > 0, "not turned": turn <= 0, "any": True}[lead], (flip, lead, turn)
    assert counts["turned"] > 10 and counts["none"] > 10 and counts["not turned"] > 100, counts


# --------------------------------------------------------------- the program
def program(*arguments, sheet):
    done = subprocess.run([PROGRAM, "sensitivity", "-", *arguments], input=json.dumps(sheet), text=True, capture_output=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


CONSORTIUM = {"accord": 1, "title": "T", "parties": ["uni", "firm", "inst"],
              "model": {"type": "coalitions", "values": {"uni": 1, "firm": 1, "inst": 1, "uni+firm": 7, "uni+inst": 5, "firm+inst": 4, "*": 10}},
              "proposals": {"draft": {"uni": 4.5, "firm": 3.5, "inst": 2}}}


def test_shape():
    code, out, _ = program("--json", "--rule", "shapley,nucleolus", sheet=CONSORTIUM)
    result = json.loads(out)
    assert code == 0 and result["format"] == 1 and [rule["rule"] for rule in result["rules"]] == ["shapley", "nucleolus"]
    for key in ("rules", "proposals", "terms", "inputs"):
        assert isinstance(result[key], list)
    for rule in result["rules"]:
        for entry in rule["influence"]:
            assert entry.keys() >= {"coalition", "value", "derivative", "low", "high"} and set(entry["derivative"]) == {"uni", "firm", "inst"}
    pair = next(e for e in result["rules"][1]["influence"] if e["coalition"] == ["uni", "firm"])
    assert (pair["derivative"], pair["low"], pair["high"]) == ({"uni": 0.25, "firm": 0.25, "inst": -0.5}, 5, 9)
    assert result["proposals"][0]["margins"][1] == {"coalition": ["inst"], "value": 1, "flips_at": 2, "exact": "2"}


def test_formats():
    code, out, _ = program("--rule", "shapley", sheet=CONSORTIUM)
    assert code == 0 and "What matters most" in out and "\u25cf" in out and "objects above" in out
    code, out, _ = program("--rule", "shapley", "--format", "csv", sheet=CONSORTIUM)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0 and [row["kind"] for row in rows if row["kind"] != "flip"] == ["coalition"] * 21 + ["margin"] * 6 and rows[0]["kind"] == "coalition" and {len(row) for row in rows} == {10}
    assert json.loads(program("--json", "--top", "2", "--rule", "shapley", sheet=CONSORTIUM)[1])["rules"][0]["influence"][2:] == []


def test_exit_codes():
    empty = {**CONSORTIUM, "model": {"type": "coalitions", "values": {"uni": 5, "firm": 5, "inst": 5, "uni+firm": 0, "uni+inst": 0, "firm+inst": 0, "*": 1}}}
    code, out, _ = program("--json", "--rule", "nucleolus", sheet=empty)
    assert code == 1 and json.loads(out)["rules"][0]["status"] == "undefined"
    assert program("--rule", "nosuch", sheet=CONSORTIUM)[0] == 2 and program(sheet={"accord": 1})[0] == 2
    large = {"accord": 1, "parties": [f"p{k}" for k in range(14)], "model": {"type": "synergies", "standalone": {}, "synergies": [
        {"parties": [f"p{k}", f"p{k + 1}"], "value": k + 1} for k in range(13)]}}
    assert program("--json", "--time-limit", "0.05", "--rule", "weighted-shapley,nucleolus,per-capita-nucleolus", sheet=large)[0] in (1, 3)


def test_the_same_again():
    assert program("--json", sheet=CONSORTIUM)[1] == program("--json", "--threads", "2", sheet=CONSORTIUM)[1]


def test_stated_values_are_inputs():
    """The values of coalitions stand among the inputs as well, under the pointers by which the sheet states them"""
    objects = {"A": 1, "B": "3/2", "C": 1, "B + A": 7, "A+C": {"value": 5, "source": "Annex"}, "B+C": 4, "*": 10}
    lists = [0, 1, "3/2", 7, 1, 5, 4, 10]
    for values, pointers in ((objects, {1: "A", 2: "B", 3: "B + A", 4: "C", 5: "A+C", 6: "B+C", 7: "*"}), (lists, {m: str(m) for m in range(1, 8)})):
        sheet = {"accord": 1, "parties": ["A", "B", "C"], "model": {"type": "coalitions", "values": values}, "rules": ["shapley", "nucleolus"]}
        (found,) = run("sensitivity", [sheet])
        wanted = []
        for rule in found["rules"]:
            for entry in rule["influence"]:
                mask = sum(1 << "ABC".index(p) for p in entry["coalition"])
                wanted.append((f"/model/values/{pointers[mask]}", rule["rule"], entry.get("side"), entry["exact"], entry["low"], entry["high"]))
        assert [(e["pointer"], e["rule"], e.get("side"), e["exact"], e["low"], e["high"]) for e in found["inputs"]] == wanted and len(wanted) >= 14
    additive = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "missing": "additive", "values": {"A": 1, "B": 2, "*": 4}}, "rules": ["shapley"]}
    assert {e["pointer"] for e in run("sensitivity", [additive])[0]["inputs"]} == {"/model/values/A", "/model/values/B", "/model/values/*"}


def test_numbers_of_many_parties():
    """Beyond 10 parties as many numbers as --top says, 15 where it does not; what is left out is counted"""
    ids = [f"p{i}" for i in range(12)]
    sheet = {"accord": 1, "parties": ids, "model": {"type": "synergies", "standalone": {p: i for i, p in enumerate(ids)},
             "synergies": [{"parties": [ids[i], ids[i - 1]], "value": i + 1} for i in range(12)]}, "rules": ["shapley"]}
    for more, count in (((), 15), (("--top", "20"), 20), (("--top", "100"), 24)):
        (found,) = run("sensitivity", [sheet], *more)
        assert len(found["inputs"]) == count, (more, len(found["inputs"]))
        assert any(f"{24 - count} numbers of the sheet beyond the first {count} are left out" in w for w in found["warnings"]) == (count < 24), found["warnings"]


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

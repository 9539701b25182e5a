# SPDX-License-Identifier: GPL-3.0-or-later
"""Votes: published answers, votes too large for a table, warnings, and what every command says about them."""
import copy
import json
import math
import random
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import certificates
from suite import run_tests
from test_cli import SEED, run, solve

INDICES = "shapley,banzhaf,deegan-packel,holler,johnston"


def vote(*weights, quota, **more):
    """A sheet with one majority; prize, rules ... as well"""
    ids = [f"p{i}" for i in range(len(weights))]
    model = {"type": "voting", "quota": quota, "weights": dict(zip(ids, weights))} | {k: more.pop(k) for k in ["prize"] if k in more}
    return {"accord": 1, "parties": ids, "model": model, **more}


def shares(sheet, rules, *arguments):
    """{rule: [exact share, ...]}, all of them ok"""
    code, result = solve(sheet, "--rule", rules, "--facts", "none", *arguments)
    assert code == 0 and all(a["status"] == "ok" for a in result["allocations"]), (code, result)
    return {a["rule"]: [Fraction(a["exact"][p["id"]]) for p in result["parties"]] for a in result["allocations"]}


def test_published():
    council = shares(vote(4, 4, 4, 2, 2, 1, quota=12), "shapley,banzhaf")  # European Economic Community, 1958
    assert council["banzhaf"] == [Fraction(5, 21)] * 3 + [Fraction(1, 7)] * 2 + [0]
    assert council["shapley"] == [Fraction(7, 30)] * 3 + [Fraction(3, 20)] * 2 + [0]
    united = shares(vote(*[7] * 5, *[1] * 10, quota=39), "shapley,banzhaf")  # UN Security Council
    assert united["shapley"] == [Fraction(421, 2145)] * 5 + [Fraction(4, 2145)] * 10
    assert united["banzhaf"] == [Fraction(848, 5080)] * 5 + [Fraction(84, 5080)] * 10
    holler_illing = vote(35, 20, 15, 15, 15, quota=51)  # 2006, 6.3.3
    assert shares(holler_illing, "deegan-packel")["deegan-packel"] == [Fraction(t, 60) for t in (18, 9, 11, 11, 11)]
    details = solve(holler_illing, "--rule", "banzhaf")[1]["allocations"][0]["details"]["exact_power"]
    assert details["to_act"] == "13/32" and details["to_prevent"]["p0"] == "11/13" and details["to_initiate"]["p1"] == "5/19"


# ------------------------------------------------------------ counted by other means
def by_weight(weights, quota):
    """Shapley and Banzhaf of one majority, each party left out of the count by size and weight in turn"""
    n, x = len(weights), {}
    for i, own in enumerate(weights):
        if own in x:
            continue
        ways = {(0, 0): 1}
        for w in weights[:i] + weights[i + 1:]:
            more = dict(ways)
            for (s, votes), count in ways.items():
                if votes + w < quota:
                    more[s + 1, votes + w] = more.get((s + 1, votes + w), 0) + count
            ways = more
        swings = [sum(c for (t, votes), c in ways.items() if t == s and votes + own >= quota) for s in range(n)]
        x[own] = sum(Fraction(c, n * math.comb(n - 1, s)) for s, c in enumerate(swings)), sum(swings)
    all_swings = sum(x[w][1] for w in weights)
    return [x[w][0] for w in weights], [Fraction(x[w][1], all_swings) for w in weights]


def test_without_a_table():
    rng = random.Random(SEED)
    for n in (23, 30, 45):
        weights = [rng.randint(0, 7) for _ in range(n)]
        for quota in (sum(weights) // 2 + 1, rng.randint(1, sum(weights))):
            found = shares(vote(*weights, quota=quota), "shapley,banzhaf")
            assert (found["shapley"], found["banzhaf"]) == by_weight(weights, quota), (weights, quota)


def test_alike_in_all_forms():
    """One majority, the same twice, by its minimal winning coalitions, and with too many parties by one without votes"""
    rng = random.Random(SEED)
    for n in (4, 7):
        weights = [rng.randint(1, 9) for _ in range(n)]
        quota, extra = rng.randint(sum(weights) // 2, sum(weights)), 25
        few, many = vote(*weights, quota=quota), vote(*weights, *[0] * extra, quota=quota)
        groups = [[i for i in range(n) if S >> i & 1] for S in range(1 << n)]
        minimal = [[f"p{i}" for i in S] for S in groups if 0 <= sum(weights[i] for i in S) - quota < min(weights[i] for i in S or [0])]
        known = shares(few, INDICES)
        for rule, x in shares(many, INDICES).items():
            assert x == known[rule] + [0] * extra, rule
        for form, rules in (({"all_of": [many["model"] | {"type": None}] * 2}, "shapley,banzhaf"),
                            ({"winning": minimal}, "shapley,banzhaf,deegan-packel,holler")):
            for majority in form.get("all_of", []):
                majority.pop("type", None)
            found = shares({**many, "model": {"type": "voting"} | form}, rules)
            assert all(x == known[rule] + [0] * extra for rule, x in found.items()), form


def test_hundreds():
    """Exact where it can be, doubles that sum to the prize beyond; equal parties get the same"""
    rng = random.Random(SEED)
    weights = [rng.randint(1, 20) for _ in range(100)]
    found = shares(vote(*weights, quota=sum(weights) // 2 + 1, prize=100), INDICES)
    assert all(sum(x) == 100 for x in found.values())
    for x in found.values():
        assert all(x[i] == x[j] for i in range(100) for j in range(i) if weights[i] == weights[j])
    weights = [rng.randint(1, 200) for _ in range(1000)]
    code, result = solve(vote(*weights, quota=sum(weights) // 2 + 1), "--rule", "shapley")
    one = result["allocations"][0]
    values = list(one["shares"].values())
    assert code == 0 and one["status"] == "ok" and "exact" not in one and abs(sum(values) - 1) < 1e-12
    assert sorted(values) == [v for _, v in sorted(zip(weights, values))] and result["game"]["core"]["empty"] in (True, None)
    code, out, err = run("solve", "-", "--rule", "shapley", "--exact", sheet=vote(*weights, quota=sum(weights) // 2 + 1))
    assert code == 2 and "E082" in err, (code, err)


def test_same_shares_near_and_far():
    """300 equal parties, and weights so large that a diagram is all there is"""
    assert shares(vote(*[3] * 300, quota=452), "shapley,banzhaf")["shapley"] == [Fraction(1, 300)] * 300
    huge = vote(*[10 ** 15] * 24, quota=13 * 10 ** 15 - 1)
    assert shares(huge, "shapley")["shapley"] == [Fraction(1, 24)] * 24
    odd = [10 ** 12 + 3 ** i for i in range(24)]
    few = shares(vote(*odd, quota=22 * 10 ** 12), "shapley")["shapley"]
    assert few == shares(vote(*[1] * 24, quota=22), "shapley")["shapley"]


def test_doubles_are_close_to_the_counts():
    """Where memory ends before every vote is counted: the same to nine digits, or no answer"""
    rng = random.Random(SEED)
    weights = [rng.randint(1, 200) for _ in range(1000)]
    for percent in (50, 53):
        sheet = vote(*weights, quota=sum(weights) * percent // 100 + 1)
        exact = solve(sheet, "--rule", "banzhaf", "--facts", "none")[1]["allocations"][0]
        code, result = solve(sheet, "--rule", "banzhaf", "--facts", "none", "--memory-limit", "9M")
        (near,) = result["allocations"]
        assert code == 0 and near["status"] == "ok" and "exact" in exact and "exact" not in near, (code, near["status"])
        assert all(math.isclose(exact["shares"][p], near["shares"][p], rel_tol=1e-9) for p in exact["shares"]), percent
    for quota in (sum(weights) * 3 // 5, sum(weights) * 2 // 5):  # a chance that doubles lose beside 1
        code, result = solve(vote(*weights, quota=quota), "--rule", "banzhaf", "--facts", "none", "--memory-limit", "9M")
        (only,) = result["allocations"]
        assert code == 3 and only["status"] == "limit" and "all but decided" in only["reason"], (code, only["status"])


def test_limits():
    odd = vote(*[10 ** 12 + 7 ** i for i in range(40)], quota=20 * 10 ** 12 + 7 ** 39)
    for sheet, rules in ((odd, "shapley"), (vote(*range(1, 41), quota=400), "tau"),
                         (vote(*range(1, 41), quota=400) | {"model": {"type": "voting", "winning": [["p0", "p1"]]}}, "johnston")):
        code, result = solve(sheet, "--rule", rules)
        one = result["allocations"][0]
        assert code == 3 and one["status"] == "limit" and one["reason"], (code, one)
    code, out, err = run("solve", "-", "--time-limit", "0.2", "--rule", "johnston", sheet=vote(*range(1, 101), quota=2600))
    assert code == 3, (code, out, err)


# ------------------------------------------------------------------------ nucleolus
NUCLEOLI = "nucleolus,prenucleolus"


def verified(sheet, result, folder):
    """The exit code of `accord verify`"""
    for name, written in (("sheet", sheet), ("result", result)):
        Path(folder, name).write_text(json.dumps(written))
    return run("verify", Path(folder, "result"), Path(folder, "sheet"))[0]


def many_votes(rng):
    """Votes of 23 to 100 parties: many alike, a few large ones, all different, vetoes, parties without votes, one that wins alone"""
    yield vote(*[rng.choice([1, 1, 2, 3, 5, 8]) for _ in range(40)], quota=70)
    yield vote(*[100] * 3 + [1] * 60, quota=181)
    yield vote(*[rng.randint(1, 60) for _ in range(30)], quota=500)
    yield vote(*[40, 30, *[rng.randint(1, 3) for _ in range(30)]], quota=110)
    yield vote(*[9, 7, 7, 5, 3, 1, *[0] * 20], quota=20)
    yield vote(*[30, *[1] * 25], quota=30)
    yield vote(*[1] * 50, quota=26)
    yield vote(*[3] * 20 + [5] * 30 + [7] * 50, quota=393)
    yield {**vote(*[1] * 27, quota=15), "model": {"type": "voting", "prize": "7/3", "all_of": [
        {"quota": 15, "weights": {f"p{i}": 1 for i in range(27)}},
        {"quota": 65, "weights": {f"p{i}": [19, 15, 13, 11, 9, 4, 4, 3, 3, 2, 2, 2, 2, 2][i] if i < 14 else 1 for i in range(27)}}]}}
    yield {**vote(*[1] * 30, quota=2), "model": {"type": "voting", "winning": [[f"p{i}" for i in range(k, 30, 4)] for k in range(3)] + [["p0", "p2", "p29"]]}}


def test_nucleolus_without_a_table():
    """Proved by accord verify, which has a search of its own; the core by its proof as well"""
    with tempfile.TemporaryDirectory() as folder:
        for sheet in many_votes(random.Random(SEED)):
            code, result = solve(sheet, "--rule", NUCLEOLI, "--facts", "core")
            assert code == 0 and [a["status"] for a in result["allocations"]] == ["ok"] * 2, (sheet, code)
            assert verified(sheet, result, folder) == 0, sheet
            empty = result["game"]["core"]["empty"]
            assert empty is all(wins_without(sheet, p) for p in sheet["parties"])
            vetoes = [p for p in sheet["parties"] if empty is False and not wins_without(sheet, p)]
            prize = Fraction(sheet["model"].get("prize", 1))
            for one in result["allocations"] if vetoes else []:
                assert one["exact"] == {p: str(prize / len(vetoes)) if p in vetoes else "0" for p in sheet["parties"]}, sheet


def wins_without(sheet, party):
    model, others = sheet["model"], [p for p in sheet["parties"] if p != party]
    if "winning" in model:
        return any(party not in group for group in model["winning"])
    return all(sum(m["weights"][p] for p in others) >= m["quota"] for m in model.get("all_of", [model]))


def test_nucleolus_near_and_far():
    """As from the table, with parties that have no votes beside"""
    rng = random.Random(SEED)
    for n in (3, 5, 7, 8):
        weights = [rng.randint(1, 9) for _ in range(n)]
        quota = rng.randint(sum(weights) // 2, sum(weights))
        few, many = vote(*weights, quota=quota), vote(*weights, *[0] * 20, quota=quota)
        known = shares(few, NUCLEOLI)
        for rule, x in shares(many, NUCLEOLI).items():
            assert x == known[rule] + [0] * 20, (rule, weights, quota)


def test_two_who_win_alone():
    code, result = solve(vote(*[5, 5] + [1] * 25, quota=5), "--rule", NUCLEOLI)
    assert code == 1 and [a["status"] for a in result["allocations"]] == ["undefined", "ok"], result["allocations"]


def test_verify_refuses_other_proofs():
    """One digit, sign, party or level changed, of proofs that no table is gone through for"""
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for sheet in (vote(*[4, 3, 3, 2, 1] + [0] * 18, quota=7), vote(5, *[1] * 23, quota=14), vote(*[2] * 3 + [1] * 20, quota=22)):
            code, result = solve(sheet, "--rule", NUCLEOLI, "--facts", "core")
            assert code == 0 and verified(sheet, result, folder) == 0
            for _ in range(15):
                what, other = changed_somewhere(result, rng)
                assert verified(sheet, other, folder) == 1, what


def changed_somewhere(result, rng):
    """One text of one proof changed, or a level left out"""
    ids, k = [party["id"] for party in result["parties"]], rng.randrange(len(result["allocations"]))
    answer = result["allocations"][k]
    if rng.randrange(10) == 0:
        answer = copy.deepcopy(answer)
        del answer["certificate"]["levels"][-1]
        what = f"{answer['rule']} without its last level"
    else:
        path = ("certificate", *rng.choice(list(certificates.texts(answer["certificate"]))))
        other, answer = rng.choice(list(certificates.altered(answer, path, ids)))
        what = f"{answer['rule']} {path}: {other}"
    return what, {**result, "allocations": result["allocations"][:k] + [answer] + result["allocations"][k + 1:]}


def test_rules_of_single_parties():
    """Rules that ask for no more than totals, stand-alone values and what each adds: the same with a table and without"""
    rules = ["equal", "equal-surplus", "ensc", "scrb", "gately", "nash", "proportional"]
    for weights, quota in (([5, 3, 2], 8), ([6, 2, 2], 6), ([4, 4, 4], 12), ([3, 2, 2], 4)):
        few, many = vote(*weights, quota=quota, prize=9), vote(*weights, *[0] * 30, quota=quota, prize=9)
        for rule in rules:
            near, far = (solve(s, "--rule", rule, "--facts", "none")[1]["allocations"][0] for s in (few, many))
            assert near["status"] == far["status"], (rule, weights, near, far)
            if near["status"] == "ok" and rule not in ("equal", "equal-surplus", "ensc", "nash"):  # which also pay those without votes
                assert list(far["exact"].values()) == [*near["exact"].values()] + ["0"] * 30, rule
    claims = {"accord": 1, "parties": [f"c{i}" for i in range(30)], "model": {"type": "claims", "estate": 100, "claims": {f"c{i}": i + 1 for i in range(30)}}}
    code, result = solve(claims, "--rule", "equal,ensc,gately")
    equal, ensc, gately = ([Fraction(v) for v in a["exact"].values()] for a in result["allocations"])
    assert code == 0 and equal == [Fraction(10, 3)] * 30
    assert ensc == [i + 1 + Fraction(100 - 465, 30) for i in range(30)] and gately == [(i + 1) * Fraction(100, 465) for i in range(30)]
    rng = random.Random(SEED)
    loss = [[rng.randint(-5, 20) for _ in range(25)] for _ in range(20)]
    risk = {"accord": 1, "parties": [f"r{i}" for i in range(25)], "model": {"type": "risk", "measure": {"type": "expected-shortfall", "tail": "1/10"},
            "scenarios": [{"probability": "1/20", "loss": {f"r{i}": x for i, x in enumerate(row)}} for row in loss]}}
    alone, whole = [Fraction(sum(sorted(row[i] for row in loss)[-2:]), 2) for i in range(25)], Fraction(sum(sorted(map(sum, loss))[-2:]), 2)
    code, result = solve(risk, "--rule", "equal,equal-surplus,proportional", "--facts", "none")
    equal, surplus, proportional = ([Fraction(v) for v in a["exact"].values()] for a in result["allocations"])
    assert code == 0 and equal == [whole / 25] * 25 and surplus == [a + (whole - sum(alone)) / 25 for a in alone]
    assert proportional == [whole * a / sum(alone) for a in alone]


def test_heavy_votes():
    """The nucleolus is asked of light votes unless it is named, and says so where it is out of reach"""
    weights = [10 ** 6 + 7 ** i for i in range(40)]
    code, result = solve(vote(*[1] * 101, quota=52))
    assert code == 0 and [a["rule"] for a in result["allocations"]] == ["shapley", "banzhaf"]
    code, result = solve(vote(*weights, quota=sum(weights) // 2), "--rule", "nucleolus", "--time-limit", "20")
    assert code == 3 and result["allocations"][0]["status"] == "limit"


# ---------------------------------------------------------------------------- words
def warnings(sheet):
    return solve(sheet, "--rule", "shapley", "--facts", "none")[1]["warnings"]


def test_two_sides_that_win():
    assert any("p0" in w and "p1, p2" in w for w in warnings(vote(2, 1, 1, quota=2))), warnings(vote(2, 1, 1, quota=2))
    assert warnings(vote(2, 1, 1, quota=3)) == []
    assert warnings(vote(2, 2, 2, quota=3)) == []  # 3 of 6, but no three votes are had
    many = [2] * 30
    assert warnings(vote(*many, quota=31)) == [] and any("win" in w for w in warnings(vote(*many, quota=30)))
    apart = {"accord": 1, "parties": ["A", "B", "C"], "model": {"type": "voting", "winning": [["A"], ["B", "C"]]}}
    assert len(warnings(apart)) == 1


def test_default_rules_and_words():
    code, result = solve(vote(3, 2, 2, quota=4))
    assert [a["rule"] for a in result["allocations"]] == ["shapley", "banzhaf", "nucleolus"] and code == 0
    code, result = solve({"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values": {"A": 1, "B": 1, "*": 3}}}, "--rule", "holler")
    assert code == 1 and "vote" in result["allocations"][0]["reason"]


def test_check_and_explain_without_a_table():
    sheet = vote(50, *[1] * 40, quota=51)
    split = ["p0=1"] + [f"p{i}=0" for i in range(1, 41)]
    assert run("check", "-", "--split", ",".join(split), sheet=sheet)[0] == 0
    code, result = solve(sheet, "--facts", "all", "--rule", "shapley")
    assert result["game"]["core"]["empty"] is False and result["game"]["core"]["ranges"]["p0"] == [1, 1]
    split[:2] = ["p0=0.5", "p1=0.5"]
    code, out, err = run("check", "-", "--json", "--split", ",".join(split), sheet=sheet)
    assert code == 1 and json.loads(out)["verdict"] == "fails"
    for rule in [*INDICES.split(","), "equal", "equal-surplus", "ensc", "nash", *NUCLEOLI.split(",")]:
        code, out, err = run("explain", "-", "--rule", rule, "--party", "p1", sheet=sheet)
        assert code == 0 and "p1 gets" in out, (rule, code, err)


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

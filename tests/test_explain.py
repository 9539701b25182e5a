# SPDX-License-Identifier: GPL-3.0-or-later
"""accord explain FILE --rule R: every rule on benefits, costs and claims. What is printed is computed again here, in
fractions: the terms add up to the oracle's shares, and every "1/3 x 6.00 = 2.00" in the words holds.

Three derivations stand word for word in tests/explain/; `python3 tests/test_explain.py --write` puts the present ones there.
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
from suite import run_tests

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.path.abspath(os.environ.get("ACCORD", str(ROOT / "build" / "accord")))
SEED = int(os.environ.get("ACCORD_SEED", "1"))
ROUNDS = int(os.environ.get("ACCORD_ROUNDS", "400")) // 20
NEAR = Fraction(1, 10 ** 9)
INEXACT = {"dominguez-thomson"}
GOLDEN = {"shapley.txt": ["examples/consortium.json", "--rule", "shapley"],
          "nucleolus.txt": ["examples/shared-laboratory.json", "--rule", "nucleolus"],
          "talmud.txt": ["examples/fund-shortfall.json", "--rule", "talmud", "--party", "pension"]}


def run(*arguments, sheet=None):
    done = subprocess.run([PROGRAM, "explain", *map(str, arguments)], input=sheet, capture_output=True, text=True, cwd=ROOT,
                          timeout=120)
    return done.returncode, done.stdout, done.stderr


def rules():
    done = subprocess.run([PROGRAM, "rules", "--json"], capture_output=True, text=True, check=True)
    return [rule["name"] for rule in json.loads(done.stdout)]


# -------------------------------------------------------------------- sheets
def overlays(rng, ids):
    """Unions, links, weights and criteria, so that every rule has what it needs"""
    half = rng.sample(ids, len(ids) // 2)
    scores = [{i: rng.randint(0, 9) for i in ids} | {ids[0]: 3} for _ in range(2)]
    pairs = [[i, j] for i in ids for j in ids if i < j and rng.random() < 0.6]
    return {"unions": {"one": half}, "links": pairs, "weights": {i: rng.randint(1, 4) for i in ids},
            "criteria": [{"name": f"criterion {k}", "weight": k + 1, "scores": s} for k, s in enumerate(scores)]}


def game(rng, n, goal, low=4, high=10, power=2):
    ids = [f"P{i}" for i in range(n)]
    least = 1 if goal == "cost" else power
    values = [0] + [int(rng.randint(low, high) * S.bit_count() ** (0.7 if goal == "cost" else least)) for S in range(1, 2 ** n)]
    return {"accord": 1, "parties": ids, "model": {"type": "coalitions", "goal": goal, "values": values}} | overlays(rng, ids)


def claims(rng, n, part):
    ids = [f"P{i}" for i in range(n)]
    owed = {i: rng.choice([rng.randint(1, 60), 10 * rng.randint(1, 30)]) for i in ids}
    sharing = rng.choice(["award", "loss"])
    estate = str(part * sum(owed.values()))
    return {"accord": 1, "parties": ids, "model": {"type": "claims", "estate": estate, "claims": owed, "sharing": sharing}} | overlays(rng, ids)


OF_RISKS = {"euler", "covariance", "shapley", "nucleolus"}
MEASURES = [{"type": "expected-shortfall", "tail": "3/10"}, {"type": "expected-shortfall", "tail": 1}, {"type": "value-at-risk", "tail": 0.2},
            {"type": "expectation"}, {"type": "standard-deviation"}, {"type": "semideviation"}, {"type": "entropic", "tolerance": 7}]


def risk(rng, n, measure):
    ids = list("ABCDEF"[:n])
    scenarios = [{"probability": p, "loss": {i: rng.randint(-3, 12) for i in ids}} for p in ("1/10", "2/5", "1/4", "1/4")]
    return {"accord": 1, "parties": ids, "model": {"type": "risk", "scenarios": scenarios, "measure": measure}} | overlays(rng, ids)


def example(name):
    return json.loads((ROOT / "examples" / f"{name}.json").read_text())


def sheets():
    """(name, sheet): benefits, costs and claims of 1 to 6 parties, and what is hard about them"""
    rng = random.Random(SEED)
    for name in ("consortium", "consortium-criteria", "licence-pool", "shared-laboratory", "water-network", "fund-shortfall"):
        yield name, example(name)
    for n in (1, 2, 3, 4, 5):
        yield f"benefit {n}", game(rng, n, "benefit")
        yield f"cost {n}", game(rng, n, "cost")
    for k, model in enumerate([{"quota": 4, "weights": {"A": 3, "B": 2, "C": 1}}, {"winning": [["A"], ["B", "C"]], "prize": "7/3"},
                               {"all_of": [{"quota": 2, "weights": {"A": 1, "B": 1, "C": 1}}] * 2, "prize": 100}]):
        yield f"vote {k}", {"accord": 1, "parties": ["A", "B", "C"], "model": {"type": "voting", **model}}
    yield "matching", {"accord": 1, "parties": list("ABCDE"), "model": {"type": "assignment", "left": ["A", "B"], "right": ["C", "D", "E"],
                       "values": {"A+C": 5, "A+D": 8, "B+C": "7/2", "B+D": 7, "B+E": 1}}}
    for k, measure in enumerate(MEASURES):
        yield f"risk {k}", risk(rng, 2 + k % 3, measure)
    for k, movements in enumerate([{}, {"A": 3, "C": 2}]):
        yield f"airport {k}", {"accord": 1, "parties": ["A", "B", "C"], "model": {"type": "airport", "needs": {"A": 8, "B": 0, "C": "37/3"}, "movements": movements}} | overlays(rng, ["A", "B", "C"])
    yield "tree", {"accord": 1, "parties": ["A", "B", "C", "D"], "model": {"type": "tree", "edges": [
        {"node": "n", "parent": "source", "cost": 9}, {"node": "m", "parent": "n", "cost": "7/3"}], "at": {"A": "m", "B": "n", "C": "m", "D": "source"}}} | overlays(rng, ["A", "B", "C", "D"])
    yield "network", {"accord": 1, "parties": ["A", "B", "C", "D"], "model": {"type": "spanning-tree", "edges": [
        {"between": ["source", "n"], "cost": 9}, {"between": ["n", "m"], "cost": "7/3"}, {"between": ["source", "m"], "cost": 10}],
        "at": {"A": "m", "B": "n", "C": "m", "D": "source"}}} | overlays(rng, ["A", "B", "C", "D"])
    yield "workshop", {"accord": 1, "parties": list("ABCD"), "model": {"type": "production", "resources": {
        "A": {"hours": 30, "timber": 2}, "B": {"timber": "33/2"}, "C": {"hours": 6}, "D": {}}, "prices": {"timber": 5},
        "products": [{"name": "table", "profit": 70, "needs": {"hours": 6, "timber": 4}}, {"name": "chair", "profit": 20, "needs": {"hours": 2, "timber": 1}}]}}
    yield "gloves", {"accord": 1, "parties": list("ABC"), "model": {"type": "production", "resources": {
        "A": {"left": 1}, "B": {"right": 1}, "C": {"right": 1, "left": 1}}, "products": [{"name": "pair", "profit": 1, "needs": {"left": 1, "right": 1}}]}}
    yield "empty core", game(rng, 4, "benefit", 4, 10, 1)
    yield "negative", game(rng, 4, "benefit", -9, 9)
    for k, part in enumerate([Fraction(0), Fraction(1, 5), Fraction(1, 2), Fraction(7, 10), Fraction(1)]):
        yield f"claims {part}", claims(rng, 2 + k % 4, part)
    for k in range(ROUNDS):
        goal, n = rng.choice(["benefit", "cost"]), rng.randint(2, 5)
        yield f"random {k}", rng.choice([lambda: game(rng, n, goal), lambda: claims(rng, n, Fraction(rng.randint(0, 20), 20))])()


# ------------------------------------------------------------------- numbers
NUMBER = r"-?\d+(?:\.\d+)?(?:/\d+)?"
SUM = re.compile(rf"((?:{NUMBER})(?: [x+/-] (?:{NUMBER}))+) = ({NUMBER})(?: \(exactly ({NUMBER})\))?")
DIFFERENCE = re.compile(rf"(?:adds|brings) ({NUMBER})(?: \(exactly {NUMBER}\))?(?: to the cost)? \(({NUMBER}) - \(?({NUMBER})\)?\)")


def computed(text):
    """The value of "1.00 + 1/3 x 6.00", products first"""
    parts, signs = re.split(r" ([+-]) ", text), {"+": 1, "-": -1}
    total = Fraction(0)
    for sign, product in zip(["+"] + parts[1::2], parts[::2]):
        tokens = re.split(r" ([x/]) ", product)
        value = Fraction(tokens[0])
        for operator, token in zip(tokens[1::2], tokens[2::2]):
            value = value * Fraction(token) if operator == "x" else value / Fraction(token)
        total += signs[sign] * value
    return total


def wrong_sums(text):
    """Each sum in the words that does not hold; a result without its fraction is exact"""
    flat = re.sub(r"\s+", " ", re.sub(r"\n  - ", "; ", text))
    for left, right, exact in SUM.findall(flat):
        if computed(left) != Fraction(exact or right):
            yield f"{left} = {exact or right}"
    for added, after, before in DIFFERENCE.findall(flat):
        if Fraction(added) != Fraction(after) - Fraction(before):
            yield f"{added} = {after} - {before}"


def terms_of(result, party):
    return [step for step in result["steps"] if step.get("party") == party and step.get("term")]


def check_terms(result, ids, exact):
    """The terms of every party told of add up to its share"""
    wanted = [result["party"]] if "party" in result else ids
    for i in wanted:
        terms = terms_of(result, i)
        assert terms, f"no terms for {i}"
        if exact:
            assert sum(Fraction(step["exact"]) for step in terms) == Fraction(result["exact"][i]), f"terms of {i}"
            assert all(abs(Fraction(step["amount"]) - Fraction(step["exact"])) <= NEAR * max(1, abs(Fraction(step["exact"]))) for step in terms), "doubles"
        else:
            assert abs(sum(Fraction(step["amount"]) for step in terms) - Fraction(result["shares"][i])) <= NEAR * (1 + abs(Fraction(result["shares"][i])))
    if "party" in result and not result["rule"].endswith("nucleolus"):
        assert {step.get("party", result["party"]) for step in result["steps"]} == {result["party"]}, "steps of others"


def check_guarantees(result, sheet):
    """What the words say of leaving and of standing alone, against the definitions"""
    said, denied = " ".join(result["guarantees"]), " ".join(result["not_guaranteed"])
    assert said and result["reference"] and not re.search("[(]null[)]|%", said + denied), said + denied
    if "exact" not in result or result["rule"] in oracle.CLAIMS_RULES and sheet.claims is not None:
        return
    x = [Fraction(result["exact"][i]) for i in sheet.ids]
    worst = max(oracle.excesses(sheet.table, x, sheet.goal).values(), default=Fraction(-1))
    sign = -1 if sheet.goal == "cost" else 1
    worse_off = any(sign * (x[i] - sheet.table[1 << i]) < 0 for i in range(len(x)))
    whole = sum(x) == sheet.table[-1]
    if re.search("No group (would|gets)", said):
        assert worst <= 0, "somebody would gain by leaving"
    if "Nobody gets less than" in said or "Nobody pays more than" in said:
        assert not worse_off, "somebody has more alone"
    named = re.search(rf"Here ([^.]*?) would (?:gain|save) ({NUMBER})[^(.]*(?:\.\d+)?[^(.]*(?:\(exactly ({NUMBER})\))?[^.]* by leaving", denied)
    if re.search(r"That no group would \w+ by leaving", denied) and whole:
        assert (worst > 0) == bool(named) and (worst > 0) != ("Here no group would." in denied), denied
        assert not named or Fraction(named.group(3) or named.group(2)) == worst, named.group(0)


# --------------------------------------------------------------------- tests
def explain_both(name, rule, text, sheet):
    """Every party in brief, then one in detail; returns whether the rule has an answer"""
    try:
        shares = oracle.allocate(rule, sheet)
    except (oracle.Undefined, ZeroDivisionError):
        shares = None
    for party in ([], ["--party", sheet.ids[len(sheet.ids) // 2]]):
        code, out, err = run("-", "--rule", rule, "--json", *party, sheet=text)
        assert code in (0, 1) and (not err or err.startswith("note: ")), f"exit {code}: {err}"
        result = json.loads(out)
        assert (result["format"], result["rule"], result.get("party")) == (1, rule, party[1] if party else None), out[:200]
        if code == 1:
            assert shares is None, result["reason"]
            assert result["reason"] and not result["steps"] and result["shares"] is None
            assert result["reason"] in re.sub(r"\s+", " ", run("-", "--rule", rule, *party, sheet=text)[1])
            continue
        exact = "exact" in result
        rounded = sheet.risk and sheet.risk.measure in oracle.IRRATIONAL
        assert exact == (rule not in INEXACT and not rounded and not (name == "consortium-criteria" and "criteria" in str(result["steps"]))), f"exact: {exact}"
        if exact and shares is not None:
            assert [Fraction(result["exact"][i]) for i in sheet.ids] == list(shares), "other shares than the oracle's"
        check_terms(result, sheet.ids, exact)
        check_guarantees(result, sheet)
        words = " ".join(step["text"] for step in result["steps"])
        wrong = list(wrong_sums(words)) if exact else []
        assert not wrong, wrong
        text_out = run("-", "--rule", rule, *party, sheet=text)[1]
        wrong = list(wrong_sums(text_out)) if exact else []
        assert not wrong, wrong
        flat = re.sub(r"\s+", " ", text_out)
        assert all(re.sub(r"\s+", " ", step["text"]) in flat for step in result["steps"]), "the text leaves something out"
        assert not re.search(r"\bnan\b|[(]null[)]", flat), "no number"
    return shares is not None


def test_every_rule():
    told = {rule: 0 for rule in rules()}
    for name, doc in sheets():
        text = json.dumps(doc)
        sheet = oracle.read_sheet(text)
        for rule in told:
            if sheet.risk and rule not in OF_RISKS:
                continue
            if rule == "modiclus" and len(sheet.ids) > 5:
                continue  # the oracle's programs have 3^n rows
            if rule in oracle.VOTING_RULES and not sheet.vote or rule == "shadow-price" and not sheet.priced or rule in oracle.RISK_RULES and not sheet.risk or rule in oracle.NETWORK_RULES and not sheet.network or (
                    rule in oracle.CLAIMS_RULES and rule not in oracle.GAME_RULES and sheet.claims is None):
                assert run("-", "--rule", rule, sheet=text)[0] == 1
                continue
            try:
                told[rule] += explain_both(name, rule, text, sheet)
            except (AssertionError, KeyError, ValueError) as wrong:
                raise AssertionError(f"{rule} on {name}: {wrong!r}\n{text}") from wrong
    assert all(told.values()), f"never explained: {[rule for rule in told if not told[rule]]}"


def test_the_table_is_complete():
    table = re.findall(r'^EXPLAINER\("([a-z-]+)", (explain_\w+)\)', (ROOT / "cli/explain/explainers.def").read_text(), re.M)
    assert sorted(rule for rule, _ in table) == sorted(rules())
    assert all(symbol == "explain_" + rule.replace("-", "_") for rule, symbol in table)


def test_golden():
    for name, arguments in GOLDEN.items():
        code, out, _ = run(*arguments)
        path = ROOT / "tests" / "explain" / name
        if "--write" in sys.argv:
            path.parent.mkdir(exist_ok=True)
            path.write_text(out)
        assert code == 0 and out == path.read_text(), f"{name}: now\n{out}"


def test_usage():
    consortium = "examples/consortium.json"
    for arguments, code, words in (([consortium, "--rule", "shapley", "--party", "unni"], 2, 'nearest party is "uni"'),
                                   ([consortium, "--rule", "shaply"], 2, 'nearest known rule is "shapley"'),
                                   ([consortium, "--rule", "shapley,nucleolus"], 2, "one rule is explained at a time"),
                                   ([consortium, "--rule", ""], 2, ""), ([consortium], 2, "rule by rule"),
                                   ([consortium, "--rule", "shapley", "--format", "csv"], 2, "no CSV form"),
                                   ([consortium, "--party", "uni"], 2, "--party goes with --rule"),
                                   (["examples/nosuch.json", "--rule", "shapley"], 2, "nosuch.json"),
                                   (["examples/with-mistakes.json", "--rule", "shapley"], 2, "E007"),
                                   (["examples/fund-shortfall.json", "--rule", "dominguez-thomson", "--exact"], 2, "E082")):
        status, out, err = run(*arguments)
        assert status == code and words in err and not out, (arguments, status, out, err)
    code, out, _ = run(consortium, "--rule", "shapley", "--party", "nobody", "--json")
    assert code == 2 and json.loads(out)["errors"][0]["code"] == "E029"
    assert run(consortium, "--rule", "talmud")[0] == 1
    big = json.dumps({"accord": 1, "parties": [f"P{i}" for i in range(14)],
                      "model": {"type": "coalitions", "values": [S.bit_count() ** 2 + S % 7 for S in range(2 ** 14)]}})
    assert run("-", "--rule", "nucleolus", "--time-limit", "0.0001", sheet=big)[0] == 3


def test_many_parties():
    rng = random.Random(SEED)
    sheet = json.dumps({"accord": 1, "parties": [f"P{i}" for i in range(11)],
                        "model": {"type": "coalitions", "values": [0] + [rng.randint(1, 9) * S.bit_count() for S in range(1, 2 ** 11)]}})
    for rule in ("shapley", "solidarity", "banzhaf", "tau", "nucleolus", "prenucleolus"):
        code, out, err = run("-", "--rule", rule, "--json", sheet=sheet)
        assert code in (0, 1) and not err, (rule, code, err)
        if code == 0:
            check_terms(json.loads(out), json.loads(sheet)["parties"], True)
    ids = [f"P{i}" for i in range(300)]
    owed = {i: rng.randint(1, 1000) for i in ids}
    sheet = json.dumps({"accord": 1, "parties": ids, "model": {"type": "claims", "estate": sum(owed.values()) // 3, "claims": owed}})
    for rule in ("proportional", "cea", "cel", "talmud", "reverse-talmud", "piniles", "constrained-egalitarian", "minimal-overlap",
                 "adjusted-proportional", "average"):
        code, out, err = run("-", "--rule", rule, "--json", sheet=sheet)
        assert code == 0 and not err, (rule, code, err)
        check_terms(json.loads(out), ids, True)


def test_floats():
    for rule in ("shapley", "nucleolus", "scrb", "tau", "banzhaf"):
        code, out, err = run("examples/consortium.json", "--rule", rule, "--float", "--json")
        assert code == 0 and not err and "exact" not in json.loads(out)
        check_terms(json.loads(out), ["uni", "firm", "inst"], False)
        assert run("examples/consortium.json", "--rule", rule, "--float")[0] == 0


def test_clauses():
    doc = example("consortium") | {"terms": [{"clause": "4.2", "party": "inst", "min": 3}, {"party": "uni", "max": 5}]}
    denied = json.loads(run("-", "--rule", "shapley", "--json", sheet=json.dumps(doc))[1])["not_guaranteed"]
    assert [d for d in denied if d.startswith("That the clauses of the contract are met. Clause 4.2") and "0.50" in d]
    doc["terms"][0]["min"] = 2
    denied = json.loads(run("-", "--rule", "shapley", "--json", sheet=json.dumps(doc))[1])["not_guaranteed"]
    assert "That the clauses of the contract are met. Here all of them are." in denied



if __name__ == "__main__":
    sys.exit(run_tests(globals()))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Two sides matched in pairs: the table against matchings tried one by one, the core and nucleolus beyond every table,
splits that fail there, and proofs that are refused once anything in them is changed."""
import json
import os
import random
import sys
import tempfile
from fractions import Fraction

import oracle
from suite import run_tests
from test_cli import SEED, run, solve

ROUNDS = int(os.environ.get("ACCORD_ROUNDS", "300"))
HOUSES = [[5, 8, 2], [7, 9, 6], [2, 3, 0]]  # what three houses and three buyers are worth to each other


def market(matrix, **more):
    """Rows l0, l1, ... and columns r0, r1, ...; None: no value is stated"""
    left, right = [f"l{i}" for i in range(len(matrix))], [f"r{j}" for j in range(len(matrix[0]))]
    values = {f"{l}+{r}": str(t) for l, row in zip(left, matrix) for r, t in zip(right, row) if t is not None}
    return {"accord": 1, "parties": more.pop("parties", left + right),
            "model": {"type": "assignment", "left": left, "right": right, "values": values}, **more}


def drawn(rng, rows, columns, high=20):
    return [[None if rng.random() < 0.1 else Fraction(rng.randint(-2, high), rng.choice([1, 1, 2, 3])) for _ in range(columns)]
            for _ in range(rows)]


def exact(allocation):
    return {i: Fraction(t) for i, t in allocation["exact"].items()}


def worth(sheet, l, r):
    return max(Fraction(0), Fraction(sheet["model"]["values"].get(f"{l}+{r}", 0)))


def objections(sheet, x):
    """Parties alone and pairs that would gain, by how much"""
    left, right = sheet["model"]["left"], sheet["model"]["right"]
    parts = {(i,): -x[i] for i in left + right} | {(l, r): worth(sheet, l, r) - x[l] - x[r] for l in left for r in right}
    return {who: t for who, t in parts.items() if t > 0}


def verified(result, sheet):
    """The exit code of accord verify, and the checks it made"""
    with tempfile.TemporaryDirectory() as folder:
        for name, what in (("r.json", result), ("s.json", sheet)):
            with open(f"{folder}/{name}", "w") as file:
                json.dump(what, file)
        code, out, err = run("verify", f"{folder}/r.json", f"{folder}/s.json", "--json")
    return code, json.loads(out)["checks"] if out else err


# ----------------------------------------------------------------------- small
def test_houses():
    """The two corners of the core, halfway between, and the nucleolus"""
    code, result = solve(market(HOUSES), "--rule", "shadow-price,nucleolus")
    prices, nucleolus = result["allocations"]
    assert code == 0 and result["game"]["value"] == 16
    assert result["game"]["core"]["ranges"] == {"l0": [3, 5], "l1": [5, 6], "l2": [0, 1], "r0": [1, 2], "r1": [3, 5], "r2": [0, 1]}
    assert prices["details"]["ranges"] == result["game"]["core"]["ranges"]
    assert list(exact(prices).values()) == [4, Fraction(11, 2), Fraction(1, 2), Fraction(3, 2), 4, Fraction(1, 2)]
    table = oracle.assignment_table(market(HOUSES)["model"], result["parties"] and [p["id"] for p in result["parties"]])
    assert list(exact(nucleolus).values()) == oracle.nucleolus(table)
    assert sorted(prices["details"]["matching"]) == [["l0", "r1"], ["l1", "r2"], ["l2", "r0"]]


def test_tables():
    """Every value, on hundreds of random markets with parties in any order"""
    rng = random.Random(SEED)
    for _ in range(ROUNDS):
        matrix = drawn(rng, rng.randint(1, 4), rng.randint(1, 4), rng.choice([3, 20, 10 ** 6]))
        sheet = market(matrix)
        rng.shuffle(sheet["parties"])
        table = oracle.assignment_table(sheet["model"], sheet["parties"])
        code, out, err = run("export", "-", "--as", "csv", sheet=sheet)
        stated = dict(line.rsplit(",", 1) for line in out.split()[1:])
        assert code == 0 and len(stated) == len(table) - 1
        for who, value in stated.items():
            assert Fraction(value) == table[oracle.coalition(who, sheet["parties"])], (who, value, sheet)


def test_values_beyond_words():
    """Values that need big integers give the same shares in another unit"""
    huge = [[Fraction(t) * 10 ** 40 for t in row] for row in HOUSES]
    small, large = (solve(market(m), "--rule", "shadow-price,nucleolus,shapley")[1]["allocations"] for m in (HOUSES, huge))
    for a, b in zip(small, large):
        assert [t * 10 ** 40 for t in exact(a).values()] == list(exact(b).values())


def test_corners_of_the_format():
    """A pair, a market where nobody is worth anything, and doubles"""
    code, result = solve(market([[7]]), "--facts", "all")
    assert code == 0 and all(list(exact(a).values()) == [Fraction(7, 2)] * 2 for a in result["allocations"])
    assert result["game"]["least_core"]["epsilon"] == -3.5 and verified(result, market([[7]]))[0] == 0
    nothing = market([[0, -1], [None, 0]])
    code, result = solve(nothing, "--facts", "all")
    assert code == 0 and all(set(exact(a).values()) == {0} for a in result["allocations"]) and verified(result, nothing)[0] == 0
    assert "Nobody: no two" in run("solve", "-", sheet=nothing)[1]
    code, result = solve(market(HOUSES), "--float")
    assert code == 0 and "exact" not in result["allocations"][0] and result["allocations"][-1]["shares"]["l0"] == 4


def test_with_overlays():
    """Clauses and costs of working together apply as to any game"""
    bound = market(HOUSES, terms=[{"party": "l2", "min": 1}], rules=[{"rule": r, "under_terms": True} for r in ("nucleolus", "shadow-price")])
    code, result = solve(bound)
    assert code == 0 and all(exact(a)["l2"] >= 1 and "certificate" not in a or a["rule"] == "nucleolus" for a in result["allocations"])
    code, result = solve(market(HOUSES, transaction_costs={"per_member": 1}))
    assert code == 0 and "nucleolus" in [a["rule"] for a in result["allocations"]] and "shadow-price" not in [a["rule"] for a in result["allocations"]]


# ------------------------------------------------------------------ beyond tables
def large(rng, rows=50, columns=50, high=1000):
    return market([[rng.randint(0, high) for _ in range(columns)] for _ in range(rows)])


def test_large_markets():
    """50 by 50 and more: in the core, ranges that other ways of reckoning give, and proofs that verify"""
    rng = random.Random(SEED)
    for rows, columns, high in ((50, 50, 1000), (50, 50, 2), (15, 60, 30), (60, 15, 10 ** 9), (70, 3, 5), (20, 20, 50)):
        sheet = large(rng, rows, columns, high)
        code, result = solve(sheet)
        assert code == 0 and [a["rule"] for a in result["allocations"]] == ["nucleolus", "shadow-price"]
        ranges = {i: [Fraction(t) for t in ends] for i, ends in result["game"]["core"]["exact"].items()}
        matched = dict(result["allocations"][1]["details"]["matching"])
        assert sum(worth(sheet, l, r) for l, r in matched.items()) == result["game"]["value"]
        for one in result["allocations"]:
            x = exact(one)
            assert not objections(sheet, x) and sum(x.values()) == result["game"]["value"] and one["core"]["member"] is True
            assert all(ranges[i][0] <= t <= ranges[i][1] for i, t in x.items())
        assert all(x[i] == sum(ranges[i]) / 2 for i in x)
        code, checks = verified(result, sheet)
        assert code == 0 and [c["what"] for c in checks] == ["dual", "kohlberg"] or [c["what"] for c in checks] == ["kohlberg", "dual"], checks


def test_corners_are_in_the_core():
    """What is best for the left side all together, and for the right"""
    rng = random.Random(SEED)
    for _ in range(5):
        sheet = large(rng, 25, 20, 40)
        ranges = solve(sheet)[1]["game"]["core"]["exact"]
        for best in (1, 0):
            x = {i: Fraction(ends[best if i[0] == "l" else 1 - best]) for i, ends in ranges.items()}
            assert not objections(sheet, x)
            assert run("check", "-", "--split", ",".join(f"{i}={t}" for i, t in x.items()), sheet=sheet)[0] == 0


def padded(matrix, rows, columns):
    """Parties besides who are worth nothing to anybody"""
    width = len(matrix[0])
    return [row + [None] * (columns - width) for row in matrix] + [[None] * columns for _ in range(rows - len(matrix))]


def test_same_with_strangers():
    """The nucleolus beyond tables, with parties who are worth nothing, is that of the small market"""
    rng = random.Random(SEED)
    for _ in range(12):
        matrix = drawn(rng, rng.randint(1, 4), rng.randint(1, 4))
        small, wide = market(matrix), market(padded(matrix, 20, 50))
        known = oracle.nucleolus(oracle.assignment_table(small["model"], small["parties"]))
        found = exact(solve(wide, "--rule", "nucleolus")[1]["allocations"][0])
        assert [found.pop(i) for i in small["parties"]] == known and not any(found.values()), matrix


def best_matching(values, rows, columns):
    """By the number of rows taken in and the set of columns used: small sides only"""
    best = {0: Fraction(0)}
    for r in range(rows):
        more = dict(best)
        for used, t in best.items():
            for c in range(columns):
                if not used >> c & 1 and values[r][c] > 0:
                    more[used | 1 << c] = max(more.get(used | 1 << c, Fraction(0)), t + values[r][c])
        best = more
    return max(best.values())


def test_check_beyond_tables():
    """A split fails by the pairs that object; the largest objection is a matching of them"""
    rng = random.Random(SEED)
    for _ in range(6):
        sheet = market([[rng.randint(0, 30) for _ in range(4)] for _ in range(27)])
        left, right = sheet["model"]["left"], sheet["model"]["right"]
        total = Fraction(solve(sheet, "--rule", "equal")[1]["game"]["value"])
        x = {i: total / 31 + rng.randint(-3, 3) for i in left + right}
        x["l0"] += total - sum(x.values())
        code, out, err = run("check", "-", "--json", "--split", ",".join(f"{i}={t}" for i, t in x.items()), sheet=sheet)
        proposal = json.loads(out)["proposals"][0]
        found, parts = proposal["objections"], objections(sheet, x)
        assert code == 1 and found["count"] is None and found["at_least"] == len(parts)
        listed = [Fraction(o["exact"]) for o in found["worst"]]
        assert listed == sorted(parts.values(), reverse=True)[:20]
        assert all(parts[tuple(o["coalition"]) if len(o["coalition"]) == 1 else tuple(sorted(o["coalition"]))] == Fraction(o["exact"]) for o in found["worst"])
        alone = {i: max(Fraction(0), -t) for i, t in x.items()}
        gains = [[worth(sheet, l, r) - x[l] - x[r] - alone[l] - alone[r] for r in right] for l in left]
        finding = next(f for f in proposal["findings"] if f["check"] == "coalition")
        assert Fraction(finding["exact"]) == sum(alone.values()) + best_matching(gains, 27, 4)
        members = finding["coalition"]
        inside = market([[worth(sheet, l, r) for r in members if r in right] for l in members if l in left]) if any(r in members for r in right) else None
        value = solve(inside, "--rule", "equal", "--facts", "none")[1]["game"]["value"] if inside else 0
        assert Fraction(value) - sum(x[i] for i in members) == Fraction(finding["exact"])


def test_check_of_shares_too_low():
    """Where the shares do not add up everybody would gain, which is no objection of a part"""
    sheet = large(random.Random(SEED), 40, 40, 9)
    code, out, err = run("check", "-", "--json", "--split", ",".join(f"{i}=0" for i in sheet["parties"]), sheet=sheet)
    finding = next(f for f in json.loads(out)["proposals"][0]["findings"] if f["check"] == "coalition")
    assert code == 1 and finding["verdict"] == "fail" and 0 < len(finding["coalition"]) < 80
    for form in ("text", "csv"):
        code, out, err = run("check", "-", "--format", form, "--split", ",".join(f"{i}=0" for i in sheet["parties"]), sheet=sheet)
        assert code == 1 and "would gain" in out


def test_proofs_are_refused():
    """Any one number, name or level of a proof changed"""
    rng = random.Random(SEED)
    sheet = large(rng, 30, 5, 20)
    result = solve(sheet)[1]
    assert verified(result, sheet)[0] == 0
    for _ in range(40):
        broken = json.loads(json.dumps(result))
        one = broken["allocations"][0]
        levels = one["certificate"]["levels"]
        level = rng.choice(levels)
        spoil = rng.randrange(9)
        if spoil == 0:
            level["excess"] = str(Fraction(level["excess"]) - 1)
        elif spoil == 1:
            rng.choice(level["coalitions"])["weight"] = "2/7"
        elif spoil == 2:
            rng.choice(level["earlier"])["weight"] = "9/7"
        elif spoil == 3:
            levels.remove(level)
        elif spoil == 4:
            rng.choice(level["coalitions"])["parties"] = rng.choice([["l0", "l1", "l2"], ["nobody"], [], ["l3", "l3"], sheet["parties"]])
        elif spoil == 5:
            a, b = rng.sample(sheet["parties"], 2)
            for shares in (one["exact"], one["certificate"]["shares"]):
                shares[a], shares[b] = str(Fraction(shares[a]) + 1), str(Fraction(shares[b]) - 1)
            one["shares"] = {i: float(Fraction(t)) for i, t in one["exact"].items()}
        elif spoil == 8:
            one["shares"]["l0"] = one["shares"]["l0"] + 1
        elif spoil == 6:
            levels.append(json.loads(json.dumps(levels[-1])))
        else:
            level["bounds"] = [{"party": "l0", "weight": "1"}]
        code, checks = verified(broken, sheet)
        assert code == 1 and not all(c["holds"] for c in checks), (spoil, checks)


def test_dual_is_refused():
    sheet = large(random.Random(SEED), 30, 5, 20)
    result = solve(sheet, "--rule", "shadow-price")[1]
    matching = result["allocations"][0]["certificate"]["matching"]
    for wrong in ([], matching[1:], matching + matching[:1], [["l0", "l1"]], [["l0"]], "none", matching[:-1] + [[matching[-1][1], matching[-1][0]]]):
        result["allocations"][0]["certificate"]["matching"] = wrong
        assert verified(result, sheet)[0] == 1, wrong


def test_what_is_not_worked_out():
    sheet = large(random.Random(SEED), 15, 15)
    code, result = solve(sheet, "--rule", "shapley")
    assert code == 3 and result["allocations"][0]["status"] == "limit" and "shadow-price" in result["allocations"][0]["reason"]
    for rule in ("nucleolus", "shadow-price"):
        code, out, err = run("explain", "-", "--rule", rule, "--party", "l0", sheet=sheet)
        assert code == 0 and "l0 works with" in out
    sheet["parties"], sheet["model"]["right"] = sheet["parties"] + ["r15"], sheet["model"]["right"] + ["r15"]
    assert "r15 is matched with nobody" in run("explain", "-", "--rule", "nucleolus", "--party", "r15", sheet=sheet)[1]
    assert run("export", "-", "--as", "csv", sheet=sheet)[0] == 3
    code, result = solve({**sheet, "rules": [{"rule": "nucleolus", "under_terms": True}], "terms": [{"party": "l0", "min": 1}]})
    assert code == 3 and result["allocations"][0]["status"] == "limit"


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

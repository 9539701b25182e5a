# SPDX-License-Identifier: GPL-3.0-or-later
"""Pooled resources made into products: the table against an exact simplex, prices against a second solver of Debian's, the
core by exact arithmetic, 200 parties, and proofs that are refused once anything in them is changed."""
import copy
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

import oracle
from suite import run_tests
from test_assignment import verified
from test_cli import SEED, changed, run, solve

ROUNDS = int(os.environ.get("ACCORD_ROUNDS", "300"))


def works(resources, products, prices=None, **more):
    """products: {name: (profit, needs) or (profit, needs, limit)}"""
    listed = [{"name": name, "profit": p[0], "needs": p[1]} | ({"limit": p[2]} if len(p) > 2 else {}) for name, p in products.items()]
    model = {"type": "production", "resources": resources, "products": listed} | ({"prices": prices} if prices else {})
    return {"accord": 1, "parties": list(resources), "model": model, **more}


def drawn(rng, n, resources, products, high=9, limited=0.3, bought=0.3):
    """Each product needs something that cannot be bought"""
    names = [f"r{k}" for k in range(resources)]
    own = [r for r in names if rng.random() >= bought] or names[:1]
    owned = {f"p{i}": {r: str(Fraction(rng.randint(0, high), rng.choice([1, 1, 2]))) for r in rng.sample(names, rng.randint(0, min(resources, 3)))} for i in range(n)}
    for r in names:
        owned[f"p{rng.randrange(n)}"][r] = rng.randint(1, high)
    made = {}
    for k in range(products):
        needs = {r: rng.randint(1, high) for r in rng.sample(names, rng.randint(1, min(resources, 3)))}
        needs[rng.choice(own)] = rng.randint(1, high)
        made[f"good {k}"] = (str(Fraction(rng.randint(1, 4 * high), rng.choice([1, 2, 3]))), needs)
        if rng.random() < limited:
            made[f"good {k}"] += (str(Fraction(rng.randint(0, high), 2)),)
    return works(owned, made, {r: rng.randint(0, 4) for r in names if r not in own})


def amount(table, i, r):
    return Fraction(table["resources"].get(i, {}).get(r, 0))


def prove_core(sheet, one, total):
    """By weak duality, from the sheet alone: prices are worth what parties get, and no product earns more than it costs"""
    model, prices = sheet["model"], {r: Fraction(t or 0) for r, t in one["details"]["exact"]["prices"].items()}
    absent = {r for r, t in one["details"]["exact"]["prices"].items() if t is None}
    bought = model.get("prices", {})
    for i in sheet["parties"]:
        assert sum(prices[r] * amount(model, i, r) for r in prices) == Fraction(one["exact"][i])
    for p in model["products"]:
        if not absent & set(p["needs"]) and Fraction(p.get("limit", 1)) > 0:
            assert sum(prices[r] * Fraction(t) for r, t in p["needs"].items()) >= Fraction(p["profit"])
    assert all(0 <= t <= Fraction(bought[r]) if r in bought else t >= 0 for r, t in prices.items())
    assert sum(map(Fraction, one["exact"].values())) == total
    plan, spent = one["details"]["exact"]["plan"], one["details"]["exact"]["bought"]
    earned = sum(Fraction(plan[p["name"]]) * Fraction(p["profit"]) for p in model["products"])
    assert earned - sum(Fraction(t) * Fraction(bought[r]) for r, t in spent.items()) == total


# ----------------------------------------------------------------------- tables
def test_tables():
    """Every value, on hundreds of random works"""
    rng = random.Random(SEED)
    for k in range(ROUNDS):
        sheet = drawn(rng, rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 5), rng.choice([3, 9, 10 ** 9]))
        table = oracle.production_table(sheet["model"], sheet["parties"])
        code, out, err = run("export", "-", "--as", "csv", sheet=sheet)
        stated = dict(line.rsplit(",", 1) for line in out.split()[1:])
        assert code == 0 and len(stated) == len(table) - 1, (err, sheet)
        for who, value in stated.items():
            assert Fraction(value) == table[oracle.coalition(who, sheet["parties"])], (who, value, sheet)


def test_large_tables():
    """Some coalitions of many, on any number of threads alike"""
    rng = random.Random(SEED)
    for n, resources, products, high in ((15, 4, 7, 9), (14, 6, 12, 10 ** 12), (16, 3, 5, 3)):
        sheet = drawn(rng, n, resources, products, high)
        one, two, three = (run("export", "-", "--as", "csv", "--threads", t, sheet=sheet)[1] for t in (1, 2, 3))
        assert one == two == three
        lines = one.split()[1:]
        plan = oracle.Plan(sheet["model"], sheet["parties"])
        for line in rng.sample(lines, 40):
            who, value = line.rsplit(",", 1)
            assert Fraction(value) == plan.worth(oracle.coalition(who, sheet["parties"])), line


def test_numbers_of_any_size():
    """Data whose differences doubles do not see, and sizes beyond words"""
    tiny = works({"A": {"r": 1}, "B": {"r": "1e-12"}}, {"x": (1, {"r": 1}, "1.000000000001"), "y": ("0.999999999999", {"r": 1})})
    assert solve(tiny)[1]["game"]["exact"]["value"] == "1000000000001/1000000000000"
    huge = works({"A": {"r": "1e30"}, "B": {"s": "3e40"}, "C": {"r": "7e29", "s": "1e-20"}}, {"x": ("1e50", {"r": "1e-10", "s": 1}), "y": (1, {"r": 1})})
    plan = oracle.Plan(huge["model"], huge["parties"])
    assert Fraction(solve(huge)[1]["game"]["exact"]["value"]) == plan.worth(7)
    hard = works({"p0": {"r1": 1}, "p1": {"r2": 1, "r1": "0", "r3": 1e9, "r0": 1}},
                 {"good 0": ("4/3", {"r2": 1, "r0": "1e-300", "r3": 1}), "good 1": ("3/2", {"r2": 1, "r1": 1, "r0": 1})})
    code, result = solve(hard, "--rule", "shadow-price")
    assert [Fraction(t) for t in result["allocations"][0]["exact"].values()] == oracle.shadow_price(None, oracle.Plan(json.loads(json.dumps(hard["model"]), parse_float=Fraction, parse_int=Fraction), ["p0", "p1"]))
    apart = works({"A": {"r": "1e-290"}, "B": {"r": "1e290"}}, {"x": ("1e-290", {"r": "1e-290"})})
    assert solve(apart, "--rule", "shadow-price")[1]["allocations"][0]["exact"]["A"] == "1/1" + "0" * 290
    apart["model"]["products"][0]["profit"] = "1e290"
    code, result = solve(apart)
    assert code == 2 and result["errors"][0]["code"] == "E209"


# ----------------------------------------------------------------- shadow prices
def test_workshop():
    """A small plan by hand: 10 hours and 6 of wood; both are used up, hours at 1, wood at 2"""
    sheet = works({"A": {"hours": 10}, "B": {"wood": 4}, "C": {"wood": 2}}, {"chair": (3, {"hours": 1, "wood": 1}), "shelf": (4, {"hours": 2, "wood": 1})})
    code, result = solve(sheet, "--rule", "shadow-price")
    one = result["allocations"][0]
    assert code == 0 and result["game"]["value"] == 22 and one["details"]["prices"] == {"hours": 1, "wood": 2}
    assert one["exact"] == {"A": "10", "B": "8", "C": "4"} and one["details"]["plan"] == {"chair": 2, "shelf": 4}


def test_gloves():
    """Prices that are not the only ones: the mean of both corners, resources by name"""
    sheet = works({"A": {"left": 1}, "B": {"right": 1}}, {"pair": (6, {"left": 1, "right": 1})})
    details = solve(sheet, "--rule", "shadow-price")[1]["allocations"][0]["details"]
    assert details["ranges"] == {"A": [0, 6], "B": [0, 6]} and details["prices"] == {"left": 3, "right": 3}
    three = works({i: {r: 1} for i, r in zip("ABC", ("a", "b", "c"))}, {"set": (6, {"a": 1, "b": 1, "c": 1})})
    details = solve(three, "--rule", "shadow-price")[1]["allocations"][0]["details"]
    assert details["prices"] == {"a": 3, "b": 0, "c": 3} and details["price_ranges"]["b"] == [0, 6]


def test_prices_are_optimal():
    """Shares, ranges of shares and of prices, on random works; the core by exact arithmetic"""
    rng, known, refused = random.Random(SEED), 0, 0
    for k in range(max(ROUNDS // 3, 80)):
        sheet = drawn(rng, rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 4), rng.choice([1, 2, 9]), rng.choice([0, 0.4]))
        plan = oracle.Plan(sheet["model"], sheet["parties"])
        code, result = solve(sheet, "--rule", "shadow-price")
        one = result["allocations"][0]
        try:
            shares = oracle.shadow_price(None, plan)
        except oracle.Undefined:
            assert code == 1 and one["status"] == "undefined" and "limit" in one["reason"], sheet
            refused += 1
            continue
        known += 1
        assert [Fraction(one["exact"][i]) for i in sheet["parties"]] == shares, sheet
        prices, ranges = oracle.price_ranges(plan)
        exact = one["details"]["exact"]
        for i, pair in zip(sheet["parties"], ranges):
            assert tuple(map(Fraction, exact["ranges"][i])) == pair, sheet
        for r, pair in zip(plan.names, prices):
            assert exact["price_ranges"][r] is None or tuple(map(Fraction, exact["price_ranges"][r])) == pair, sheet
        prove_core(sheet, one, Fraction(result["game"]["exact"]["value"]))
        table = oracle.production_table(sheet["model"], sheet["parties"])
        assert all(t <= 0 for t in oracle.excesses(table, shares).values())
        assert verified(result, sheet)[0] == 0
    assert known > 10 and refused > 0


def test_promises():
    """Another currency changes nothing but the unit; a party that adds nothing gets nothing, nobody less than alone"""
    rng, idle = random.Random(SEED), 0
    for k in range(25):
        sheet = drawn(rng, rng.randint(2, 4), rng.randint(1, 3), rng.randint(1, 4), rng.choice([2, 9]), 0)
        other = copy.deepcopy(sheet)
        for p in other["model"]["products"]:
            p["profit"] = str(Fraction(p["profit"]) * Fraction(7, 3))
        if "prices" in other["model"]:
            other["model"]["prices"] = {r: str(Fraction(t) * Fraction(7, 3)) for r, t in other["model"]["prices"].items()}
        one, two = (solve(s, "--rule", "shadow-price")[1]["allocations"][0]["exact"] for s in (sheet, other))
        assert {i: Fraction(t) * Fraction(7, 3) for i, t in one.items()} == {i: Fraction(t) for i, t in two.items()}, sheet
        table = oracle.production_table(sheet["model"], sheet["parties"])
        for k, i in enumerate(sheet["parties"]):
            adds = any(table[S | 1 << k] != table[S] for S in range(len(table)))
            idle += not adds
            assert Fraction(one[i]) >= table[1 << k] and (adds or one[i] == "0"), sheet
    assert idle


def by_qsopt(sheet):
    """The optimum and the prices of everybody's program by QSopt_ex (Debian's esolver), exact"""
    model = sheet["model"]
    names = sorted({r for one in model["resources"].values() for r in one})
    lines = ["Maximize", " obj: " + " ".join(f"{Fraction(p['profit'])} x{j} +" for j, p in enumerate(model["products"]))[:-2], "Subject To"]
    for k, r in enumerate(names):
        used = " ".join(f"+ {p['needs'][r]} x{j}" for j, p in enumerate(model["products"]) if r in p["needs"])
        if used:
            lines.append(f" c{k}: {used} <= {sum(amount(model, i, r) for i in sheet['parties'])}")
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/a.lp", "w") as file:
            file.write("\n".join(lines + ["End\n"]))
        subprocess.run(["esolver", "-O", "a.sol", "a.lp"], cwd=folder, capture_output=True, timeout=60, check=True)
        with open(f"{folder}/a.sol") as file:
            text = file.read()
    prices = re.findall(r"^c(\d+) = (\S+)$", text[text.index("PI:"):text.index("SLACK:")], re.M)
    return Fraction(re.search(r"Value = (\S+)", text).group(1)), {names[int(k)]: Fraction(v) for k, v in prices}


def test_second_solver():
    rng, only = random.Random(SEED), 0
    for k in range(20):
        sheet = drawn(rng, 30, rng.randint(2, 6), rng.randint(2, 8), 9, 0, 0)
        value, prices = by_qsopt(sheet)
        code, result = solve(sheet)
        details = result["allocations"][0]["details"]["exact"]
        assert value == Fraction(result["game"]["exact"]["value"])
        for r, (least, most) in details["price_ranges"].items():
            assert Fraction(least) <= prices.get(r, 0) <= Fraction(most), (r, sheet)
            only += least == most
            assert least != most or Fraction(details["prices"][r]) == prices.get(r, 0)
    assert only > 40


def test_without_table():
    """200 parties: in the core by exact arithmetic, verified, and what check says of other splits"""
    rng = random.Random(SEED)
    for resources, products, high, bought in ((6, 12, 9, 0.3), (20, 40, 9, 0), (4, 6, 1, 0), (12, 15, 2, 0.5)):
        sheet = drawn(rng, 200, resources, products, high, 0, bought)
        code, result = solve(sheet)
        assert code == 0 and [a["rule"] for a in result["allocations"]] == ["shadow-price"]
        one = result["allocations"][0]
        prove_core(sheet, one, Fraction(result["game"]["exact"]["value"]))
        assert one["core"]["member"] is True and result["game"]["core"]["empty"] is False and verified(result, sheet)[0] == 0
        split = ",".join(f"{i}={t}" for i, t in one["exact"].items())
        assert run("check", "-", "--split", split, sheet=sheet)[0] == 0
        x = {i: Fraction(t) for i, t in one["exact"].items()}
        rich = max(x, key=x.get)
        x[rich], x["p1"] = x[rich] / 2, x["p1"] + x[rich] / 2
        code, out, err = run("check", "-", "--json", "--split", ",".join(f"{i}={t}" for i, t in x.items()), sheet=sheet)
        finding = next(f for f in json.loads(out)["proposals"][0]["findings"] if f["check"] == "coalition")
        assert code in (1, 3), err
        if finding["verdict"] == "fail":
            plan = oracle.Plan(sheet["model"], sheet["parties"])
            have = [sum(plan.has[sheet["parties"].index(i)][r] for i in finding["coalition"]) for r in range(len(plan.names))]
            gain = oracle.lp(plan.bound(have), plan.rows())[0] - sum(x[i] for i in finding["coalition"])
            assert gain == Fraction(finding["exact"]) > 0


def test_check_beyond_tables():
    """A party with more alone, and a split that nothing is known of"""
    sheet = works({f"p{i}": {"r": 1} for i in range(30)} | {"q": {"s": 1}}, {"x": (2, {"r": 1}), "y": (2, {"r": 1, "s": 30})})
    code, result = solve(sheet, "--rule", "shadow-price")
    assert code == 0 and result["game"]["value"] == 60
    even = {i: 2 for i in sheet["parties"]} | {"q": 0}
    assert run("check", "-", "--split", ",".join(f"{i}={t}" for i, t in even.items()), sheet=sheet)[0] == 0
    even["p0"], even["p1"] = 1, 3
    code, out, err = run("check", "-", "--split", ",".join(f"{i}={t}" for i, t in even.items()), sheet=sheet)
    assert code == 1 and "p0 gets 1.00 and has 2.00 alone" in out
    pair = works({f"p{i}": {"r": 1} for i in range(30)}, {"x": (2, {"r": 2}, 1)})
    code, out, err = run("check", "-", "--split", ",".join(["p0=1", "p1=1"] + [f"p{i}=0" for i in range(2, 30)]), sheet=pair)
    assert code in (1, 3)


def test_table_only_where_needed():
    """2^24 programs are not solved for what asks for none of them; where one rule does and memory ends, the others answer"""
    sheet = drawn(random.Random(SEED), 24, 12, 20, limited=0, bought=0)
    for more in ((), ("--facts", "none")):
        code, result = solve(sheet, "--rule", "shadow-price", "--time-limit", "5", *more)
        one = result["allocations"][0]
        prove_core(sheet, one, Fraction(result["game"]["exact"]["value"]))
        assert code == 0 and one["core"]["member"] is True and result["game"]["core"]["empty"] is (None if more else False)
        assert verified(result, sheet)[0] == 0
    for command in (("explain", "-"), ("report", "-", "--format", "md")):
        assert run(*command, "--rule", "shadow-price", "--time-limit", "5", sheet=sheet)[0] == 0
    sheet = drawn(random.Random(SEED), 20, 12, 20, limited=0, bought=0)
    code, result = solve(sheet, "--rule", "shapley,shadow-price", "--memory-limit", "24M")
    assert code == 3 and [a["status"] for a in result["allocations"]] == ["limit", "ok"]
    assert "memory limit of 24 MiB" in result["allocations"][0]["reason"] and any("was not made" in w for w in result["warnings"])
    split = ",".join(f"{i}={t}" for i, t in result["allocations"][1]["exact"].items())
    code, out, err = run("check", "-", "--split", split, "--memory-limit", "24M", sheet=sheet)
    assert code == 3 and "optimal prices" in out and "was not made" in err
    assert solve(sheet, "--rule", "shadow-price", "--facts", "convex", "--memory-limit", "24M")[0] == 3
    assert solve(sheet, "--rule", "shadow-price", "--memory-limit", "24M")[0] == 0
    assert run("export", "-", "--as", "npy", "--memory-limit", "24M", sheet=sheet)[0] == 3
    small = drawn(random.Random(SEED), 17, 3, 4, limited=0)
    assert solve(small, "--rule", "shadow-price")[1]["allocations"][0]["core"]["max_excess"] is None
    for more in ({"terms": [{"party": "p0", "min": 0}]}, {"links": [["p0", "p1"]]}, {"unions": {"u": ["p0", "p1"]}}, {"subsidy": {"to": "core"}}, {"transaction_costs": {"per_member": 0}}):
        assert solve({**small, **more}, "--rule", "equal")[1]["allocations"][0]["core"]["max_excess"] is not None
    assert solve(small, "--rule", "equal", "--facts", "monotone")[1]["allocations"][0]["core"]["max_excess"] is not None


def test_checks_without_a_table():
    """Halves in which a party joins or stays away: the verdict that 2^17 coalitions give, and groups that really gain"""
    rng, seen = random.Random(SEED), {}
    for k in range(max(4, ROUNDS // 30)):
        sheet = drawn(rng, 17, rng.randint(1, 4), rng.randint(1, 5), limited=rng.choice([0, 0.5]), bought=0.3)
        found = solve(sheet, "--rule", "shapley,nucleolus,equal,proportional", "--facts", "none")[1]["allocations"]
        splits = {a["rule"]: {i: Fraction(t) for i, t in a["exact"].items()} for a in found if a["status"] == "ok"}
        total = sum(splits["equal"].values())
        moved = {i: t * rng.randint(90, 110) for i, t in splits["shapley"].items()}
        if sum(moved.values()):
            splits["moved"] = {i: t * total / sum(moved.values()) for i, t in moved.items()}
        sheet["proposals"] = {name: {i: str(t) for i, t in x.items()} for name, x in splits.items()}
        known = json.loads(run("check", "-", "--json", sheet=sheet)[1])["proposals"]
        code, out, err = run("check", "-", "--json", "--memory-limit", "2000000", sheet=sheet)
        assert code in (0, 1, 3), err
        for a, b in zip(known, json.loads(out)["proposals"]):
            one, other = (next(f for f in p["findings"] if f["check"] == "coalition") for p in (a, b))
            assert other["verdict"] in (one["verdict"], "note"), (a["name"], one, other, sheet)
            seen[other["verdict"]] = seen.get(other["verdict"], 0) + 1
            if other["verdict"] == "fail":
                plan, x, group = oracle.Plan(sheet["model"], sheet["parties"]), splits[a["name"]], other["coalition"]
                have = [sum(plan.has[sheet["parties"].index(i)][r] for i in group) for r in range(len(plan.names))]
                assert oracle.lp(plan.bound(have), plan.rows())[0] - sum(x[i] for i in group) == Fraction(other["exact"]) > 0
    assert seen["fail"] > seen.get("note", 0) and seen["pass"] >= 2 * seen.get("note", 0), seen


def test_what_needs_a_table():
    sheet = drawn(random.Random(SEED), 40, 3, 4, limited=0)
    code, result = solve(sheet, "--rule", "shapley,shadow-price")
    assert code == 3 and [a["status"] for a in result["allocations"]] == ["limit", "ok"] and "shadow-price" in result["allocations"][0]["reason"]
    assert run("export", "-", "--as", "npy", sheet=sheet)[0] == 3
    small = solve(drawn(random.Random(SEED), 12, 3, 4), "--memory-limit", "32K")
    assert small[0] in (2, 3)


def test_limits():
    """A limit that pays: no prices of resources alone share it; one that does not binds nothing; one of 0 makes nothing"""
    sheet = works({"A": {"r": 4}, "B": {"r": 4}}, {"x": (5, {"r": 1}, 3), "y": (1, {"r": 1})})
    code, result = solve(sheet, "--rule", "shadow-price")
    assert code == 1 and '"x"' in result["allocations"][0]["reason"] and result["game"]["value"] == 20
    loose = changed(sheet, model=works({"A": {"r": 4}, "B": {"r": 4}}, {"x": (5, {"r": 1}, 8), "y": (1, {"r": 1})})["model"])
    assert solve(loose, "--rule", "shadow-price")[1]["allocations"][0]["exact"] == {"A": "20", "B": "20"}
    none = changed(sheet, model=works({"A": {"r": 4}, "B": {"r": 4}}, {"x": (5, {"r": 1}, 0), "y": (1, {"r": 1})})["model"])
    code, result = solve(none, "--rule", "shadow-price")
    assert code == 0 and result["allocations"][0]["exact"] == {"A": "4", "B": "4"} and verified(result, none)[0] == 0
    many = works({f"p{i}": {"r": 4} for i in range(40)}, {"x": (5, {"r": 1}, 3), "y": (1, {"r": 1})})
    code, result = solve(many)
    assert code == 0 and result["allocations"][0]["status"] == "undefined" and result["game"]["core"]["empty"] is None


def test_what_nobody_has():
    """A resource in the list that nobody has any of has no price, and what needs it is not made"""
    sheet = works({"A": {"r": 3, "s": 0}, "B": {"r": 1}}, {"x": (2, {"r": 1}), "y": (50, {"r": 1, "s": 1})})
    code, result = solve(sheet, "--rule", "shadow-price")
    details = result["allocations"][0]["details"]
    assert code == 0 and details["prices"] == {"r": 2, "s": None} and details["price_ranges"]["s"] is None and details["plan"]["y"] == 0
    assert verified(result, sheet)[0] == 0
    assert "nobody has any" in run("solve", "-", "--rule", "shadow-price", sheet=sheet)[1]
    code, result = solve(works({"A": {"r": 3}, "B": {}}, {"x": (2, {"r": 1})}))
    assert code == 0 and result["allocations"][-1]["exact"]["B"] == "0"
    sheet["model"]["resources"].pop("B")
    assert any("B brings no resources" in w for w in solve(sheet)[1]["warnings"])
    sheet = works({"A": {"hours": 3, "timbr": 2}, "B": {"timber": 1, "sky": 1}}, {"x": (2, {"hours": 1, "timber": 1})})
    warnings = solve(sheet)[1]["warnings"]
    assert 'No product needs "timbr"; the nearest that one needs is "timber"' in warnings and 'No product needs "sky"' in warnings


def test_proofs_are_refused():
    rng = random.Random(SEED)
    sheet = drawn(rng, 40, 4, 6, limited=0, bought=0.6)
    result = solve(sheet, "--rule", "shadow-price")[1]
    proof = result["allocations"][0]["certificate"]
    assert verified(result, sheet)[0] == 0
    for part, name in [(p, n) for p in ("prices", "plan", "bought") for n in proof[p]]:
        if part == "bought" and sheet["model"]["prices"][name] == 0:
            continue  # it takes nothing from the profit
        for wrong in (str(Fraction(proof[part][name]) + 1), str(Fraction(proof[part][name]) - 1), "-1", "x", None):
            broken = copy.deepcopy(result)
            broken["allocations"][0]["certificate"][part][name] = wrong
            assert verified(broken, sheet)[0] == 1, (part, name, wrong)
    moved = copy.deepcopy(result)
    exact = moved["allocations"][0]["exact"]
    exact["p0"], exact["p1"] = str(Fraction(exact["p0"]) + 1), str(Fraction(exact["p1"]) - 1)
    moved["allocations"][0]["shares"] = {i: float(Fraction(t)) for i, t in exact.items()}
    assert verified(moved, sheet)[0] == 1


def test_other_forms():
    """Doubles, clauses, and words about the plan"""
    sheet = works({"A": {"left": 1}, "B": {"right": 2}}, {"pair": (6, {"left": 1, "right": 1})}, terms=[{"party": "B", "min": 1}])
    code, result = solve({**sheet, "rules": [{"rule": "shadow-price", "under_terms": True}]})
    assert code == 0 and result["allocations"][0]["exact"] == {"A": "5", "B": "1"} and "details" not in result["allocations"][0]
    code, result = solve(sheet, "--float")
    assert code == 0 and result["allocations"][-1]["shares"] == {"A": 6, "B": 0} and "certificate" not in result["allocations"][-1]
    assert "The best plan of all together" in run("solve", "-", sheet=sheet)[1]
    idle = works({"A": {"left": 1}, "B": {}}, {"pair": (-6, {"left": 1})})
    assert "Nothing is worth making" in run("solve", "-", sheet=idle)[1]
    assert run("solve", "-", sheet=works({"A": {}, "B": {}}, {"air": (0, {})}))[0] == 0
    code, out, err = run("explain", "-", "--rule", "shadow-price", sheet=sheet)
    assert code == 0 and "B brings 2 of right: 2 x 0 = 0.00" in re.sub(r"\s+", " ", out)


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

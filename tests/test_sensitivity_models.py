# SPDX-License-Identifier: GPL-3.0-or-later
"""accord sensitivity of models' own numbers against solving again: a number moved inside its interval moves every share
exactly as its derivative says, just outside it does not; where shares are rounded, as a difference quotient says.

ACCORD_SEED (1) seeds the sheets, ACCORD_ROUNDS (40) says how many.
"""
import json
import random
import sys
from fractions import Fraction
from suite import run_tests
from test_sensitivity import CLAIMS, ROUNDS, SEED, Trials, add_entry, moved, run, shares_of


def airport(rng, ids):
    model = {"type": "airport", "needs": {party: rng.randint(0, 12) for party in ids}}
    if rng.random() < 0.5:
        model["movements"] = {party: rng.randint(1, 4) for party in ids}
    return model, "shapley nucleolus prenucleolus scrb proportional tau per-capita-nucleolus egalitarian-core ensc gately".split()


def tree(rng, ids):
    nodes = [f"n{k}" for k in range(rng.randint(1, 5))]
    edges = [{"node": node, "parent": rng.choice(["source"] + nodes[:k]), "cost": rng.randint(0, 9)} for k, node in enumerate(nodes)]
    return {"type": "tree", "edges": edges, "at": {party: rng.choice(nodes) for party in ids}}, "shapley nucleolus scrb tau per-capita-nucleolus".split()


def spanning_tree(rng, ids):
    nodes = [f"n{k}" for k in range(len(ids))]
    edges = [{"between": ["source", node], "cost": rng.randint(0, 12)} for node in nodes]
    edges += [{"between": [nodes[b], nodes[a]], "cost": rng.randint(0, 9)} for a in range(len(nodes)) for b in range(a) if rng.random() < 0.8]
    return {"type": "spanning-tree", "edges": edges, "at": dict(zip(ids, nodes))}, "bird folk shapley nucleolus scrb".split()


def assignment(rng, ids):
    cut = rng.randint(1, len(ids) - 1)
    pairs = {f"{left}+{right}": rng.randint(0, 12) for left in ids[:cut] for right in ids[cut:]}
    return {"type": "assignment", "left": ids[:cut], "right": ids[cut:], "values": pairs}, "shapley nucleolus shadow-price tau scrb".split()


def production(rng, ids):
    resources = ["r", "s"][:rng.randint(1, 2)]
    products = [{"name": f"p{k}", "profit": rng.randint(1, 12), "needs": {r: rng.randint(1, 4) for r in resources}} for k in range(rng.randint(1, 3))]
    if rng.random() < 0.3:
        products[0]["limit"] = rng.randint(1, 6)
    model = {"type": "production", "resources": {party: {r: rng.randint(0, 9) for r in resources} for party in ids}, "products": products}
    if rng.random() < 0.4:
        model["prices"] = {resources[0]: rng.randint(13, 40)}
    return model, "shadow-price shapley nucleolus scrb".split()


def scenarios(rng, ids, measures):
    parts = [rng.randint(1, 5) for _ in range(rng.randint(2, 4))]
    measure = {"type": rng.choice(measures)}
    if measure["type"] in ("expected-shortfall", "value-at-risk"):
        measure["tail"] = f"{rng.randint(1, 9)}/10"
    if measure["type"] == "entropic":
        measure["tolerance"] = rng.randint(2, 9)
    losses = [{"probability": f"{part}/{sum(parts)}", "loss": {party: rng.randint(0, 12) for party in ids}} for part in parts]
    return {"type": "risk", "scenarios": losses, "measure": measure}


def risk(rng, ids):
    return scenarios(rng, ids, ["expected-shortfall", "value-at-risk", "expectation"]), "euler covariance shapley nucleolus proportional".split()


def contributions(rng, ids):
    criteria = [{"name": f"c{k}", "weight": rng.randint(1, 4), "scores": {party: rng.randint(0, 6) + (party == "A") for party in ids}}
                for k in range(rng.randint(1, 3))]
    return {"type": "contributions", "total": rng.randint(1, 50), "criteria": criteria}, ["contribution", "equal"]


def voting(rng, ids):
    votes = {party: rng.randint(1, 12) for party in ids}
    quota = rng.randint(sum(votes.values()) // 2 + 1, sum(votes.values()))
    return {"type": "voting", "quota": quota, "weights": votes, "prize": rng.randint(1, 12)}, "shapley banzhaf deegan-packel nucleolus".split()


def claims(rng, ids):
    stated = {party: rng.randint(0, 20) for party in ids}
    return {"type": "claims", "estate": rng.randint(0, sum(stated.values())), "claims": stated}, CLAIMS


def partitions(rng, ids):
    """Coalitions left out are the best partition of those stated, and transaction costs are cut off: kinks in the table"""
    values = {party: rng.randint(0, 4) for party in ids}
    for _ in range(len(ids)):
        values["+".join(sorted(rng.sample(ids, rng.randint(2, len(ids)))))] = rng.randint(2, 15)
    return {"type": "coalitions", "goal": rng.choice(["benefit", "cost"]), "values": values, "missing": "additive"}, "shapley nucleolus scrb".split()


def weighted(rng, ids):
    """Weights of parties, which weighted-shapley and nash go by"""
    names = ["+".join(ids[i] for i in range(len(ids)) if S >> i & 1) for S in range(1, 1 << len(ids))]
    values = {name: rng.randint(0, 9) + 5 * name.count("+") ** 2 for name in names}
    return {"type": "coalitions", "goal": rng.choice(["benefit", "cost"]), "values": values}, ["weighted-shapley", "nash"]


def draw(rng, model):
    ids = list("ABCD")[:rng.choice([2, 3, 3, 4])]
    stated, rules = model(rng, ids)
    sheet = {"accord": 1, "parties": ids, "model": stated, "rules": rules}
    if model is partitions or (model is assignment and rng.random() < 0.3):
        sheet["transaction_costs"] = {"per_member": f"{rng.randint(0, 5)}/4", "per_link": rng.choice([0, "1/2"])}
    if model is weighted:
        sheet["weights"] = {party: rng.randint(1, 4) for party in ids}
    return sheet


def moved_in_step(sheet, pointer, value):
    """The sheet with another number; of a probability, the others in proportion"""
    copy, parts = moved(sheet, pointer, value), pointer.split("/")
    if parts[-1] == "probability":
        now = Fraction(sheet["model"]["scenarios"][int(parts[3])]["probability"])
        for k, scenario in enumerate(copy["model"]["scenarios"]):
            if k != int(parts[3]):
                scenario["probability"] = str(Fraction(scenario["probability"]) * (1 - value) / (1 - now))
    return copy


class InStep(Trials):
    mover = staticmethod(moved_in_step)


def try_model(model, rounds, most):
    """Every number of random sheets: how many predictions of moved sheets there were"""
    rng, trials = random.Random(SEED * 1000 + len(model.__name__)), InStep()
    sheets, entries, kinks = [draw(rng, model) for _ in range(rounds)], [], 0
    for sheet, result, solved in zip(sheets, run("sensitivity", sheets), run("solve", sheets, "--facts", "none")):
        assert "errors" not in result, (result, sheet)
        told = {}
        for entry in result["inputs"]:
            kinks += "side" in entry
            told.setdefault((entry["pointer"], entry["label"]), []).append(entry.get("side"))
            if "exact" in entry:
                entries.append((sheet, entry, shares_of(solved, entry["label"])))
        assert all(sides in ([None], ["below"], ["above"], ["below", "above"]) for sides in told.values()), told
    for sheet, entry, base in rng.sample(entries, min(most, len(entries))):
        add_entry(trials, rng, sheet, entry["pointer"], entry, entry["label"], base)
    return trials.check(), kinks


def few(share):
    return max(int(ROUNDS * share), 3)


def test_airport():
    tried, kinks = try_model(airport, few(0.2), 150)
    assert tried > 100 and kinks > 5, (tried, kinks)


def test_tree():
    assert try_model(tree, few(0.25), 150)[0] > 60


def test_spanning_tree():
    tried, kinks = try_model(spanning_tree, few(0.2), 150)
    assert tried > 60 and kinks > 5, (tried, kinks)


def test_assignment():
    assert try_model(assignment, few(0.2), 150)[0] > 40


def test_partitions_and_transaction_costs():
    tried, kinks = try_model(partitions, few(0.3), 150)
    assert tried > 60 and kinks > 3, (tried, kinks)


def test_production():
    tried, kinks = try_model(production, few(0.1), 100)
    assert tried > 60 and kinks > 3, (tried, kinks)


def test_risk():
    assert try_model(risk, few(0.15), 150)[0] > 60


def test_contributions():
    assert try_model(contributions, few(0.3), 150)[0] > 60


def test_voting():
    assert try_model(voting, few(0.15), 150)[0] > 60


def test_claims():
    assert try_model(claims, few(0.1), 200)[0] > 60


def test_weights():
    assert try_model(weighted, few(0.2), 150)[0] > 20


def test_numbers_left_as_they_are():
    """An edge cannot cost less than nothing: there its interval ends, and at 0 there is no derivative downward"""
    sheet = {"accord": 1, "parties": ["A", "B"], "rules": ["shapley", "nucleolus"], "model": {
        "type": "tree", "at": {"A": "a", "B": "b"}, "edges": [
            {"node": "a", "parent": "source", "cost": 4}, {"node": "b", "parent": "a", "cost": 0}]}}
    entries = {(e["pointer"], e["label"]): e for e in run("sensitivity", [sheet])[0]["inputs"]}
    for rule in sheet["rules"]:
        first, second = entries["/model/edges/0/cost", rule], entries["/model/edges/1/cost", rule]
        assert (first["low"], first["high"], first["exact"]) == (0, None, {"A": "1/2", "B": "1/2"}), first
        assert (second["side"], second["low"], second["high"], second["exact"]) == ("above", 0, None, {"A": "0", "B": "1"}), second


def test_rounded_shares():
    """Where shares are irrational a derivative agrees with a wide difference quotient, and is not said to be exact"""
    rng, sheets, wanted = random.Random(SEED + 3), [], []
    measures = ["standard-deviation", "semideviation", "entropic"]
    drawn = [{"accord": 1, "parties": list("ABC"), "model": scenarios(rng, list("ABC"), measures),
              "rules": ["euler", "covariance", "shapley", "nucleolus"]} for _ in range(few(0.1))]
    step = Fraction(1, 10 ** 5)
    for sheet, result in zip(drawn, run("sensitivity", drawn)):
        for entry in result["inputs"]:
            assert "exact" not in entry and entry["curved"] and entry["low"] == entry["high"] == entry["value"], entry
            if "side" in entry or rng.random() < 0.5:
                continue
            parts = entry["pointer"].split("/")
            at = Fraction(sheet["model"]["scenarios"][int(parts[3])]["probability"] if parts[-1] == "probability" else str(entry["value"]))
            sheets += [moved_in_step(sheet, entry["pointer"], at + side * step) for side in (1, -1)]
            wanted.append(entry)
    results = run("solve", sheets, "--facts", "none")
    for above, below, entry in zip(results[::2], results[1::2], wanted):
        up, down = ([a["shares"] for a in r["allocations"] if a["label"] == entry["label"]][0] for r in (above, below))
        for party, rate in entry["derivative"].items():
            assert abs((up[party] - down[party]) / (2 * float(step)) - rate) < 1e-4 * max(1, abs(rate)), (entry, up, down)
    assert len(wanted) > 20, len(wanted)


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

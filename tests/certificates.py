# SPDX-License-Identifier: GPL-3.0-or-later
"""An independent check of certificates, written from their definition alone, in exact fractions.

It shares nothing with the solver, with `accord verify` or with oracle.py. A game is a list of 2^n Fractions
by bitmask as its sheet states it, costs positive; an answer is the JSON of an allocation or a core. Every check
returns None, or what is wrong in words.

Spans are told by directions: ways to change a split that leave what every settled coalition gets as it is. A
coalition is spanned when no direction changes what it gets, and the rank is n when no direction is left.
`alterations` changes one digit, sign or party of a result, or leaves out a level, for tests that a check refuses it.
"""
import copy
import math
from fractions import Fraction

# What divides a coalition's excess and its row in the balance, by rule: 1, its size, or its value's size.
DIVISOR = {"nucleolus": lambda S, worth: 1, "prenucleolus": lambda S, worth: 1,
           "per-capita-nucleolus": lambda S, worth: S.bit_count(),
           "proportional-nucleolus": lambda S, worth: abs(worth)}
HAS_BOUNDS = {"nucleolus", "per-capita-nucleolus", "proportional-nucleolus"}


def rules_of(listed):
    """Those of `accord rules --json` that carry a certificate"""
    return [rule for rule in DIVISOR if rule in [entry["name"] for entry in listed]]


class Wrong(Exception):
    """A certificate proves nothing; the argument says why."""


def require(holds, reason):
    if not holds:
        raise Wrong(reason)


def additive(x):
    """The table of x(S) = sum of x_i over i in S"""
    table = [0]
    for share in x:
        table += [share + below for below in table]
    return table


def bitmask(parties, ids):
    """The coalition of these ids, each named once"""
    require(len(set(parties)) == len(parties) and set(parties) <= set(ids), f"no coalition: {parties}")
    return sum(1 << ids.index(i) for i in parties)


def amount(text):
    """A rational as a certificate writes it: a string, in lowest terms"""
    require(isinstance(text, str) and not text.endswith("/0") and str(Fraction(text)) == text, f"no rational in lowest terms: {text!r}")
    return Fraction(text)


def coalitions(rows, ids):
    """[(bitmask, weight)]"""
    return [(bitmask(row["parties"], ids), amount(row["weight"])) for row in rows]


# ---------------------------------------------------------------- directions
def turned(directions, S):
    """The directions that leave x(S) as it is, from those there were: one is spent where any changes it"""
    along = [sum(d[i] for i in range(len(d)) if S >> i & 1) for d in directions]
    k = next((k for k, t in enumerate(along) if t), None)
    if k is None:
        return directions
    left = []
    for j, d in enumerate(directions):
        if j != k:
            turn = [along[k] * p - along[j] * q for p, q in zip(d, directions[k])]
            common = math.gcd(*turn)
            left.append([t // common for t in turn])
    return left


def spanned(directions, n):
    """For every bitmask: does no direction change what it gets?"""
    changes = [additive(d) for d in directions]
    return [not any(change[S] for change in changes) for S in range(1 << n)]


# ---------------------------------------------------------------- the Kohlberg condition
class Split:
    """A split of a game read as a benefit (v = -c): x, its excesses divided as the rule does, its divisors"""

    def __init__(self, rule, table, goal, shares):
        sign = -1 if goal == "cost" else 1
        self.n, self.v = len(shares), [sign * worth for worth in table]
        self.x = [sign * share for share in shares]
        self.proper = range(1, len(table) - 1)
        self.divisor = [DIVISOR[rule](S, worth) for S, worth in enumerate(self.v)]
        paid = additive(self.x)
        self.excess = {S: (self.v[S] - paid[S]) / Fraction(self.divisor[S]) for S in self.proper}

    def own_gain(self, i):
        """v(i) - x_i"""
        return self.v[1 << i] - self.x[i]


def check_shares(split, rule, allocation, ids):
    """(1) the allocation's shares, doubles and fractions, are the certificate's, sum to v(N), and leave nobody
    below the standalone value"""
    stated = allocation["certificate"]["shares"]
    require(set(stated) == set(allocation["shares"]) == set(ids), "(1) not the parties of the sheet")
    require(allocation["exact"] == stated, "(1) the exact shares are not the certificate's")
    for i in ids:
        require(allocation["shares"][i] == float(amount(stated[i])), f"(1) the share of {i} is not its fraction")
    require(sum(split.x) == split.v[-1], "(1) the shares do not sum to the value of the game")
    if rule in HAS_BOUNDS:
        require(all(split.own_gain(i) <= 0 for i in range(split.n)), "(1) a party falls below its standalone value")


def check_balance(split, listed, bounds, earlier):
    """sum weight 1_S / divisor + sum weight e_i = sum weight 1_T, coordinate by coordinate"""
    rest = [Fraction(0)] * split.n
    for S, weight in listed:
        for i in range(split.n):
            rest[i] += weight / Fraction(split.divisor[S]) * (S >> i & 1)
    for i, weight in bounds:
        rest[i] += weight
    for T, weight in earlier:
        for i in range(split.n):
            rest[i] -= weight * (T >> i & 1)
    require(not any(rest), "(2) the weights do not balance")


def check_level(split, level, ids, settled, rule):
    """(2) one level; what it settles"""
    excess = amount(level["excess"])
    listed, earlier = coalitions(level["coalitions"], ids), coalitions(level["earlier"], ids)
    bounds = [(ids.index(b["party"]), amount(b["weight"])) for b in level["bounds"]]
    require(listed, "(2) a level without a coalition")
    require(all(S in split.proper for S, _ in listed), "(2) a coalition that is not proper")
    require(all(split.excess[S] == excess for S, _ in listed), "(2) a coalition has another excess")
    require(rule in HAS_BOUNDS or not bounds, "(2) bounds where the rule knows none")
    require(all(split.own_gain(i) == 0 for i, _ in bounds), "(2) a bound is not tight")
    require(all(weight > 0 for _, weight in listed + bounds), "(2) a weight is not positive")
    require(sum(weight for _, weight in listed) == 1, "(2) the weights do not sum to 1")
    require(all(T in settled for T, _ in earlier), "(2) a coalition was not settled before")
    check_balance(split, listed, bounds, earlier)
    return excess, [S for S, _ in listed] + [1 << i for i, _ in bounds]


def check_levels(split, levels, ids, rule):
    """(2) to (4), level by level"""
    full = (1 << split.n) - 1
    directions = turned([[int(i == j) for j in range(split.n)] for i in range(split.n)], full)
    settled, open_ones, before = {full}, set(split.proper), None
    open_ones -= {S for S, known in enumerate(spanned(directions, split.n)) if known}
    for level in levels:
        excess, new = check_level(split, level, ids, settled, rule)
        require(before is None or excess <= before, "(2) the excess rises")
        before, settled = excess, settled | set(new)
        for S in new:
            directions = turned(directions, S)
        known = spanned(directions, split.n)
        for S in [S for S in open_ones if known[S]]:
            require(split.excess[S] <= excess, f"(4) coalition {S:b} has a larger excess than its level")
            open_ones.remove(S)
    require(not directions and not open_ones, "(3) the settled coalitions have a rank below n")


def kohlberg(rule, table, goal, ids, allocation):
    """All four points for one allocation of status ok: None, or what is wrong"""
    try:
        certificate = allocation["certificate"]
        require(certificate["type"] == "kohlberg", "not of type kohlberg")
        split = Split(rule, table, goal, [amount(certificate["shares"][i]) for i in ids])
        check_shares(split, rule, allocation, ids)
        check_levels(split, certificate["levels"], ids, rule)
    except Wrong as reason:
        return str(reason)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def undefined(rule, table, goal):
    """Should the rule have no answer? (No imputation; a proper coalition's value not positive.)"""
    sign, n = -1 if goal == "cost" else 1, len(table).bit_length() - 1
    if rule == "proportional-nucleolus" and any(worth <= 0 for worth in table[1:-1]):
        return True
    return rule in HAS_BOUNDS and sum(sign * table[1 << i] for i in range(n)) > sign * table[-1]


# ---------------------------------------------------------------- the core
def balanced(table, goal, ids, certificate):
    """A balanced collection that is worth more than N (a cost: less): None, or what is wrong"""
    try:
        require(certificate["type"] == "balanced", "not of type balanced")
        rows = coalitions(certificate["coalitions"], ids)
        require(all(0 < S < len(table) - 1 for S, _ in rows), "a coalition that is not proper")
        require(len({S for S, _ in rows}) == len(rows), "a coalition is listed twice")
        require(all(weight > 0 for _, weight in rows), "a weight is not positive")
        for i in range(len(ids)):
            require(sum(weight for S, weight in rows if S >> i & 1) == 1, f"the weights of {ids[i]} do not sum to 1")
        worth, value = amount(certificate["worth"]), amount(certificate["value"])
        require(worth == sum(weight * table[S] for S, weight in rows), "the worth is not the coalitions'")
        require(value == table[-1], "the value is not the game's")
        require(worth < value if goal == "cost" else worth > value, "the worth does not beat the value")
    except Wrong as reason:
        return str(reason)
    except (KeyError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return None


class Facts:
    """A game read as a benefit, and what a result says of its core, least core and cost of stability"""

    def __init__(self, table, goal, ids, game):
        self.sign = -1 if goal == "cost" else 1
        self.n, self.ids, self.game, self.v = len(ids), ids, game, [self.sign * worth for worth in table]

    def split(self, certificate, total, limit):
        """Its split shares total, and no proper coalition gains more than limit"""
        require(set(certificate["shares"]) == set(self.ids), "not the parties of the sheet")
        x = [self.sign * amount(certificate["shares"][i]) for i in self.ids]
        paid = additive(x)
        require(paid[-1] == total, "the split does not share what there is")
        require(all(self.v[S] - paid[S] <= limit for S in range(1, len(paid) - 1)), "a coalition gains too much")
        return x

    def weights(self, certificate):
        """The vector that the weights add up to, the sum of the coalitions', the worth of all, everybody's"""
        rows, everybody = coalitions(certificate["coalitions"], self.ids), amount(certificate["everybody"])
        require(all(0 < S < len(self.v) - 1 for S, _ in rows), "a coalition that is not proper")
        require(len({S for S, _ in rows}) == len(rows), "a coalition is listed twice")
        require(all(weight > 0 for _, weight in rows), "a weight is not positive")
        vector = [everybody + sum(weight for S, weight in rows if S >> i & 1) for i in range(self.n)]
        worth = sum(weight * self.v[S] for S, weight in rows) + everybody * self.v[-1]
        return vector, sum(weight for _, weight in rows), worth, everybody

    def stated(self, number, exact, proved):
        require(amount(exact) == proved and number == float(proved), "not what the result states")

    def core_split(self, certificate):
        require(self.game["core"]["empty"] is False, "the core is said to be empty")
        self.split(certificate, self.v[-1], 0)

    def least_core(self, certificate):
        epsilon, stated = amount(certificate["epsilon"]), self.game["least_core"]
        self.stated(stated["epsilon"], stated["exact"], epsilon)
        self.split(certificate, self.v[-1], epsilon)
        vector, total, worth, _ = self.weights(certificate)
        require(total == 1 and not any(vector), "the weights do not sum to 1, or do not balance")
        require(worth == epsilon, "the weights do not give epsilon")

    def cost_of_stability(self, certificate):
        added = amount(certificate["amount"])
        self.stated(self.game["cost_of_stability"], self.game["exact"]["cost_of_stability"], added)
        require(self.game["core"]["empty"] in (None, added > 0), "the core is empty only where stability costs")
        self.split(certificate, self.v[-1] + added, 0)
        vector, _, worth, everybody = self.weights(certificate)
        require(everybody >= 0 and vector == [1] * self.n, "the weights do not add up to one for every party")
        require(worth == self.v[-1] + added, "the weights do not give the amount")

    def core_range(self, certificate):
        seen = [(end["party"], end["end"]) for end in certificate["ends"]]
        require(sorted(seen) == sorted((i, e) for i in self.ids for e in ("least", "most")), "not the ends")
        for end in certificate["ends"]:
            i, k, share = self.ids.index(end["party"]), ["least", "most"].index(end["end"]), amount(end["share"])
            core = self.game["core"]
            self.stated(core["ranges"][end["party"]][k], core["exact"][end["party"]][k], share)
            require(self.split(end, self.v[-1], 0)[i] == self.sign * share, "the split does not attain the share")
            vector, _, worth, _ = self.weights(end)
            side = 1 if (k == 0) == (self.sign == 1) else -1   # the least of the benefit game, or its greatest
            require(vector == [side * (j == i) for j in range(self.n)], "the weights do not come to the party")
            require(side * worth == self.sign * share, "the weights do not give the share")


# type: where it is under "game", the check
FACTS = {"core-split": (("core", "split_certificate"), Facts.core_split),
         "core-range": (("core", "range_certificate"), Facts.core_range),
         "least-core": (("least_core", "certificate"), Facts.least_core),
         "cost-of-stability": (("cost_of_stability_certificate",), Facts.cost_of_stability)}


def facts_there(game):
    """The types of the certificates of the core's facts that are under "game", the empty core's aside"""
    return [kind for kind, (path, _) in FACTS.items() if at_path_or_none(game, path) is not None]


def core_facts(table, goal, ids, game):
    """All of them: None, or what is wrong"""
    facts, kind = Facts(table, goal, ids, game), None
    try:
        for kind in facts_there(game):
            certificate = at_path(game, FACTS[kind][0])
            require(certificate["type"] == kind, "another type")
            FACTS[kind][1](facts, certificate)
    except Wrong as reason:
        return f"{kind}: {reason}"
    except (KeyError, TypeError, ValueError) as error:
        return f"{kind}: {type(error).__name__}: {error}"
    return balanced(table, goal, ids, game["core"]["certificate"]) if "certificate" in game["core"] else None


# ---------------------------------------------------------------- alterations
def texts(node, at=()):
    """The paths to every text below a node"""
    if isinstance(node, str):
        return [at]
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path for key, inner in items for path in texts(inner, at + (key,))]


def at_path(node, path):
    for key in path:
        node = node[key]
    return node


def at_path_or_none(node, path):
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node


def other_texts(text, ids):
    """The same with one digit, the sign or the party changed, where that changes what it means"""
    if text in ids:
        return [other for other in ids if other != text]
    digits = [text[:k] + str((int(c) + 1) % 10) + text[k + 1:] for k, c in enumerate(text) if c.isdigit()]
    turned = [text[1:] if text[0] == "-" else "-" + text] if any(c in "123456789" for c in text) else []
    return digits + turned


def altered(node, path, ids):
    """[(new text, copy of node)] with the text at path changed"""
    for other in other_texts(at_path(node, path), ids):
        copied = copy.deepcopy(node)
        at_path(copied, path[:-1])[path[-1]] = other
        yield other, copied


def alterations(result):
    """(what was altered, the rule or None for the core, the changed answer or game, the changed result), one by one"""
    ids, game = [party["id"] for party in result["parties"]], result["game"]
    for k, answer in enumerate(result["allocations"]):
        proof = [("certificate", *path) for path in texts(answer.get("certificate", {}))]
        for path in proof + [("exact", i) for i in ids if proof]:
            for other, changed in altered(answer, path, ids):
                answers = result["allocations"][:k] + [changed] + result["allocations"][k + 1:]
                yield f"{answer['rule']} {path}: {other}", answer["rule"], changed, {**result, "allocations": answers}
        for j in range(len(proof and answer["certificate"]["levels"])):
            changed = copy.deepcopy(answer)
            del changed["certificate"]["levels"][j]
            answers = result["allocations"][:k] + [changed] + result["allocations"][k + 1:]
            yield f"{answer['rule']} without level {j}", answer["rule"], changed, {**result, "allocations": answers}
    for kind, path in proofs_of_facts(game):
        for other, changed in altered(game, path, ids):
            yield f"{kind} {path}: {other}", None, changed, {**result, "game": changed}


def proofs_of_facts(game):
    """The core's certificates and what they prove: the type and the path to each of their texts"""
    proved = {"core-range": ("core", "exact"), "least-core": ("least_core", "exact"),
              "cost-of-stability": ("exact", "cost_of_stability")}
    places = [(kind, FACTS[kind][0]) for kind in facts_there(game)]
    places += [(kind, proved[kind]) for kind, _ in places if kind in proved]
    for kind, place in [("balanced", ("core", "certificate")), *places]:
        for path in texts(at_path_or_none(game, place)):
            yield kind, place + path

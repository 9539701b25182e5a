# SPDX-License-Identifier: GPL-3.0-or-later
"""Risks: every coalition by every measure against the definitions, files of scenarios, shares without a table, limits.

ACCORD_SEED and ACCORD_ROUNDS (random sheets) may be set."""
import csv
import io
import json
import math
import os
import random
import struct
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import oracle
from suite import run_tests
from test_cli import SEED, run, solve

ROUNDS = int(os.environ.get("ACCORD_ROUNDS", "200"))
COHERENT = "expected-shortfall standard-deviation semideviation expectation".split()
MEASURES = COHERENT + ["value-at-risk", "entropic"]
PROGRAM = os.path.abspath(os.environ.get("ACCORD", "build/accord"))


def sheet_of(chances, rows, measure, **more):
    ids = [f"p{i}" for i in range(len(rows[0]))]
    scenarios = [{"probability": str(q), "loss": dict(zip(ids, map(str, row)))} for q, row in zip(chances, rows)]
    return {"accord": 1, "parties": ids, "model": {"type": "risk", "scenarios": scenarios, "measure": measure}, **more}


def drawn(rng, kind, n=None):
    """Chances with ties among what is lost, a tail that often ends in the middle of them"""
    n, count, unit = n or rng.randint(1, 5), rng.randint(1, 9), rng.choice([1, 1, 100, 7])
    parts = [rng.choice([0, 1, 1, 1, 2, 5]) for _ in range(count)] + [1]
    most = rng.choice([1, 3, 50, 10 ** 6])
    rows = [[Fraction(rng.randint(-most // 3, most), unit) for _ in range(n)] for _ in parts]
    if rng.random() < 0.3:  # a book that nearly cancels
        rows = [[row[i] if i % 2 == 0 else -row[i - 1] + Fraction(rng.randint(-1, 1), unit) for i in range(n)] for row in rows]
    chances = [Fraction(q, sum(parts)) for q in parts]
    measure = {"type": kind}
    if kind in ("expected-shortfall", "value-at-risk"):
        measure["tail"] = str(rng.choice([Fraction(rng.randint(1, sum(parts)), sum(parts)), Fraction(rng.randint(1, 40), 40)]))
    if kind == "entropic":
        measure["tolerance"] = str(Fraction(max(most, 1), unit) * rng.choice([Fraction(1, 50), Fraction(1, 3), 1, 10, 10 ** 6]))
    return sheet_of(chances, rows, measure)


def table_of(sheet):
    """[Fraction] by bitmask, as `export` writes them"""
    code, out, err = run("export", "-", "--as", "csv", sheet=sheet)
    assert code == 0, err
    ids, table = sheet["parties"], {}
    for row in csv.DictReader(io.StringIO(out)):
        table[oracle.coalition(row["coalition"], ids) if row["coalition"] else 0] = Fraction(row["value"])
    return [table.get(S, Fraction(0)) for S in range(1 << len(ids))]


def known_of(sheet):
    return oracle.read_sheet(json.dumps(sheet))


def near(a, b, scale, relative=2e-15):
    return abs(Fraction(a) - b) <= Fraction(relative) * max(abs(b), scale)


# ------------------------------------------------------------------ every coalition
def test_every_coalition():
    rng = random.Random(SEED)
    for k in range(ROUNDS):
        kind = MEASURES[k % len(MEASURES)]
        sheet = drawn(rng, kind)
        table, known = table_of(sheet), known_of(sheet)
        if kind not in oracle.IRRATIONAL:
            assert table == known.table, (sheet, table)
            continue
        scale = max(abs(x) for row in known.risk.loss for x in row) if kind == "entropic" else 0
        assert all(near(x, y, scale) for x, y in zip(table, known.table)), (sheet, [float(x - y) for x, y in zip(table, known.table)])


def test_more_parties():
    """Enough of them to be decided about one after the other"""
    rng = random.Random(SEED)
    for kind in MEASURES * 2:
        sheet = drawn(rng, kind, 8)
        table, known = table_of(sheet), known_of(sheet)
        scale = max(abs(x) for row in known.risk.loss for x in row) if kind == "entropic" else 0
        exact = kind not in oracle.IRRATIONAL
        assert table == known.table if exact else all(near(x, y, scale) for x, y in zip(table, known.table)), sheet


def test_numbers_of_any_length():
    """Losses that no machine word holds come out exactly, too"""
    rng = random.Random(SEED)
    for kind in MEASURES * 2:
        sheet = drawn(rng, kind, 3)
        for scenario in sheet["model"]["scenarios"]:
            scenario["loss"] = {i: str(Fraction(x) * 10 ** 30 + Fraction(1, rng.choice([3, 7, 10 ** 9 + 7]))) for i, x in scenario["loss"].items()}
        if kind == "entropic":
            sheet["model"]["measure"]["tolerance"] = "1e30"
        table, known = table_of(sheet), known_of(sheet)
        scale = max(abs(x) for row in known.risk.loss for x in row)
        exact = kind not in oracle.IRRATIONAL
        assert table == known.table if exact else all(near(x, y, scale) for x, y in zip(table, known.table)), sheet


# ------------------------------------------------------------------ shares
def test_euler_and_covariance():
    """By the definitions; they sum to c(N); of a coherent measure no group pays more than its own risk"""
    rng, undefined = random.Random(SEED), 0
    for k in range(ROUNDS):
        kind = MEASURES[k % len(MEASURES)]
        sheet = drawn(rng, kind)
        known = known_of(sheet)
        exact, scale = kind not in oracle.IRRATIONAL, max(abs(x) for row in known.risk.loss for x in row)
        code, result = solve(sheet, "--rule", "euler,covariance", "--facts", "none")
        for allocation in result["allocations"]:
            try:
                due = oracle.allocate(allocation["rule"], known)
            except oracle.Undefined:
                undefined += 1
                assert allocation["status"] == "undefined" and allocation["reason"] and code == 1, (sheet, allocation)
                continue
            assert allocation["status"] == "ok", (sheet, allocation)
            shares = [Fraction(allocation["exact" if exact else "shares"][i]) for i in known.ids]
            assert shares == due if exact else all(near(x, y, scale, 1e-13) for x, y in zip(shares, due)), (sheet, shares, due)
            assert sum(shares) == known.table[-1] if exact else near(sum(shares), known.table[-1], scale), sheet
            if allocation["rule"] == "euler" and kind in COHERENT:
                worst = max(oracle.excesses(known.table, due, "cost").values(), default=0)
                assert worst <= (0 if exact else scale * Fraction(1, 10 ** 40)), (sheet, worst)
                assert allocation["core"]["member"] is True, sheet
    assert undefined


def test_core_is_never_empty():
    rng = random.Random(SEED)
    for k in range(ROUNDS // 4):
        sheet = drawn(rng, COHERENT[k % len(COHERENT)])
        code, result = solve(sheet, "--rule", "euler", "--facts", "core")
        assert result["game"]["core"]["empty"] is False, sheet


def test_tilted_far():
    """Entropic shares where exp(L / T) is beyond every double: the worst scenario alone counts, nearly"""
    sheet = sheet_of(["1/2", "1/4", "1/4"], [[0, 0], [900, 100], [100, 850]], {"type": "entropic", "tolerance": "1e-3"})
    code, result = solve(sheet, "--rule", "euler")
    shares = result["allocations"][0]["shares"]
    assert code == 0 and abs(shares["p0"] - 900) < 0.01 and abs(shares["p1"] - 100) < 0.01, shares
    sheet["model"]["measure"]["tolerance"] = "1e-290"
    code, result = solve(sheet, "--rule", "euler")
    assert code == 0 and result["game"]["value"] == 1000, result["game"]
    sheet["model"]["measure"]["tolerance"] = "1e290"
    assert solve(sheet, "--rule", "euler")[1]["game"]["value"] == 487.5


# ------------------------------------------------------------------ files
def npy(rows):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({len(rows)}, {len(rows[0])}), }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + b"".join(struct.pack(f"<{len(r)}d", *r) for r in rows)


def in_file(folder, name, content, measure, n):
    Path(folder, name).write_bytes(content if isinstance(content, bytes) else content.encode())
    sheet = {"accord": 1, "parties": [f"p{i}" for i in range(n)], "model": {"type": "risk", "scenarios_file": name, "measure": measure}}
    path = Path(folder, "sheet.json")
    path.write_text(json.dumps(sheet))
    return str(path)


def command(*arguments):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_files_say_the_same():
    """Inline, .csv with columns in another order, and .npy taken exactly give the same game"""
    rng, measure = random.Random(SEED), {"type": "expected-shortfall", "tail": "3/8"}
    with tempfile.TemporaryDirectory() as folder:
        rows = [[rng.randint(-20, 50) / 8 for _ in range(4)] for _ in range(16)]
        inline = sheet_of(["1/16"] * 16, [[Fraction(x) for x in row] for row in rows], measure)
        code, first = solve(inline, "--facts", "core")
        lines = ["probability,p2,p0,p3,p1"] + [",".join(map(str, [0.0625, row[2], row[0], row[3], row[1]])) for row in rows]
        for name, content, options in (("l.csv", "\n".join(lines), []), ("l.npy", npy(rows), ["--exact"])):
            path = in_file(folder, name, content, measure, 4)
            code, out, err = command("solve", path, "--json", "--facts", "core", *options)
            result = json.loads(out)
            assert code == 0 and result["allocations"] == first["allocations"] and result["game"] == first["game"], name
            assert [f["name"] for f in result["input"]["files"]] == [name]


def test_doubles():
    """.npy is inexact unless --exact is asked for; 0.1 + 0.2 is then not 0.3"""
    with tempfile.TemporaryDirectory() as folder:
        path = in_file(folder, "l.npy", npy([[0.1, 0.2], [0.0, 0.0]]), {"type": "expected-shortfall", "tail": "1/2"}, 2)
        result = json.loads(command("solve", path, "--json")[1])
        assert result["options"]["numbers"] == "float" and abs(result["game"]["value"] - 0.3) < 1e-16
        assert all(a["core"]["member"] for a in result["allocations"])
        result = json.loads(command("solve", path, "--json", "--exact")[1])
        assert result["game"]["exact"]["value"] == str(Fraction(0.1) + Fraction(0.2))
        spread = in_file(folder, "l.npy", npy([[1e300, 1e-300], [0.0, 1.0]]), {"type": "expected-shortfall", "tail": "1/2"}, 2)
        assert json.loads(command("solve", spread, "--json", "--exact")[1])["game"]["exact"]["value"] == str(Fraction(1e300) + Fraction(1e-300))
        assert json.loads(command("solve", spread, "--json")[1])["game"]["value"] == 1e300


def test_many_parties():
    """200 parties, 2000 scenarios: shares without a table, in the core by proof"""
    rng, n, count = random.Random(SEED), 200, 2000
    rows = [[rng.randint(-50, 100) for _ in range(n)] for _ in range(count)]
    lines = ["probability," + ",".join(f"p{i}" for i in range(n))] + [f"{Fraction(1, count)}," + ",".join(map(str, row)) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        for kind in MEASURES:
            measure = {"type": kind} | ({"tail": 0.05} if kind in ("expected-shortfall", "value-at-risk") else {"tolerance": 5000} if kind == "entropic" else {})
            path = in_file(folder, "l.csv", "\n".join(lines), measure, n)
            code, out, err = command("solve", path, "--json", "--rule", "euler,covariance")
            euler, covariance = json.loads(out)["allocations"]
            assert covariance["status"] == "ok"
            if kind == "value-at-risk":
                assert code == 1 and euler["status"] == "undefined"
                continue
            assert code == 0 and euler["core"]["member"] is (True if kind in COHERENT else None), (kind, code, err)
            assert json.loads(out)["game"]["core"]["empty"] is (False if kind in COHERENT else None)
            if kind == "expected-shortfall":
                part = oracle.worst([Fraction(1, count)] * count, list(map(sum, rows)), Fraction(1, 20))
                for i in rng.sample(range(n), 20):
                    assert Fraction(euler["exact"][f"p{i}"]) == sum(h * row[i] for h, row in zip(part, rows)) / (count // 20)


def test_check_of_many():
    """Without a table: the Euler shares stand, a party above its own risk does not, anything else is not decided"""
    rng, n = random.Random(SEED), 26
    rows = [[rng.randint(-9, 20) for _ in range(n)] for _ in range(8)]
    sheet = sheet_of(["1/8"] * 8, rows, {"type": "expected-shortfall", "tail": "1/4"}, unit="1/2")
    shares = solve(sheet, "--rule", "euler")[1]["allocations"][0]["payable"]
    def check(shares):
        code, out, err = run("check", "-", "--json", "--split", ",".join(f"{i}={x}" for i, x in shares.items()), sheet=sheet)
        return code, {f["check"]: f["verdict"] for f in json.loads(out)["proposals"][0]["findings"]}
    code, found = check(shares)
    assert code == 0 and found["coalition"] == found["individual"] == "pass", (code, found)
    moved = shares | {"p0": str(Fraction(shares["p0"]) + Fraction(1, 2)), "p1": str(Fraction(shares["p1"]) - Fraction(1, 2))}
    moved = {i: str(float(Fraction(x))) for i, x in moved.items()}
    code, found = check(moved)
    assert code == 3 and found["coalition"] == "note", (code, found)
    far = {i: str(float(Fraction(x) + (1000 if i == "p0" else -1000 if i == "p1" else 0))) for i, x in shares.items()}
    code, found = check(far)
    assert code == 1 and found["coalition"] == found["individual"] == "fail", (code, found)


# ------------------------------------------------------------------ the fund
def covered_by(size, row, rule):
    """What is covered of each loss: gains go as far as they are needed, then the fund, then the claims rule"""
    gains, losses = sum(-x for x in row if x < 0), sum(x for x in row if x > 0)
    if losses - gains <= size:
        used = min(Fraction(1), losses / gains) if gains else 0
        return [x if x > 0 else x * used for x in row]
    awards = oracle.function(rule, True)(size + gains, [max(x, Fraction(0)) for x in row])
    return [a if x > 0 else x for a, x in zip(awards, row)]


def by_id(known, part):
    return [Fraction(part[i]) for i in known.ids]


def test_fund():
    """Premiums sum to the fund; every scenario and every mean by the definition"""
    rng, ran_dry = random.Random(SEED), 0
    for k in range(ROUNDS // 2):
        sheet = drawn(rng, rng.choice(["expected-shortfall", "expected-shortfall", "expectation", "value-at-risk"]), rng.randint(2, 4))
        known = known_of(sheet)
        worst = max(sum(row) for row in known.risk.loss)
        size = Fraction(rng.randint(1, 12), 8) * max(worst, 1)
        premiums, shortfall = rng.choice(["euler", "shapley", "proportional", "equal"]), rng.choice(["proportional", "cea", "cel", "talmud", "random-arrival"])
        sheet["fund"] = {"size": str(size), "premiums": premiums, "shortfall": shortfall}
        code, result = solve(sheet, "--rule", "equal", "--facts", "none", "--top", "100")
        fund = result["fund"]
        try:
            shares = oracle.allocate(premiums, known)
        except oracle.Undefined:
            shares = None
        if shares is None or sum(shares) <= 0:
            assert fund["status"] == "undefined" and fund["reason"] and code == 1, sheet
            continue
        assert fund["status"] == "ok" and code == 0, (sheet, fund)
        assert by_id(known, fund["exact"]) == [size * x / sum(shares) for x in shares], (sheet, fund)
        assert sum(by_id(known, fund["exact"])) == size
        paid_in = sum(map(Fraction, fund["payable"].values()))
        assert 0 <= size - paid_in < Fraction(1, 100), (size, paid_in)
        rows = [(q, row) for q, row in zip(known.risk.chance, known.risk.loss) if q]
        cover = [covered_by(size, row, shortfall) for q, row in rows]
        dry = sum((q for q, row in rows if sum(row) > size), Fraction(0))
        ran_dry += dry > 0
        assert Fraction(fund["runs_dry"]["exact"]) == dry, (sheet, fund)
        expected = fund["expected"]["exact"]
        assert Fraction(expected["missing"]) == sum(q * max(sum(row) - size, 0) for q, row in rows)
        assert Fraction(expected["paid"]) == sum(q * min(max(sum(row), 0), size) for q, row in rows)
        assert by_id(known, expected["covered"]) == [sum(q * c[i] for (q, row), c in zip(rows, cover)) for i in range(len(shares))], (sheet, fund)
        assert by_id(known, expected["borne"]) == [sum(q * (row[i] - c[i]) for (q, row), c in zip(rows, cover)) for i in range(len(shares))]
        if dry:
            assert all(near(fund["runs_dry"]["borne"][i], sum(q * (row[j] - c[j]) for (q, row), c in zip(rows, cover) if sum(row) > size) / dry, worst) for j, i in enumerate(known.ids))
        assert len(fund["scenarios"]) == len(rows)
        places = [j for j, q in enumerate(known.risk.chance) if q]
        losses = [scenario["pooled_loss"] for scenario in fund["scenarios"]]
        assert losses == sorted(losses, reverse=True)
        for scenario in fund["scenarios"]:
            j = places.index(scenario["scenario"] - 1)
            assert by_id(known, scenario["exact"]["covered"]) == cover[j] and by_id(known, scenario["exact"]["loss"]) == rows[j][1], (sheet, scenario)
            assert near(scenario["paid"], sum(cover[j]), worst) and near(scenario["missing"], max(sum(rows[j][1]) - size, 0), worst)
    assert ran_dry > ROUNDS // 20


def test_fund_in_words():
    sheet = sheet_of(["9/10", "1/10"], [[0, 0, 0], [60, 50, -10]], {"type": "expected-shortfall", "tail": "1/10"},
                     fund={"size": 40, "premiums": "equal", "shortfall": "cea"})
    code, out, err = run("solve", "-", sheet=sheet)
    flat = " ".join(out.split())
    assert code == 0 and "The fund holds 40.00" in flat and "in 90% of cases" in flat and "probability 10%" in flat, out
    assert "2 10% 100.00 40.00 60.00 35.00 25.00 0.00" in flat, out
    sheet["fund"]["size"] = 100
    assert "It never runs dry" in run("solve", "-", sheet=sheet)[1]
    rows = list(csv.DictReader(io.StringIO(run("solve", "-", "--format", "csv", sheet=sheet)[1])))
    assert [r["payable"] for r in rows if r["label"] == "fund"] == ["33.34", "33.33", "33.33"]
    sheet["fund"] = {"size": 40, "premiums": "owen", "shortfall": "cea"}
    code, out, err = run("solve", "-", sheet=sheet)
    assert code == 1 and "No answer: premiums by owen" in " ".join(out.split()), out
    sheet["fund"] = {"size": 40, "premiums": "equal", "shortfall": "concede-and-divide"}
    code, result = solve(sheet)
    assert code == 1 and "scenario 2" in result["fund"]["reason"], result["fund"]
    sheet["fund"]["shortfall"] = "dominguez-thomson"
    code, result = solve(sheet)
    assert code == 0 and "exact" not in result["fund"]["expected"] and abs(sum(result["fund"]["scenarios"][0]["covered"].values()) - 40) < 1e-12


def test_fund_of_doubles():
    """A book of 3000 scenarios: means add up, premiums sum to the size"""
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        path = in_file(folder, "l.npy", npy([[rng.lognormvariate(0, 1) for _ in range(5)] for _ in range(3000)]), {"type": "semideviation"}, 5)
        sheet = json.loads(Path(path).read_text()) | {"fund": {"size": 15, "premiums": "euler", "shortfall": "proportional"}}
        Path(path).write_text(json.dumps(sheet))
        code, out, err = command("solve", path, "--json", "--top", "5", "--facts", "none")
        fund = json.loads(out)["fund"]
        assert code == 0 and len(fund["scenarios"]) == 5 and "exact" not in fund and "exact" not in fund["expected"]
        assert abs(sum(fund["premiums"].values()) - 15) < 1e-12 and sum(map(Fraction, fund["payable"].values())) == 15
        expected = fund["expected"]
        assert abs(sum(expected["covered"].values()) - expected["paid"]) < 1e-9 and 0 < fund["runs_dry"]["probability"] < 0.2
        assert abs(sum(expected["borne"].values()) - expected["missing"]) < 1e-9


# ------------------------------------------------------------------ limits, exact answers
def test_exact_is_refused():
    for kind in oracle.IRRATIONAL:
        sheet = sheet_of([1], [[1, 2]], {"type": kind} | ({"tolerance": 1} if kind == "entropic" else {}))
        code, result = solve(sheet, "--exact")
        assert code == 2 and result["errors"][0]["code"] == "E082" and result["errors"][0]["pointer"] == "/model/measure/type", result
        assert solve(sheet)[1]["options"]["numbers"] == "float"


def test_limits():
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + b"{'descr': '<f8', 'fortran_order': False, 'shape': (10000000, 3), }".ljust(117) + b"\n"
    with tempfile.TemporaryDirectory() as folder:
        path = in_file(folder, "l.npy", header, {"type": "expectation"}, 3)
        code, out, err = command("solve", path, "--json", "--memory-limit", "100M")
        assert code == 3 and json.loads(out)["errors"][0]["code"] == "E238" and "10000000 scenarios" in out, (code, out)
        path = in_file(folder, "l.csv", "probability,p0,p1,p2\n" + "\n" * 3 + "1e-6,1,2,3\n" * 10 ** 6, {"type": "expectation"}, 3)
        code, out, err = command("solve", path, "--json", "--memory-limit", "50M")
        assert code == 3 and json.loads(out)["errors"][0]["code"] == "E238", (code, out)
        code, out, err = command("solve", path, "--json", "--memory-limit", "10M")
        assert code == 3 and json.loads(out)["errors"][0]["code"] == "E071", (code, out)
    many = sheet_of(["1/2", "1/2"], [[1] * 30, [2] * 30], {"type": "expected-shortfall", "tail": "1/4"})
    code, result = solve(many, "--rule", "shapley,euler")
    assert code == 3 and [a["status"] for a in result["allocations"]] == ["limit", "ok"] and "euler" in result["allocations"][0]["reason"]
    code, result = solve(many)
    assert code == 0 and [a["rule"] for a in result["allocations"]] == ["euler"] and result["allocations"][0]["shares"]["p7"] == 2


def test_verify():
    """A result's certificates hold against the sheet, and not against another"""
    with tempfile.TemporaryDirectory() as folder:
        rows = [[5.0, -1.0, 2.5], [0.0, 4.0, 1.0], [3.0, 3.0, -2.0], [1.0, 0.0, 0.5]]
        text = "probability,p0,p1,p2\n" + "".join("0.25," + ",".join(map(str, row)) + "\n" for row in rows)
        path = in_file(folder, "l.csv", text, {"type": "expected-shortfall", "tail": "3/10"}, 3)
        result = str(Path(folder, "result.json"))
        assert command("solve", path, "--rule", "nucleolus,euler", "--json", "-o", result)[0] == 0
        assert command("verify", result, path)[0] == 0
        path = in_file(folder, "l.csv", text.replace("5.0", "5.5"), {"type": "expected-shortfall", "tail": "3/10"}, 3)
        assert command("verify", result, path)[0] == 1
        path = in_file(folder, "l.npy", npy(rows), {"type": "expected-shortfall", "tail": "3/10"}, 3)
        assert command("solve", path, "--rule", "nucleolus,euler", "--json", "-o", result)[0] == 0
        assert command("verify", result, path)[0] == 3


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

# SPDX-License-Identifier: GPL-3.0-or-later
"""accord bench: the rows of a sweep against games drawn here a second time, from their definition."""
import csv
import io
import json
import os
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import oracle
from suite import run_tests
from test_cli import ROOT, run

COLUMNS = ["family", "n", "seed", "index", "rule", "status", "in_core", "max_excess", "seconds", "shares", "exact", "goal"]
MODELLED = {"bankruptcy", "vote", "matching", "airport"}


def bench(*arguments, code=0):
    got, out, err = run("bench", "--no-seconds", *arguments)
    assert got == code, (arguments, got, err)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert not rows or list(rows[0]) == COLUMNS, rows[0]
    return rows


def shares(row):
    return [Fraction(x) for x in row["exact"].split()]


# ------------------------------------------------------ the games of the papers
def draws(seed):
    state = seed
    while True:
        state = (state * 214013 + 2531011) % 2**32
        yield state >> 16 & 32767


def type_1(n, seed):
    draw = draws(seed)
    whole = 100 * (n - 2) + next(draw) % 201
    return [0] + [0 if m & m - 1 == 0 else 1 + next(draw) % (100 * bin(m).count("1")) for m in range(1, 2**n - 1)] + [whole]


def type_2(n, seed, most=50):
    draw = draws(seed)
    return [0] + [0 if m & m - 1 == 0 else 1 + next(draw) % (most * n) for m in range(1, 2**n)]


def type_3(n, seed):
    draw, all, v = draws(seed), 2**n - 1, [0] * 2**n
    v[all], r = 1, next(draw)
    for i in range(n):
        if r % 10 < 9: v[all ^ 1 << i] = 1
        r = next(draw)
        for j in range(i + 1, n):
            if r % 10 < 9: v[all ^ 1 << i ^ 1 << j] = 1
            r = next(draw)
    return v


def type_5(n, _):
    large = (n - 3) // 2
    weight = [large] * 5 + [1] * (n - 5)
    return [sum(w for i, w in enumerate(weight) if m >> i & 1) >= 4 * large + n - 4 for m in range(2**n)]


TYPES = {"type-1": type_1, "type-2": type_2, "type-3": type_3, "type-4": lambda n, seed: type_2(n, seed, 1), "type-5": type_5}


def excesses(v, x):
    n = len(x)
    return [v[m] - sum(x[i] for i in range(n) if m >> i & 1) for m in range(1, 2**n - 1)]


def test_published_types():
    """Types 1 to 5 as nucleolus papers draw them: Shapley value and excesses by definition"""
    rows = bench("--family", ",".join(TYPES), "--n", "3-7", "--games", "3", "--seed", "468015", "--rule", "shapley,nucleolus")
    assert len(rows) == 2 * 3 * (4 * 5 + 1)
    for row in rows:
        n = int(row["n"])
        v = [Fraction(int(a)) for a in TYPES[row["family"]](n, int(row["seed"]) + int(row["index"]))]
        if row["status"] == "undefined":
            assert row["rule"] == "nucleolus" and sum(v[1 << i] for i in range(n)) > v[-1], row
            continue
        x = shares(row)
        assert sum(x) == v[-1] and [float(a) for a in x] == [float(a) for a in row["shares"].split()], row
        if row["rule"] == "shapley": assert x == oracle.shapley(v), row
        worst = max(excesses(v, x))
        assert float(row["max_excess"]) == float(worst) and (row["in_core"] == "true") == (worst <= 0), row


def test_known_answers():
    """The first excess and shares of four games that are printed with their seeds"""
    known = {(10, "type-1", 468015): (20.888889, 97.222222222, 87.0, 82.666666667),
             (10, "type-2", 468046): (379.4, 37.566666667, 67.271428571, 16.828571429),
             (15, "type-1", 479921): (130.963855, 87.650602410, 93.325301205, 82.319277108),
             (15, "type-4", 481312): (13.235294, 0.588235294, 0.823529412, 0.705882353)}
    for (n, family, seed), (epsilon, *first) in known.items():
        (row,) = bench("--family", family, "--n", n, "--games", "1", "--seed", seed, "--rule", "nucleolus")
        assert abs(float(row["max_excess"]) - epsilon) < 1e-6, row
        assert all(abs(float(a) - b) < 1e-8 for a, b in zip(row["shares"].split(), first)), row


# ---------------------------------------------------------------- all families
def families():
    listed = run("bench", "--family", "list")[1].splitlines()
    return {line.split()[0]: [int(w) for w in line.rsplit(";")[-1].split() if w.isdigit()] for line in listed}


def test_every_family_keeps_its_word():
    """What a family is called holds of its games, and every rule gives a row"""
    table = families()
    assert len(table) >= 20 and table["type-5"] == [7, 28]
    rows = bench("--n", "1-5", "--games", "4", "--rule", "nucleolus,shapley,talmud,banzhaf")
    assert {row["family"] for row in rows} == set(table) - {"type-5"}
    for row in rows:
        assert row["status"] in ("ok", "undefined"), row
        assert row["goal"] == ("cost" if row["family"] in ("subadditive", "airport") else "benefit"), row
        if row["family"] in ("convex", "additive", "bankruptcy", "airport") and row["rule"] in ("shapley", "nucleolus") and int(row["n"]) > 1:
            assert row["in_core"] == "true", row
        if row["rule"] == "talmud": assert (row["status"] == "ok") == (row["family"] == "bankruptcy"), row
    nucleoli = {(r["family"], r["n"], r["index"]): r["exact"] for r in rows if r["rule"] == "nucleolus"}
    for row in rows:
        if row["rule"] == "talmud" and row["status"] == "ok":
            assert nucleoli["bankruptcy", row["n"], row["index"]] == row["exact"], row


def test_a_game_is_its_seed():
    """The game of seed s and index k is that of seed s + k and index 0; the same rows for any number of threads"""
    wanted = ["--family", "convex,vote,matching,near-ties", "--n", "5"]
    rows = bench(*wanted, "--games", "4", "--seed", "11")
    for row in rows:
        alone = [r for r in bench(*wanted, "--games", "1", "--seed", 11 + int(row["index"]), "--rule", row["rule"])
                 if r["family"] == row["family"]]
        assert [r["exact"] for r in alone] == [row["exact"]], (row, alone)
    assert rows == bench(*wanted, "--games", "4", "--seed", "11", "--threads", "1")


def test_lines_of_json():
    """--ndjson has the same rows"""
    wanted = ["--games", "2", "--n", "3,5-6", "--rule", "shapley,tau,nucleolus"]
    rows = bench(*wanted)
    lines = [json.loads(line) for line in run("bench", "--no-seconds", "--ndjson", *wanted)[1].splitlines()]
    assert len(rows) == len(lines) and {row["n"] for row in rows} == {"3", "5", "6"}
    for row, line in zip(rows, lines):
        assert [str(line[key]) for key in ("family", "n", "seed", "index", "rule", "status", "goal")] == [
            row[key] for key in ("family", "n", "seed", "index", "rule", "status", "goal")]
        assert row["exact"].split() == line.get("exact", []) and row["in_core"] == {True: "true", False: "false", None: ""}[line["in_core"]]
        assert [float(x) for x in row["shares"].split()] == (line["shares"] or []) and line["seconds"] is None
    timed = [json.loads(line) for line in run("bench", "--ndjson", "--games", "1", "--n", "4")[1].splitlines()]
    assert all(0 < line["seconds"] < 60 for line in timed)


# ------------------------------------------------------------- wrong and limits
def test_wrong_words():
    for words, told in [(["--family", "nosuch"], "there is no family"), (["--family", ","], "empty entry"), (["--rule", "nosuch"], "there is no rule"),
                        (["--n", "0"], "--n takes"), (["--n", "3-"], "--n takes"), (["--n", "29"], "--n takes"), (["--n", "5-4"], "--n takes"),
                        (["--n", "4,"], "empty entry"), (["--games", "-1"], "--games takes"), (["--format", "text"], "csv"), (["deal.json"], "too many")]:
        code, out, err = run("bench", *words)
        assert code == 2 and told in err and not out, (words, code, out, err)


def test_limits_and_files():
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sweep.csv"
        assert run("bench", "--games", "1", "--n", "3", "--no-seconds", "-o", target)[:2] == (0, "")
        assert target.read_text() == run("bench", "--games", "1", "--n", "3", "--no-seconds")[1]
        code, out, err = run("bench", "--family", "type-2", "--n", "24", "--games", "1", "--memory-limit", "16M", "-o", target)
        assert code == 3 and "limit" in err and target.read_text().startswith("family") and os.listdir(folder) == ["sweep.csv"], (code, err)
    rows = bench("--family", "type-1", "--n", "16", "--games", "1", "--rule", "egalitarian-core,shapley", "--time-limit", "0.001", code=3)
    assert rows[0]["status"] == "limit" and not rows[0]["shares"], rows


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

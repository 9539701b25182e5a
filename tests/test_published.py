# SPDX-License-Identifier: GPL-3.0-or-later
"""Published examples: each file of tests/published/ names its source and holds sheets with the answers printed there."""
import json
import sys
from fractions import Fraction
from pathlib import Path

from suite import run_tests
from test_assignment import verified
from test_cli import run, solve

FILES = sorted(Path(__file__).with_name("published").glob("*.json"))
KEYS = {"sheet", "shares", "values", "digits", "core_empty"}


def close(found, printed, digits):
    """As printed; where digits are said, rounded to so many of them"""
    off = abs(Fraction(found) - Fraction(printed))
    return off == 0 if digits is None else off <= Fraction(1, 2 * 10 ** digits)


def check(path, case):
    assert KEYS >= set(case) and case["shares"], path
    sheet, digits = case["sheet"], case.get("digits")
    code, result = solve(sheet, "--rule", ",".join(case["shares"]))
    assert code == 0, (path, result)
    for one in result["allocations"]:
        found, printed = one.get("exact", one["shares"]), case["shares"][one["rule"]]
        assert set(found) == set(printed) and all(close(found[i], t, digits) for i, t in printed.items()), (path, one["rule"], found)
    assert result["game"]["core"]["empty"] == case.get("core_empty", result["game"]["core"]["empty"]), path
    if any("certificate" in a for a in result["allocations"]) or result["game"]["core"]["empty"]:
        assert verified(result, sheet)[0] == 0, path
    if "values" in case:
        code, out, err = run("export", "-", "--as", "csv", sheet=sheet)
        table = dict(row.split(",") for row in out.split()[1:])
        for coalition, t in case["values"].items():
            assert close(table[coalition], t, digits), (path, coalition, table)


def test_published():
    assert len(FILES) > 10
    for path in FILES:
        golden = json.loads(path.read_text())
        assert set(golden) == {"source", "cases"} and len(golden["source"]) > 20, path
        for case in golden["cases"]:
            check(path.name, case)


def test_other_figures_are_noticed():
    """One unit of the last digit off is seen, in every share of every file"""
    for path in FILES:
        for case in json.loads(path.read_text())["cases"]:
            rule, printed = next(iter(case["shares"].items()))
            found = solve(case["sheet"], "--rule", rule)[1]["allocations"][0]
            unit = Fraction(1, 10 ** case.get("digits", 4))
            for i, t in printed.items():
                assert not any(close(found.get("exact", found["shares"])[i], Fraction(t) + off, case.get("digits")) for off in (unit * 11 / 10, -unit * 11 / 10)), (path, i)


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

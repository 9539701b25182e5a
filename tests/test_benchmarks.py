# SPDX-License-Identifier: GPL-3.0-or-later
"""The tools around the measurements: the README's table and plot are those of the baseline, and a regression is told."""
import csv
import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from suite import run_tests

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
BASELINE = FOLDER / "baseline.csv"
with open(BASELINE, newline="") as lines:
    ROWS = list(csv.DictReader(lines))


def run(tool, *words):
    return subprocess.run([sys.executable, FOLDER / tool, *map(str, words)], capture_output=True, text=True, timeout=60,
                          check=False)


def csv_of(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, ROWS[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def compare(*runs):
    """compare.py on the baseline and runs, each a list of rows"""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{k}.csv" for k in range(len(runs))]
        for path, rows in zip(paths, runs):
            path.write_text(csv_of(rows))
        return run("compare.py", BASELINE, *paths)


def slower(row, factor):
    """The row, slower by a factor in all that is measured of it"""
    changed = dict(row)
    if float(row["minimum_seconds"]) == 0:
        changed["figure"] = str(float(row["figure"]) * factor ** (-1 if row["goal"].startswith(">=") else 1))
    for name, way in (("median_seconds", 1), ("minimum_seconds", 1), ("passes", 1), ("naive_over_it", -1),
                      ("glpk_over_it", -1)):
        if row[name]:
            changed[name] = str(float(row[name]) * factor ** way)
    return changed


def test_readme_shows_the_baseline():
    with tempfile.TemporaryDirectory() as folder:
        readme, picture = Path(folder) / "README.md", Path(folder) / "scaling.svg"
        readme.write_text((FOLDER / "README.md").read_text())
        assert run("figures.py", "readme", BASELINE, readme, picture).returncode == 0
        assert readme.read_text() == (FOLDER / "README.md").read_text(), "run make bench-figures"
        assert picture.read_text() == (FOLDER / "scaling.svg").read_text(), "run make bench-figures"


def test_table_has_every_row_and_goal():
    table = run("figures.py", "table", BASELINE).stdout
    goals = sum(bool(row["goal"]) for row in ROWS)
    assert len(re.findall(r" (?:met|missed)$", table, re.M)) == goals + 1 # and the line below
    assert f"of {goals} goals met" in table
    for row in ROWS:
        assert re.search(rf"^{re.escape(row['what'])} +{re.escape(row['family'])} +{row['n']} ", table, re.M), row


def test_rows_are_told_apart():
    keys = [(row["what"], row["family"], row["n"], row["threads"]) for row in ROWS]
    assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)


def test_as_fast_as_before():
    assert compare(ROWS, ROWS).returncode == 0
    assert compare([slower(row, 1.2) for row in ROWS]).returncode == 0


def test_regression():
    """A quarter slower twice fails, once does not: the machine may have been busy. Two threads are told only."""
    for k, row in enumerate(ROWS):
        if k % 20 and row["threads"] == "1":
            continue
        worse = ROWS[:k] + [slower(row, 1.3)] + ROWS[k + 1:]
        found = compare(worse, worse)
        assert found.returncode == (row["threads"] == "1"), found.stdout
        assert f"{row['what']}, {row['family']}, n = {row['n']}" in found.stdout, found.stdout
        assert compare(worse, ROWS).returncode == 0


def test_row_no_longer_measured():
    found = compare(ROWS[:-1])
    assert found.returncode == 1 and "no longer measured" in found.stdout


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

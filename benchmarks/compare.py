# SPDX-License-Identifier: GPL-3.0-or-later
"""compare.py BASELINE NEW...: fails where a row's ratio has grown by more than a quarter in every new run.

Rows are matched by what, n and threads. A row is worse where its time in memory passes is, and with it, where they
can be compared, its gain over the textbook definition and (on the same processor) its seconds: what only the
machine does to the memory pass moves one of these. Rows of several threads are told but do not fail, as they
depend on who else uses the cores.
"""
import csv
import sys

MOST = 1.25


def rows(path):
    with open(path, newline="") as file:
        lines = [line for line in file if line.count(",") >= 10]
    return {(row["what"], row["n"], row["threads"]): row for row in csv.DictReader(lines)}


def growth(old, new):
    """By how much a row got slower: the smallest growth of its figures"""
    found = [float(new["passes"]) / float(old["passes"])]
    if old["naive_over_it"] and new["naive_over_it"]:
        found.append(float(old["naive_over_it"]) / float(new["naive_over_it"]))
    if old["cpu"] == new["cpu"]:
        found.append(float(new["minimum_seconds"]) / float(old["minimum_seconds"]))
    return min(found)


def main():
    old, runs = rows(sys.argv[1]), [rows(path) for path in sys.argv[2:]]
    worse = 0
    for key in old:
        found = [run[key] for run in runs if key in run]
        if not found:
            print(f"{key[0]}, n = {key[1]}, {key[2]} threads: no longer measured")
            worse += 1
        elif min(growth(old[key], new) for new in found) > MOST:
            now = " and ".join(new["passes"] for new in found)
            print(f"{key[0]}, n = {key[1]}, {key[2]} threads: {old[key]['passes']} passes, now {now}")
            worse += key[2] == "1"
    print(f"{len(old) - worse} as fast as before, {worse} slower")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
"""compare.py BASELINE NEW: fails where a row's ratio has grown by more than a quarter.

Rows are matched by what, n and threads. A row is worse where its time in memory passes is, and, if it has one,
its gain over the textbook definition as well: what only the machine does moves one of the two. Rows of several
threads are told but do not fail, as they depend on who else uses the cores.
"""
import csv
import sys

MOST = 1.25


def rows(path):
    with open(path, newline="") as file:
        lines = [line for line in file if line.count(",") >= 10]
    return {(row["what"], row["n"], row["threads"]): row for row in csv.DictReader(lines)}


def growth(old, new):
    """By how much a row got slower: the smaller of its two ratios' growths"""
    found = [float(new["passes"]) / float(old["passes"])]
    if old["naive_over_it"] and new["naive_over_it"]:
        found.append(float(old["naive_over_it"]) / float(new["naive_over_it"]))
    return min(found)


def main():
    old, new = rows(sys.argv[1]), rows(sys.argv[2])
    worse = 0
    for key in old:
        if key not in new:
            print(f"{key[0]}, n = {key[1]}, {key[2]} threads: no longer measured")
            worse += 1
        elif growth(old[key], new[key]) > MOST:
            print(f"{key[0]}, n = {key[1]}, {key[2]} threads: {old[key]['passes']} passes, now {new[key]['passes']}")
            worse += key[2] == "1"
    print(f"{len(old) - worse} as fast as before, {worse} slower")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())

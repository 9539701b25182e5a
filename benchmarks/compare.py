# SPDX-License-Identifier: GPL-3.0-or-later
"""compare.py BASELINE NEW...: fails where a row's ratio has grown by more than a quarter in every new run.

Rows are matched by what, family, n and threads. A row is worse where its time in memory passes is, and with it, where they
can be compared, its gain over the textbook definition and (on the same processor) its seconds: what only the
machine does to the memory pass moves one of these. Rows of several threads are told but do not fail, as they
depend on who else uses the cores.
"""
import csv
import sys

MOST = 1.25


def rows(path):
    with open(path, newline="") as file:
        return {(row["what"], row["family"], row["n"], row["threads"]): row for row in csv.DictReader(file)}


def growth(old, new):
    """By how much a row got slower: the smallest growth of its figures; what takes no time has one, such as memory"""
    if float(old["minimum_seconds"]) == 0:
        grown = float(new["figure"]) / float(old["figure"])
        return 1 / grown if old["goal"].startswith(">=") else grown
    found = [float(new["passes"]) / float(old["passes"])] if old["passes"] and new["passes"] else []
    found += [float(old[name]) / float(new[name]) for name in ("naive_over_it", "glpk_over_it") if old[name] and new[name]]
    if old["cpu"] == new["cpu"]:
        found.append(float(new["minimum_seconds"]) / float(old["minimum_seconds"]))
    return min(found, default=1)


def main():
    old, runs = rows(sys.argv[1]), [rows(path) for path in sys.argv[2:]]
    worse = 0
    for key in old:
        found = [run[key] for run in runs if key in run]
        if not found:
            print(f"{key[0]}, {key[1]}, n = {key[2]}, {key[3]} threads: no longer measured")
            worse += 1
        elif min(growth(old[key], new) for new in found) > MOST:
            now = " and ".join(new["passes"] for new in found)
            print(f"{key[0]}, {key[1]}, n = {key[2]}, {key[3]} threads: {old[key]['passes']} reads, now {now}")
            worse += key[3] == "1"
    print(f"{len(old) - worse} as fast as before, {worse} slower")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())

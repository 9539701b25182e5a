# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests take of the branches of solver/ and models/: a table by file, and what is not taken with its reason.

    coverage.py COVERAGE.json    as gcovr --json --branches writes it

Nothing is left out of the count. Fails below LEAST percent in either folder, where a file has branches that are not taken
and uncovered.txt gives no reason, and where uncovered.txt names what is not there.
"""
import json
import sys
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REASONS = ROOT / "tests" / "uncovered.txt"
FOLDERS = ("models", "solver")
LEAST = 90

Line = namedtuple("Line", "file number branches taken")


def read_lines(path):
    """Every line with branches"""
    for entry in json.loads(Path(path).read_text())["files"]:
        if entry["file"].split("/")[0] not in FOLDERS:
            continue
        for line in entry["lines"]:
            counts = [branch["count"] for branch in line["branches"]]
            if counts:
                yield Line(entry["file"], line["line_number"], len(counts), sum(count > 0 for count in counts))


def read_reasons():
    """{file: reason}; a reason goes on in lines that are indented"""
    reasons, file = {}, None
    for line in REASONS.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            file, _, line = line.partition(":")
        reasons[file] = f"{reasons.get(file, '')} {line.strip()}".strip()
    return reasons


def missing(lines):
    return sum(line.branches - line.taken for line in lines)


def percent(lines):
    branches = sum(line.branches for line in lines)
    return 100 - 100 * missing(lines) / branches if branches else 100.0


def row(name, lines):
    branches = sum(line.branches for line in lines)
    return f"{name:38} {branches:8} {branches - missing(lines):8} {percent(lines):7.1f}"


def table(by_file, by_folder):
    yield f"{'branches':38} {'all':>8} {'taken':>8} {'%':>7}"
    yield from (row(file, lines) for file, lines in by_file.items())
    yield from (row(folder + "/", lines) for folder, lines in by_folder.items())
    yield row("both", sum(by_folder.values(), []))


def not_taken(by_file, reasons):
    """Every line that has a branch no test takes, under the reason for its file"""
    for file, lines in by_file.items():
        if not missing(lines):
            continue
        text = (ROOT / file).read_text().splitlines()
        yield f"\n{file}: {reasons.get(file, 'no reason is given')}"
        yield from (f"  {line.branches - line.taken} of {line.branches}  {line.number}: {text[line.number - 1].strip()}" for line in lines if missing([line]))


def faults(by_file, by_folder, reasons):
    for folder, lines in by_folder.items():
        if percent(lines) < LEAST:
            yield f"{folder}/: {percent(lines):.1f} % of the branches are taken, fewer than {LEAST} %"
    for file, lines in by_file.items():
        if missing(lines) and not reasons.get(file):
            yield f"{file}: {missing(lines)} branches are not taken, and tests/uncovered.txt does not say why"
    for file in reasons:
        if not (ROOT / file).is_file():
            yield f"tests/uncovered.txt names {file}, which is not there"


def main(path):
    lines, reasons = sorted(read_lines(path)), read_reasons()
    by_file = {file: [line for line in lines if line.file == file] for file in dict.fromkeys(line.file for line in lines)}
    by_folder = {folder: [line for line in lines if line.file.startswith(folder + "/")] for folder in FOLDERS}
    print("\n".join([*table(by_file, by_folder), "", "Not taken, by file, with the reason:", *not_taken(by_file, reasons)]))
    wrong = list(faults(by_file, by_folder, reasons))
    if wrong:
        print("\n".join(["", *wrong]), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the house that a compiler does not know: who includes what, how long functions are.

Folders depend one way (include <- solver <- models <- cli), each library has one door, every source
file carries its licence, and a rule's file exports one symbol.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOORS = {"glpk.h": {"solver/lp_glpk.c"}, "cblas.h": {"solver/dense.c"}, "lapacke.h": {"solver/dense.c"},
         "cjson/cJSON.h": {"models/json.h"}, "libsmartcols/libsmartcols.h": {"cli/output.c", "cli/main.c"},
         "openssl/sha.h": {"models/digest.c"}}
LONGEST_FUNCTION = 60


def sources(*folders):
    return [p for f in folders for p in sorted((ROOT / f).rglob("*.[ch]"))]


def includes(path):
    return re.findall(r'^#include [<"]([^>"]+)[>"]', path.read_text(), re.M)


def room_of(header):
    """The folder a header of ours lives in, or None"""
    name = Path(header).name
    return next((f for f in ("solver", "models", "cli") if (ROOT / f / name).exists()), None)


def wrong_doors():
    for path in sources("include", "solver", "models", "cli", "benchmarks"):
        name = str(path.relative_to(ROOT))
        for header in includes(path):
            if header in DOORS and name not in DOORS[header]:
                yield f"{name} includes {header}, whose door is {', '.join(sorted(DOORS[header]))}"


def wrong_direction():
    allowed = {"solver": {"solver"}, "models": {"solver", "models"}, "cli": {"solver", "models", "cli"}}
    for room, rooms in allowed.items():
        for path in sources(room):
            for header in includes(path):
                if room_of(header) not in rooms | {None}:
                    yield f"{path.relative_to(ROOT)} includes {header}: {room} may not know {room_of(header)}"


def no_licence():
    kinds = ("*.c", "*.h", "*.def", "*.py", "*.mk", "Makefile", "accord", "*.1")
    for folder in ("include", "solver", "models", "cli", "tests", "benchmarks", "completion", "man", "."):
        for kind in kinds:
            for path in (ROOT / folder).glob(kind) if folder == "." else (ROOT / folder).rglob(kind):
                if "SPDX-License-Identifier: GPL-3.0-or-later" not in path.read_text()[:200]:
                    yield f"{path.relative_to(ROOT)} has no SPDX line"


FUNCTION = re.compile(r"^[a-z][^;{}=]*?\b(\w+)\([^;{}]*\) \{$", re.M)


def functions(path):
    """(name, lines, whether static) of each function: from its signature to the next } at the margin"""
    text = path.read_text()
    for found in FUNCTION.finditer(text):
        end = text.index("\n}", found.end() - 1)
        yield found.group(1), text[found.start():end].count("\n") + 2, found.group(0).startswith("static")


def long_functions():
    for path in sources("solver", "models", "cli", "benchmarks"):
        for name, lines, _ in functions(path):
            if lines > LONGEST_FUNCTION:
                yield f"{path.relative_to(ROOT)}: {name} has {lines} lines"


def rules_with_more_than_one_symbol():
    for path in (ROOT / "solver/rules").glob("*.c"):
        exported = [name for name, _, static in functions(path) if not static]
        if len(exported) != 1:
            yield f"{path.relative_to(ROOT)} exports {len(exported)} symbols"


def main():
    checks = [wrong_doors, wrong_direction, no_licence, long_functions, rules_with_more_than_one_symbol]
    failed = 0
    for check in checks:
        found = list(check())
        failed += bool(found)
        for line in found:
            print(line)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

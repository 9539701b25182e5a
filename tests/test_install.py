# SPDX-License-Identifier: GPL-3.0-or-later
"""An outside program against the installed library: shared, static, and as pkg-config says."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("ACCORD", ROOT / "build" / "accord")).resolve().parent
LIBRARIES = ["-lglpk", "-lgmp", "-lcjson", "-lm", "-fopenmp"]
OUTSIDE = r"""
#include <accord.h>
#include <stdio.h>

int main(void) {
  const char *const values[] = {"0", "1", "1", "7", "1", "5", "4", "10"};
  accord_context *context;
  accord_problem *problem;
  accord_split *split;
  if (accord_context_new(&context) != ACCORD_OK) return 1;
  if (accord_problem_from_text(context, &problem, ACCORD_BENEFIT, values, 3) != ACCORD_OK) return 2;
  if (accord_solve(context, &split, problem, accord_find_rule("nucleolus")) != ACCORD_OK) return 3;
  gmp_printf("%Qd %Qd %Qd\n", split->share[0], split->share[1], split->share[2]);
  accord_context_free(context);
  return 0;
}
"""


def run(*command, **more):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=ROOT, **more)
    assert done.returncode == 0, f"{command}: {done.stderr[-600:]}"
    return done.stdout


def make(target, destination):
    run("make", "-s", target, f"BUILD={BUILD}", f"DESTDIR={destination}", "PREFIX=/usr",
        env={k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")})


def flags_of(installed):
    env = {**os.environ, "PKG_CONFIG_PATH": str(installed / "lib/pkgconfig")}
    return run("pkg-config", f"--define-variable=prefix={installed}", "--cflags", "--libs", "accord", env=env).split()


def check_shared_files(installed):
    """The schema, the manual page and the completion: where others look for them, and where the page says they are"""
    program = installed / "bin/accord"
    assert (installed / "share/accord/termsheet.schema.json").read_text() == run(program, "schema")
    completion = installed / "share/bash-completion/completions/accord"
    assert run("bash", "--norc", "-c", 'source "$0"; complete -p accord', completion).strip() == "complete -F _accord accord"
    page = (installed / "share/man/man1/accord.1").read_text()
    for name in re.findall(r"^\.I ((?:share|include)/\S+)$", page, re.M):
        assert (installed / name.replace("\\-", "-")).is_file(), f"the page names {name}, which is not installed"


def test(folder):
    installed, source = Path(folder, "usr"), Path(folder, "outside.c")
    source.write_text(OUTSIDE)
    make("install", folder)
    files = sorted(str(p.relative_to(folder)) for p in Path(folder).rglob("*") if p.is_file() and p != source)
    assert {"usr/bin/accord", "usr/include/accord.h", "usr/lib/libaccord.a", "usr/lib/pkgconfig/accord.pc"} <= set(files), files
    check_shared_files(installed)
    run("gcc", "-Wall", "-Wextra", "-Werror", source, *flags_of(installed), "-lgmp", "-o", Path(folder, "shared"))
    shared = run(Path(folder, "shared"), env={**os.environ, "LD_LIBRARY_PATH": str(installed / "lib")})
    run("gcc", source, f"-I{installed}/include", installed / "lib/libaccord.a", *LIBRARIES, "-o", Path(folder, "static"))
    assert shared == run(Path(folder, "static")) == "9/2 7/2 2\n", shared
    names = run("nm", "--defined-only", "-g", installed / "lib/libaccord.a").split("\n")
    assert all(line.split()[2].startswith("accord_") for line in names if len(line.split()) == 3), "a name that is not ours"
    make("uninstall", folder)
    left = [p for p in Path(folder, "usr").rglob("*") if p.is_file()]
    assert not left, left


def main():
    if BUILD.name != "build":
        print("an instrumented build is not installed\n0 passed, 0 failed")
        return 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
    except AssertionError as error:
        print(f"FAIL {error}\n0 passed, 1 failed")
        return 1
    print("1 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())

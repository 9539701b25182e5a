# SPDX-License-Identifier: GPL-3.0-or-later
"""man/accord.1 against the program: its examples run, and commands, options, exit codes and keys are the program's."""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from suite import run_tests

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.path.abspath(os.environ.get("ACCORD", str(ROOT / "build" / "accord")))
PAGE = ROOT / "man" / "accord.1"
LINES = PAGE.read_text().splitlines()


def run(*arguments, given=None, cwd=None):
    return subprocess.run([*map(str, arguments)], input=given, capture_output=True, text=True, cwd=cwd, timeout=60,
                          env={**os.environ, "PATH": f"{os.path.dirname(PROGRAM)}:{os.environ['PATH']}"})


def help_of(*command):
    done = run(PROGRAM, *command, "--help")
    assert done.returncode == 0, command
    return done.stdout


def plain(line):
    """A line of the page as it is read: without fonts and escapes"""
    return re.sub(r"\\f.", "", line).replace(r"\-", "-").replace(r"\(dq", '"')


def section(name):
    start = LINES.index(f".SH {name}") + 1
    end = next((k for k in range(start, len(LINES)) if LINES[k].startswith(".SH ")), len(LINES))
    return LINES[start:end]


def tagged(lines):
    """The line that each .TP tags"""
    return [plain(re.sub(r"^\.(B|BR|I) ", "", lines[k + 1])) for k in range(len(lines)) if lines[k] == ".TP"]


def commands():
    """Every command of the program, as accord --help lists them"""
    listed = re.search(r"^Commands.*:\n((?:  .*\n)+)", help_of(), re.M).group(1)
    return re.findall(r"^  (\S+) ", listed, re.M)


# ------------------------------------------------------------------- the page
def test_renders_without_a_warning():
    for tool in (["mandoc", "-Tlint", "-Wall"], ["groff", "-man", "-Tutf8", "-ww", "-z"]):
        done = run(*tool, PAGE)
        assert done.returncode == 0 and not done.stdout + done.stderr, f"{tool[0]}: {done.stdout}{done.stderr}"
    text = re.sub(".\b", "", run("mandoc", "-Tascii", PAGE).stdout)
    assert len(text) > 6000 and "EXAMPLES" in text


def test_version():
    title = next(line for line in LINES if line.startswith(".TH "))
    assert f'"{run(PROGRAM, "--version").stdout.splitlines()[0]}"' in title, title


def test_examples_come_first():
    order = [line[4:] for line in LINES if line.startswith(".SH ")]
    assert order[:3] == ["NAME", "SYNOPSIS", "EXAMPLES"]


# --------------------------------------------------------------- what is told
def test_commands():
    told = tagged(section("COMMANDS"))
    assert told == commands(), f"COMMANDS and accord --help differ in {sorted(set(told) ^ set(commands())) or 'their order'}"
    usage = [line for name in commands() for line in re.findall(r"^(?:Usage:|  or: ) *(accord .*)$", help_of(name), re.M)]
    told = [plain(line) for line in section("SYNOPSIS") if line.startswith(r"\fB")]
    assert told == usage, f"SYNOPSIS and --help differ in {sorted(set(told) ^ set(usage)) or 'their order'}"


def options_in(lines):
    """{(short, long, argument)} of lines such as "  -o, --output=OUT  Write ...\""""
    found = (re.match(r" {0,6}(?:(-\S), )?--([a-z-]+)(?:=(\S+))?(?:  .*)?$", line) for line in lines)
    return {f.groups() for f in found if f}


def options_of_page():
    """{command: its options}, by the headings of OPTIONS"""
    options = {name: set() for name in [*commands(), "accord itself"]}
    lines = section("OPTIONS")
    heads = [k for k, line in enumerate(lines) if line.startswith(".SS ")] + [len(lines)]
    for start, end in zip(heads, heads[1:]):
        head = lines[start][4:]
        for name in commands() if head == "Every command" else head.split(", "):
            assert name in options, f"OPTIONS has a heading for {name}, which is no command"
            options[name] |= options_in(tagged(lines[start:end]))
    return options


def test_options():
    page = options_of_page()
    for name in commands():
        wanted = options_in(help_of(name).splitlines())
        assert len(wanted) >= 6
        assert page[name] == wanted, f"{name}: the page and --help differ in {sorted(map(str, page[name] ^ wanted))}"
    own = page["accord itself"]
    assert {f"--{option[1]}" for option in own} == set(re.findall(r"--\w+", help_of().split("\n\n")[-2]))
    for short, long, _ in own:
        assert run(PROGRAM, short).stdout == run(PROGRAM, f"--{long}").stdout != ""


def test_exit_codes():
    listed = re.search(r"^Exit codes: (.*)$", help_of(), re.M).group(1)
    assert tagged(section("EXIT STATUS")) == re.findall(r"\d+", listed)


def test_keys():
    schema = json.loads(run(PROGRAM, "schema").stdout)
    heads = [line for line in tagged(section("TERM SHEET")) if not line.startswith(".")]
    keys = {word for line in heads for word in re.findall(r"\w+", line)}
    assert keys == set(schema["properties"]), sorted(keys ^ set(schema["properties"]))


def test_formats():
    answer = run(PROGRAM, "rules", "--format", "nosuch").stderr
    formats = re.search(r"is one of (.*), not", answer).group(1).split(", ")
    assert tagged(section("RESULTS")) == formats


# ------------------------------------------------------------------- examples
def blocks(name):
    """The texts between .EX and .EE"""
    inside, found = False, []
    for line in section(name):
        if line == ".EX":
            found.append("")
        elif inside and line != ".EE":
            found[-1] += plain(line) + "\n"
        inside = line == ".EX" or inside and line != ".EE"
    return found


def test_examples():
    lines = [line for block in blocks("EXAMPLES") for line in block.splitlines()]
    assert len(lines) >= 8 and all(line.startswith("$ accord ") for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        for line in lines:
            done = run("bash", "-o", "pipefail", "-c", line[2:], cwd=folder)
            wanted = int((re.search(r"# exit (\d+)$", line) or [0, 0])[1])
            assert done.returncode == wanted and not done.stderr, f"{line}: exit {done.returncode} {done.stderr}"
            assert done.stdout or " -o " in line, line
    used = {word for line in lines for word in re.findall(r"accord (\w+)", line)}
    assert used >= {"solve", "check", "verify", "init", "explain", "schema"}, used


def test_sheet():
    sheet, = blocks("TERM SHEET")
    done = run(PROGRAM, "solve", "-", "--json", given=sheet)
    assert done.returncode == 0 and all(a["status"] == "ok" for a in json.loads(done.stdout)["allocations"]), done.stdout
    assert run(PROGRAM, "check", "-", given=sheet).returncode == 0



if __name__ == "__main__":
    sys.exit(run_tests(globals()))

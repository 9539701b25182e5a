# SPDX-License-Identifier: GPL-3.0-or-later
"""completion/accord, driven as bash drives it: what it offers is what the program takes."""
import csv
import io
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
COMPLETION = ROOT / "completion" / "accord"
DRIVE = 'set -u; source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _accord; ((${#COMPREPLY[@]})) && printf "%s\\n" "${COMPREPLY[@]}"; :'


def run(*arguments, cwd=None, env=None):
    return subprocess.run([*map(str, arguments)], capture_output=True, text=True, cwd=cwd, timeout=60, env=env)


def offered(*words, cwd=None, program="accord"):
    """What is offered for the last of the words"""
    path = f"{os.path.dirname(PROGRAM)}:{os.environ['PATH']}"
    done = run("bash", "--norc", "-c", DRIVE, COMPLETION, program, *words, cwd=cwd, env={**os.environ, "PATH": path})
    assert done.returncode == 0 and not done.stderr, f"{words}: {done.stderr}"
    return done.stdout.splitlines()


def table_of(command):
    return [entry["name"] for entry in json.loads(run(PROGRAM, command, "--json").stdout)]


def commands():
    listed = re.search(r"^Commands.*:\n((?:  .*\n)+)", run(PROGRAM, "--help").stdout, re.M).group(1)
    return re.findall(r"^  (\S+) ", listed, re.M)


def options_of(command):
    """{option: whether it takes a value}, long and short"""
    options = {}
    for short, long, value in re.findall(r"^ {2,6}(?:(-\S), )?(--[a-z-]+)(=?)", run(PROGRAM, command, "--help").stdout, re.M):
        options.update({name: bool(value) for name in (short, long) if name})
    return options


def test_commands():
    assert len(commands()) >= 8
    assert sorted(offered("")) == sorted([*commands(), "--help", "--version"])
    assert offered("sol") == ["solve"] and offered("--v") == ["--version"] and offered("nosuch") == []
    assert offered("sol", program=PROGRAM) == ["solve"], "the program by its path"


def test_options_of_every_command():
    for command in commands():
        assert sorted(offered(command, "-")) == sorted(options_of(command)), command
        assert offered(command, "--js") == ["--json"]
    assert offered("nosuch", "-") == []
    assert offered("solve", "deal.json", "--exact", "--time") == ["--time-limit"]


def test_rules():
    rules = table_of("rules")
    for option in ("--rule", "-r"):
        assert offered("solve", "deal.json", option, "") == rules
    assert offered("solve", "--rule", "=") == rules and offered("solve", "--rule", "=", "shap") == ["shapley"]
    assert offered("solve", "--rule", "shapley,tal") == ["shapley,talmud"]
    assert offered("solve", "--rule", "shapley,nucleolus,") == ["shapley,nucleolus," + rule for rule in rules]


def test_models_and_codes():
    assert offered("init", "") == table_of("models") and offered("init", "--quiet", "cl") == ["claims"]
    assert offered("init", "claims", "") == []
    codes = re.findall(r"^ERROR\((E\d+),", (ROOT / "models/errors.def").read_text(), re.M)
    found = [word for word in offered("explain", "") if re.fullmatch(r"E\d+", word)]
    assert found == codes, f"_accord_codes and models/errors.def differ in {sorted(set(found) ^ set(codes))}"


def test_choices():
    """Wherever the program says what an option's value is one of, the same is offered"""
    compared = set()
    for command in commands():
        for option in (name for name, value in options_of(command).items() if value and name.startswith("--")):
            said = re.search(r"is one of (.*), not", run(PROGRAM, command, f"{option}=nosuch", "FILE", "FILE").stderr)
            if not said:
                continue
            assert offered(command, option, "") == said.group(1).split(", "), f"{command} {option}"
            compared.add(option)
    assert compared >= {"--format", "--color"}, compared
    facts = offered("solve", "--facts", "")
    assert facts[:3] == ["all", "quick", "none"]
    for fact in facts:
        assert "fact of a game" not in run(PROGRAM, "solve", f"--facts={fact}", "nosuch.json").stderr
    told = re.search(r"there are (.*)", run(PROGRAM, "solve", "--facts=nosuch", "-").stderr).group(1)
    assert facts[3:] == told.split(", ")
    assert offered("solve", "--facts", "core,lea") == ["core,least-core"]


def test_values_that_nobody_knows():
    for option in ("--top", "--seed", "--time-limit", "--memory-limit", "--threads"):
        assert offered("solve", option, "") == [], option
    for option in ("--split", "--proposal"):
        assert offered("check", option, "") == [], option


def test_files():
    with tempfile.TemporaryDirectory() as folder:
        for name in ("deal.json", "a b.json", "deals.ndjson", "notes.txt"):
            Path(folder, name).write_text("")
        Path(folder, "sheets").mkdir()
        sheets = ["a b.json", "deal.json", "deals.ndjson", "sheets"]
        for words in (["solve"], ["check"], ["verify"], ["verify", "result.json"], ["solve", "--exact"], ["solve", "--top", "3"],
                      ["solve", "--format", "=", "json"], ["check", "--split", "=", "A"], ["solve", "-r", "shapley"]):
            assert sorted(offered(*words, "", cwd=folder)) == sheets, words
        assert offered("solve", "deal.", cwd=folder) == ["deal.json"] and offered("verify", "a ", cwd=folder) == ["a b.json"]
        for words in (["solve", "deal.json"], ["solve", "-"], ["verify", "a", "b"], ["rules"], ["models"], ["schema"]):
            assert offered(*words, "", cwd=folder) == [], words
        for option in ("-o", "--output"):
            assert sorted(offered("rules", option, "", cwd=folder)) == sorted([*sheets, "notes.txt"])
        assert offered("solve", "deal.json", "--allow-files", "", cwd=folder) == ["sheets"]


def test_table_is_csv():
    """Names are cut off at the first comma: none may be quoted"""
    for command in ("rules", "models"):
        rows = list(csv.reader(io.StringIO(run(PROGRAM, command, "--format", "csv").stdout)))
        assert [row[0] for row in rows[1:]] == table_of(command) and all(re.fullmatch("[a-z-]+", row[0]) for row in rows)



if __name__ == "__main__":
    sys.exit(run_tests(globals()))

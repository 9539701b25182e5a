# SPDX-License-Identifier: GPL-3.0-or-later
"""accord export: tables that are read back as they were, and a linear program that other solvers understand.

The linear programs are given to GLPK's own program, to CBC and to QSopt_ex, which is exact; their optimum is the least
core's epsilon as `accord solve` has it, and they have a point with worst_gain = 0 exactly where the core is not empty.
"""
import csv
import io
import itertools
import json
import os
import pty
import random
import re
import struct
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from test_cli import EXAMPLES, MERCHANTS, ROOT, SANITIZED, SEED, changed, npy, run, table_sheet
from suite import run_tests

ODD_IDS = ["1st", "e5", "E", "a-b", "x.y", "_", "x_1", "free", "End", "st", "inf", "2.5e3", "x_2", "worst_gain"]


def export(sheet, kind, *arguments, **more):
    code, out, err = run("export", "-", "--as", kind, *arguments, sheet=sheet, **more)
    assert code == 0, (code, err)
    return out


def export_file(sheet, kind, target, *arguments):
    code, out, err = run("export", "-", "--as", kind, "-o", target, *arguments, sheet=sheet)
    assert code == 0 and out == "", (code, out, err)
    return err


def random_values(rng, n, kind):
    def number():
        whole = rng.randint(-3, 12)
        return {"whole": whole, "decimal": f"{whole}.{rng.randint(0, 999):03d}".replace("-0.", "-0."),
                "fraction": f"{whole}/{rng.choice([1, 3, 7, 8, 12, 35])}"}[kind]
    return [0] + [number() for _ in range(1, 1 << n)]


def random_sheet(rng, n, kind=None):
    return {"accord": 1, "parties": rng.sample(ODD_IDS, n), "rules": ["shapley", "prenucleolus"],
            "model": {"type": "coalitions", "goal": rng.choice(["benefit", "cost"]),
                      "values": random_values(rng, n, kind or rng.choice(["whole", "decimal", "fraction"]))}}


def results(sheet, cwd=None, *arguments):
    code, out, err = run("solve", "-", "--json", *arguments, sheet=sheet, cwd=cwd)
    r = json.loads(out)
    return code, r["game"], r["allocations"]


def read_csv(text):
    lines = text.split("\n")
    assert lines[0] == "coalition,value" and lines[-1] == "" and "\r" not in text
    return {row["coalition"]: row["value"] for row in csv.DictReader(io.StringIO(text))}


def read_npy(data):
    assert data[:8] == b"\x93NUMPY\x01\x00"
    length = struct.unpack("<H", data[8:10])[0]
    header = eval(data[10:10 + length].decode("ascii"), {})  # a dictionary, as NumPy reads it
    assert header["descr"] == "<f8" and header["fortran_order"] is False and (10 + length) % 64 == 0
    assert data[9 + length:10 + length] == b"\n"
    values = struct.unpack(f"<{header['shape'][0]}d", data[10 + length:])
    return list(values)


# ------------------------------------------------------------------------- csv
def test_csv_of_an_example():
    out = export(MERCHANTS, "csv")
    assert out == "coalition,value\nA,1\nB,1\nA+B,7\nC,1\nA+C,5\nB+C,4\n*,10\n"
    fractions = changed(MERCHANTS, model={"type": "coalitions", "values": {
        "A": "7/3", "B": "7/2", "C": "-0.125", "A+B": "1e-9", "A+C": "1e3", "B+C": "-1/3", "*": "0.10"}})
    assert read_csv(export(fractions, "csv")) == {"A": "7/3", "B": "3.5", "C": "-0.125", "A+B": "0.000000001", "A+C": "1000",
                                                  "B+C": "-1/3", "*": "0.1"}


def test_csv_is_read_back():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for trial in range(6 if SANITIZED else 24):
            sheet = random_sheet(rng, rng.randint(1, 5))
            export_file(sheet, "csv", Path(folder, "v.csv"))
            again = changed(sheet, model={"type": "coalitions", "goal": sheet["model"]["goal"], "values_file": "v.csv"})
            assert results(sheet) == results(again, folder), sheet
            assert export(again, "csv", cwd=folder) == Path(folder, "v.csv").read_text()


def without_costs(entry):
    """An entry of a result without what is said of transaction costs"""
    kept = {key: value for key, value in entry.items() if "without_transaction_costs" not in key}
    if isinstance(kept.get("exact"), dict):
        kept["exact"] = without_costs(kept["exact"])
    return kept


def test_every_model_and_example():
    models = [run("init", m["name"])[1] for m in json.loads(run("models", "--json")[1])]
    with tempfile.TemporaryDirectory() as folder:
        for text in models + [path.read_text() for path in EXAMPLES]:
            sheet = json.loads(text)
            table = changed(sheet, rules=["shapley", "prenucleolus"])
            if run("export", "-", "--as", "csv", "-o", Path(folder, "v.csv"), sheet=table)[0] in (2, 3):
                continue  # too many parties, values that are not known, or none of coalitions
            _, game, allocations = results(table)
            model = {"type": "coalitions", "goal": game["goal"], "values_file": "v.csv"}
            for key in ("transaction_costs", "fund"):  # the table is as it is after them; a fund is for risks
                table.pop(key, None)
            _, game_again, again = results(changed(table, model=model), folder)
            game, allocations = without_costs(game), [without_costs(a) for a in allocations]
            assert game == game_again, sheet["model"]["type"]
            if sheet["model"]["type"] in ("assignment", "production"):  # another proof of the same
                allocations, again = ([{**a, "certificate": None} for a in found] for found in (allocations, again))
            if sheet["model"]["type"] != "airport":  # whose rules count users, not parties
                assert allocations == again, sheet["model"]["type"]


def test_csv_beyond_what_a_sheet_takes():
    synergies = {"accord": 1, "parties": ["A", "B"], "model": {
        "type": "synergies", "standalone": {"A": "1e300", "B": "1e-300"}, "synergies": []}}
    code, out, err = run("export", "-", "--as", "csv", sheet=synergies)
    rows = read_csv(out)
    assert code == 0 and "1 of 3 values" in err and "A+B" in err
    assert Fraction(rows["*"]) == 10 ** 300 + Fraction(1, 10 ** 300)
    assert "1 of 3" not in run("export", "-", "--as", "csv", "--quiet", sheet=synergies)[2]
    with tempfile.TemporaryDirectory() as folder:  # 2^-900 has 630 digits as a decimal, and fewer as a fraction
        Path(folder, "v.npy").write_bytes(npy([0.0, 2.0 ** -900]))
        sheet = {"accord": 1, "parties": ["A"], "model": {"type": "coalitions", "values_file": "v.npy"}}
        code, out, err = run("export", "-", "--as", "csv", "--exact", sheet=sheet, cwd=folder)
        assert code == 0 and err == "" and read_csv(out)["*"] == f"1/{2 ** 900}"


# ------------------------------------------------------------------------- npy
def test_npy_values():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "v.npy")
        for n in range(1, 7):
            for kind in ("whole", "decimal", "fraction"):
                sheet = random_sheet(rng, n, kind)
                values = [Fraction(v) for v in sheet["model"]["values"]]
                note = export_file(sheet, "npy", target)
                doubles = read_npy(target.read_bytes())
                assert doubles == [float(v) for v in values] and doubles[0] == 0
                inexact = [m for m, v in enumerate(values) if Fraction(float(v)) != v]
                assert bool(note) == bool(inexact), note
                if inexact:
                    first = "+".join(p for i, p in enumerate(sheet["parties"]) if inexact[0] >> i & 1)
                    assert f"note: {len(inexact)} of {2 ** n - 1} values" in note and note.strip().endswith(f"that of {first}")


def test_npy_is_read_back():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for n in (1, 3, 5):
            sheet = random_sheet(rng, n, "whole")
            export_file(sheet, "npy", Path(folder, "v.npy"))
            again = changed(sheet, model={"type": "coalitions", "goal": sheet["model"]["goal"], "values_file": "v.npy"})
            assert results(sheet) == results(again, folder, "--exact")
            for flag in ([], ["--exact"], ["--float"]):
                code = run("export", "-", "--as", "npy", "-o", "w.npy", *flag, sheet=again, cwd=folder)[0]
                assert code == 0 and Path(folder, "v.npy").read_bytes() == Path(folder, "w.npy").read_bytes()


def test_doubles():
    """From .npy the shortest decimals that read back, with --exact every digit."""
    rng = random.Random(SEED)
    doubles = [0.0, 0.1, 1 / 3, -2.5, 1e22, 1e-7, 0.1 + 0.2] + [rng.uniform(-1, 1) * 10.0 ** rng.randint(-20, 20) for _ in range(9)]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "v.npy").write_bytes(npy(doubles))
        sheet = {"accord": 1, "parties": list("ABCD"), "model": {"type": "coalitions", "values_file": "v.npy"}}
        code, out, err = run("export", "-", "--as", "csv", sheet=sheet, cwd=folder)
        texts = list(read_csv(out).values())
        assert code == 0 and "--exact" in err and texts[0] == "0.1" and [float(t) for t in texts] == doubles[1:]
        assert all(len(re.sub("e.*|[-.]", "", t).strip("0")) <= 17 for t in texts)
        code, out, err = run("export", "-", "--as", "csv", "--exact", sheet=sheet, cwd=folder)
        assert code == 0 and err == "" and [Fraction(t) for t in read_csv(out).values()] == [Fraction(d) for d in doubles[1:]]
        Path(folder, "v.csv").write_text(out)
        again = changed(sheet, model={"type": "coalitions", "values_file": "v.csv"})
        assert run("export", "-", "--as", "npy", "-o", "w.npy", sheet=again, cwd=folder)[0] == 0
        assert Path(folder, "w.npy").read_bytes() == Path(folder, "v.npy").read_bytes()


# -------------------------------------------------------------------------- lp
def tool(*command, cwd):
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
    return done.stdout + done.stderr


def by_glpk(folder, name="deal.lp"):
    """The optimum, or None where there is no solution"""
    words = tool("glpsol", "--lp", name, "--write", "glpk.sol", cwd=folder)
    head = re.search(r"^s bas \d+ \d+ (\w) (\w) (\S+)$", Path(folder, "glpk.sol").read_text(), re.M)
    assert head, words
    return float(head.group(3)) if head.group(1) == "f" else None


def by_cbc(folder):
    tool("cbc", "deal.lp", "solve", "solution", "cbc.sol", cwd=folder)
    first = Path(folder, "cbc.sol").read_text().split("\n")[0]
    assert first.startswith("Optimal - objective value"), first
    return float(first.split()[-1])


def by_qsopt(folder):
    """The optimum and the solution, exact"""
    words = tool("esolver", "-O", "exact.sol", "deal.lp", cwd=folder)
    path = Path(folder, "exact.sol")
    assert path.exists(), words
    text = path.read_text()
    entries = re.findall(r"^(\w+) = (\S+)$", text[text.index("VARS:"):text.index("REDUCED COST:")], re.M)
    return Fraction(re.search(r"Value = (\S+)", text).group(1)), {k: Fraction(v) for k, v in entries}


def write_lp(sheet, folder):
    for old in Path(folder).iterdir():
        old.unlink()
    export_file(sheet, "lp", Path(folder, "deal.lp"))
    text = Path(folder, "deal.lp").read_text()
    assert all(len(line.encode()) <= 100 for line in text.split("\n")), max(text.split("\n"), key=len)
    return text


def check_lp(sheet, folder, everybody=True):
    text = write_lp(sheet, folder)
    game = results(sheet)[1]
    epsilon = Fraction(game["least_core"]["exact"])
    scale = max(1, abs(epsilon))
    assert abs(by_glpk(folder) - epsilon) <= 1e-9 * scale, sheet
    if everybody:
        assert abs(by_cbc(folder) - epsilon) <= 1e-6 * scale, sheet
        optimum, x = by_qsopt(folder)
        assert optimum == epsilon, (optimum, epsilon, sheet)
        assert sum(v for k, v in x.items() if k != "worst_gain") == Fraction(game["exact"]["value"])
    assert text.count(" worst_gain free\n") == 1
    Path(folder, "core.lp").write_text(text.replace(" worst_gain free\n", " worst_gain = 0\n"))
    assert (by_glpk(folder, "core.lp") is None) == game["core"]["empty"], sheet


def test_lp_of_an_example():
    out = export(MERCHANTS, "lp")
    rows = out[out.index("Minimize"):]
    assert rows == ("Minimize\n obj: worst_gain\nSubject To\n total: x_1 + x_2 + x_3 = 10\n s_1: x_1 + worst_gain >= 1\n"
                    " s_2: x_2 + worst_gain >= 1\n s_3: x_1 + x_2 + worst_gain >= 7\n s_4: x_3 + worst_gain >= 1\n"
                    " s_5: x_1 + x_3 + worst_gain >= 5\n s_6: x_2 + x_3 + worst_gain >= 4\n"
                    "Bounds\n x_1 free\n x_2 free\n x_3 free\n worst_gain free\nEnd\n")
    assert all(line == "" or line.startswith("\\") for line in out[:out.index("Minimize")].split("\n"))
    cost = changed(MERCHANTS)
    cost["model"] = {"type": "coalitions", "goal": "cost", "values": {"A": "7/3", "B": 1, "C": "1/6", "A+B": "-2/7", "A+C": 1, "B+C": 1, "*": "1/3"}}
    rows = export(cost, "lp")
    for row in ("total: 3 x_1 + 3 x_2 + 3 x_3 = 1\n", "s_1: 3 x_1 - 3 worst_gain <= 7\n", "s_4: 3 x_3 - 3 worst_gain <= 0.5\n",
                "s_3: 7 x_1 + 7 x_2 - 7 worst_gain <= -2\n"):
        assert row in rows, rows


def test_lp_has_the_least_core():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        for trial in range(4 if SANITIZED else 18):
            check_lp(random_sheet(rng, rng.randint(2, 6)), folder)
        for path in EXAMPLES:
            if run("export", path, "--as", "csv")[0] == 0:
                check_lp(json.loads(path.read_text()), folder, everybody=False)
        big = {"accord": 1, "parties": [f"P{i}" for i in range(10)],
               "model": {"type": "coalitions", "values": random_values(rng, 10, "decimal")}}
        check_lp(big, folder)


def test_lp_names():
    """Ids and names never reach the program but in comments, which hold whatever they are."""
    names = ["=1+1", "a\\b", "End", "\u202egnp", "渤海大学" * 60, "x" * 3000, "line\nbreak\r\x0bEnd", "é"]
    parties = [{"id": i, "name": name} for i, name in zip(["e" * 2000, "1e5", "inf", "-".join("ab"), "x_1", "free", "Bounds", "obj"], names)]
    sheet = {"accord": 1, "title": "A title\nEnd\n", "parties": parties,
             "model": {"type": "coalitions", "values": random_values(random.Random(SEED), 8, "whole")}}
    with tempfile.TemporaryDirectory() as folder:
        check_lp(sheet, folder)
        text = Path(folder, "deal.lp").read_text()
        comments = "".join(line[2:] for line in text.split("\n") if line.startswith("\\"))
        assert "x_1 = " + "e" * 2000 + " (=1+1)" in comments and "渤海大学" * 60 in comments and "\u202e" not in text


def test_lp_of_one_party():
    with tempfile.TemporaryDirectory() as folder:
        write_lp({"accord": 1, "parties": ["A"], "model": {"type": "coalitions", "values": {"A": 5}}}, folder)
        assert by_glpk(folder) == 0


def test_lp_of_long_numbers():
    value = f"{10 ** 240 + 1}/{3 * 10 ** 139 + 1}"
    sheet = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values": {"A": 1, "B": "1e-299", "*": value}}}
    with tempfile.TemporaryDirectory() as folder:
        code, _, err = run("export", "-", "--as", "lp", "-o", Path(folder, "deal.lp"), sheet=sheet)
        assert code == 0 and "2 of 3 values" in err and err.strip().endswith("that of A+B")
        rows = Path(folder, "deal.lp").read_text()
        assert " s_2: x_2 + worst_gain >= 1e-299\n" in rows
        assert by_glpk(folder) is not None


# ------------------------------------------------------------- the program's manners
def comma_locale(folder):
    """An environment whose decimal point is a comma, made here: it need not be installed"""
    made = Path(folder, "de_DE.UTF-8")
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", str(made)], check=True, capture_output=True)
    env = {"LOCPATH": str(folder), "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
    seen = subprocess.run([sys.executable, "-c", "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.str(1.5))"],
                          env={**os.environ, **env}, capture_output=True, text=True)
    assert seen.stdout == "1,5\n", seen
    return env


def test_under_a_comma():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as locales, tempfile.TemporaryDirectory() as folder:
        env = comma_locale(locales)
        Path(folder, "v.npy").write_bytes(npy([0.0, 0.5, 1.25, 3.75]))
        doubles = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values_file": "v.npy"}}
        for sheet in (random_sheet(rng, 4, "decimal"), random_sheet(rng, 4, "fraction"), doubles):
            for kind in ("csv", "lp"):
                out = export(sheet, kind, env=env, cwd=folder)
                assert out == export(sheet, kind, cwd=folder) and "." in out
            assert run("solve", "-", "--json", sheet=sheet, env=env, cwd=folder) == run("solve", "-", "--json", sheet=sheet, cwd=folder)
        sheet = random_sheet(rng, 4, "decimal")
        code, _, _ = run("export", "-", "--as", "lp", "-o", Path(folder, "deal.lp"), sheet=sheet, env=env)
        assert code == 0 and by_qsopt(folder)[0] == Fraction(results(sheet)[1]["least_core"]["exact"])


def test_usage():
    for arguments in ([], ["--as"], ["--as", "xml"], ["--as", ""], ["--as", "csv", "--ndjson"], ["--as", "csv", "--rule", "shapley"]):
        code, out, err = run("export", "-", *arguments, sheet=MERCHANTS)
        assert code == 2 and out == "" and "accord export --help" in err, (arguments, err)
    assert "csv" in run("export", "-", sheet=MERCHANTS)[2] and "lp" in run("export", "-", "--as", "xml", sheet=MERCHANTS)[2]
    assert run("export", "--as", "csv")[0] == 2
    code, out, _ = run("export", "--help")
    assert code == 0 and "--as=KIND" in out and "Exit codes" in out and "export" in run("--help")[1]


def test_no_binary_on_a_terminal():
    try:
        main, terminal = pty.openpty()
    except OSError as reason:  # a machine without terminals, such as a bare container
        print(f"test_no_binary_on_a_terminal: left out, {reason}")
        return
    done = subprocess.run([os.environ.get("ACCORD", str(ROOT / "build/accord")), "export", str(EXAMPLES[0]), "--as", "npy"],
                          stdout=terminal, stderr=subprocess.PIPE, text=True)
    os.close(terminal), os.close(main)
    assert done.returncode == 2 and "-o" in done.stderr


def test_sheets_with_errors():
    for path in [ROOT / "examples/with-mistakes.json", *sorted((ROOT / "tests/sheets").glob("bad_*.json"))[::15], Path("/nosuch.json")]:
        code, out, err = run("solve", path, "--json")
        if "bad_rule" in path.name or "errors" not in json.loads(out):
            continue
        for kind in ("csv", "npy", "lp"):
            assert run("export", path, "--as", kind, "--json") == (code, out, err), path
        assert run("export", path, "--as", "csv")[1:] == ("", run("solve", path)[2])


def test_output_file():
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "v.csv")
        export_file(MERCHANTS, "csv", target)
        before = target.read_text()
        assert os.listdir(folder) == ["v.csv"] and before.startswith("coalition,value\n")
        assert run("export", ROOT / "examples/with-mistakes.json", "--as", "csv", "-o", target)[0] == 2
        sheet = {"accord": 1, "parties": ["A", "B", "C"], "model": {"type": "coalitions", "values_file": "v.csv"}}
        Path(folder, "deal.json").write_text(json.dumps(sheet))
        code, _, err = run("export", Path(folder, "deal.json"), "--as", "csv", "-o", target)
        assert code == 2 and "overwrite v.csv" in err and target.read_text() == before
        assert run("export", Path(folder, "deal.json"), "--as", "csv", "-o", Path(folder, "deal.json"))[0] == 2
        assert run("export", Path(folder, "deal.json"), "--as", "csv", "-o", Path(folder, "no", "v.csv"))[0] == 4
        assert run("export", Path(folder, "deal.json"), "--as", "lp", "-o", "/dev/full")[0] == 4
        assert sorted(os.listdir(folder)) == ["deal.json", "v.csv"]


def test_same_bytes_every_time():
    for kind in ("csv", "lp"):
        assert export(MERCHANTS, kind) == export(MERCHANTS, kind, "--threads", "2")


# ---------------------------------------------------------------------- limits
def test_limits():
    rng = random.Random(SEED)
    many = {"accord": 1, "parties": [f"P{i}" for i in range(60)],
            "model": {"type": "claims", "estate": 10, "claims": {f"P{i}": i for i in range(60)}}}
    big = {"accord": 1, "parties": [f"P{i}" for i in range(21)], "model": {"type": "synergies", "standalone": {f"P{i}": rng.randint(0, 9) for i in range(21)}, "synergies": []}}
    long_ids = {"accord": 1, "parties": [f"P{i}" + "x" * 500 for i in range(10)], "model": {"type": "coalitions", "missing": "zero", "values": {"*": 1}}}
    for sheet, kind, arguments, words in ((many, "csv", [], "accord solve"), (many, "lp", [], "accord solve"), (big, "lp", [], "--as npy"),
                                          (long_ids, "csv", ["--memory-limit", "1M"], "--as npy"),
                                          (big, "npy", ["--memory-limit", "1M"], "--memory-limit")):
        code, out, err = run("export", "-", "--as", kind, *arguments, sheet=sheet)
        assert code == 3 and out == "" and words in " ".join(err.split()), (kind, code, err)
        code, out, err = run("export", "-", "--as", kind, "--json", *arguments, sheet=sheet)
        assert code == 3 and err == "" and [e["code"] for e in json.loads(out)["errors"]] == ["E070"]
    assert run("export", "-", "--as", "npy", "--memory-limit", "1M", "-o", "/dev/null", sheet=long_ids)[0] == 0


def test_time_limit():
    sheet = {"accord": 1, "parties": [f"P{i}" for i in range(19)], "model": {"type": "synergies", "standalone": {f"P{i}": f"{i}/7" for i in range(19)}, "synergies": []}}
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "lp"):
            code, out, err = run("export", "-", "--as", kind, "--time-limit", "0.3", "-o", Path(folder, "v"), sheet=sheet)
            assert code == 3 and "time limit" in err and os.listdir(folder) == [], (code, err)
            code, out, err = run("export", "-", "--as", kind, "--time-limit", "0.3", "--json", sheet=sheet)
            assert code == 3 and err == "" and json.loads(out)["errors"][0]["code"] == "E071"



if __name__ == "__main__":
    sys.exit(run_tests(globals()))

# SPDX-License-Identifier: GPL-3.0-or-later
"""--ndjson: one sheet a line in, one result a line out, as they come; mistakes and limits in their place."""
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from test_cli import EXAMPLES, MERCHANTS, PROGRAM, ROOT, SANITIZED, SEED, changed, npy, run, table_sheet
from suite import run_tests


def lines_of(command, data, *arguments, cwd=None, env=None):
    """(exit code, one object a line, standard error), for sheets or bytes"""
    if not isinstance(data, bytes):
        data = b"".join(json.dumps(sheet).encode() + b"\n" for sheet in data)
    done = subprocess.run([PROGRAM, command, "-", "--ndjson", *map(str, arguments)], input=data, capture_output=True, cwd=cwd,
                          env={**os.environ, **(env or {})}, timeout=300)
    text = done.stdout.decode()
    assert text == "" or text.endswith("\n")
    assert all(character >= " " for character in text.replace("\n", ""))
    return done.returncode, [json.loads(line) for line in text.split("\n")[:-1]], done.stderr.decode()


def alone(command, sheet, *arguments):
    code, out, _ = run(command, "-", "--json", *arguments, sheet=sheet)
    return code, json.loads(out)


def without_input(result):
    return {key: value for key, value in result.items() if key not in ("line", "input")}


# ------------------------------------------------------------------ what it gives
def test_the_same_as_alone():
    sheets = [json.loads(path.read_text()) for path in EXAMPLES] + [MERCHANTS]
    for command in ("solve", "check"):
        code, results, _ = lines_of(command, sheets)
        singles = [alone(command, sheet) for sheet in sheets]
        assert [r["line"] for r in results] == list(range(1, len(sheets) + 1)) and all(next(iter(r)) == "line" for r in results)
        assert [without_input(r) for r in results] == [without_input(r) for _, r in singles]
        assert code == max(c for c, _ in singles)


def test_input_of_a_line():
    text = json.dumps(MERCHANTS).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "deals.ndjson")
        path.write_bytes(text + b"\r\n" + text + b"\n" + text)
        for _ in range(2):
            code, out, err = run("solve", path, "--ndjson")
            inputs = [json.loads(line)["input"] for line in out.splitlines()]
            assert code == 0 and len(inputs) == 3 and err == ""
            assert all(i == {"file": str(path), "sha256": hashlib.sha256(text).hexdigest(), "files": []} for i in inputs)


def test_files_beside_the_lines():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "v.npy").write_bytes(npy([0.0, 1.0, 2.0, 4.0]))
        sheet = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values_file": "v.npy"}}
        Path(folder, "deals.ndjson").write_text((json.dumps(sheet) + "\n") * 3)
        code, out, _ = run("solve", Path(folder, "deals.ndjson"), "--ndjson", cwd="/")
        results = [json.loads(line) for line in out.splitlines()]
        assert code == 0 and [r["input"]["files"][0]["name"] for r in results] == ["v.npy"] * 3
        code, results, _ = lines_of("solve", [sheet] * 2, cwd=folder)
        assert code == 0 and len(results) == 2


def test_settings_of_a_sheet_are_its_own():
    code, results, _ = lines_of("solve", [changed(MERCHANTS, seed=7), MERCHANTS, changed(MERCHANTS, rules=["shapley"])])
    assert [r["options"]["seed"] for r in results] == [7, 1, 1]
    assert [len(r["allocations"]) > 1 for r in results] == [True, True, False]


def test_rules_and_splits_of_the_command_line():
    code, results, _ = lines_of("solve", [MERCHANTS] * 2, "--rule", "shapley,nucleolus", "--facts", "none")
    assert code == 0 and all([a["rule"] for a in r["allocations"]] == ["shapley", "nucleolus"] for r in results)
    other = changed(MERCHANTS, parties=["A", "B", "D"])
    other["model"] = {"type": "coalitions", "missing": "zero", "values": {"*": 10}}
    dear = changed(MERCHANTS)
    dear["model"]["values"]["A+B"] = 9
    code, results, _ = lines_of("check", [MERCHANTS, dear, other, MERCHANTS], "--split", "A=4,B=4,C=2")
    assert code == 2 and [r.get("verdict") for r in results] == ["stands", "fails", None, "stands"]
    assert {e["code"] for e in results[2]["errors"]} == {"E029", "E055"} and results[2]["line"] == 3
    proposed = changed(MERCHANTS, proposals={"draft": {"A": 4, "B": 4, "C": 2}})
    code, results, _ = lines_of("check", [proposed, MERCHANTS], "--proposal", "draft")
    assert code == 2 and results[0]["verdict"] == "stands" and results[1]["errors"][0]["code"] == "E081"


def test_result_of_a_line_is_verified():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "deal.json").write_text(json.dumps(MERCHANTS))
        code, out, _ = run("solve", Path(folder, "deal.json"), "--ndjson")
        Path(folder, "result.json").write_text(out)
        assert code == 0 and run("verify", Path(folder, "result.json"), Path(folder, "deal.json"))[0] == 0


# --------------------------------------------------------------------- bad lines
def test_bad_lines_in_the_middle():
    good = json.dumps(MERCHANTS).encode()
    bad = [b"{", b"[]", b"x", b'{"accord": 1, "parties": ["A"], "model": {"type": "coalitions", "values": {"A": 010}}}', b"\xff",
           b"\xef\xbb\xbf" + good, good + b" " + good, b'{"a\x00b": 1}', b"\x00", b'"' + b"\x1b[31m", b"null"]
    for command in ("solve", "check"):
        extra = ["--split", "A=4,B=4,C=2"] if command == "check" else []
        code, results, err = lines_of(command, b"\n".join(x for b in bad for x in (good, b)) + b"\n" + good + b"\n", *extra)
        assert code == 2 and err == "" and [r["line"] for r in results] == list(range(1, 2 * len(bad) + 2))
        for k, text in enumerate(bad):
            errors = results[2 * k + 1]["errors"]
            assert set(results[2 * k + 1]) <= {"line", "errors", "dropped"} and errors, text
            assert all(e["line"] in (1, None) and set(e) == {"code", "message", "pointer", "line", "column", "file", "help"} for e in errors)
            assert without_input(results[2 * k]) == without_input(results[0])
    error = lines_of("solve", b"\n\n" + bad[3])[1][0]
    assert error["line"] == 3 and (error["errors"][0]["line"], error["errors"][0]["column"]) == (1, bad[3].index(b"010") + 1)
    assert error["errors"][0]["file"] == "-"


def test_every_bad_sheet_on_one_line():
    """Those that are JSON on one line: the codes are those of the sheet by itself."""
    folder = ROOT / "tests/sheets"
    for path in sorted(folder.glob("bad_*.json"))[::4 if SANITIZED else 1]:
        data = path.read_bytes().rstrip(b"\n")
        if b"\n" in data or b"\r" in data or not data.strip(b" \t"):
            continue
        code, out, _ = run("solve", path, "--json")
        again, results, _ = lines_of("solve", data, cwd=folder)
        codes = [[(e["code"], e["pointer"], e["column"]) for e in r["errors"]] for r in (json.loads(out), results[0])]
        assert again == code and codes[0] == codes[1], path.name


def test_empty_lines():
    good = json.dumps(MERCHANTS).encode()
    code, results, _ = lines_of("solve", b"\n\r\n  \t \n" + good + b"\r\n\n" + good + b"\n \n\n   ")
    assert code == 0 and [r["line"] for r in results] == [4, 6]
    assert lines_of("solve", b"") == (0, [], "") and lines_of("solve", b"\n\n") == (0, [], "")


def test_no_final_newline():
    good = json.dumps(MERCHANTS).encode()
    for data in (good, good + b"\n" + good, good + b"\r\n" + good + b"\r"):
        code, results, _ = lines_of("solve", data)
        assert code == 0 and len(results) == data.count(b"{\"accord\"")


def test_exit_codes():
    """4 before 3, 2, 1, 0."""
    undefined = {"accord": 1, "parties": ["A", "B"], "rules": ["nucleolus"], "model": {"type": "coalitions", "values": [0, 3, 3, 4]}}
    forty = {"accord": 1, "parties": [f"P{i}" for i in range(40)], "model": {"type": "coalitions", "missing": "zero", "values": {"*": 1}}}
    mistake = changed(MERCHANTS, rulez=[])
    for sheets, expected in (([MERCHANTS], 0), ([undefined, MERCHANTS], 1), ([mistake, undefined], 2), ([undefined, mistake, MERCHANTS], 2),
                             ([forty, mistake, undefined], 3), ([mistake, MERCHANTS, forty], 3)):
        code, results, _ = lines_of("solve", sheets)
        assert code == expected and len(results) == len(sheets), (code, expected)
    fails = changed(MERCHANTS, proposals={"x": {"A": 10, "B": 0, "C": 0}})
    assert lines_of("check", [fails, fails])[0] == 1 and lines_of("check", [mistake, fails])[0] == 2
    done = subprocess.run([PROGRAM, "solve", "-", "--ndjson"], input=json.dumps(mistake).encode(), stdout=open("/dev/full", "w"),
                          stderr=subprocess.PIPE)
    assert done.returncode == 4 and b"No space" in done.stderr


# ------------------------------------------------------------------------ limits
def test_limits_hold_for_each_sheet():
    ids = [f"P{i}" for i in range(21)]  # 3^20 ways to put coalitions together
    slow = {"accord": 1, "parties": ids, "model": {"type": "coalitions", "missing": "additive", "values": {i: 1 for i in ids}}}
    arguments = ["--time-limit", "1.5" if SANITIZED else "0.3", "--rule", "prenucleolus"]
    code, results, err = lines_of("solve", [MERCHANTS, slow, MERCHANTS, slow] + [MERCHANTS] * 3, *arguments)
    assert code == 3 and err == "" and [r["line"] for r in results] == list(range(1, 8))
    for k in (0, 2, 4, 5, 6):
        assert results[k]["allocations"][0]["status"] == "ok"
    for k in (1, 3):
        assert [e["code"] for e in results[k]["errors"]] == ["E071"] and "time limit" in results[k]["errors"][0]["message"]
    large = {"accord": 1, "parties": ids[:16], "model": {"type": "coalitions", "missing": "zero", "values": {"*": 1}}}
    code, results, _ = lines_of("solve", [MERCHANTS, large, MERCHANTS], "--memory-limit", "1M")
    assert code == 3 and "allocations" in results[0] and results[1]["errors"][0]["code"] == "E070" and "allocations" in results[2]


def test_a_slow_writer_is_no_limit():
    """Waiting for the next line is not the time of a sheet."""
    limit = 2 if SANITIZED else 0.4
    with running("solve", "-", "--ndjson", "--time-limit", str(limit)) as process:
        for line in (1, 2):
            process.stdin.write(json.dumps(MERCHANTS).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["line"] == line
            time.sleep(1.5 * limit)
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_a_huge_line():
    good = json.dumps(MERCHANTS).encode()
    padded = changed(MERCHANTS, notes="x" * (3 << 20))
    code, results, _ = lines_of("solve", [MERCHANTS, padded, MERCHANTS])
    assert code == 0 and without_input(results[1])["allocations"] == results[0]["allocations"] and results[2]["line"] == 3
    for end in (b"\n", b"\n" + good + b"\n"):
        code, results, _ = lines_of("solve", good + b"\n" + json.dumps(padded).encode() + end, "--memory-limit", "1M")
        assert code == 3 and results[1]["line"] == 2 and results[1]["errors"][0]["code"] == "E071"
        assert "memory limit" in results[1]["errors"][0]["message"] and len(results) == 2 + (len(end) > 1)
        assert results[-1]["line"] == len(results) and (len(end) == 1 or "allocations" in results[2])
    code, results, _ = lines_of("solve", json.dumps(padded).encode(), "--memory-limit", "1M")
    assert code == 3 and len(results) == 1
    boundary = [json.dumps(changed(MERCHANTS, notes="y" * k)).encode() for k in range(65536 - len(good) - 16, 65536 - len(good) - 8)]
    code, results, _ = lines_of("solve", b"\n".join(boundary))
    assert code == 0 and len(results) == len(boundary)


def test_a_thousand_lines():
    rng = random.Random(SEED)
    sheets = []
    for k in range(1000):
        n = rng.randint(1, 4)
        sheets.append({"accord": 1, "title": f"deal {k}", "parties": [f"P{i}" for i in range(n)], "rules": ["shapley"],
                       "model": {"type": "coalitions", "values": [0] + [rng.randint(0, 9) for _ in range(2 ** n - 1)]}})
        if k % 100 == 50:
            sheets[-1]["accord"] = k
    code, results, _ = lines_of("solve", sheets)
    assert code == 2 and [r["line"] for r in results] == list(range(1, 1001))
    for k, (sheet, result) in enumerate(zip(sheets, results)):
        if k % 100 == 50:
            assert result["errors"][0]["code"] == "E023"
        else:
            shares = result["allocations"][0]["exact"].values()
            assert result["title"] == f"deal {k}" and sum(map(Fraction, shares)) == sheet["model"]["values"][-1]


def most_memory(data):
    """Kilobytes the program held at most"""
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        child = os.fork()
        if child == 0:
            os.dup2(source.fileno(), 0)
            os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
            os.execv(PROGRAM, [PROGRAM, "solve", "-", "--ndjson"])
        _, status, used = os.wait4(child, 0)
        return os.waitstatus_to_exitcode(status), used.ru_maxrss


def test_memory_does_not_grow():
    if SANITIZED:
        return
    sheet = changed(MERCHANTS, links=[["A", "B"]])
    lines = (json.dumps(sheet) + "\n" + '{"accord": 2}' + "\n").encode()
    few, many = most_memory(lines * 50), most_memory(lines * 3000)
    assert few[0] == many[0] == 2 and many[1] < few[1] + 1024, (few, many)


# ----------------------------------------------------------------------- streams
class running:
    def __init__(self, *arguments):
        self.arguments = arguments

    def __enter__(self):
        self.process = subprocess.Popen([PROGRAM, *self.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return self.process

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()
            except BrokenPipeError:
                pass


def test_results_come_as_lines_do():
    with running("solve", "-", "--ndjson") as process:
        for line, text in enumerate([json.dumps(MERCHANTS), "{", json.dumps(MERCHANTS)], 1):
            process.stdin.write(text.encode())
            process.stdin.flush()
            process.stdin.write(b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["line"] == line  # while the program waits for more
        process.stdin.close()
        assert process.wait(timeout=60) == 2


def test_interrupt():
    with tempfile.TemporaryDirectory() as folder:
        for extra in ([], ["-o", str(Path(folder, "results.ndjson"))]):
            with running("solve", "-", "--ndjson", *extra) as process:
                process.stdin.write(json.dumps(MERCHANTS).encode() + b"\n")
                process.stdin.flush()
                if extra:
                    time.sleep(1)
                else:
                    process.stdout.readline()
                process.send_signal(signal.SIGINT)
                assert process.wait(timeout=60) == 130
            assert os.listdir(folder) == []


def test_a_reader_that_leaves():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "deals.ndjson")
        path.write_text((json.dumps(MERCHANTS) + "\n") * 2000)
        done = subprocess.run(["sh", "-c", f"{PROGRAM} solve {path} --ndjson 2>{folder}/err | head -n 1"], capture_output=True, timeout=60)
        assert json.loads(done.stdout)["line"] == 1 and Path(folder, "err").read_text() == ""


def test_a_named_pipe():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pipe")
        os.mkfifo(path)
        with running("solve", str(path), "--ndjson") as process:
            path.write_text(json.dumps(MERCHANTS))
            out, _ = process.communicate(timeout=60)
            assert process.returncode == 0 and json.loads(out)["input"]["file"] == str(path)


# ------------------------------------------------------------------ the command line
def test_usage():
    for arguments in (["--format", "csv"], ["--format", "text"], ["--format", "csv", "--json", "--format", "text"]):
        for command in ("solve", "check"):
            code, results, err = lines_of(command, [MERCHANTS], *arguments)
            assert code == 2 and results == [] and "--ndjson" in err and f"--format {arguments[-1]}" in err, err
    assert lines_of("solve", [MERCHANTS], "--json")[0] == lines_of("solve", [MERCHANTS], "--format", "json")[0] == 0
    assert run("verify", "a", "b", "--ndjson")[0] == run("rules", "--ndjson")[0] == 2
    for command in ("solve", "check"):
        words = " ".join(run(command, "--help")[1].split())
        assert "--ndjson" in words and "4 before 3, 2, 1, 0" in words
    for path in ("/nosuch.ndjson", "/"):
        code, out, err = run("solve", path, "--ndjson")
        assert code == 2 and err == "" and out.count("\n") == 1 and json.loads(out)["errors"][0]["code"] == "E001"


def test_notes_name_the_line():
    dark = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values": {"A": 1, "B": 1, "*": 3}}}
    code, results, err = lines_of("check", [dark, dark], "--split", "A=1.5,B=1.5")
    assert code == 0 and all(line.startswith("note: line ") for line in err.splitlines())


def test_output_file():
    with tempfile.TemporaryDirectory() as folder:
        target, good = Path(folder, "results.ndjson"), json.dumps(MERCHANTS).encode() + b"\n"
        _, printed, _ = lines_of("solve", good * 3)
        target.write_text("before")
        with running("solve", "-", "--ndjson", "-o", str(target)) as process:
            process.stdin.write(good * 2)
            process.stdin.flush()
            time.sleep(0.5)
            assert target.read_text() == "before"  # not until all is there
            process.stdin.write(good)
            process.stdin.close()
            assert process.wait(timeout=60) == 0
        assert [json.loads(line) for line in target.read_text().splitlines()] == printed and os.listdir(folder) == ["results.ndjson"]
        code, results, _ = lines_of("solve", good + b"{\n" + good, "-o", target)
        written = [json.loads(line) for line in target.read_text().splitlines()]
        assert code == 2 and results == [] and [("errors" in r, r["line"]) for r in written] == [(False, 1), (True, 2), (False, 3)]
        before = target.read_text()
        assert run("solve", target, "--ndjson", "-o", target)[0] == 2
        assert run("solve", "/", "--ndjson", "-o", target)[0] == 2 and target.read_text() == before
        assert lines_of("solve", good, "-o", Path(folder, "no", "r"))[0] == 4
        code, _, err = lines_of("solve", good * 3, "-o", "/dev/full")
        assert code == 4 and err.count("No space") == 1
        Path(folder, "v.json").write_text("[0, 1]")
        reads = {"accord": 1, "parties": ["A"], "model": {"type": "coalitions", "values_file": "v.json"}}
        code, results, _ = lines_of("solve", [MERCHANTS, reads, MERCHANTS], "-o", "v.json", cwd=folder)
        assert code == 2 and [r["line"] for r in results] == [2] and "overwrite v.json" in results[0]["errors"][0]["message"]
        assert Path(folder, "v.json").read_text() == "[0, 1]"
        assert sorted(os.listdir(folder)) == ["results.ndjson", "v.json"]



if __name__ == "__main__":
    sys.exit(run_tests(globals()))

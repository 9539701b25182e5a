# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading big tables: numbers in lists, .npy files mapped into memory, digests, and how much memory that takes."""
import array
import hashlib
import json
import math
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from suite import run_tests

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = str(Path(os.environ.get("ACCORD", ROOT / "build" / "accord")).resolve())
SEED = int(os.environ.get("ACCORD_SEED", "1"))
SANITIZED = "asan" in PROGRAM
MIB = 1 << 20
DRAWS = random.Random(SEED)
FOLDER = Path(tempfile.mkdtemp())
PEAK = '''import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
os.write(2, b"\\npeak %d" % usage.ru_maxrss)
os._exit(os.waitstatus_to_exitcode(status) & 255)'''


def run(*arguments, feed=None, peak=False):
    """The code, what was written, and with peak the largest memory in bytes."""
    starter = [sys.executable, "-I", "-S", "-c", PEAK] if peak else []
    done = subprocess.run([*starter, PROGRAM, *map(str, arguments)], input=feed, capture_output=True, cwd=FOLDER)
    if not peak:
        return done.returncode, done.stdout, done.stderr
    err, _, most = done.stderr.rpartition(b"\npeak ")
    return done.returncode, done.stdout, err, int(most) * 1024


def parties(n):
    return [f"p{i}" for i in range(n)]


def sheet(n, model):
    return {"accord": 1, "parties": parties(n), "model": {"type": "coalitions", **model}}


def npy(name, blocks, count, padding=0):
    """A .npy file of count doubles, its header padded so that the values stand at 64 k + padding."""
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }" % count
    header += " " * ((padding - 11 - len(header)) % 64) + "\n"
    with open(FOLDER / name, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        for block in blocks:
            file.write(block.tobytes())


def npy_sheet(n, name):
    (FOLDER / f"{name}.json").write_text(json.dumps(sheet(n, {"values_file": f"{name}.npy"})))
    return f"{name}.json"


def exact_values(text, n):
    """{bitmask: Fraction} as export writes them."""
    rows = [line.rsplit(",", 1) for line in text.decode().splitlines()[1:]]
    return {2**n - 1 if name == "*" else sum(1 << int(p[1:]) for p in name.split("+") if p): Fraction(value) for name, value in rows}


# ------------------------------------------------------------------ numbers in lists

ODD = ["0", "-0", "-0.0", "0.10", "5.10", "-1.50", "123456789012345678", "-123456789012345678", "1234567890123456789", "0.123456789012345678",
       "0.12345678901234567", "99999999999999999", "-12345678.9012345678", "1e2", "-2.5E-3", "1.0e0", "18446744073709551616", "9223372036854775807",
       "9223372036854775808", "-9223372036854775808", "0.000000000000000001", "0.0000000000000000001", "1" + "0" * 30, "3.14159265358979323846264338327950288"]


def test_numbers_in_a_list():
    """Each as the decimal that is written, whatever stands around it."""
    n = 5
    for spaces in ("", " ", "\n", " \t\r\n "):
        numbers = ["0"] + [DRAWS.choice(ODD) for _ in range(2**n - 1)]
        text = json.dumps(sheet(n, {"values": "HERE"})).replace('"HERE"', "[" + f"{spaces},{spaces}".join(numbers) + spaces + "]")
        code, out, err = run("export", "-", "--as", "csv", feed=text.encode())
        assert code == 0, err
        for mask, value in exact_values(out, n).items():
            assert value == Fraction(Decimal(numbers[mask])), (value, numbers[mask])


def test_bad_numbers_in_a_list():
    """As strict as elsewhere, at the place of the number."""
    bad = {"01": "E007", "-": "E007", "1.": "E007", ".5": "E002", "-01": "E007", "1.e5": "E007", "+1": "E007", "1e301": "E008", "1e-301": "E008",
           "1" * 401: "E009", "1x": "E007", "--1": "E007", "0.1.2": "E007", "00": "E007", "1/2": "E007", "0x10": "E007", "1_000": "E007", "NaN": "E007"}
    for number, code_of in bad.items():
        numbers = ["0", "1", "2", number, "4", "5", "6", "7"]
        text = json.dumps(sheet(3, {"values": "HERE"})).replace('"HERE"', "[" + ", ".join(numbers) + "]")
        code, out, _ = run("solve", "-", "--json", feed=text.encode())
        first = json.loads(out)["errors"][0]
        assert code == 2 and first["code"] in (code_of, "E007"), (number, first)
        assert first["pointer"] == "/model/values/3" and first["column"] == text.index("[0, 1") + 11, (number, first)


# ------------------------------------------------------------------ .npy files

def test_places_of_doubles():
    """Copied where the file does not align them, mapped where it does; the same as the public surface either way."""
    n = 7
    for scale in (1.0, 1e-290, 1e290, 3e-7):
        values = array.array("d", [0.0] + [DRAWS.uniform(-1, 1) * scale for _ in range(2**n - 1)])
        results = []
        for padding in (0, 8, 3, 60):
            npy("placed.npy", [values], 2**n, padding)
            for options in (["--float"], ["--exact"]):
                code, out, err = run("solve", npy_sheet(n, "placed"), "--rule", "shapley,banzhaf", "--json", *options)
                assert code == 0, err
                results.append((options[0], json.loads(out)["allocations"]))
        for mode, allocations in results:
            assert allocations == next(a for m, a in results if m == mode)
        code, out, err = run("export", "placed.json", "--as", "csv", "--exact")
        for mask, value in exact_values(out, n).items():
            assert value == Fraction(values[mask])


def shapley(values, n):
    """By sums of values by size, in doubles"""
    with_party, every = [[0.0] * (n + 1) for _ in range(n)], [0.0] * (n + 1)
    for S, value in enumerate(values):
        size = S.bit_count()
        every[size] += value
        for i in range(n):
            if S >> i & 1:
                with_party[i][size] += value
    return [sum((with_party[i][s + 1] - every[s] + with_party[i][s]) / (n * math.comb(n - 1, s)) for s in range(n)) for i in range(n)]


def test_shapley_of_doubles():
    """Against sums in doubles, at sizes where denominators leave machine words"""
    for n in (12, 16):
        for scale in (1e-12, 1.0, 1e12):
            values = array.array("d", [0.0] + [DRAWS.uniform(-1, 1) * scale for _ in range(2**n - 1)])
            npy("shapley.npy", [values], 2**n)
            for options in ([], ["--exact"]):
                code, out, err = run("solve", npy_sheet(n, "shapley"), "--rule", "shapley", "--facts", "none", "--json", *options)
                found, expected = list(json.loads(out)["allocations"][0]["shares"].values()), shapley(values, n)
                assert code == 0 and all(abs(a - b) < 1e-10 * scale for a, b in zip(found, expected)), (n, scale, options, err)


def test_extreme_doubles():
    """Zeros, one huge among tiny ones, bounds of the range, and those beyond it by their number in the file."""
    n = 4
    for special in ([0.0] * 15, [1e300] + [1e-300] * 14, [-1e300] * 15, [2.0**52] + [0.5] * 14, [-0.0] * 14 + [1.0]):
        npy("extreme.npy", [array.array("d", [0.0] + special)], 16)
        for options in ([], ["--exact"]):
            code, _, err = run("solve", npy_sheet(n, "extreme"), "--rule", "shapley", "--json", *options)
            assert code == 0, err
    for at, value, code_of in ((5, float("nan"), "E066"), (15, float("-inf"), "E066"), (1, 1.1e300, "E008"), (9, 1e-301, "E008"), (3, 5e-324, "E008")):
        values = array.array("d", [0.0] + [1.0] * 15)
        values[at] = value
        npy("extreme.npy", [values], 16)
        code, out, _ = run("solve", "extreme.json", "--json")
        error = json.loads(out)["errors"][0]
        assert code == 2 and error["code"] == code_of and f"value {at} " in error["message"], error


def test_digests():
    """Of the bytes as they are, on one thread or beside the work, of small files and large ones."""
    for n in (3, 18):
        values = array.array("d", [0.0] + [DRAWS.random() for _ in range(2**n - 1)])
        npy("digest.npy", [values], 2**n)
        name = npy_sheet(n, "digest")
        outputs = set()
        for threads in ("1", "2", "5"):
            code, out, err = run("solve", name, "--rule", "shapley", "--facts", "none", "--json", "--threads", threads)
            assert code == 0, err
            outputs.add(out)
            told = json.loads(out)["input"]
            assert told["sha256"] == hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
            assert told["files"] == [{"name": "digest.npy", "sha256": hashlib.sha256((FOLDER / "digest.npy").read_bytes()).hexdigest()}]
        assert len(outputs) == 1


def test_digest_of_a_large_sheet():
    text = json.dumps(sheet(16, {"values": [0] + [DRAWS.randrange(10**9) / 100 for _ in range(2**16 - 1)]}), indent=1) + " " * 1000000
    code, out, err = run("solve", "-", "--rule", "shapley", "--facts", "none", "--json", feed=text.encode())
    assert code == 0, err
    assert json.loads(out)["input"]["sha256"] == hashlib.sha256(text.encode()).hexdigest()


# ------------------------------------------------------------------ memory

def test_memory_of_25_parties():
    """The table, and at most 64 MiB beside it: the file is not held as well."""
    n = 25
    block = array.array("d", [DRAWS.random() for _ in range(1 << 18)])
    first = array.array("d", block)
    first[0] = 0.0
    npy("large.npy", [first] + [block] * ((1 << n - 18) - 1), 1 << n)
    started = time.monotonic()
    code, out, err, peak = run("solve", npy_sheet(n, "large"), "--rule", "shapley", "--facts", "none", "--json", peak=True)
    print(f"25 parties: {time.monotonic() - started:.2f} s, {peak / MIB:.0f} MiB")
    os.unlink(FOLDER / "large.npy")
    assert code == 0, err
    shares = json.loads(out)["allocations"][0]["shares"]
    assert abs(sum(shares.values()) - block[-1]) < 1e-9
    assert SANITIZED or peak <= (8 << n) + 64 * MIB, peak


def test_too_many_parties():
    """Refused by the size of the table before the file is looked at, and naming what would work."""
    for n, limit, words in ((31, "64G", ["28", "voting"]), (29, "64G", ["28"]), (26, "256M", ["--memory-limit"])):
        (FOLDER / "many.json").write_text(json.dumps(sheet(n, {"values_file": "nowhere.npy"})))
        code, out, err, peak = run("solve", "many.json", "--json", "--memory-limit", limit, peak=True)
        error = json.loads(out)["errors"][0]
        assert code == 3 and error["code"] == "E070" and all(word in error["help"] + error["message"] for word in words), error
        assert SANITIZED or peak < 40 * MIB
    (FOLDER / "many.json").write_text(json.dumps(sheet(26, {"values": []})))
    code, out, _ = run("solve", "many.json", "--json", "--memory-limit", "1G")
    assert code == 3 and ".npy" in json.loads(out)["errors"][0]["help"]


def test_file_that_becomes_shorter():
    """A page that is no longer there ends the program in order; here the signal comes by itself."""
    if SANITIZED:
        return
    process = subprocess.Popen([PROGRAM, "solve", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    while "pipe" not in Path(f"/proc/{process.pid}/wchan").read_text() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGBUS)
    assert process.wait() == 4 and b"became shorter" in process.stderr.read()
    process.stdin.close()


if __name__ == "__main__":
    code = run_tests(globals())
    subprocess.run(["rm", "-rf", str(FOLDER)], check=True)
    sys.exit(code)

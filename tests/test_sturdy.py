# SPDX-License-Identifier: GPL-3.0-or-later
"""The program where the world is not kind: full disks, closed pipes, signals, locales, huge sheets, limits of time and memory."""
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
SEED = int(os.environ.get("ACCORD_SEED", "1"))
DEAL = str(ROOT / "examples" / "consortium.json")
SANITIZED = "asan" in PROGRAM
MIB = 1 << 20
OVERHEAD = 40 * MIB  # the program, its libraries and what libraries take for themselves
SLACK = 20.0 if SANITIZED else 1.5  # seconds past a time limit, on a machine with other work


# The kernel counts the peak of whoever started a program as the program's: let it be somebody small.
STARTER = '''import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
os.write(2, b"\\npeak %d" % usage.ru_maxrss)
os._exit(os.waitstatus_to_exitcode(status) & 255)'''


class Run:
    """A run of the program with what it wrote, how long it took, and its peak of memory."""

    def __init__(self, *arguments, feed=None, env=None, cwd=None, **more):
        started = time.monotonic()
        process = subprocess.Popen([sys.executable, "-I", "-S", "-c", STARTER, PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL if feed is None else subprocess.PIPE,
                                   stdout=more.get("stdout", subprocess.PIPE), stderr=subprocess.PIPE, cwd=cwd, env={**os.environ, **(env or {})})
        self.err = b""
        feeder = threading.Thread(target=self.feed, args=(process.stdin, feed))
        reader = threading.Thread(target=self.read_errors, args=(process.stderr,))
        reader.start()
        if feed is not None:
            feeder.start()
        self.out = process.stdout.read() if process.stdout else b""
        self.code = process.wait()
        reader.join()
        if feed is not None:
            feeder.join()
        self.seconds = time.monotonic() - started
        self.err, _, peak = self.err.rpartition(b"\npeak ")
        self.peak = int(peak) * 1024

    @staticmethod
    def feed(pipe, pieces):
        try:
            for piece in pieces:
                pipe.write(piece)
            pipe.close()
        except BrokenPipeError:
            pass

    def read_errors(self, pipe):
        self.err = pipe.read()

    def __repr__(self):
        return f"exit {self.code}, {self.seconds:.2f} s, {self.peak // MIB} MiB, {len(self.out)} bytes, {self.err[:300]!r}"


def in_order(run):
    """No crash and no word from a sanitizer."""
    return run.code in (0, 1, 2, 3, 4, 130) and b"Sanitizer" not in run.err and b"runtime error" not in run.err


def hard_game(folder, n):
    """A random game without structure: n parties, values from a file."""
    rng = random.Random(SEED + n)
    values = [0.0] + [float(rng.randint(0, 10 ** 6) * m.bit_count()) for m in range(1, 1 << n)]
    head = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }" % len(values)
    head += " " * (-(len(head) + 11) % 64) + "\n"
    Path(folder, f"v{n}.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + struct.pack(f"<{len(values)}d", *values))
    sheet = Path(folder, f"hard{n}.json")
    sheet.write_text(json.dumps({"accord": 1, "parties": [f"P{i}" for i in range(n)], "model": {"type": "coalitions", "values_file": f"v{n}.npy"}}))
    return sheet


# --------------------------------------------------------------------- output
def test_full_disk():
    with open("/dev/full", "wb") as full:
        for arguments in (["solve", DEAL], ["solve", DEAL, "--json"], ["check", DEAL, "--format", "csv"], ["rules"], ["--help"], ["--version"], ["init", "claims"]):
            run = Run(*arguments, stdout=full)
            assert run.code == 4 and b"could not be written" in run.err, (arguments, run)
    run = Run("solve", DEAL, "-o", "/dev/full")
    assert run.code == 4 and b"No space left" in run.err, run


def test_full_folder():
    """A disk that fills up in the middle: what stood there stays, nothing is left beside it."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "r.json")
        target.write_text("before")
        command = f"ulimit -f 1; trap '' XFSZ; exec {PROGRAM} solve {DEAL} --json -o {target}"
        done = subprocess.run(["bash", "-c", command], capture_output=True)
        assert done.returncode == 4 and b"File too large" in done.stderr, done
        assert target.read_text() == "before" and os.listdir(folder) == ["r.json"]


def test_closed_pipe():
    done = subprocess.run(["bash", "-c", f"{PROGRAM} solve {DEAL} --json | head -c 10; exit ${{PIPESTATUS[0]}}"], capture_output=True)
    assert len(done.stdout) == 10 and done.returncode in (0, 4) and not done.stderr, done
    done = subprocess.run(["bash", "-c", f"{PROGRAM} solve {DEAL} >&-"], capture_output=True)
    assert done.returncode == 4 and b"could not be written" in done.stderr, done


def test_an_existing_result_is_kept():
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "r.json")
        for arguments, code in ((["solve", ROOT / "examples" / "with-mistakes.json"], 2), (["solve", "no-such.json"], 2), (["solve", DEAL, "--rule", "nonsense"], 2),
                                (["solve", DEAL, "--memory-limit", "2K"], 3), (["solve", DEAL, "--bogus"], 2)):
            target.write_text("before")
            run = Run(*arguments, "-o", target)
            assert run.code == code and target.read_text() == "before" and os.listdir(folder) == ["r.json"], (arguments, run)


def test_read_only_folder():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        locked = Path(folder, "locked")
        locked.mkdir()
        locked.joinpath("r.json").write_text("before")
        locked.chmod(0o555)
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        if user and not shutil.which("setpriv"):
            return skip("a read-only folder: root may write anywhere, and setpriv is not there")
        shutil.copy(PROGRAM, folder), shutil.copy(DEAL, Path(folder, "deal.json"))
        program = Path(folder, Path(PROGRAM).name)
        for name in ("r.json", "new.json"):
            done = subprocess.run([*user, str(program), "solve", str(Path(folder, "deal.json")), "-o", str(locked / name)], capture_output=True)
            assert done.returncode == 4 and b"Permission denied" in done.stderr, (name, done)
        assert os.listdir(locked) == ["r.json"] and (locked / "r.json").read_text() == "before"
        locked.chmod(0o755)


# -------------------------------------------------------------------- signals
def wait_until_busy(process, seconds):
    """Until the process has used so much processor time, or has ended."""
    tick = os.sysconf("SC_CLK_TCK")
    while process.poll() is None:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        if int(fields[11]) + int(fields[12]) >= seconds * tick:
            return
        time.sleep(0.01)


def heed_signals():
    """Under nohup, or in the background of a shell, a program is born ignoring some."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def test_signals_leave_no_half_file():
    with tempfile.TemporaryDirectory() as folder:
        sheet, parties = Path(folder, "long.json"), [f"P{i}" for i in range(22)]  # 3^22 parts are put together
        sheet.write_text(json.dumps({"accord": 1, "parties": parties, "model": {"type": "coalitions", "missing": "additive", "values": {"*": 30, **{p: 1 for p in parties}}}}))
        target = Path(folder, "out", "r.json")
        target.parent.mkdir()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            target.write_text("before")
            process = subprocess.Popen([PROGRAM, "solve", str(sheet), "-o", str(target)], stderr=subprocess.PIPE, preexec_fn=heed_signals)
            wait_until_busy(process, 0.2)
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
            assert process.returncode == 130 and b"interrupted" in err, (number, process.returncode, err)
            assert target.read_text() == "before" and os.listdir(target.parent) == ["r.json"], number


def test_signals_at_any_time():
    """At whatever moment it comes: the old file or the whole new one, and nothing beside it."""
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "r.json")
        assert Run("solve", DEAL, "--json", "-o", target).code == 0
        whole, codes = target.read_bytes(), {}
        for _ in range(10 if SANITIZED else 80):
            target.write_bytes(b"before")
            process = subprocess.Popen([PROGRAM, "solve", DEAL, "--json", "-o", str(target)], stderr=subprocess.DEVNULL, preexec_fn=heed_signals)
            time.sleep(rng.random() * 0.008)
            process.send_signal(rng.choice((signal.SIGINT, signal.SIGTERM)))
            code = process.wait(60)
            codes[code] = codes.get(code, 0) + 1
            assert code in (0, 130, -signal.SIGINT, -signal.SIGTERM), code  # the last two: before main began
            assert target.read_bytes() == (whole if code == 0 else b"before") or (code < 0 and target.read_bytes() == whole), code
            assert os.listdir(folder) == ["r.json"], code
        print(f"signals at any time: exit codes {codes}")


def test_a_reader_that_never_reads():
    """Interrupted while a full pipe holds it up, the program ends."""
    sheet = {"accord": 1, "parties": [f"P{i}" for i in range(3000)], "model": {"type": "claims", "estate": 1000, "claims": {f"P{i}": i for i in range(3000)}}}
    read_end, write_end = os.pipe()
    process = subprocess.Popen([PROGRAM, "solve", "-", "--json", "--rule", "equal"], stdin=subprocess.PIPE, stdout=write_end, stderr=subprocess.PIPE,
                               preexec_fn=heed_signals)
    os.close(write_end)
    process.stdin.write(json.dumps(sheet).encode())
    process.stdin.close()
    time.sleep(3 if SANITIZED else 0.7)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    os.close(read_end)
    process.stderr.close()


def test_a_writer_that_never_writes():
    process = subprocess.Popen([PROGRAM, "solve", "-", "--time-limit", "0.3"], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.wait(30) == 3
    process.stdin.close()
    process.stderr.close()


# -------------------------------------------------------------------- locales
def test_german_locale():
    """Where numbers have a comma, the output has not: a locale of our own, as the machine may have none."""
    if not shutil.which("localedef") or not Path("/usr/share/i18n/locales/de_DE").exists():
        return skip("de_DE.UTF-8: localedef or its sources (package locales) are not there")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", f"{folder}/de_DE.UTF-8"], capture_output=True)
        german = {"LOCPATH": folder, "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}
        comma = subprocess.run(["bash", "-c", "printf %.1f 1,5"], capture_output=True, env={**os.environ, **german}).stdout
        assert comma == b"1,5", ("the locale is not in force", comma)
        sheets = [DEAL, ROOT / "examples" / "fund-shortfall.json", ROOT / "examples" / "with-mistakes.json", ROOT / "tests" / "sheets" / "good_file_npy.json"]
        for sheet in sheets:
            for more in ([], ["--json"], ["--format", "csv"], ["--float"], ["--time-limit", "99.5"]):
                assert Run("solve", sheet, *more, env=german).out == Run("solve", sheet, *more, env={"LC_ALL": "C"}).out, (sheet, more)
        assert Run("check", DEAL, "--split", "uni=4.5,firm=3.5,inst=2", env=german).code == 0


# --------------------------------------------------------------- huge and odd
def gigabyte(piece):
    yield b'{"accord": 1, "notes": '
    yield from (piece * (MIB // len(piece)) for _ in range(1024))


def test_a_gigabyte():
    """Refused while it is read, within the memory limit; as a file without reading it at all."""
    limit = 64 * MIB
    for piece in (b'"' + b"x" * 15, b"[[],1, ", b"\0"):
        run = Run("solve", "-", "--json", "--memory-limit", "64M", feed=gigabyte(piece))
        assert run.code == 3 and json.loads(run.out)["errors"][0]["code"] == "E071" and run.seconds < 20 * SLACK, run
        assert SANITIZED or run.peak < limit + OVERHEAD, run
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder, "sparse.json")
        with open(sheet, "wb") as file:
            file.write(b'{"accord": 1}')
            file.truncate(1 << 30)
        run = Run("solve", sheet, "--json", "--memory-limit", "64M")
        assert run.code == 3 and run.seconds < 2 * SLACK and (SANITIZED or run.peak < limit + OVERHEAD), run
        run = Run("solve", sheet, "--json", "--time-limit", "0.2", "--memory-limit", "2G")
        assert run.code == 3 and run.seconds < 0.2 + 2 * SLACK, run


def test_a_million():
    """Of parties, brackets, mistakes."""
    count = 20000 if SANITIZED else 10 ** 6
    ids = ",".join(f'"P{i}"' for i in range(count)).encode()
    head, amounts = b'{"accord": 1, "parties": [' + ids + b'], "model": ', ids.replace(b",", b":1,") + b":1"
    claims = [head, b'{"type": "claims", "estate": 1000, "claims": {', amounts, b"}}}"]
    run = Run("solve", "-", "--format", "csv", "--rule", "proportional", "--time-limit", "1", feed=claims)
    assert (run.code == 0 and run.out.count(b"\n") == count + 1) or (run.code == 3 and run.seconds < 1 + 3 * SLACK), run
    run = Run("solve", "-", "--json", "--memory-limit", "100M", feed=claims)
    assert SANITIZED or (run.code == 3 and run.peak < 100 * MIB + OVERHEAD), run
    run = Run("solve", "-", "--json", feed=[head, b'{"type": "coalitions", "missing": "zero", "values": {"*": 1}}}'])
    assert run.code == 3 and json.loads(run.out)["errors"][0]["code"] == "E070", run
    for text in (b"[", b'{"a":', b'[{"a":'):
        run = Run("solve", "-", "--json", feed=[text * count])
        assert run.code == 2 and json.loads(run.out)["errors"][0]["code"] == "E011" and run.seconds < 4 * SLACK, run
    wrong = [b'{"accord": 1, "parties": ["A"], "model": {"type": "claims", "estate": 1, "claims": {', ids.replace(b",", b":-1,"), b":-1}}}"]
    run = Run("solve", "-", "--json", feed=wrong)
    errors = json.loads(run.out)
    assert run.code == 2 and len(errors["errors"]) == 100 and errors["dropped"] > 0, run
    run = Run("solve", "-", feed=wrong)
    assert run.code == 2 and len(run.err) < 200000 and (SANITIZED or run.peak < 400 * MIB), run


# --------------------------------------------------------------------- limits
def test_time_limit_on_hard_games():
    with tempfile.TemporaryDirectory() as folder:
        for n in (18, 20):
            sheet = hard_game(folder, n)
            for rule, numbers in (("prenucleolus,per-capita-nucleolus", "--exact"), ("nucleolus,prenucleolus", "--float"), ("shapley,owen,tau", "--exact")):
                for limit in (0.1, 0.7):
                    run = Run("solve", sheet, "--json", numbers, "--rule", rule, "--facts", "all", "--time-limit", limit)
                    assert in_order(run) and run.code in (0, 1, 3) and run.seconds < limit + SLACK, (n, rule, limit, run)
            split = ",".join(f"P{i}=1" for i in range(n))
            run = Run("check", sheet, "--json", "--exact", "--split", split, "--facts", "all", "--time-limit", "0.3")
            assert run.code in (1, 3) and run.seconds < 0.3 + SLACK, run


def test_a_limit_spares_what_was_found():
    """Rules solved before time is up are in the result; the others say that it was."""
    with tempfile.TemporaryDirectory() as folder:
        sheet = hard_game(folder, 18)
        for numbers in ("--exact", "--float"):
            for limit in (0.15, 0.3, 0.5):
                run = Run("solve", sheet, "--json", numbers, "--rule", "shapley,prenucleolus,per-capita-nucleolus,equal", "--facts", "all", "--time-limit", limit)
                assert run.code in (0, 1, 3) and run.out, run
                result = json.loads(run.out)
                assert "errors" in result or {a["status"] for a in result["allocations"]} <= {"ok", "limit", "undefined"}, run


def test_memory_limit_keeps_its_word():
    if SANITIZED:
        return skip("peak memory: a sanitizer's own memory is not the program's")
    with tempfile.TemporaryDirectory() as folder:
        claims = Path(folder, "claims.json")
        claims.write_text(json.dumps({"accord": 1, "parties": [f"P{i}" for i in range(18)], "rules": ["talmud", "shapley", "random-arrival"],
                                      "model": {"type": "claims", "estate": "1e40", "claims": {f"P{i}": f"{i + 1}e39" for i in range(18)}}}))
        codes = []
        for sheet in (hard_game(folder, 16), hard_game(folder, 18), claims):
            for mebibytes in (1, 2, 4, 8, 16, 32, 64):
                run = Run("solve", sheet, "--json", "--exact", "--facts", "quick", "--time-limit", "3", "--memory-limit", f"{mebibytes}M",
                          *([] if sheet == claims else ["--rule", "shapley,prenucleolus"]))
                codes.append(run.code)
                assert run.code in (0, 1, 3) and run.peak < mebibytes * MIB + OVERHEAD and run.out + run.err, (sheet, mebibytes, run)
        print(f"memory limits: exit codes {codes}")
        assert {0, 3} <= set(codes)


# ----------------------------------------------------------------------- main
skipped = []


def skip(reason):
    skipped.append(reason)


def main():
    passed = failed = 0
    print(f"seed {SEED}")
    for name, test in [(n, t) for n, t in globals().items() if n.startswith("test_")]:
        started = time.monotonic()
        try:
            test()
            passed += 1
        except Exception as error:  # every test is told, whatever went wrong
            failed += 1
            line = error.__traceback__.tb_next.tb_lineno if error.__traceback__.tb_next else 0
            print(f"FAIL {name} (line {line}): {type(error).__name__} {str(error)[:700]}")
        print(f"{name}: {time.monotonic() - started:.1f} s", flush=True)
    for reason in skipped:
        print(f"SKIPPED {reason}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
"""Every path of the processor, and any number of threads, gives the same bytes."""
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from suite import run_tests

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
SEED = int(os.environ.get("ACCORD_SEED", "1"))
PATHS = ("plain", "avx2", "avx512", "")


def output(arguments, **environment):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, env={**os.environ, **environment}, timeout=120)
    assert done.returncode in (0, 1) and done.stdout, (arguments, environment, done.returncode, done.stderr[:300])
    return done.stdout


def npy(values):
    head = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }" % len(values)
    head += " " * (-(len(head) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + struct.pack(f"<{len(values)}d", *values)


def games(folder):
    """Sheets of games of 3 to 12 parties: whole numbers, and doubles from a file"""
    rng = random.Random(SEED)
    for n in (3, 7, 10, 12):
        values = [0] + [rng.randint(1, 50) * m.bit_count() ** 2 for m in range(1, 1 << n)]
        head = {"accord": 1, "parties": [f"P{i}" for i in range(n)]}
        whole, doubles = Path(folder, f"whole{n}.json"), Path(folder, f"doubles{n}.json")
        whole.write_text(json.dumps({**head, "model": {"type": "coalitions", "goal": rng.choice(["benefit", "cost"]), "values": values}}))
        Path(folder, f"v{n}.npy").write_bytes(npy([v + rng.random() if v else 0.0 for v in values]))
        doubles.write_text(json.dumps({**head, "model": {"type": "coalitions", "values_file": f"v{n}.npy"}}))
        yield from ((whole, n), (doubles, n))


RULES = "shapley,banzhaf,solidarity,tau,nucleolus,prenucleolus,per-capita-nucleolus"


def test_paths_and_threads():
    with tempfile.TemporaryDirectory() as folder:
        for sheet, n in games(folder):
            split = ",".join(f"P{i}={i + 1}" for i in range(n))
            for arguments in (["solve", sheet, "--json", "--rule", RULES, "--facts", "all"], ["check", sheet, "--json", "--split", split]):
                outputs = {path: output(arguments, ACCORD_KERNELS=path) for path in PATHS}
                assert len(set(outputs.values())) == 1, (sheet.name, arguments[0], {p: hash(o) for p, o in outputs.items()})
                if "--split" not in arguments:
                    assert output([*arguments, "--threads", "3"]) == outputs[""], sheet.name


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

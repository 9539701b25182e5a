# SPDX-License-Identifier: GPL-3.0-or-later
"""The oracles' tests of themselves: published answers, hand cases, second definitions."""
import subprocess
import sys
from pathlib import Path

ORACLES = ["oracle.py", "oracle_terms.py"]


def main():
    failed = 0
    for name in ORACLES:
        done = subprocess.run([sys.executable, str(Path(__file__).with_name(name))], timeout=600)
        failed += done.returncode != 0
    print(f"{len(ORACLES) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())

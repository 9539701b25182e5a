# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every test_ function of a test program, in the order in which they stand, and closes with the counts that
run.py reads. A test that goes wrong is told with the line at which it did, and the rest go on."""
import time

SLOW = 1.0  # seconds from which a test's time is worth a line


def run_tests(names):
    """names: the program's globals(). The exit code."""
    passed = failed = 0
    if "SEED" in names:
        print(f"seed {names['SEED']}")
    for name, test in [(n, t) for n, t in names.items() if n.startswith("test_")]:
        started = time.monotonic()
        try:
            test()
            passed += 1
        except Exception as error:  # every test is told, whatever went wrong
            failed += 1
            line = error.__traceback__.tb_next.tb_lineno if error.__traceback__.tb_next else 0
            print(f"FAIL {name} (line {line}): {type(error).__name__} {str(error)[:700]}")
        if time.monotonic() - started > SLOW:
            print(f"{name}: {time.monotonic() - started:.1f} s", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0

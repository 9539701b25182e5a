# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in README.md are real: every `$ accord ...` in a console block prints what stands below it.

`python3 tests/test_readme.py --write` puts the present output there, and the sheet of the example.
"""
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ACCORD", str(ROOT / "build" / "accord"))
CONSOLE = re.compile(r"```console\n\$ accord (.*)\n(.*?)```", re.S)
SHEET = re.compile(r"`(examples/[^`]*)`:\n\n```json\n(.*?)```", re.S)


def output_of(arguments):
    done = subprocess.run([PROGRAM, *shlex.split(arguments)], cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return done.stdout


def refreshed(text):
    def console(found):
        arguments = found.group(1).split("\n")[0]
        return f"```console\n$ accord {arguments}\n{output_of(arguments)}```"
    text = re.sub(r"```console\n\$ accord (.*?)```", console, text, flags=re.S)
    return SHEET.sub(lambda found: f"`{found.group(1)}`:\n\n```json\n{(ROOT / found.group(1)).read_text()}```", text)


def main():
    readme = ROOT / "README.md"
    text = readme.read_text()
    if "--write" in sys.argv:
        readme.write_text(refreshed(text))
        return 0
    blocks = re.findall(r"```(?:console|json)\n.*?```", text, re.S)
    now = re.findall(r"```(?:console|json)\n.*?```", refreshed(text), re.S)
    failed = [(was, is_now) for was, is_now in zip(blocks, now) if was != is_now] if len(blocks) == len(now) else [("", "")]
    for was, is_now in failed:
        print(f"README says:\n{was}\nbut it is:\n{is_now}\n")
    print(f"{len(now) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or len(now) < 4 else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad term sheets, hostile input and wrong command lines: what the program says of each, to the column.

sheets/expected.json names for every sheet of sheets/ the exit code and every error, in order of place:
code, pointer, line, column (null where there is no place), and words the message and the help must hold.
The program is build/accord, or $ACCORD. ACCORD_SEED and ACCORD_MUTATIONS (per example) may be set.
"""
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PROGRAM = os.path.abspath(os.environ.get("ACCORD", str(ROOT / "build" / "accord")))
SEED = int(os.environ.get("ACCORD_SEED", "1"))
MUTATIONS = int(os.environ.get("ACCORD_MUTATIONS", "300"))
EXAMPLES = ROOT / "examples"
LIMIT = 10 # seconds a run may take
# Characters that change what stands around them: never raw in what people read (a line feed apart)
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
TOO_SLOW = -1000 # in place of an exit code

class Count:
    passed = failed = 0

def check(good, what):
    """Counts one check; says what is wrong"""
    if good:
        Count.passed += 1
    else:
        Count.failed += 1
        print("FAILED: " + what)
    return bool(good)

# ---------------------------------------------------------------- running
def run(arguments, given=b"", folder=None, limit=LIMIT):
    """Exit code, standard output and standard error as bytes"""
    environment = dict(os.environ, NO_COLOR="1", LC_ALL="C.UTF-8")
    try:
        done = subprocess.run([PROGRAM] + list(arguments), input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              cwd=folder, env=environment, timeout=limit)
    except subprocess.TimeoutExpired:
        return TOO_SLOW, b"", b""
    return done.returncode, done.stdout, done.stderr

def spread(function, items):
    """function of every item, in threads, results in order"""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        return list(pool.map(function, items))

def text_of(raw):
    """UTF-8, or None"""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None

def no_twins(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key written twice")
    return dict(pairs)

def no_constant(word):
    raise ValueError(word)

def document(raw):
    """The JSON document that is all of raw, or None"""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=no_twins, parse_constant=no_constant)
    except ValueError:
        return None

# ---------------------------------------------------------------- the sheets, in a place of their own
def set_up(folder):
    """sheets/ with what git does not keep: links, pipes, folders; files outside of it"""
    sheets = folder / "sheets"
    shutil.copytree(HERE / "sheets", sheets)
    files = sheets / "files"
    (folder / "outside.csv").write_bytes((files / "good.csv").read_bytes())
    (folder / "outside.json").write_bytes((files / "good.json").read_bytes())
    os.symlink("../../outside.csv", files / "link_out.csv")
    os.symlink("../..", files / "link_folder")
    os.symlink("/dev/zero", files / "link_zero.csv")
    os.symlink("/proc/self/fd/0", files / "link_stdin.csv")
    os.symlink("good.csv", files / "link_inside.csv")
    for kind in ("csv", "npy", "json"):
        os.mkfifo(files / ("pipe." + kind))
    (files / "folder.csv").mkdir()
    return sheets

# ---------------------------------------------------------------- errors as JSON
def shape_of(error):
    """Whether the object has every key of the contract, each of its kind"""
    texts = all(isinstance(error.get(key), str) for key in ("code", "message", "pointer", "help"))
    whole = all(error.get(key) is None or type(error[key]) is int and error[key] >= 1 for key in ("line", "column"))
    return texts and whole and "line" in error and "column" in error and error["message"].strip() and error["help"].strip()

def same_place(error, wanted):
    keys = ("code", "pointer", "line") + (("column",) if "column" in wanted else ())
    return all(error.get(key) == wanted[key] for key in keys)

def brief(errors):
    return "; ".join("%s %.60s %s:%s" % (e.get("code"), e.get("pointer"), e.get("line"), e.get("column")) for e in errors) or "nothing"

def check_words(name, error, wanted):
    for key in ("message", "help"):
        missing = [word for word in wanted.get(key, []) if word not in error[key]]
        if key in wanted:
            check(not missing, "%s: the %s of %s %.60s does not say %s: %.200s" % (name, key, error["code"], error["pointer"], missing, error[key]))

def check_listed(name, found, expected, dropped):
    """The list of errors; where more are expected than are listed, the number of those left out"""
    shown = expected[:len(found)] if dropped else expected
    listed = len(found) == len(shown) and all(same_place(e, w) for e, w in zip(found, shown))
    check(listed and len(found) + dropped == len(expected),
          "%s: errors are not those expected\n    found    %s\n    expected %s" % (name, brief(found), brief(expected)))
    for wanted in shown:
        twin = [e for e in found if same_place(e, wanted)]
        if twin:
            check_words(name, twin[0], wanted)

def check_json(name, entry, result):
    code, out, err = result
    answer = document(out)
    check(code == entry["exit"], "%s --json: exit %d, expected %d" % (name, code, entry["exit"]))
    check(err == b"", "%s --json: standard error holds %r" % (name, err[:200]))
    if not check(answer is not None, "%s --json: standard output is not one JSON document: %r" % (name, out[:200])):
        return []
    found = answer.get("errors", [])
    check(all(shape_of(e) for e in found), "%s --json: an error lacks code, message, pointer, line, column or help" % name)
    check_listed(name, found, entry["errors"], answer.get("dropped", 0))
    files = [wanted.get("file", name) for wanted in entry["errors"]]
    check(all(e.get("file") in files for e in found), "%s --json: wrong file: %s" % (name, {e.get("file") for e in found}))
    return found

# ---------------------------------------------------------------- errors as text
def width_of(text):
    """Columns that a text takes on a terminal"""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

def escaped(text):
    """As the program shows a source line"""
    return UNSAFE.sub(lambda c: " " if c.group() == "\t" else "\\u{%x}" % ord(c.group()), text)

def caret_stands(shown, caret, line, column):
    """Whether the text above the caret is what stands at the column of the line"""
    rest = escaped(line[column - 1:].rstrip("\r"))
    at = next((k for k in range(len(shown) + 1) if width_of(shown[:k]) == caret), None)
    if at is None:
        return False
    if not rest or line[column - 1] == "\0": # a NUL byte may end what is shown
        return at == len(shown)
    length = min(len(rest), len(shown) - at)
    return length > 0 and shown[at:at + length] == rest[:length]

def check_source(name, lines, error, source):
    """The source line and its caret, in the lines behind the place"""
    at = next((k for k, line in enumerate(lines) if re.match(r"\d+ \| ?", line)), None)
    if not check(at is not None and at + 1 < len(lines), "%s: no source line for %s" % (name, error["code"])):
        return
    mark = re.match(r"(\s*\| )( *)\^\s*$", lines[at + 1])
    if not check(mark, "%s: no caret below the source line: %r" % (name, lines[at + 1])):
        return
    line = text_of(source.split(b"\n")[error["line"] - 1])
    if line is None:
        return
    shown = lines[at][len(mark.group(1)):]
    check(int(lines[at].split(" ")[0]) == error["line"], "%s: number of the source line" % name)
    check(caret_stands(shown, len(mark.group(2)), line, error["column"]),
          "%s: the caret of %s %.60s is not below its place\n    %.110s\n    %s^" % (name, error["code"], error["pointer"], shown, mark.group(2)))

def check_block(name, block, error, source):
    lines = block.split("\n")
    check(lines[0].startswith("error[%s]: " % error["code"]) and len(lines[0]) > 13, "%s: first line %r" % (name, lines[0]))
    place = error.get("file", name) + (":%d:%d" % (error["line"], error["column"]) if error["line"] else "")
    place += " (%s)" % escaped(error["pointer"]) if error["pointer"] else ""
    check(len(lines) > 1 and lines[1].strip().endswith(place), "%s: the place is not %.100s: %.100s" % (name, place, lines[1:2]))
    check(any(re.match("help: .", line) for line in lines), "%s: no help line" % name)
    if error["line"]:
        check_source(name, lines[2:], error, source)

def check_text(name, entry, result, found, folder):
    code, out, err = result
    told = text_of(err)
    check(code == entry["exit"], "%s: exit %d, expected %d" % (name, code, entry["exit"]))
    check(out == b"", "%s: standard output is not empty" % name)
    if not check(told is not None, "%s: standard error is not UTF-8" % name):
        return
    check(not UNSAFE.search(told), "%s: raw control or bidi characters on standard error: %r" % (name, UNSAFE.findall(told)[:5]))
    blocks = re.split(r"(?m)^(?=error\[E\d\d\d\]: )", told)[1:]
    if check(len(blocks) == len(found), "%s: %d errors as text, %d as JSON" % (name, len(blocks), len(found))):
        for block, error in zip(blocks, found):
            check_block(name, block, error, (folder / error["file"]).read_bytes() if error["line"] else b"")

# ---------------------------------------------------------------- good sheets
def texts_of(value):
    """Every text in a JSON value, keys as well"""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from texts_of(one)

def check_good(name, sheet, as_json, as_text):
    """A sheet that solves: its names come back whole as JSON, and do no harm as text"""
    answer, told = document(as_json[1]), text_of(as_text[1] + as_text[2])
    check(as_json[0] == 0 and as_text[0] == 0, "%s: exit %d (--json), %d (text): %.300s" % (name, as_json[0], as_text[0], as_text[2].decode("utf-8", "replace")))
    check(told is not None and not UNSAFE.search(told or ""), "%s: raw control or bidi characters, or bad UTF-8, in the text" % name)
    check(answer is not None and "allocations" in answer, "%s: no result as JSON" % name)
    if not name.startswith("good_name_") or answer is None:
        return
    names = {p["id"]: p.get("name") for p in answer["parties"]}
    for party in sheet["parties"]:
        if isinstance(party, dict):
            check(names.get(party["id"]) == party["name"], "%s: the name of %s came back as %r" % (name, party["id"], names.get(party["id"])))
    for key in ("title", "currency"):
        check(answer.get(key) == sheet.get(key), "%s: %s came back as %r" % (name, key, answer.get(key)))
    labels = [r["as"] for r in sheet.get("rules", []) if isinstance(r, dict)]
    check(all(label in [a["label"] for a in answer["allocations"]] for label in labels), "%s: a label did not come back" % name)

def check_good_proposals(name, sheet, folder):
    """The names of proposals and sources, by accord check"""
    if not sheet.get("proposals"):
        return
    as_json, as_text = (run(["check", name] + more, folder=folder) for more in (["--json"], []))
    answer, told = document(as_json[1]), text_of(as_text[1] + as_text[2])
    check(as_json[0] in (0, 1) and answer is not None, "check %s --json: exit %d" % (name, as_json[0]))
    wanted = [key for key in sheet["proposals"] if not key.startswith("x-")]
    check(answer is not None and [p["name"] for p in answer["proposals"]] == wanted, "check %s: the proposals' names did not come back" % name)
    check(told is not None and not UNSAFE.search(told), "check %s: raw control or bidi characters in the text" % name)

def test_sheets(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    there = {p.name for p in folder.glob("*.json")} - {"expected.json"}
    check(there == set(expected), "sheets without an expectation, or the reverse: %s" % (there ^ set(expected)))
    jobs = [(name, more) for name in sorted(expected) for more in (["--json"], [])]
    results = dict(zip([(n, bool(m)) for n, m in jobs], spread(lambda job: run(["solve", job[0]] + job[1], folder=folder), jobs)))
    for name, entry in sorted(expected.items()):
        as_json, as_text = results[name, True], results[name, False]
        if entry["errors"]:
            check_text(name, entry, as_text, check_json(name, entry, as_json), folder)
        else:
            sheet = json.loads((folder / name).read_text(encoding="utf-8"))
            check_good(name, sheet, as_json, as_text)
            check_good_proposals(name, sheet, folder)

# ---------------------------------------------------------------- every code is explained, none is shared
def test_codes(folder):
    """Every error code that the program has is met by a sheet or by the command line"""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    met = {e["code"] for entry in expected.values() for e in entry["errors"]} | {"E001", "E071", "E080", "E081", "E082", "E274"}
    table = (ROOT / "models" / "errors.def").read_text(encoding="utf-8")
    codes = re.findall(r"^ERROR\((E\d\d\d),", table, re.M)
    check(len(codes) == len(set(codes)), "an error code is defined twice")
    check(set(codes) <= met, "no sheet makes %s" % sorted(set(codes) - met))

# ---------------------------------------------------------------- standard input, and files that are no sheets
def first_error(result):
    answer = document(result[1]) or {}
    return (answer.get("errors") or [{}])[0]

def test_standard_input(folder):
    name = "bad_unknown_key_top.json"
    raw, wanted = (folder / name).read_bytes(), json.loads((folder / "expected.json").read_text(encoding="utf-8"))[name]["errors"][0]
    result = run(["solve", "-", "--json"], raw, folder)
    error = first_error(result)
    check(result[0] == 2 and error.get("file") == "-" and same_place(error, wanted), "-: %r" % error)
    code, out, err = run(["solve", "-"], raw, folder)
    check(code == 2 and out == b"" and b"-:%d:%d (/titel)" % (wanted["line"], wanted["column"]) in err, "- as text: %r" % err)
    good = (folder / "good_file_csv.json").read_bytes()
    check(run(["solve", "-", "--json"], good, folder)[0] == 0, "a sheet on standard input has the working folder as its own")
    check(run(["solve", "-", "--json"], good, folder.parent)[0] == 2, "... and no other")
    error = first_error(run(["solve", "-", "--json"], b"", folder))
    check(error.get("code") == "E014", "empty standard input: %r" % error)

def check_cannot_read(folder, path, what):
    result = run(["solve", path, "--json"], folder=folder)
    error = first_error(result)
    check(result[0] == 2 and error.get("code") == "E001" and error.get("line", 0) is None, "%s: exit %d, %r" % (what, result[0], error))
    code, out, err = run(["solve", path], folder=folder)
    check(code == 2 and out == b"" and err.startswith(b"error[E001]: ") and b"help: " in err, "%s as text: %d %r" % (what, code, err[:200]))

def test_no_sheets(folder):
    check_cannot_read(folder, "no_such_sheet.json", "a sheet that does not exist")
    check_cannot_read(folder, "files", "a folder")
    check_cannot_read(folder, "expected.json/x", "a file as a folder")
    check_cannot_read(folder, "x" * 5000, "a name of 5000 letters")
    check_cannot_read(folder, "", "an empty name")
    code, out, _ = run(["solve", b"\xff\x1b[31m.json", "--json"], folder=folder)
    check(code == 2 and document(out) is not None, "a file name that is not UTF-8: %r" % out[:100])
    code, _, err = run(["solve", b"\xff\x1b[31m.json"], folder=folder)
    check(code == 2 and b"\x1b" not in err, "a file name with a terminal escape: %r" % err[:100])
    code, _, err = run(["solve", "/dev/zero", "--memory-limit", "16M"], folder=folder)
    check(code in (2, 3) and err, "/dev/zero as a sheet: %d" % code)
    code, _, err = run(["solve", "files/pipe.json", "--time-limit", "1"], folder=folder, limit=5)
    check(code in (2, 3), "a pipe that nobody writes to, as a sheet: %d (%d: too slow)" % (code, TOO_SLOW))

def test_allowed_files(folder):
    """--allow-files opens that folder and no other"""
    outside = folder / "bad_file_parent.json"
    check(run(["solve", str(outside), "--json", "--allow-files", str(folder.parent)])[0] == 0, "--allow-files does not allow")
    check(run(["solve", str(outside), "--json", "--allow-files", "/"])[0] == 0, "--allow-files / does not allow")
    for other in ("files", "/nowhere", "/proc"):
        error = first_error(run(["solve", outside.name, "--json", "--allow-files", other], folder=folder))
        check(error.get("code") == "E060", "--allow-files %s: %r" % (other, error))
    with tempfile.TemporaryDirectory(dir=str(folder.parent)) as near:
        twin = Path(near + "x")
        twin.mkdir()
        (twin / "v.csv").write_bytes((folder / "files" / "good.csv").read_bytes())
        sheet = (folder / "good_file_csv.json").read_text().replace("files/good.csv", str(twin / "v.csv")).encode()
        error = first_error(run(["solve", "-", "--json", "--allow-files", near], sheet, folder))
        check(error.get("code") == "E060", "--allow-files lets in a folder whose name begins alike: %r" % error)

# ---------------------------------------------------------------- hostile sizes
def big_sheet(parties, model, top=""):
    return ('{"accord": 1, "parties": %s, %s"model": %s}' % (json.dumps(parties), top, model)).encode()

def hostile_sheets():
    """(what, sheet): long work hidden in a small file"""
    ids = ["p%d" % i for i in range(20000)]
    claims = {i: 1 for i in ids}
    yield "20,000 unknown parties", big_sheet(ids, json.dumps({"type": "claims", "estate": 1, "claims": {"q%d" % i: 1 for i in range(20000)}}))
    yield "20,000 negative claims", big_sheet(ids, json.dumps({"type": "claims", "estate": 1, "claims": {i: -1 for i in ids}}))
    scores = lambda each: '"criteria": [{"name": "k", "weight": 1, "scores": %s}], ' % json.dumps({i: each for i in ids})
    for each in (1, -1):
        yield "20,000 scores of %d" % each, big_sheet(ids, json.dumps({"type": "claims", "estate": 1, "claims": {i: 1 for i in ids}}), scores(each))
    yield "20,000 criteria", big_sheet(["a"], json.dumps({"type": "claims", "estate": 1, "claims": {"a": 1}}),
                                       '"criteria": %s, ' % json.dumps([{"name": "k%d" % k, "weight": 1, "scores": {"a": 1}} for k in range(20000)]))
    yield "a matrix of 600 rows", big_sheet(["a"], json.dumps({"type": "claims", "estate": 1, "claims": {"a": 1}}), '"rules": ["contribution"], "criteria": %s, ' % json.dumps(
        {"criteria": [{"name": "k%d" % k, "scores": {"a": 1}} for k in range(600)],
         "pairwise": [[1 if i == j else 2 if (i < j) == ((i + j) % 2 == 0) else "1/2" for j in range(600)] for i in range(600)]}))
    yield "20,000 labels", big_sheet(["a"], json.dumps({"type": "claims", "estate": 1, "claims": {"a": 1}}),
                                     '"rules": %s, ' % json.dumps([{"rule": "equal", "as": "l%d" % i} for i in range(20000)]))
    yield "300 proposals of 2,000 unknown parties", big_sheet(ids[:2000], json.dumps({"type": "claims", "estate": 1, "claims": {i: 1 for i in ids[:2000]}}),
                                     '"proposals": %s, ' % json.dumps({"d%d" % k: {"q%d" % i: 1 for i in range(2000)} for k in range(300)}))
    yield "20,000 times the same key", big_sheet(ids[:2], '{"type": "claims", "estate": 1, "claims": {%s}}' % ", ".join(['"p0": 1'] * 20000))
    yield "20,000 bad bytes", b'{"accord": 1, "title": "' + b"\xff" * 20000 + b'"}'
    yield "1,000,000 opening brackets", b"[" * 1000000
    yield "a number of 1,000,000 digits", big_sheet(["a"], '{"type": "claims", "estate": 1%s, "claims": {"a": 1}}' % ("0" * 1000000))
    yield "5,000 times the same winning coalition", big_sheet(ids[:2], '{"type": "voting", "winning": [%s]}' % ", ".join(['["p0"]'] * 5000))
    yield "additive over 22 parties", big_sheet(ids[:22], json.dumps({"type": "coalitions", "missing": "additive", "values": dict(list(claims.items())[:22])}))
    values = {"+".join(ids[i] for i in range(18) if s >> i & 1): "1/%d" % (10 ** 300 - 1 - s) for s in range(1, 1 << 18, 97)}
    values["*"] = "1/%d" % (10 ** 299 + 7)
    yield "long fractions", big_sheet(ids[:18], json.dumps({"type": "coalitions", "missing": "zero", "values": values}))

def test_hostile():
    """Each within a time limit of 2 seconds (8 with all the rest): told, and never a crash"""
    for what, sheet in hostile_sheets():
        code, out, err = run(["solve", "-", "--json", "--time-limit", "2", "--memory-limit", "256M"], sheet, limit=8)
        check(code in (0, 1, 2, 3), "%s: exit %d (%d: too slow) %r" % (what, code, TOO_SLOW, err[:200]))
        check(code == 3 and not out or document(out) is not None or code == TOO_SLOW, "%s: partial JSON" % what)

# ---------------------------------------------------------------- mutations
def mutate(rng, raw):
    """One to four bytes or stretches deleted, put in, replaced or cut off"""
    raw = bytearray(raw)
    pieces = [b"", b'"', b"{", b"}", b"[", b"]", b",", b":", b"0", b"-", b"1e300", b"\\u0000", b"\xff", b"null", b"1/0", b"\\", b"+", b"*", b"\0"]
    for _ in range(rng.choice((1, 1, 2, 4))):
        at, length = rng.randrange(len(raw) + 1), rng.choice((1, 1, 1, 2, 8, 40))
        kind = rng.random()
        if kind < 0.08:
            del raw[at:]
        elif kind < 0.38:
            del raw[at:at + length]
        elif kind < 0.60:
            raw[at:at] = rng.choice(pieces) or bytes(raw[rng.randrange(len(raw) + 1):][:length])
        elif kind < 0.85:
            raw[at:at + length] = rng.choice(pieces)
        else:
            raw[at:at + 1] = bytes([rng.randrange(256)])
    return bytes(raw)

def judge(result, as_json):
    """What is wrong with a run, or None"""
    code, out, err = result
    if code not in (0, 1, 2, 3):
        return "exit %d (%d: too slow)" % (code, TOO_SLOW)
    if not as_json:
        told = text_of(out + err)
        if told is None or UNSAFE.search(told):
            return "raw control or bidi characters, or bad UTF-8, in the text"
        return None if code != 2 or (not out and b"error[E" in err) else "exit 2 without an error"
    answer = document(out)
    if answer is None:
        return None if code == 3 and not out else "partial JSON"
    if code == 2 and (not answer.get("errors") or not all(shape_of(e) for e in answer["errors"])):
        return "exit 2 without an error"
    places = [(e.get("file"), e["line"] or 0, e["column"] or 0) for e in answer.get("errors", [])]
    return None if places == sorted(places) else "errors are not in order of place"

def test_mutations():
    rng = random.Random(SEED)
    jobs = []
    for example in sorted(EXAMPLES.glob("*.json")):
        raw = example.read_bytes()
        jobs += [(example.name, k, mutate(rng, raw), k % 3 != 0) for k in range(MUTATIONS)]
    check(jobs, "no examples")
    results = spread(lambda job: run(["solve", "-"] + (["--json"] if job[3] else []), job[2], str(EXAMPLES)), jobs)
    for (name, number, raw, as_json), result in zip(jobs, results):
        wrong = judge(result, as_json)
        if not check(not wrong, "mutation %d of %s (seed %d): %s" % (number, name, SEED, wrong)):
            kept = Path(tempfile.gettempdir()) / ("accord-mutation-%d-%s" % (number, name))
            kept.write_bytes(raw)
            print("    kept as %s; standard error: %r" % (kept, result[2][:200]))

# ---------------------------------------------------------------- command lines
def check_usage(arguments, code, words, folder):
    """A mistake that has a code, or mistakes that have just these: as JSON and as text"""
    codes = {code} if isinstance(code, str) else code
    result = run(arguments + ["--json"], folder=folder)
    errors = (document(result[1]) or {}).get("errors", [])
    check(result[0] == 2 and {e["code"] for e in errors} == codes and all(map(shape_of, errors)), "%s: exit %d, %s" % (arguments, result[0], brief(errors)))
    messages = " ".join(e["message"] + " " + e["help"] for e in errors)
    check(all(word in messages for word in words), "%s: does not say %s: %s" % (arguments, words, messages[:300]))
    exit_code, out, err = run(arguments, folder=folder)
    check(exit_code == 2 and out == b"" and err.startswith(tuple(b"error[%s]: " % c.encode() for c in codes)) and b"\nhelp: " in err, "%s as text: %d %r" % (arguments, exit_code, err[:300]))
    check(text_of(err) is not None and not UNSAFE.search(text_of(err)), "%s: raw control characters" % arguments)
    return errors

SPLITS = [("A=4,B=3", {"E055"}, ["C"]), ("A=4,B=3,C=2,D=1", {"E029"}, ["D"]), ("A=4,B=3,C=2,A=1", {"E028"}, ["A", "twice"]),
          ("A=4,B=3,C=two", {"E025"}, ["two"]), ("A=4,B=3,C", {"E080", "E055"}, ['"C"']), ("A=4,B=3,C=", {"E025"}, []),
          ("A=4,B=3,=2", {"E029", "E055"}, ["C"]), ("A=4,B=3,C=1/0", {"E035"}, ["1/0"]), ("A=4,B=3,C=NaN", {"E025"}, ["NaN"]),
          ("A=4,B=3,C=1e999", {"E008"}, ["1e999"]), ("A=4,B=3,C=010", {"E025"}, ["010"]), ("A=4;B=3;C=2", {"E025", "E055"}, []),
          ("\x1b[31m=4", {"E029", "E055"}, [])]

def test_splits(folder):
    for split, codes, words in SPLITS:
        check_usage(["check", "good_split.json", "--split", split], codes, words, folder)
    errors = check_usage(["check", "good_split.json", "--split", "A=x,D=1,A=2,C"], {"E025", "E029", "E028", "E080", "E055"}, ["x", "D", "B", "C"], folder)
    check(len(errors) >= 4, "--split with five mistakes tells of %d" % len(errors))
    for split in ("A=4,B=3.5,C=2.5", "C=2.5,A=4,B=7/2", "A=4, B=3.5, C=2.5"):
        code, out, err = run(["check", "good_split.json", "--json", "--split", split], folder=folder)
        check(code == 0 and document(out) is not None, "--split %s: exit %d %r" % (split, code, (err or out)[:200]))

def test_usage(folder):
    check_usage(["check", "good_split.json", "--proposal", "nowhere"], "E081", ["nowhere", "draft one"], folder)
    check_usage(["check", "good_file_csv.json"], "E081", ["--split"], folder)
    check_usage(["solve", "good_split.json", "--rule", "shaply"], "E032", ["shaply", '"shapley"'], folder)
    check_usage(["solve", "good_split.json", "--rule", "shapley,zzzz"], "E032", ["zzzz"], folder)
    for wrong in (["solve"], ["solve", "good_split.json", "more.json"], ["solve", "good_split.json", "--no-such-option"], ["sovle", "good_split.json"], [],
                  ["solve", "good_split.json", "--format", "xml"], ["solve", "good_split.json", "--top", "-1"], ["solve", "good_split.json", "--threads", "x"],
                  ["solve", "good_split.json", "--seed", "-1"], ["solve", "good_split.json", "--seed", "1x"], ["solve", "good_split.json", "--time-limit", "0"],
                  ["solve", "good_split.json", "--time-limit", "nan"], ["solve", "good_split.json", "--memory-limit", "much"], ["solve", "good_split.json", "--memory-limit", "-1"],
                  ["solve", "good_split.json", "--facts", "everything"], ["solve", "good_split.json", "--color", "pink"], ["solve", "good_split.json", "--rule"],
                  ["check", "good_split.json", "--split", "A=4,B=3.5,C=2.5", "--proposal", "draft one"], ["rules", "good_split.json"], ["solve", "good_split.json", "--split", "A=1"],
                  ["solve", "good_split.json", "--rule", ""], ["solve", "good_split.json", "--rule", "shapley,,tau"], ["solve", "good_split.json", "--exact", "--float"],
                  ["check", "good_split.json", "--split", ""], ["check", "good_split.json", "--split", "A=4,B=3.5,C=2.5,"],
                  ["check", "good_split.json", "--split", "A=4,B=3.5,C=2.5", "--split", "A=4,B=3.5,C=2.5"], ["solve", "good_split.json", "--lang", "xx"]):
        code, out, err = run(wrong, folder=folder)
        check(code == 2 and out == b"" and err, "%s: exit %d, standard output %r" % (wrong, code, out[:100]))

def test_output_file(folder):
    """A sheet that is rejected leaves no output file, half a one, or a changed one"""
    out = folder / "result.json"
    code, _, _ = run(["solve", "bad_trailing_text.json", "-o", out.name], folder=folder)
    check(code == 2 and not out.exists(), "text mode wrote an output file for a bad sheet")
    out.write_text("before")
    run(["solve", "bad_trailing_text.json", "--json", "-o", out.name], folder=folder)
    check(out.read_text() == "before" or document(out.read_bytes()) is not None, "half an output file")
    code, _, err = run(["solve", "good_split.json", "-o", "nowhere/result.txt"], folder=folder)
    check(code in (2, 4) and err, "-o into a folder that does not exist: %d" % code)
    check(not [p for p in folder.iterdir() if p.name.startswith("result.json.")], "a temporary file was left")
    check(stat.S_ISREG(out.stat().st_mode), "the output file is no file")

def main():
    print("seed %d" % SEED)
    with tempfile.TemporaryDirectory() as place:
        folder = set_up(Path(place))
        test_sheets(folder)
        test_codes(folder)
        test_standard_input(folder)
        test_no_sheets(folder)
        test_allowed_files(folder)
        test_splits(folder)
        test_usage(folder)
        test_output_file(folder)
    test_hostile()
    test_mutations()
    print("%d passed, %d failed" % (Count.passed, Count.failed))
    return 1 if Count.failed else 0

if __name__ == "__main__":
    sys.exit(main())

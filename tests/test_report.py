# SPDX-License-Identifier: GPL-3.0-or-later
"""accord report: the same parts for every example, as Markdown and as one HTML page that asks for nothing; figures as
solve and check give them; names that would be markup."""
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path

from suite import run_tests

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = os.path.abspath(os.environ.get("ACCORD", "build/accord"))
EXAMPLES = [path for path in sorted((ROOT / "examples").glob("*.json")) if path.name != "with-mistakes.json"]
PARTS = ["The question", "What it relies on", "Facts and assumptions", "Method", "Findings", "All rules side by side",
         "If a figure is wrong", "Limitations", "Exhibits"]


def run(*arguments, sheet=None, cwd=ROOT):
    text = sheet if isinstance(sheet, str) or sheet is None else json.dumps(sheet)
    return subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, text=True, timeout=120, cwd=cwd)


class Page(HTMLParser):
    """Tags opened and closed in order; what a page would ask for"""

    def __init__(self):
        super().__init__()
        self.open, self.asks, self.heads, self.text = [], [], [], ""

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.asks += [name for name, _ in attrs if name in ("src", "href", "onload", "onclick", "srcset")]
        if tag in ("script", "link", "iframe", "img", "object"):
            self.asks.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data):
        self.text += data
        if self.open and self.open[-1] == "h2":
            self.heads.append(data)


def read_page(text):
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open, page.open
    return page


def tables(text):
    """Markdown tables: every row has as many cells as its head"""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = [len(re.split(r"(?<!\\)\|", row)) for row in rows]
    for k, row in enumerate(rows):
        if set(row) <= set("|-:"):
            width = cells[k]
            assert cells[k - 1] == width, rows[k - 1]
            for below in range(k + 1, len(rows)):
                if below + 1 < len(rows) and set(rows[below + 1]) <= set("|-:"):
                    break
                assert cells[below] == width, rows[below]
    return rows


def test_every_example():
    for path in EXAMPLES:
        name = f"examples/{path.name}"
        done, page = run("report", name, "--format", "md"), run("report", name)
        assert done.returncode in (0, 1) and page.returncode == done.returncode, (name, done.stderr, page.stderr)
        heads = re.findall(r"^## (.*)$", done.stdout, re.M)
        assert heads == PARTS, (name, heads)
        assert read_page(page.stdout).heads == PARTS and read_page(page.stdout).asks == [], name
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert digest in done.stdout and digest in page.stdout
        numbers = [int(n) for n in re.findall(r"^(\d+)\. ", done.stdout, re.M)]
        assert numbers == list(range(1, len(numbers) + 1)) and numbers, (name, numbers)
        assert "not legal advice" in done.stdout and "not legal advice" in page.stdout
        tables(done.stdout)
        assert done.stdout == run("report", name, "--format", "md").stdout


def test_figures_are_those_of_solve_and_check():
    name = "examples/consortium.json"
    text = run("report", name, "--format", "md").stdout
    for given in json.loads(run("solve", name, "--json").stdout)["allocations"]:
        row = "| " + " | ".join([given["rule"], *given["payable"].values()]) + " |"
        assert row in text, row
    for given in json.loads(run("check", name, "--json").stdout)["proposals"]:
        assert f'The proposal "{given["name"]}" {given["verdict"]}' in text
    assert "Kohlberg's condition" in text and "1/2 of uni and firm" in text
    empty = run("report", "examples/licence-pool.json", "--format", "md").stdout
    assert "the core is empty" in empty and "By these weights every party counts once" in empty


def test_names_are_not_markup():
    sheet = {"accord": 1, "title": "</title><script>alert(1)</script> *deal* | [x](y)", "notes": "]]> <img src=x>",
             "parties": [{"id": "A", "name": "<b>A</b> | `x` _y_", "role": "\u202eevil"}, {"id": "B", "name": "&amp; \"B\""}],
             "model": {"type": "coalitions", "values": {"A": 1, "B": 1, "*": {"value": 5, "source": "<i>Annex</i> # 1"}}},
             "proposals": {"<u>p</u>": {"A": 2, "B": 3}}}
    page = run("report", "-", sheet=sheet)
    found = read_page(page.stdout)
    assert page.returncode == 0 and found.asks == [] and "<script" not in page.stdout and "<b>" not in page.stdout
    assert "<b>A</b> | `x` _y_" in found.text and "\u202e" not in page.stdout
    text = run("report", "-", "--format", "md", sheet=sheet).stdout
    tables(text)
    body = text.split("### Exhibit A")[0]
    assert "\\<b\\>A\\</b\\> \\| \\`x\\` \\_y\\_" in body and "<script>" not in body.replace("\\<", "")


class Charts(HTMLParser):
    """The drawings of a page: their titles, descriptions, texts, shapes and how far out they reach"""

    def __init__(self):
        super().__init__()
        self.charts, self.tag = [], None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "svg":
            assert given["role"] == "img" and given["aria-labelledby"], given
            self.charts.append({"title": "", "desc": "", "text": [], "rect": 0, "path": 0, "view": [float(t) for t in given["viewbox"].split()]})
        if self.charts and tag in ("rect", "path"):
            self.charts[-1][tag] += 1
            chart = self.charts[-1]
            if tag == "rect":
                x, y, w, h = (float(given[key]) for key in ("x", "y", "width", "height"))
                assert 0 <= x and x + w <= chart["view"][2] and 0 <= y and y + h <= chart["view"][3], (given, chart)
        self.tag = tag

    def handle_data(self, data):
        if self.charts and self.tag in ("title", "desc"):
            self.charts[-1][self.tag] += data
        elif self.charts and self.tag == "text":
            self.charts[-1]["text"].append(data)

    def handle_endtag(self, tag):
        self.tag = None


def charts(*arguments, sheet=None):
    page, again = (run("report", *arguments, sheet=sheet).stdout for _ in range(2))
    assert page == again and read_page(page).asks == []
    reader = Charts()
    reader.feed(page)
    assert all(chart["title"] and chart["desc"] for chart in reader.charts)
    identifiers = re.findall(r'id="(chart[^"]*)"', page)
    assert len(identifiers) == len(set(identifiers)) == 2 * len(reader.charts)
    return reader.charts


def test_charts():
    """A bar for every party and rule, the core with a mark for every rule and proposal; bars are as long as the shares"""
    bars, core = charts("examples/consortium.json")
    assert bars["rect"] == 15 and "4.18" in bars["text"] and {"uni", "firm", "inst", "shapley", "nucleolus"} <= set(bars["text"])
    assert core["rect"] == 4 and '"draft 1"' in core["text"] and "where splits hold" in core["text"]
    assert len(charts("examples/licence-pool.json")) == 1  # the core is empty
    costs = charts("examples/water-network.json")
    assert "would pay" in costs[0]["title"] and len(costs) == 2
    page = run("report", "examples/consortium.json", "--rule", "shapley").stdout
    widths = [float(w) for w in re.findall(r'<rect [^>]*width="([0-9.]+)" height="12"', page)]
    assert len(widths) == 3 and [round(w / widths[0], 2) for w in widths] == [1, 0.88, 0.62], widths
    (ranges,) = charts("examples/licence-with-gaps.json")
    assert ranges["rect"] == 6 and "3.33 to 5.00" in ranges["text"]


def test_charts_of_odd_sheets():
    """Shares below 0, all 0, without limits, names with markup and without end, many parties"""
    sheet = {"accord": 1, "parties": ["A", "B"], "model": {"type": "coalitions", "values": {"A": -9, "B": 2, "*": -4}}, "rules": ["shapley"]}
    assert "-7.50" in charts("-", sheet=sheet)[0]["text"]
    assert charts("-", sheet={**sheet, "model": {"type": "coalitions", "values": [0, 0, 0, 0]}})[0]["rect"] == 2
    named = {**sheet, "rules": [{"rule": "shapley", "as": "<b>\"'&</b>" + "w" * 80}]}
    assert any(text.startswith("<b>\"'&</b>www") and text.endswith("\u2026") for text in charts("-", sheet=named)[0]["text"])
    many = {"accord": 1, "parties": [f"p{k}" for k in range(14)], "rules": ["talmud", "cea", "cel", "shapley", "random-arrival", "proportional", "piniles"],
            "model": {"type": "claims", "estate": 50, "claims": {f"p{k}": k + 1 for k in range(14)}}}
    assert charts("-", sheet=many)[0]["rect"] == 14 * 5
    crowd = {"accord": 1, "parties": [f"p{k}" for k in range(30)], "model": {"type": "claims", "estate": 50, "claims": {f"p{k}": k + 1 for k in range(30)}}}
    assert charts("-", sheet=crowd) == []
    unlimited = {"accord": 1, "parties": list("AB"), "assume": [], "model": {"type": "coalitions", "values": {"A": 1, "B": None, "*": 5}}, "rules": ["shapley"]}
    assert "any to any" in charts("-", sheet=unlimited)[0]["text"]


def test_numbers_of_the_model():
    """A claims sheet says what one more of each claim would do, by the rule's own kinks"""
    text = run("report", "examples/fund-shortfall.json", "--format", "md").stdout
    assert "| estate | 37.20 | from 24.00 to 38.00 | pension +1 |" in text
    votes = run("report", "examples/steering-committee.json", "--format", "md").stdout
    assert "nobody; just below it shares jump" in votes and "turns the ranking" in text
    gaps = run("report", "examples/licence-with-gaps.json", "--format", "md").stdout
    assert "| uni and inst | 2.00 | 9.00 |" in gaps and "To be found out next: what uni and inst" in gaps
    assert 'The proposal "draft 1" depends: ' in gaps and "No split stands whatever they are." in gaps


def test_options():
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "r.html")
        assert run("report", "examples/consortium.json", "-o", out).returncode == 0
        assert Path(out).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    for wrong in (["--json"], ["--format", "text"], ["--format", "csv"]):
        assert run("report", "examples/consortium.json", *wrong).returncode == 2, wrong
    assert run("solve", "examples/consortium.json", "--format", "md").returncode == 2
    bad = run("report", "examples/with-mistakes.json")
    assert bad.returncode == 2 and "error[E007]" in bad.stderr and not bad.stdout
    limited = run("report", "examples/consortium.json", "--facts", "none", "--rule", "equal", "--format", "md")
    assert limited.returncode == 0 and "| equal |" in limited.stdout


if __name__ == "__main__":
    sys.exit(run_tests(globals()))

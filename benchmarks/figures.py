# SPDX-License-Identifier: GPL-3.0-or-later
"""figures.py table CSV: the rows as a table for a terminal, goals beside the figures.
figures.py readme CSV README SVG: writes the table anew between README's two marks, and the scaling plot.
"""
import csv
import math
import sys

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
HEADINGS = ("what", "family", "n", "threads", "least time", "reads", "naive / it", "GLPK / it", "figure", "goal", "")


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def seconds(text):
    value = float(text)
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def number(text):
    if not text:
        return ""
    value = float(text)
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def figure(row):
    """What the goal speaks of, with its unit"""
    if not row["goal"]:
        return ""
    return seconds(row["figure"]) if row["unit"] == "seconds" else f"{number(row['figure'])} {row['unit']}"


def goal(row):
    if not row["goal"]:
        return ""
    sign, value = row["goal"].split()
    return f"{sign} {seconds(value) if row['unit'] == 'seconds' else number(value)}"


def is_met(row):
    sign, value = row["goal"].split()
    return float(row["figure"]) <= float(value) if sign == "<=" else float(row["figure"]) >= float(value)


def cells(row):
    verdict = "" if not row["goal"] else "met" if is_met(row) else "missed"
    return (row["what"], row["family"], row["n"], row["threads"], seconds(row["minimum_seconds"]),
            number(row["passes"]), number(row["naive_over_it"]), number(row["glpk_over_it"]), figure(row), goal(row),
            verdict)


def machine(found):
    first = found[0]
    return (f"{first['cpu']}, {first['compiler'].strip()}, OpenBLAS for {first['blas']}, "
            f"commit {first['commit']}")


def by_kind(found):
    """Rows of one thing together, in the order in which things first come"""
    order = {}
    for row in found:
        order.setdefault(row["what"], len(order))
    return sorted(found, key=lambda row: (order[row["what"]], int(row["threads"]), row["family"], int(row["n"])))


def table(found):
    lines = [HEADINGS] + [cells(row) for row in by_kind(found)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(HEADINGS))]
    text = [machine(found), ""]
    for line in lines:
        words = [word.ljust(w) if k < 2 or k > 7 else word.rjust(w) for k, (word, w) in enumerate(zip(line, widths))]
        text.append("  ".join(words).rstrip())
    goals = [row for row in found if row["goal"]]
    text += ["", f"{sum(map(is_met, goals))} of {len(goals)} goals met"]
    return "\n".join(text) + "\n"


def markdown(found):
    text = [machine(found) + ".", "", "| " + " | ".join(HEADINGS) + " |", "|" + "---|" * len(HEADINGS)]
    text += ["| " + " | ".join(cells(row)) + " |" for row in by_kind(found)]
    return "\n".join(text) + "\n"


# ------------------------------------------------------------------- the plot

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 520, 70, 230, 20, 45
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#e377c2", "#17becf", "#bcbd22", "#7f7f7f")
FEWEST_SIZES = 6  # of a line


def lines_of(found):
    """name -> {n: seconds}, of things measured at many sizes on one thread, and the read of the table"""
    lines = {"one read of the table": {}}
    for row in found:
        if row["threads"] != "1":
            continue
        n, least = int(row["n"]), float(row["minimum_seconds"])
        line = lines.setdefault(f"{row['what']}, {row['family']}", {})
        line[n] = min(least, line.get(n, least))
        if row["passes"]:
            read = least / float(row["passes"])
            lines["one read of the table"][n] = min(read, lines["one read of the table"].get(n, read))
    return {name: line for name, line in lines.items() if len(line) >= FEWEST_SIZES}


def plot(found):
    lines = lines_of(found)
    sizes = [n for line in lines.values() for n in line]
    times = [t for line in lines.values() for t in line.values()]
    low, high = min(sizes), max(sizes)
    bottom, top = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))

    def x(n):
        return LEFT + (n - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(t):
        return HEIGHT - BOTTOM - (math.log10(t) - bottom) / (top - bottom) * (HEIGHT - TOP - BOTTOM)

    text = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" '
            'font-size="12">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for power in range(bottom, top + 1):
        at = y(10.0 ** power)
        text.append(f'<line x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}" stroke="#ddd"/>')
        text.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{seconds(10.0 ** power)}</text>')
    for n in range(low + low % 2, high + 1, 2):
        text.append(f'<text x="{x(n):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{n}</text>')
    text.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">parties n</text>')
    text += drawn_lines(lines, x, y)
    return "\n".join(text + ["</svg>"]) + "\n"


def drawn_lines(lines, x, y):
    """The curves, and their names beside them without overlap"""
    text, ends = [], sorted(lines, key=lambda name: y(lines[name][max(lines[name])]))
    free = TOP
    for k, name in enumerate(ends):
        line, colour = sorted(lines[name].items()), COLOURS[k % len(COLOURS)]
        points = " ".join(f"{x(n):.1f},{y(t):.1f}" for n, t in line)
        dash = ' stroke-dasharray="5 4"' if name.startswith("one read") else ""
        text.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        text += [f'<circle cx="{x(n):.1f}" cy="{y(t):.1f}" r="2.5" fill="{colour}"/>' for n, t in line]
        at = max(free, y(line[-1][1]))
        free = at + 15
        text.append(f'<text x="{WIDTH - RIGHT + 12}" y="{at + 4:.1f}" fill="{colour}">{name}</text>')
    return text


def main():
    found = rows(sys.argv[2])
    if sys.argv[1] == "table":
        sys.stdout.write(table(found))
        return
    readme, picture = sys.argv[3:5]
    with open(readme) as file:
        text = file.read()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    with open(readme, "w") as file:
        file.write(f"{before}{BEGIN}\n{markdown(found)}{END}{after}")
    with open(picture, "w") as file:
        file.write(plot(found))


if __name__ == "__main__":
    main()

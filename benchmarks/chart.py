"""Draws bar charts as SVG.

There is a panel for each figure, a bar for each gate, and a whisker from the lowest to the highest round.
"""
import statistics
from xml.sax.saxutils import escape

COLOURS = ["#3b6ea5", "#5b9bd5", "#7fb3a8", "#b8a44c", "#c0504d", "#8c8c8c", "#7a5c99"]
ROW, NAME, BAR, FIGURE, COLUMNS = 22, 110, 190, 70, 2


def bars(title, results):
    all_figures = dict.fromkeys(f for rounds in results.values() for one in rounds for f in one)
    figures = [f for f in all_figures if has_bars(results, f)]
    width = NAME + BAR + FIGURE
    height = ROW * (len(results) + 2)
    lines = (len(figures) + COLUMNS - 1) // COLUMNS
    panels = [
        f'<g transform="translate({i % COLUMNS * width + 10} {i // COLUMNS * height + 40})">'
        f"{panel(figure, results)}</g>"
        for i, figure in enumerate(figures)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMNS * width + 20}" height="{lines * height + 40}" '
        f'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f'<text x="10" y="22" font-size="16">{escape(title)}</text>{"".join(panels)}</svg>\n'
    )


def has_bars(results, figure):
    return any(value(rounds, figure) for rounds in results.values())


def value(rounds, figure):
    seen = [one[figure] for one in rounds if figure in one]
    return (statistics.median(seen), min(seen), max(seen)) if seen and max(seen) > 0 else None


def panel(figure, results):
    most = max(v[2] for v in (value(rounds, figure) for rounds in results.values()) if v)
    parts = [f'<text x="{NAME}" y="{ROW - 8}" font-weight="bold">{escape(figure)}</text>']
    for i, (name, rounds) in enumerate(results.items()):
        y = ROW * (i + 1)
        parts.append(f'<text x="{NAME - 6}" y="{y + 14}" text-anchor="end">{escape(name.partition("@")[0])}</text>')
        seen = value(rounds, figure)
        if seen:
            middle, low, high = (v / most * BAR for v in seen)
            parts.append(
                f'<rect x="{NAME}" y="{y + 3}" width="{middle:.1f}" height="{ROW - 8}" '
                f'fill="{COLOURS[i % len(COLOURS)]}"/>'
                f'<path d="M{NAME + low:.1f} {y + ROW // 2 - 1}H{NAME + high:.1f}" stroke="black"/>'
                f'<text x="{NAME + high + 5:.1f}" y="{y + 14}">{seen[0]:,.4g}</text>'
            )
    return "".join(parts)

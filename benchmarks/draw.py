"""Draws the results: how much of what it may take each measurement takes, on a log axis."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.style import context

from benchmarks.row import Row, from_json
from benchmarks.scale import ROLES, Look

COLOURS = {"aim": "#2f7d63", "must": "#8fbf7f", "missed": "#cf7a5b"}
STYLE = {"svg.hashsalt": "benchmarks", "svg.fonttype": "none", "font.size": 10.0}
INK, FAINT = "#333333", "#999999"


def draw(results: dict[str, Any], file: Path) -> None:
    """Write the picture of all rows as SVG; the same results give the same bytes."""
    rows = [from_json(kept) for kept in results["rows"]]
    with context(STYLE):
        room = ConstrainedLayoutEngine(w_pad=0.25)  # some browsers' letters are wider
        figure = Figure(figsize=(10, 0.52 * len(rows) + 1.5), layout=room)
        axes = figure.add_subplot()
        for place, row in enumerate(reversed(rows)):
            bar(axes, place, row)
        frame(axes, [row.what for row in reversed(rows)])
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})


def draw_scale(looks: Sequence[Look], file: Path) -> None:
    """Write the picture of a large class: memory by role, and descriptors, while it is graded."""
    minutes = [look.seconds / 60 for look in looks]
    with context(STYLE):
        figure = Figure(figsize=(9.5, 3.0), layout="constrained")
        axes = figure.add_subplot()
        axes.stackplot(
            minutes, *([look.memory[role] for look in looks] for role in ROLES),
            labels=ROLES, colors=list(COLOURS.values()),
        )  # fmt: skip
        axes.set(xlabel="minutes", ylabel="MB of memory", xlim=(min(minutes), max(minutes)))
        other = axes.twinx()
        other.plot(minutes, [look.descriptors for look in looks], color=INK, linewidth=1)
        other.set_ylabel("open descriptors (line)")
        for each in (axes, other):
            each.set_ylim(0, each.get_ylim()[1] * 1.3)
            each.spines[["top"]].set_visible(False)
        axes.legend(loc="upper center", ncols=len(ROLES), frameon=False)
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})


def bar(axes: Axes, place: int, row: Row) -> None:
    """One measurement: its bar with the spread, the mark of its aim, its number."""
    share, (low, high) = row.value / row.must, row.spread
    axes.barh(place, share, height=0.55, color=COLOURS[row.verdict])
    axes.plot([low / row.must, high / row.must], [place, place], color=INK, linewidth=1)
    axes.plot([row.aim / row.must] * 2, [place - 0.4, place + 0.4], color=INK, linewidth=1.6)
    end = max(share, high / row.must, 1.0)
    text = f"{number(row)}  (must {bound(row, row.must)}, aim {bound(row, row.aim)})"
    axes.annotate(text, (end, place), (6, 0), textcoords="offset points", va="center", color=INK)


def frame(axes: Axes, names: list[str]) -> None:
    """Scale, names and the line that must not be crossed."""
    axes.set_xscale("log")
    axes.axvline(1.0, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.set_yticks(range(len(names)), names)
    axes.set_xlim(0.1, max(axes.get_xlim()[1], 2) * 40)
    ticks = [0.1, 0.5, 1, 2, 5, 10]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("taken, as a part of what it may take (dashed: must; short mark: aim)")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def number(row: Row) -> str:
    """The value as people say it."""
    return f"1/{1 / row.value:.1f}" if row.unit.startswith("of ") else f"{row.value:.3g} {row.unit}"


def bound(row: Row, value: float) -> str:
    """A bound, without its unit."""
    return f"1/{1 / value:.0f}" if row.unit.startswith("of ") else f"{value:g}"

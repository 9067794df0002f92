"""Plots of a run as SVG text to stand inside an HTML page: no fonts, files or scripts are needed to show them.

Texts in the plots are Latin only, so that no Chinese font need be installed where they are drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from eval.bootstrap import Estimate, wilson
from eval.metrics import Pair, Point, RiskPoint

INK, BLUE, PALE, RED, GREY = "#1f2a37", "#24476b", "#8ba6c4", "#a3262a", "#9aa5b1"
_STYLE: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.grid": True,
    "grid.color": "#e6eaee",
    "axes.axisbelow": True,
}
_LABEL = 40
"""Characters of a label: longer ones would leave no room for the plot."""
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def reliability(points: Sequence[Point]) -> str:
    """Share of right values against mean confidence, with 95 % intervals; bars below show how many values."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(5.2, 4.6), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        upper.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
        if points:
            x, y = [p.confidence for p in points], [p.right for p in points]
            bounds = [wilson(round(p.right * p.n), p.n) for p in points]
            low = [max(0.0, v - b[0]) for v, b in zip(y, bounds, strict=True)]
            high = [max(0.0, b[1] - v) for v, b in zip(y, bounds, strict=True)]
            upper.errorbar(x, y, yerr=[low, high], color=BLUE, marker="o", markersize=5, capsize=3, linewidth=1.2)
            lower.bar([(p.low + p.high) / 2 for p in points], [p.n for p in points], width=0.09, color=BLUE)
            lower.set_yscale("log")
        upper.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="share right")
        lower.set(xlabel="confidence", ylabel="n")
        return _svg(figure, "reliability")


def risk_coverage(points: Sequence[RiskPoint], targets: Sequence[float] = (0.005, 0.002)) -> str:
    """Share of wrong ``supported`` against coverage, from the surest to all; dotted lines at the allowed risks."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(5.2, 4.6), layout="constrained")
        axes = figure.subplots()
        if points:
            axes.step([p.coverage for p in points], [100 * p.risk for p in points], where="post", color=RED, linewidth=1.6)
            axes.plot(points[-1].coverage, 100 * points[-1].risk, "o", color=RED, markersize=6)
        for i, target in enumerate(targets):
            axes.axhline(100 * target, color=GREY, linewidth=1, linestyle=":")
            axes.annotate(f"{100 * target:g} %", (0.01 + 0.1 * i, 100 * target), fontsize=8, va="bottom")
        top = max([100 * p.risk for p in points] + [100 * t for t in targets])
        axes.set(xlim=(0, 1.02), ylim=(0, 1.25 * top), xlabel="coverage of truly supported", ylabel="risk: wrong supported, %")
        return _svg(figure, "risk")


def bars(rows: Sequence[tuple[str, Estimate]], name: str, title: str) -> str:
    """Shares with their intervals as horizontal bars, first on top; the number of records behind each label."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.2, 0.7 + 0.32 * max(len(rows), 1)), layout="constrained")
        axes = figure.subplots()
        y = np.arange(len(rows))[::-1]
        values = np.asarray([e.value or 0.0 for _, e in rows])
        low = np.asarray([max(0.0, v - (e.low if e.low is not None else v)) for v, (_, e) in zip(values, rows, strict=True)])
        high = np.asarray([max(0.0, (e.high if e.high is not None else v) - v) for v, (_, e) in zip(values, rows, strict=True)])
        if rows:
            axes.barh(y, 100 * values, color=PALE, height=0.6)
            axes.errorbar(100 * values, y, xerr=[100 * low, 100 * high], fmt="none", ecolor=INK, capsize=3, linewidth=1)
        axes.set_yticks(y, [f"{_latin(label)}  (n={e.n})" for label, e in rows])
        axes.grid(axis="y", visible=False)
        axes.set(xlim=(0, 100), xlabel=title)
        return _svg(figure, name)


def confusion(pairs: Sequence[Pair], name: str) -> str:
    """Counts of expected (rows) against given (columns); each row is shaded by its shares."""
    rows = sorted({p.expected for p in pairs})
    columns = sorted({p.got for p in pairs} | set(rows))
    counts = np.zeros((len(rows), len(columns)))
    for p in pairs:
        counts[rows.index(p.expected), columns.index(p.got)] = p.count
    with mpl.rc_context({**_STYLE, "axes.grid": False}):
        figure = Figure(figsize=(2.6 + 0.62 * len(columns), 1.9 + 0.42 * len(rows)), layout="constrained")
        axes = figure.subplots()
        if rows:
            shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
            axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=1)
            axes.invert_yaxis()
            for i, j in zip(*np.nonzero(counts), strict=True):
                wrong = rows[i] != columns[j]
                colour = "white" if shares[i, j] > 0.6 else RED if wrong else INK
                axes.text(j + 0.5, i + 0.5, f"{counts[i, j]:.0f}", ha="center", va="center", color=colour, fontsize=9)
        axes.set_xticks(np.arange(len(columns)) + 0.5, [_latin(c) for c in columns], rotation=40, ha="right")
        axes.set_yticks(np.arange(len(rows)) + 0.5, [_latin(r) for r in rows])
        axes.set(xlabel="given", ylabel="labelled")
        return _svg(figure, name)


def _latin(text: str) -> str:
    """Labels from corpora may hold any character; those outside Latin need fonts that may not be there, others are no print."""
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in text[:_LABEL]).replace("$", r"\$")


def _svg(figure: Figure, salt: str) -> str:
    """The figure as an ``svg`` element without prolog, name spaces or metadata, the same every time."""
    buffer = io.BytesIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": salt}):
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    text = buffer.getvalue().decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    # Ids must differ between the plots of one page.
    text = re.sub(r'\bid="([^"]+)"', rf'id="{salt}-\1"', text)
    text = re.sub(r'(href="|url\()#', rf"\1#{salt}-", text)
    return re.sub(r'\s+xmlns(:\w+)?="[^"]*"', "", text).strip()

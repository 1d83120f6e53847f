"""The plot of docs/search-cost.svg: time, memory and bytes against the size of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench import ROOT, NotReady

PLOT = ROOT / "docs" / "search-cost.svg"
_OURS, _LIGHT, _OTHER, _TEXT = "#0b6e4f", "#6fb98f", "#9aa0a6", "#333333"


def draw(figures: Sequence[Mapping[str, Any]], *, path: Path = PLOT) -> None:
    """Draw the figures of search_speed, small catalogues first. Raises NotReady without matplotlib."""
    try:
        import matplotlib
    except ImportError as error:
        raise NotReady("matplotlib is not installed: make .venv/.bench") from error
    matplotlib.use("svg")
    # Text stays text, and the same figures give the same file.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "sayso", "font.size": 9})
    matplotlib.rcParams.update({"font.family": "sans-serif", "text.color": _TEXT, "axes.labelcolor": _TEXT})
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter

    counts = [each["count"] for each in figures]
    canvas, (times, memory, wire) = pyplot.subplots(1, 3, figsize=(9.6, 3.1), layout="constrained")
    for at, style in ((0, "-"), (1, "--")):
        name = ("p50", "p99")[at]
        times.plot(
            counts,
            [each["search"][at] for each in figures],
            style,
            marker="o",
            color=_OURS,
            label=f"Sayso {name}",
        )
        times.plot(
            counts,
            [each["fts5"][at] for each in figures],
            style,
            marker=".",
            color=_OTHER,
            label=f"FTS5 {name}",
        )
    times.set(title="CPU a search, ms", yscale="log")
    times.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    memory.plot(counts, [each["peak"] for each in figures], marker="o", color=_OURS, label="at most")
    memory.plot(counts, [each["own"] for each in figures], marker=".", color=_LIGHT, label="not mapped")
    memory.set(title="Memory, MB", ylim=(0, None))
    wire.plot(counts, [each["wire"] for each in figures], marker="o", color=_OURS, label="zstd 19")
    wire.set(title="Bytes a product on the wire", ylim=(0, None))
    for axes in (times, memory, wire):
        axes.set(xscale="log", xlabel="products", xticks=counts)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _count(value)))
        axes.minorticks_off()
        axes.grid(color="#e6e6e6", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8)
    canvas.savefig(path, metadata={"Date": None})
    pyplot.close(canvas)


def _count(value: float) -> str:
    return f"{value / 1e6:g}M" if value >= 1e6 else f"{value / 1e3:g}k" if value >= 1e3 else f"{value:g}"

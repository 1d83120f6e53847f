"""An import report as one page of HTML that needs nothing else: no script, no file, no other host."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from functools import cache
from importlib.resources import files

from babel import Locale
from jinja2 import Environment, StrictUndefined, Template

from skill.manual import feed_problem
from skill.merchants.report import LEVELS, NAMES, ImportReport, by_kind

# What each level is called, and what it means to the merchant.
_LEVELS: Mapping[str, tuple[str, str]] = {
    "error": ("Rows that were lost", "These rows are not in the shop. Mend them first."),
    "warning": (
        "Rows with a doubt",
        "Sold without what could not be understood, or left out on purpose.",
    ),
    "voice": ("How it sounds", "These are sold. A shopper who only hears them will stumble here."),
}
# A share that is there is drawn this wide at least, in per cent.
_SEEN = 1.5
# Rows of a kind that are there at once; the others open.
_FIRST = 5


def as_html(report: ImportReport, *, shop: str = "") -> str:
    """The page, whole. `shop`: the name of the shop, for the title."""
    kinds = by_kind(report)
    levels = [(level, *_LEVELS[level], [one for one in kinds if one.kind.level == level]) for level in LEVELS]
    return _template().render(
        report=report,
        shop=shop,
        names=NAMES,
        page=feed_problem,
        first=_FIRST,
        when=report.when.astimezone(UTC),
        levels=[level for level in levels if level[3]],
        shares=_shares(report),
        changes=[
            (name, count)
            for name, count in (
                ("new", report.new),
                ("changed", report.changed),
                ("unchanged", report.unchanged),
                ("gone", report.gone),
            )
            if count
        ],
        direction="rtl" if _from_the_right(report.language) else "ltr",
    )


def _shares(report: ImportReport) -> list[tuple[str, str, int, float]]:
    """The parts of the rows: class, name, count and width in per cent, together a hundred."""
    parts = [
        ("fine", "sold, nothing to say", report.clean),
        ("doubt", "sold, with something to mend", report.doubtful),
        ("lost", "lost", report.lost),
    ]
    if report.left_out:
        parts.append(("left", "left out", report.left_out))
    widths = [max(_SEEN, 100 * count / max(1, report.rows)) if count else 0.0 for _, _, count in parts]
    whole = sum(widths) or 1.0
    return [(*part, 100 * width / whole) for part, width in zip(parts, widths, strict=True)]


def _from_the_right(language: str) -> bool:
    return bool(Locale.parse(language.replace("-", "_")).character_order == "right-to-left")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = "{:,}".format
    return environment.from_string(files("skill.merchants").joinpath("report.html").read_text("utf-8"))

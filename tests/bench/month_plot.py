"""The plot of a month of notices (docs/notices-month.svg): by the shopper's hour, by the fullest week of each
shopper, and day by day. Drawn by hand, so that nothing is needed for it and text stays text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

_OURS, _OTHER, _TEXT, _NIGHT, _LIMIT = "#0b6e4f", "#9aa0a6", "#333333", "#e8eaed", "#b3261e"
_WIDE, _HIGH, _GAP, _TOP, _LEFT = 290, 150, 60, 40, 50


def draw(
    path: Path,
    *,
    cap: int,
    by_hour: Mapping[tuple[int, bool], int],
    by_week: Mapping[int, int],
    by_day: Mapping[int, int],
    stops: Mapping[int, int],
) -> None:
    """Write the plot. `by_hour` goes by hour and whether the shop's own quiet hours, nine to eight, held."""
    usual = [by_hour.get((hour, True), 0) for hour in range(24)]
    own = [by_hour.get((hour, False), 0) for hour in range(24)]
    weeks = [by_week.get(n, 0) for n in range(cap + 2)]
    days = [by_day.get(n, 0) for n in range(max(by_day, default=0) + 1)]
    said = [stops.get(n, 0) for n in range(len(days))]
    night = [(0, 8), (21, 24)]
    panels = (
        _panel(0, "Notices by the shopper's own hour", usual, more=own, shaded=night, every=6)
        + _legend(0, ("shop's quiet hours", _OURS), ("hours of their own", _OTHER)),
        _panel(1, "Shoppers by their fullest seven days", weeks, limit=cap, every=1),
        _panel(2, "Notices a day", days, more=said, every=5)
        + _legend(2, ("notices", _OURS), ("said stop", _OTHER)),
    )
    wide, high = 3 * (_WIDE + _GAP) + _LEFT // 2, _HIGH + _TOP + 50
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" '
        f'font-size="11" fill="{_TEXT}">\n<rect width="100%" height="100%" fill="#ffffff"/>\n'
    )
    path.write_text(text + "\n".join(panels) + "\n</svg>\n", "utf-8")


def _panel(
    place: int,
    title: str,
    values: Sequence[int],
    *,
    more: Sequence[int] = (),
    shaded: Iterable[tuple[int, int]] = (),
    limit: int | None = None,
    every: int,
) -> str:
    """Bars, with others above them, on a ground that may be shaded; `limit`: the last place there may be."""
    left, wide = _LEFT + place * (_WIDE + _GAP), _WIDE / len(values)
    most = max(1, *(sum(pair) for pair in zip(values, more or [0] * len(values), strict=True)))
    parts = [f'<text x="{left}" y="20" font-size="13" font-weight="bold">{escape(title)}</text>']
    for begin, end in shaded:
        parts.append(_box(left + begin * wide, _TOP, (end - begin) * wide, _HIGH, _NIGHT))
    for n, value in enumerate(values):
        tall = _HIGH * value / most
        parts.append(_box(left + n * wide + 0.5, _TOP + _HIGH - tall, wide - 1, tall, _OURS))
        if more:
            over = _HIGH * more[n] / most
            parts.append(_box(left + n * wide + 0.5, _TOP + _HIGH - tall - over, wide - 1, over, _OTHER))
        if n % every == 0:
            middle = left + (n + 0.5) * wide
            parts.append(f'<text x="{middle:.1f}" y="{_TOP + _HIGH + 15}" text-anchor="middle">{n}</text>')
    if limit is not None:
        edge = left + (limit + 1) * wide
        parts.append(
            f'<path d="M{edge:.1f} {_TOP}V{_TOP + _HIGH}" stroke="{_LIMIT}" stroke-dasharray="4 3"/>'
            f'<text x="{edge + 4:.1f}" y="{_TOP + 12}" fill="{_LIMIT}">cap</text>'
        )
    parts.append(f'<path d="M{left} {_TOP + _HIGH}h{_WIDE}" stroke="{_TEXT}"/>')
    parts.append(f'<text x="{left - 6}" y="{_TOP + 8}" text-anchor="end">{most:,}</text>')
    parts.append(f'<text x="{left - 6}" y="{_TOP + _HIGH}" text-anchor="end">0</text>')
    return "\n".join(parts)


def _legend(place: int, *entries: tuple[str, str]) -> str:
    left, top = _LEFT + place * (_WIDE + _GAP), _TOP + _HIGH + 32
    parts = []
    for n, (name, colour) in enumerate(entries):
        parts.append(_box(left + n * 130, top - 9, 10, 10, colour))
        parts.append(f'<text x="{left + n * 130 + 15}" y="{top}">{escape(name)}</text>')
    return "\n".join(parts)


def _box(x: float, y: float, wide: float, tall: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{colour}"/>'

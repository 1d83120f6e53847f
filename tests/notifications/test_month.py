"""A small month of notices, turned and checked as `python -m tests.bench month` does a large one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from skill.commerce.notices import Notifying
from tests.bench import month, month_plot
from tests.bench.month_world import TERMS


def test_nobody_is_told_too_much_at_night_after_a_stop_or_twice_and_nothing_is_lost(tmp_path: Path) -> None:
    found = month.month(60, days=9)
    assert (found.above_cap, found.in_quiet, found.after_stop, found.twice, found.lost) == (0, 0, 0, 0, 0)
    assert found.left > 30
    assert found.by_week[TERMS.cap] > 0
    plot = tmp_path / "month.svg"
    month_plot.draw(
        plot,
        cap=TERMS.cap,
        by_hour=found.by_hour,
        by_week=found.by_week,
        by_day=found.by_day,
        stops=found.stops_by_day,
    )
    assert ElementTree.parse(plot).getroot().tag.endswith("svg")


def test_the_book_finds_what_breaks_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    # The shop promises less than it keeps.
    promised: Notifying = replace(TERMS, cap=1)
    monkeypatch.setattr(month, "TERMS", promised)
    assert month.month(60, days=9).above_cap > 0

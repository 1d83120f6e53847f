"""Windows: which can still be had, and which of them a day and a time mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.cart import Cart, choose, put, undo
from skill.commerce.window import WEEKDAYS, Span, Window, fitting, nearest, window_of, windows
from tests.commerce.goods import line

NEW_YORK = ZoneInfo("America/New_York")
# A Saturday.
NOW = datetime(2026, 11, 21, 10, tzinfo=NEW_YORK)
SUNDAY = date(2026, 11, 22)
MORNING = Span(days=("mon", "tue"), starts=time(10), ends=time(12))
EVENING = Span(days=WEEKDAYS, starts=time(17), ends=time(19))
LATE = Span(days=("sun",), starts=time(19), ends=time(21))
ALL = tuple(windows((MORNING, EVENING, LATE), now=NOW))

_clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
_spans = st.builds(
    lambda days, clocks, closes: Span(days=tuple(days), starts=min(clocks), ends=max(clocks), closes=closes),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    st.sets(_clocks, min_size=2, max_size=2),
    st.integers(0, 10_080),
)
_moments = st.datetimes(
    datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-01-01"), timezones=st.just(NEW_YORK)
)


def said(window: Window) -> str:
    return f"{window.starts:%a %H}-{window.ends:%H}"


def test_windows_come_in_order_and_only_while_an_order_can_still_be_packed() -> None:
    assert [said(window) for window in ALL[:5]] == [
        "Sat 17-19",
        "Sun 17-19",
        "Sun 19-21",
        "Mon 10-12",
        "Mon 17-19",
    ]
    late = NOW.replace(hour=13, minute=1)
    assert said(next(windows((EVENING,), now=late))) == "Sun 17-19"


@given(st.lists(_spans, min_size=1, max_size=4), _moments)
def test_every_window_is_of_a_span_and_open_for_orders(spans: list[Span], now: datetime) -> None:
    found = tuple(windows(spans, now=now))
    assert found
    assert list(found) == sorted(set(found))
    for window in found:
        assert any(
            WEEKDAYS[window.starts.weekday()] in span.days
            and (window.starts.time(), window.ends.time()) == (span.starts, span.ends)
            and window.starts - timedelta(minutes=span.closes) > now
            for span in spans
        )


@given(st.lists(_spans, min_size=1, max_size=2), _moments)
def test_a_window_travels_as_text_and_comes_back_the_same(spans: list[Span], now: datetime) -> None:
    for window in windows(spans, now=now):
        assert window_of(window.text) == window


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-11-22T17:00/2026-11-22T19:00", "2026-11-22/x", "a/b/c"]
)
def test_what_is_no_interval_is_no_window(text: str) -> None:
    assert window_of(text) is None


def test_hours_are_whole_hours_on_the_day_clocks_are_changed() -> None:
    night = Span(days=("sun",), starts=time(0), ends=time(6), closes=0)
    changed = next(windows((night,), now=datetime(2026, 10, 31, 12, tzinfo=NEW_YORK)))
    assert changed.starts.astimezone(UTC) == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert changed.ends - changed.starts == timedelta(hours=7)


@pytest.mark.parametrize(
    ("day", "since", "until", "means"),
    [
        (SUNDAY, time(5), time(7), ["Sun 17-19"]),
        (SUNDAY, time(17), time(19), ["Sun 17-19"]),
        (SUNDAY, time(18), None, ["Sun 17-19"]),
        (SUNDAY, time(6), time(8), ["Sun 17-19", "Sun 19-21"]),
        (SUNDAY, time(8), time(9), ["Sun 19-21"]),
        (SUNDAY, None, None, ["Sun 17-19", "Sun 19-21"]),
        (SUNDAY, time(12), None, []),
        (SUNDAY, time(8), time(10), ["Sun 19-21"]),
        (date(2026, 11, 23), None, time(12), ["Mon 10-12"]),
        (None, time(10), time(12), ["Mon 10-12"]),
        (None, time(5), None, ["Sat 17-19"]),
        (date(2027, 3, 1), None, None, []),
    ],
)
def test_a_day_and_times_mean_the_windows_that_fit_best(
    day: date | None, since: time | None, until: time | None, means: list[str]
) -> None:
    assert [said(window) for window in fitting(ALL, day=day, since=since, until=until)] == means


@given(st.none() | st.dates(date(2026, 11, 20), date(2026, 12, 10)), st.none() | _clocks, st.none() | _clocks)
def test_whatever_is_wished_means_windows_of_that_day_and_only_those_there_are(
    day: date | None, since: time | None, until: time | None
) -> None:
    for window in fitting(ALL, day=day, since=since, until=until):
        assert window in ALL
        assert day in (None, window.starts.date())


def test_what_is_nearest_to_a_wish_is_of_its_day_or_of_the_next_there_is() -> None:
    monday = date(2026, 11, 23)
    assert [said(w) for w in nearest(ALL, day=SUNDAY, since=time(12), most=3)] == ["Sun 17-19", "Sun 19-21"]
    assert [said(w) for w in nearest(ALL, day=monday, since=time(15), most=1)] == ["Mon 17-19"]
    assert nearest(ALL, day=date(2027, 3, 1), since=None, most=3) == ()
    weekdays = tuple(windows((MORNING,), now=NOW))
    assert [said(w) for w in nearest(weekdays, day=SUNDAY, since=None, most=3)] == ["Mon 10-12"]


def test_a_window_is_chosen_for_the_order_and_taken_back_in_one_step() -> None:
    first, second = ALL[:2]
    cart = choose(put(Cart(cid="c"), line("milk")), coupon="SAVE10")
    assert choose(cart, window="") is cart
    changed = choose(choose(cart, window=first), window=second, pickup="")
    assert changed.window == second
    undone = undo(changed)
    assert undone is not None
    assert (undone[0].window, undone[0].coupon, undone[0].lines) == (first, "SAVE10", cart.lines)
    assert choose(changed, window="").window is None


def test_a_step_kept_before_there_were_windows_leaves_the_window_alone() -> None:
    cart = choose(Cart(cid="c", window=ALL[0]), pickup="harbor")
    step = cart.changes[-1]
    assert step.way is not None
    older = replace(cart, changes=(replace(step, way=step.way[:2]),))
    undone = undo(older)
    assert undone is not None
    assert (undone[0].pickup, undone[0].window) == ("", ALL[0])

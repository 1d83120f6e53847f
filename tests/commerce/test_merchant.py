"""The shop's own facts: opening hours, answers, its local time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.merchant import WEEKDAYS, Facts, Faq, Hours
from skill.commerce.totals import Terms

DAY = (time(8), time(20))
# 2026-11-21 is a Saturday; the shop opens at nine then and is closed on Sundays.
HOURS = Hours({**dict.fromkeys(WEEKDAYS[:5], DAY), "sat": (time(9), time(18))})
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001 - the shop's wall clock


@pytest.mark.parametrize(
    ("day", "hour", "minute", "is_open"),
    [(20, 7, 59, False), (20, 8, 0, True), (20, 19, 59, True), (20, 20, 0, False), (22, 12, 0, False)],
)
def test_a_shop_is_open_from_its_first_minute_until_its_last(
    day: int, hour: int, minute: int, is_open: bool
) -> None:
    assert HOURS.open_at(datetime(2026, 11, day, hour, minute, tzinfo=UTC)) is is_open


@pytest.mark.parametrize(
    ("day", "hour", "opens"),
    [(20, 7, 20), (20, 12, 21), (21, 8, 21), (21, 10, 23), (22, 10, 23), (23, 23, 24)],
)
def test_the_next_opening_is_today_only_before_it(day: int, hour: int, opens: int) -> None:
    moment = datetime(2026, 11, day, hour, tzinfo=UTC)
    assert HOURS.next_open(moment) == date(2026, 11, opens)


def test_a_shop_open_one_day_a_week_opens_again_in_a_week() -> None:
    sundays = Hours({"sun": DAY})
    assert sundays.next_open(datetime(2026, 11, 22, 12, tzinfo=UTC)) == date(2026, 11, 29)


def test_a_shop_without_hours_never_opens() -> None:
    assert Hours({}).next_open(datetime(2026, 11, 22, 12, tzinfo=UTC)) is None


@given(moments, st.dictionaries(st.sampled_from(WEEKDAYS), st.just(DAY), min_size=1))
def test_the_next_opening_is_a_day_it_opens_on_and_within_a_week(
    moment: datetime, days: dict[str, tuple[time, time]]
) -> None:
    opens = Hours(days).next_open(moment)
    assert opens is not None
    assert WEEKDAYS[opens.weekday()] in days
    assert 0 <= (opens - moment.date()).days <= 7


@pytest.mark.parametrize(("locale", "answer"), [("en-GB", "Cheers"), ("en-US", "Yes"), ("de-DE", None)])
def test_an_answer_is_the_locales_then_the_languages(locale: str, answer: str | None) -> None:
    assert Faq("id", ("question",), {"en": "Yes", "en-GB": "Cheers"}).answer(locale) == answer


def test_local_time_is_the_shops() -> None:
    facts = Facts(name="Shop", terms=Terms(currency="USD"), catalogue="v", timezone="America/New_York")
    assert facts.local(datetime(2026, 11, 22, 3, tzinfo=UTC)).date() == date(2026, 11, 21)

"""The shop's own facts: opening hours, answers, its local time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.hours import Hours, ready
from skill.commerce.merchant import Branch, Facts, Faq
from skill.commerce.totals import Terms
from skill.commerce.window import WEEKDAYS

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


@pytest.mark.parametrize(
    ("given_at", "minutes", "packed"),
    [
        # Friday noon; shortly before it closes; Saturday's last hour; Sunday; before it opens.
        ((20, 12, 0), 90, (20, 13, 30)),
        ((20, 12, 1), 90, (20, 13, 45)),
        ((20, 19, 30), 60, (21, 9, 30)),
        ((20, 18, 0), 120, (21, 9, 0)),
        ((21, 17, 30), 120, (23, 9, 30)),
        ((22, 12, 0), 120, (23, 10, 0)),
        ((23, 5, 0), 15, (23, 8, 15)),
        # Longer than a day is open.
        ((20, 12, 0), 900, (21, 16, 0)),
    ],
)
def test_an_order_is_packed_in_opening_hours_and_ready_while_it_is_open(
    given_at: tuple[int, int, int], minutes: int, packed: tuple[int, int, int]
) -> None:
    moment = datetime(2026, 11, *given_at, tzinfo=UTC)
    assert ready(HOURS, minutes=minutes, moment=moment) == datetime(2026, 11, *packed, tzinfo=UTC)


def test_a_store_of_unknown_hours_packs_at_any_time() -> None:
    moment = datetime(2026, 11, 22, 23, 50, 1, tzinfo=UTC)
    assert ready(None, minutes=15, moment=moment) == datetime(2026, 11, 23, 0, 15, tzinfo=UTC)
    assert ready(Hours({}), minutes=0, moment=moment) == datetime(2026, 11, 23, tzinfo=UTC)


@given(moments, st.integers(0, 3_000))
def test_what_is_ready_took_its_time_and_can_be_fetched_at_once(moment: datetime, minutes: int) -> None:
    moment = moment.replace(tzinfo=UTC)
    packed = ready(HOURS, minutes=minutes, moment=moment)
    assert packed >= moment + timedelta(minutes=minutes)
    assert HOURS.open_at(packed)
    assert packed.minute % 15 == 0


def test_a_store_has_its_own_hours_or_the_shops() -> None:
    nine = Branch(id="a", names={"en": "A"}, addresses={"en": "B"}, hours=Hours({"sun": DAY}))
    other = Branch(id="b", names={"de": "C"}, addresses={"en": "D", "de": "E"})
    facts = Facts(name="K", terms=Terms(currency="USD"), catalogue="", hours=HOURS, stores=(nine, other))
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert facts.ready_at(nine, now=sunday) == sunday + timedelta(hours=2)
    assert facts.ready_at(other, now=sunday) == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert (facts.store("b"), facts.store("x"), facts.coupon("x")) == (other, None, None)
    assert (other.name("en-US"), other.address("de-DE"), other.address("ar-SA")) == ("C", "E", "D")

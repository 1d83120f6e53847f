"""Money, days, times and lists as they are said, in American English first."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.commerce.money import Money
from skill.speech import spoken

LOCALE = "en-US"
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (399, "USD", "$3.99"),
        (300, "USD", "$3.00"),
        (5, "USD", "$0.05"),
        (123_456, "USD", "$1,234.56"),
        (-399, "USD", "-$3.99"),
        (1_999, "EUR", "€19.99"),
        (399, "JPY", "¥399"),
        (1_234, "KWD", "KWD1.234"),
    ],
)
def test_money_is_said_with_its_sign_and_all_its_digits(minor: int, currency: str, said: str) -> None:
    assert spoken.money(Money(minor, currency), locale=LOCALE).replace("\u00a0", "") == said


@given(st.integers(0, 10**15))
def test_money_is_never_rounded(minor: int) -> None:
    said = spoken.money(Money(minor, "USD"), locale=LOCALE)
    assert Decimal(said.removeprefix("$").replace(",", "")) * 100 == minor


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (TODAY, "Saturday"),
        (date(2026, 11, 22), "Sunday"),
        (date(2026, 11, 27), "Friday"),
        (date(2026, 11, 28), "Saturday, November 28"),
        (date(2027, 1, 2), "Saturday, January 2"),
        (date(2026, 11, 20), "Friday, November 20"),
    ],
)
def test_a_day_within_a_week_is_its_weekday_and_any_other_has_its_date(day: date, said: str) -> None:
    assert spoken.day(day, today=TODAY, locale=LOCALE) == said


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_coming_seven_days_are_seven_different_words(today: date) -> None:
    week = [spoken.day(today + timedelta(ahead), today=today, locale=LOCALE) for ahead in range(8)]
    assert len(set(week)) == 8


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(8), "8 AM"),
        (time(0), "12 AM"),
        (time(12), "12 PM"),
        (time(20), "8 PM"),
        (time(8, 30), "8:30 AM"),
        (time(20, 5), "8:05 PM"),
    ],
)
def test_a_full_hour_is_said_without_minutes(at: time, said: str) -> None:
    assert spoken.clock(at, locale=LOCALE).replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("items", "how", "said"),
    [
        ([], "and", ""),
        (["oats"], "and", "oats"),
        (["oats", "eggs"], "and", "oats and eggs"),
        (["oats", "eggs", "salt"], "and", "oats, eggs, and salt"),
        (["oats", "eggs"], "or", "oats or eggs"),
        (["oats", "eggs", "salt"], "or", "oats, eggs, or salt"),
        (["a {1} b", "{0}", "{}"], "and", "a {1} b, {0}, and {}"),
    ],
)
def test_a_list_ends_in_and_or_or(items: list[str], how: str, said: str) -> None:
    assert spoken.listing(items, how=how, locale=LOCALE) == said


@pytest.mark.parametrize(("count", "category"), [(0, "other"), (1, "one"), (2, "other"), (21, "other")])
def test_only_one_is_one(count: int, category: str) -> None:
    assert spoken.plural(count, locale=LOCALE) == category


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "said"),
    [
        (399, "EUR", "de-DE", "3,99 €"),
        (399, "USD", "ar-SA", "3.99 دولار"),
        (300, "SAR", "ar-SA", "3 ريالات"),
        (399, "GBP", "ar-SA", "3.99 جنيه إسترليني"),
    ],
)
def test_money_is_said_by_sign_or_by_name(minor: int, currency: str, locale: str, said: str) -> None:
    assert spoken.money(Money(minor, currency), locale=locale).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("locale", "near", "far", "hour", "minutes"),
    [
        ("de-DE", "Sonntag", "Samstag, den 28. November", "15 Uhr", "15 Uhr 5"),
        ("ar-SA", "الأحد", "السبت 28 نوفمبر", "3 بعد الظهر", "3:05 بعد الظهر"),
    ],
)
def test_days_and_times_are_said_as_the_language_does(
    locale: str, near: str, far: str, hour: str, minutes: str
) -> None:
    assert spoken.day(date(2026, 11, 22), today=TODAY, locale=locale) == near
    assert spoken.day(date(2026, 11, 28), today=TODAY, locale=locale) == far
    assert spoken.clock(time(15), locale=locale) == hour
    assert spoken.clock(time(15, 5), locale=locale) == minutes


@pytest.mark.parametrize("locale", ["en-US", "de-DE", "ar-SA"])
def test_nothing_said_holds_a_mark_of_direction(locale: str) -> None:
    said = spoken.money(Money(399, "SAR"), locale=locale) + spoken.clock(time(8), locale=locale)
    said += spoken.day(TODAY, today=TODAY, locale=locale)
    assert not set("\u061c\u200e\u200f") & set(said)

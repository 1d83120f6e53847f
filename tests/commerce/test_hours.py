"""Opening hours: days that are not as their weekday go before it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from skill.commerce.hours import Hours, Special

DAY = (time(9), time(17))
CHRISTMAS, EVE = date(2026, 12, 25), date(2026, 12, 24)
HOURS = Hours(
    {"thu": DAY, "fri": DAY},
    (
        Special(CHRISTMAS, None, {"en": "Christmas", "de-DE": "Weihnachten"}),
        Special(EVE, (time(9), time(12))),
        Special(date(2026, 12, 26), DAY),
    ),
)


def test_a_special_day_has_its_own_hours_or_none() -> None:
    assert HOURS.on(EVE) == (time(9), time(12))
    assert HOURS.on(CHRISTMAS) is None
    assert HOURS.on(date(2026, 12, 18)) == DAY
    assert HOURS.on(date(2026, 12, 19)) is None


def test_the_next_opening_is_past_the_holiday() -> None:
    after_noon = datetime(2026, 12, 24, 13, tzinfo=UTC)
    assert not HOURS.open_at(after_noon)
    assert HOURS.next_open(after_noon) == date(2026, 12, 26)


def test_a_shop_that_closes_for_three_weeks_opens_after_them() -> None:
    closed = tuple(Special(date(2026, 12, day)) for day in range(1, 32))
    assert Hours({"fri": DAY}, closed).next_open(datetime(2026, 12, 4, 8, tzinfo=UTC)) == date(2027, 1, 1)


def test_a_special_day_is_called_in_the_shoppers_language_or_the_first_there_is() -> None:
    special = HOURS.special_on(CHRISTMAS)
    assert special is not None
    assert [special.name(locale) for locale in ("en-US", "de-DE", "ar-SA")] == [
        "Christmas",
        "Weihnachten",
        "Christmas",
    ]

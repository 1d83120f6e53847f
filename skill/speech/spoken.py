"""Values as they are said: money, days, times and lists, by CLDR through Babel."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, get_currency_precision

from skill.commerce.money import Money


@lru_cache(maxsize=32)
def _cldr(locale: str) -> Locale:
    return Locale.parse(locale.replace("-", "_"))


def plural(count: int, *, locale: str) -> str:
    """The CLDR plural category of `count`: "one", "two", "few", "many" or "other"."""
    return str(_cldr(locale).plural_form(count))


def money(amount: Money, *, locale: str) -> str:
    """ "$3.99": written so that Alexa's voice reads it as money in this locale. Never rounded."""
    major = Decimal(amount.minor).scaleb(-get_currency_precision(amount.currency))
    return str(format_currency(major, amount.currency, locale=_cldr(locale)))


def day(value: date, *, today: date, locale: str) -> str:
    """The weekday within a week of `today`, the date with the month beyond it."""
    if 0 <= (value - today).days < 7:
        return str(format_date(value, "EEEE", locale=_cldr(locale)))
    return str(
        format_date(value, "EEEE, MMMM d" if locale[:2] == "en" else "EEEE, d. MMMM", locale=_cldr(locale))
    )


def clock(value: time, *, locale: str) -> str:
    """ "8 AM" for a full hour in English; the locale's short form otherwise."""
    form = "h a" if locale[:2] == "en" and value.minute == 0 else "short"
    # CLDR sets a narrow no-break space before AM and PM, which no voice and few fonts know.
    return str(format_time(value, form, locale=_cldr(locale))).replace("\u202f", " ")


def listing(items: list[str], *, how: str, locale: str) -> str:
    """ "a, b, and c" or "a, b, or c"."""
    return str(format_list(items, style="or" if how == "or" else "standard", locale=_cldr(locale)))

"""Values as they are said: money, days, times and lists, by CLDR through Babel."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision, get_currency_symbol

from skill.commerce.money import Money
from skill.speech.locale import data

# Marks that set the direction of writing: nothing to a voice, and boxes in many fonts.
_MARKS = str.maketrans("", "", "\u061c\u200e\u200f")

_CODE_BEFORE_NUMBER = re.compile(r"(?<=[A-Z])(?=\d)")


# Sums and counts that are said again: prices of a shop are few beside its turns.
_SUMS = 8_192


@lru_cache(maxsize=32)
def _cldr(locale: str) -> Locale:
    return Locale.parse(locale.replace("-", "_"))


def _form(name: str, *, locale: str, usual: str) -> str:
    """How this locale says it, by `[spoken]` of its skill.toml; `usual` when it does not tell."""
    return str(data("skill", locale).get("spoken", {}).get(name, usual))


@lru_cache(maxsize=32)
def right_to_left(locale: str) -> bool:
    """Whether the locale is written from right to left."""
    return bool(_cldr(locale).character_order == "right-to-left")


@lru_cache(maxsize=1_024)
def plural(count: int, *, locale: str) -> str:
    """The CLDR plural category of `count`: "one", "two", "few", "many" or "other"."""
    return str(_cldr(locale).plural_form(count))


@lru_cache(maxsize=_SUMS)
def money(amount: Money, *, locale: str) -> str:
    """ "$3.99", or "3.99 دولار" where a voice reads signs badly: never rounded, in Latin digits. A currency
    that `[currency]` of the locale's skill.toml names is called as people call it."""
    precision = get_currency_precision(amount.currency)
    major = Decimal(amount.minor).scaleb(-precision)
    if names := data("skill", locale).get("currency", {}).get(amount.currency):
        written = f"{major:,.{0 if major == int(major) else precision}f}"
        name = names.get(_cldr(locale).plural_form(major), names["other"])
        return str(name).replace("{amount}", written)
    if _form("money", locale=locale, usual="sign") == "name":
        whole = amount.minor % 10**precision == 0
        said = format_currency(
            major,
            amount.currency,
            format="#,##0" if whole else None,
            locale=_cldr(locale),
            currency_digits=not whole,
            format_type="name",
            numbering_system="latn",
        )
    else:
        said = format_currency(major, amount.currency, locale=_cldr(locale), numbering_system="latn")
    return _spaced(str(said)).translate(_MARKS)


def _spaced(written: str) -> str:
    """A code that stands for a sign kept apart from its number ("KWD 1.250"), as CLDR's currencySpacing has
    it and Babel does not."""
    return _CODE_BEFORE_NUMBER.sub("\u00a0", written)


@lru_cache(maxsize=_SUMS)
def price(amount: Money, *, locale: str) -> str:
    """ "$3.99", "3.99 US$": as it stands on a label. Never rounded, in Latin digits."""
    major = Decimal(amount.minor).scaleb(-get_currency_precision(amount.currency))
    written = format_currency(major, amount.currency, locale=_cldr(locale), numbering_system="latn")
    written = _spaced(str(written))
    if right_to_left(locale):
        # "US$" stays together beside a number that is read the other way.
        symbol = get_currency_symbol(amount.currency, locale=_cldr(locale))
        written = written.replace(symbol, f"\u2068{symbol}\u2069")
    return written


def day(value: date, *, today: date, locale: str) -> str:
    """The weekday within a week of `today`, the date with the month beyond it."""
    near = 0 <= (value - today).days < 7
    form = "EEEE" if near else _form("date", locale=locale, usual="EEEE d MMMM")
    return str(format_date(value, form, locale=_cldr(locale))).translate(_MARKS)


def clock(value: time, *, locale: str) -> str:
    """ "8 AM", "15 Uhr": a full hour without its minutes where the locale says it so."""
    form = _form("time", locale=locale, usual="short")
    if value.minute == 0:
        form = _form("hour", locale=locale, usual=form)
    # CLDR sets a narrow no-break space before AM and PM, which no voice and few fonts know.
    return str(format_time(value, form, locale=_cldr(locale))).replace("\u202f", " ").translate(_MARKS)


def tenths(number: int, *, locale: str) -> str:
    """ "4.3" of 43, with the locale's decimal sign and Latin digits; "4" of 40."""
    value = Decimal(number).scaleb(-1)
    return str(format_decimal(value, format="0.#", locale=_cldr(locale), numbering_system="latn"))


def listing(items: list[str], *, how: str, locale: str) -> str:
    """ "a, b, and c" or "a, b, or c"; with `list_and` and `list_or` of the locale's `[spoken]` between them
    where there are such."""
    between = _form(f"list_{how}", locale=locale, usual="")
    if between and len(items) > 1:
        return between.join(items)
    return str(format_list(items, style="or" if how == "or" else "standard", locale=_cldr(locale)))

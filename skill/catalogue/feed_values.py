"""Values of a feed as text: money, measures, dates, stars. What cannot be told is refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_currency_precision, get_currency_symbol, is_currency

from skill.commerce.money import Money
from skill.commerce.product import Measure
from skill.commerce.quantity import COUNT, MASS, VOLUME


class Unclear(Exception):
    """Raised when a value cannot be told for sure: `code` is a table of `problems/feed.toml`."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, str] = values


# ISO 4217's minor units where they are not two. CLDR, which the shop counts by, drops those that nobody
# pays with any more (no fils of the Iraqi dinar), so the two differ.
_ISO_DIGITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_SPACES = re.compile(r"[\s\u00a0\u2007\u202f]+")
_ARABIC = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")
_CODE = re.compile(r"([A-Za-z]{3,}) ?(?=\S*\d)|(?<=\d) ?([A-Za-z]{3,})")
_SIGN = re.compile(r"^([^\d.,\s][^\d\s]*?) ?(?=\d)|(?<=\d) ?([^\d.,\s][^\d\s]*)$")
# What surrounds a sign written from right to left, and the point of an abbreviation.
_AROUND = "\u200e\u200f."
_PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,8})?")
# One sign and three digits after it: a thousand, or a fraction.
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPED = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,4}"  # 1.299,00
    r"|[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}\.[0-9]{1,4}"  # 1,299.00 and 1,29,900.00
    r"|[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})+"  # 1.299.000
    r"|[0-9]{1,3}(?:[ '’][0-9]{3})+(?:[.,][0-9]{1,2})?"  # 1 299,00 and 1'299.00
)
_COMMA = re.compile(r"[0-9]{1,12},[0-9]{1,2}")
_MEASURE = re.compile(r"\s*([0-9]{1,9}(?:[.,][0-9]{1,9})?)\s*([^\W\d_][^\d]{0,30}?)\s*")
_UNITS = {
    **{unit: unit for unit in (*MASS, *VOLUME, *COUNT)},
    # Lengths and areas are kept as they are: a price by the metre is told by nobody yet.
    **{unit: unit for unit in ("m", "cm", "mm", "in", "ft", "yd", "sqm", "sqft", "cbm")},
    **dict.fromkeys(("fl oz", "fl. oz", "fluid ounce", "fluid ounces", "oza"), "floz"),
    **dict.fromkeys(
        ("each", "ea", "count", "piece", "pieces", "pcs", "pc", "stk", "stück", "c62", "h87"), "ct"
    ),
    **dict.fromkeys(("pint", "pints"), "pt"),
    **dict.fromkeys(("quart", "quarts"), "qt"),
    **dict.fromkeys(("gallon", "gallons"), "gal"),
    **dict.fromkeys(("litre", "litres", "liter", "liters", "lt", "ltr"), "l"),
    **dict.fromkeys(("millilitre", "milliliter", "milliliters", "millilitres", "mlt"), "ml"),
    **dict.fromkeys(("centilitre", "centiliter", "clt"), "cl"),
    **dict.fromkeys(("lbs", "pound", "pounds", "lbr"), "lb"),
    **dict.fromkeys(("ounce", "ounces", "onz"), "oz"),
    **dict.fromkeys(("gram", "grams", "gr", "gramm", "grm"), "g"),
    **dict.fromkeys(("kilogram", "kilograms", "kilo", "kgm"), "kg"),
    **dict.fromkeys(("milligram", "milligrams", "mgm"), "mg"),
    **dict.fromkeys(("meter", "metre", "mtr"), "m"),
    **dict.fromkeys(("square meter", "m2", "m²", "mtk"), "sqm"),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?:,? .*)?")


def money(text: str, *, currency: str | None = None) -> Money:
    """ "15.00 USD", "USD 15.00", "1.299,00 EUR"; a plain amount, or one with the sign of `currency`, is in
    that. Raises Unclear: a currency is never guessed, nor what a point stands for."""
    told = _SPACES.sub(" ", text).strip().translate(_ARABIC)
    number, code = _parted(told, currency)
    if not code:
        raise Unclear("no_currency", text=text) if re.search(r"\d", told) else Unclear("no_price")
    value = _decimal(number, code)
    minor = value.scaleb(_digits(code))
    if minor != minor.to_integral_value():
        raise Unclear("too_fine", text=text, currency=code)
    return Money(int(minor), code)


def minor_money(amount: object, currency: object) -> Money:
    """An integer of ISO 4217 minor units. Raises Unclear for anything else."""
    code = str(currency).strip().upper()
    if not _is_currency(code):
        raise Unclear("unknown_currency", text=str(currency))
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount < 10**12:
        raise Unclear("minor_units", text=str(amount)[:40])
    shift = _digits(code) - _ISO_DIGITS.get(code, 2)
    value = Decimal(amount).scaleb(shift)
    if value != value.to_integral_value():
        raise Unclear("too_fine", text=str(amount), currency=code)
    return Money(int(value), code)


def _parted(told: str, currency: str | None) -> tuple[str, str | None]:
    """The number, and the currency it names, or is in as the file's."""
    if match := _CODE.search(told):
        code = (match[1] or match[2]).upper()
        rest = (told[: match.start()] + told[match.end() :]).strip()
        if _is_currency(code):
            return rest, code
        if currency and (match[1] or match[2]) in signs(currency):
            return rest, currency
        raise Unclear("unknown_currency", text=told)
    if match := _SIGN.search(told):
        sign = match[1] or match[2]
        if sign in {"-", "+", "−"}:
            raise Unclear("no_amount", text=told)
        if not currency:
            raise Unclear("no_currency", text=told)
        if sign.strip(_AROUND) not in signs(currency):
            raise Unclear("other_symbol", text=told, currency=currency)
        return (told[: match.start()] + told[match.end() :]).strip(), currency
    return told, currency


@lru_cache(maxsize=1024)
def _is_currency(code: str) -> bool:
    return bool(is_currency(code))


@lru_cache(maxsize=1024)
def _digits(code: str) -> int:
    return int(get_currency_precision(code))


@lru_cache(maxsize=64)
def signs(currency: str) -> frozenset[str]:
    """The signs a currency is written with in English and at home: "$" is one of CAD's."""
    found = {get_currency_symbol(currency, locale) for locale in ("en", "en_US")}
    with suppress(UnknownLocaleError, ValueError):
        found.add(get_currency_symbol(currency, Locale.parse(f"und_{currency[:2]}")))
    # "US$", where there are several dollars.
    found |= {f"{currency[:2]}{sign}" for sign in found if sign == "$"}
    return frozenset(sign.strip(_AROUND) for sign in found)


def _decimal(number: str, code: str) -> Decimal:
    digits = _digits(code)
    if _EITHER.fullmatch(number) and not (digits == 3 and "." in number):
        if digits == 0 and "," in number:
            return Decimal(number.replace(",", ""))
        raise Unclear("ambiguous_amount", text=f"{number} {code}", currency=code)
    if _PLAIN.fullmatch(number):
        return Decimal(number)
    if _COMMA.fullmatch(number):
        return Decimal(number.replace(",", "."))
    if found := _GROUPED.fullmatch(number):
        last = max(number.rfind("."), number.rfind(","))
        whole = last < 0 or found[1] is not None
        if whole:
            return Decimal(re.sub("[^0-9]", "", number))
        return Decimal(f"{re.sub('[^0-9]', '', number[:last])}.{number[last + 1 :]}")
    if not number:
        raise Unclear("no_price")
    raise Unclear("no_amount", text=repr(number[:40]))


def measure(text: str) -> Measure | None:
    """ "750ml" or "16 fl. oz." in thousandths of its unit. Raises Unclear for no measure."""
    found = _MEASURE.fullmatch(text)
    unit = _UNITS.get(_SPACES.sub(" ", found[2]).lower().rstrip(".")) if found else None
    milli = int((Decimal(found[1].replace(",", ".")) * 1000).to_integral_value()) if found else 0
    if unit is None or milli <= 0:
        raise Unclear("unknown_measure", text=text[:40])
    return Measure(milli, unit)


def tenths_of_stars(text: str) -> int:
    """ "4.3" as tenths of a star. Raises Unclear."""
    told = text.replace(",", ".")
    if not re.fullmatch(r"[0-9](?:\.[0-9]{1,12})?", told) or Decimal(told) > 5:
        raise Unclear("unreadable_rating")
    return int((Decimal(told) * 10).to_integral_value())


def moment(text: str, *, ends: bool = False) -> datetime:
    """A date or time in ISO 8601, or as Americans write dates where the day tells; it has a zone if the
    text names one. A day that `ends` something is the end of it. Raises Unclear."""
    told = text.strip()
    if found := _AMERICAN.fullmatch(told):
        month, day, year = int(found[1]), int(found[2]), int(found[3])
        if day <= 12 and month != day:
            raise Unclear("sale_date_unknown", text=text[:40])
        told = f"{year + 2000 if year < 100 else year:04}-{month:02}-{day:02}"
    try:
        if _DAY.fullmatch(told):
            at = datetime.fromisoformat(told)
            return at + timedelta(days=1) if ends else at
        return datetime.fromisoformat(told)
    except (ValueError, OverflowError):
        raise Unclear("sale_date_unknown", text=text[:40]) from None

"""Google-format product feeds (TSV or CSV): rows in, products and row reports out.

Attribute names and money forms: support.google.com/merchants/answer/7052112. Read as a stream, so that
a feed of any length needs the memory of one row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from babel.numbers import get_currency_precision, is_currency
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from skill.catalogue.language import is_searched
from skill.catalogue.rows import Broken, Rows
from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product

_UNITS = {
    "fl oz": "floz",
    "fl. oz": "floz",
    "each": "ct",
    "ea": "ct",
    "pint": "pt",
    "litre": "l",
    "lbs": "lb",
}
_IN_LANGUAGE = re.compile(r"(spoken_title|product_type)_([a-z]{2})")
_MEASURE = re.compile(r"^\s*(\d{1,9}(?:\.\d+)?)\s*([a-zA-Z. ]+?)\s*$")
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d+)?")
_MOST = 1_000_000_000
Count = Annotated[int, Field(ge=0, le=_MOST)]
Positive = Annotated[int, Field(ge=1, le=_MOST)]
_AVAILABLE = {"in_stock": None, "out_of_stock": 0, "preorder": 0, "backorder": 0}
# What pydantic finds wrong, as a merchant wants to hear it.
_REMEDIES = {
    "string_too_short": "is empty; every row needs one",
    "string_too_long": "has more than {max_length} characters; shorten it",
    "int_parsing": "is no whole number; write it in digits alone, or leave it empty",
    "int_parsing_size": "is no whole number of a size anybody counts to",
    "greater_than_equal": "is less than {ge}; correct it, or leave it empty",
    "less_than_equal": "is more than {le}; correct it, or leave it empty",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one row: `row` counts from 1 without the header; an `error` loses the row."""

    row: int
    field: str
    message: str
    error: bool = True

    def __str__(self) -> str:
        return f"row {self.row}, {self.field}: {self.message}"


def money(text: str) -> Money:
    """ "15.00 USD" or "USD 15.00". Raises ValueError: a currency is never guessed."""
    parts = text.replace("\u00a0", " ").split()
    if len(parts) != 2:
        raise ValueError('write an amount and a currency, as in "15.00 USD"')
    number, code = parts if is_currency(parts[1].upper()) else reversed(parts)
    code = code.upper()
    if not is_currency(code):
        raise ValueError(f'names no ISO 4217 currency; write "{parts[0]} USD", for example')
    if not _AMOUNT.fullmatch(number):
        raise ValueError(f"{number!r} is no amount; write it as in 15.00")
    minor = Decimal(number) * 10 ** get_currency_precision(code)
    if minor != minor.to_integral_value():
        raise ValueError(f"{number} {code} has a part smaller than the currency's smallest unit; round it")
    return Money(int(minor), code)


def _price(value: Any) -> Any:
    return money(value) if isinstance(value, str) else value


def _sale(value: Any) -> Any:
    return None if value == "" else _price(value)


def _words(value: Any) -> Any:
    return tuple(value.split()) if isinstance(value, str) else value


def _path(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(">") if part.strip())


def _phrases(value: Any) -> Any:
    return tuple(filter(None, map(str.strip, value.split(";")))) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    return None if value == "" else value


def _stars(value: Any) -> Any:
    """ "4.3" as tenths of a star."""
    if not isinstance(value, str) or not value:
        return value or 0
    if not _AMOUNT.fullmatch(value) or Decimal(value) > 5:
        raise ValueError("is no number of stars from 0 to 5, as in 4.3; correct it, or leave it empty")
    return int((Decimal(value) * 10).to_integral_value())


class GoogleRow(BaseModel):
    """One row of the feed. Columns not named here are ignored, as Google ignores ours: `spoken_title` (how
    the name is said), `also_said` (other names, and how a recogniser writes them, between semicolons),
    `max_per_order`, `diet`, `contains`, `goes_with` and `popularity`; `star_rating` and `review_count` are
    those of the OpenAI product feed (developers.openai.com/commerce); `spoken_title_de` and
    `product_type_de` are for shoppers who speak German, and so on."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="ignore", str_strip_whitespace=True)

    id: Annotated[str, Field(min_length=1, max_length=50)]
    title: Annotated[str, Field(min_length=1, max_length=500)]
    price: Annotated[Money, BeforeValidator(_price)]
    availability: str = "in_stock"
    item_group_id: str = ""
    spoken_title: str = ""
    also_said: Annotated[tuple[str, ...], BeforeValidator(_phrases)] = ()
    description: str = ""
    brand: str = ""
    product_type: str = ""
    sale_price: Annotated[Money | None, BeforeValidator(_sale)] = None
    sale_price_effective_date: str = ""
    sell_on_google_quantity: Annotated[Count | None, BeforeValidator(_number)] = None
    color: str = ""
    size: str = ""
    unit_pricing_measure: str = ""
    multipack: Annotated[Positive | None, BeforeValidator(_number)] = None
    max_per_order: Annotated[Positive | None, BeforeValidator(_number)] = None
    diet: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    contains: str | None = None
    goes_with: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    popularity: Annotated[Count | None, BeforeValidator(_number)] = None
    star_rating: Annotated[int, BeforeValidator(_stars)] = 0
    review_count: Annotated[Count | None, BeforeValidator(_number)] = None
    names: Mapping[str, str] = {}
    kinds: Mapping[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _by_language(cls, row: Mapping[str, str]) -> Mapping[str, Any]:
        found = [(match[1], match[2], row[name]) for name in row if (match := _IN_LANGUAGE.fullmatch(name))]
        names = {language: value for column, language, value in found if value and column == "spoken_title"}
        kinds = {language: value for column, language, value in found if value and column == "product_type"}
        return {**row, "names": names, "kinds": kinds}

    def product(self, *, language: str) -> Product:
        """Raises ValueError naming the field in its first word."""
        folded = re.sub(r"[\s-]+", "_", self.availability.lower()) or "in_stock"
        if folded not in _AVAILABLE:
            known = ", ".join(sorted(_AVAILABLE))
            raise ValueError(f"availability {self.availability!r} is none of {known}")
        stock = _AVAILABLE[folded]
        if stock is None:
            stock = self.sell_on_google_quantity
        contains = None
        if self.contains is not None:
            contains = tuple(part.strip() for part in self.contains.split(",") if part.strip())
        return Product(
            sku=self.id,
            title=self.title,
            names={**self.names, **({language: self.spoken_title} if self.spoken_title else {})},
            also=self.also_said,
            price=self.price,
            offer=self._offer(),
            brand=self.brand,
            category=_path(self.product_type),
            categories={language: _path(kind) for language, kind in self.kinds.items()},
            description=self.description,
            group=self.item_group_id,
            colour=self.color,
            size=self.size,
            measure=self._measure(),
            multipack=self.multipack or 1,
            limit=self.max_per_order,
            diet=tuple(word.lower() for word in self.diet),
            contains=contains,
            goes_with=self.goes_with,
            popularity=self.popularity or 0,
            rating=self.star_rating if self.review_count else 0,
            reviews=self.review_count or 0,
            stock=stock,
        )

    def _offer(self) -> Offer | None:
        if self.sale_price is None:
            return None
        if self.sale_price.currency != self.price.currency:
            raise ValueError("sale_price is in another currency than price; write both in one")
        if not self.sale_price_effective_date:
            return Offer(self.sale_price)
        try:
            starts, ends = map(datetime.fromisoformat, self.sale_price_effective_date.split("/"))
        except ValueError:
            raise ValueError(
                "sale_price_effective_date wants two ISO 8601 times with a slash between"
            ) from None
        if starts.tzinfo is None or ends.tzinfo is None:
            raise ValueError("sale_price_effective_date needs a time zone, as in 2026-11-01T00:00-05:00")
        if starts >= ends:
            raise ValueError("sale_price_effective_date ends before it starts; swap its two times")
        return Offer(self.sale_price, starts, ends)

    def _measure(self) -> Measure | None:
        found = _MEASURE.match(self.unit_pricing_measure)
        milli = int(Decimal(found[1]) * 1000) if found else 0
        if not found or not milli:
            return None
        unit = found[2].lower().rstrip(".")
        return Measure(milli, _UNITS.get(unit, unit))


def spoken_languages(header: str) -> tuple[str, ...]:
    """The languages a feed has names in besides its own and that are searched here, by its first line."""
    found = (_IN_LANGUAGE.fullmatch(column) for column in Rows([header]).columns)
    named = dict.fromkeys(match[2] for match in found if match and match[1] == "spoken_title")
    return tuple(language for language in named if is_searched(language))


def read_google(lines: Iterable[str], *, language: str) -> Iterator[Product | Problem]:
    """Each row as a product or as what is wrong with it. Tab or comma separated, told by the header.
    A first problem with `row` 0 means the file is no such feed at all."""
    rows = Rows(lines)
    missing = [name for name in ("id", "title", "price") if name not in rows.columns]
    if missing:
        yield Problem(0, "header", f"columns missing: {', '.join(missing)}; the first line must name them")
        return
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Broken):
            yield Problem(number, row.column, row.message)
            continue
        try:
            product = GoogleRow.model_validate(row).product(language=language)
        except ValidationError as error:
            yield Problem(number, *_said(error.errors()[0]))
        except ValueError as error:
            field, _, message = str(error).partition(" ")
            yield Problem(number, field, message)
        else:
            if product.sku in seen:
                yield Problem(number, "id", f"{product.sku} stands in an earlier row; ids must differ")
            else:
                seen.add(product.sku)
                yield product


def _said(wrong: ErrorDetails) -> tuple[str, str]:
    remedy = _REMEDIES.get(wrong["type"])
    message = remedy.format(**wrong.get("ctx", {})) if remedy else wrong["msg"].removeprefix("Value error, ")
    return str(wrong["loc"][0]), message

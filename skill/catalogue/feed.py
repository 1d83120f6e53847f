"""Google-format product feeds (TSV or CSV): rows in, products and row reports out.

Attribute names and money forms: support.google.com/merchants/answer/7052112. Read as a stream, so that
a feed of any length needs the memory of one row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from babel.numbers import get_currency_precision, is_currency
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

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
_MEASURE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z. ]+?)\s*$")
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
_AVAILABLE = {"in_stock": None, "out_of_stock": 0, "preorder": 0, "backorder": 0}


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
    number, code = (parts[0], parts[1]) if parts[0][:1].isdigit() else (parts[1], parts[0])
    code = code.upper()
    if not is_currency(code):
        raise ValueError(f"{code} is no ISO 4217 currency")
    try:
        minor = Decimal(number) * 10 ** get_currency_precision(code)
    except InvalidOperation:
        raise ValueError(f"{number} is no amount; write it as in 15.00") from None
    if minor != minor.to_integral_value() or minor < 0:
        raise ValueError(f"{number} {code} has a part smaller than the currency's smallest unit")
    return Money(int(minor), code)


def _money(value: Any) -> Any:
    return money(value) if isinstance(value, str) and value.strip() else None if value == "" else value


def _words(value: Any) -> Any:
    return tuple(value.split()) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    return None if value == "" else value


class GoogleRow(BaseModel):
    """One row of the feed. Columns not named here are ignored, as Google ignores ours: `spoken_title`
    (how the name is said), `max_per_order`, `diet`, `contains`, `goes_with` and `popularity`."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="ignore", str_strip_whitespace=True)

    id: Annotated[str, Field(min_length=1, max_length=50)]
    title: Annotated[str, Field(min_length=1, max_length=500)]
    price: Annotated[Money, BeforeValidator(_money)]
    availability: str = "in_stock"
    item_group_id: str = ""
    spoken_title: str = ""
    description: str = ""
    brand: str = ""
    product_type: str = ""
    sale_price: Annotated[Money | None, BeforeValidator(_money)] = None
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
    popularity: Annotated[int | None, BeforeValidator(_number)] = None

    def product(self, *, language: str) -> Product:
        """Raises ValueError naming the field in its first word."""
        folded = re.sub(r"[\s-]+", "_", self.availability.lower())
        if folded not in _AVAILABLE:
            raise ValueError(f"availability {self.availability!r} is none of {', '.join(sorted(_AVAILABLE))}")
        stock = _AVAILABLE[folded]
        if stock is None:
            stock = self.sell_on_google_quantity
        contains = None
        if self.contains is not None:
            contains = tuple(part.strip() for part in self.contains.split(",") if part.strip())
        return Product(
            sku=self.id,
            title=self.title,
            names={language: self.spoken_title} if self.spoken_title else {},
            price=self.price,
            offer=self._offer(),
            brand=self.brand,
            category=tuple(part.strip() for part in self.product_type.split(">") if part.strip()),
            description=self.description,
            group=self.item_group_id,
            colour=self.color,
            size=self.size,
            measure=self._measure(),
            multipack=self.multipack or 1,
            limit=self.max_per_order,
            diet=self.diet,
            contains=contains,
            goes_with=self.goes_with,
            popularity=self.popularity or 0,
            stock=stock,
        )

    def _offer(self) -> Offer | None:
        if self.sale_price is None:
            return None
        if self.sale_price.currency != self.price.currency:
            raise ValueError("sale_price is in another currency than price")
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
        return Offer(self.sale_price, starts, ends)

    def _measure(self) -> Measure | None:
        found = _MEASURE.match(self.unit_pricing_measure)
        if not found:
            return None
        unit = found[2].lower().rstrip(".")
        return Measure(int(Decimal(found[1]) * 1000), _UNITS.get(unit, unit))


def read_google(lines: Iterable[str], *, language: str) -> Iterator[Product | Problem]:
    """Each row as a product or as what is wrong with it. Tab or comma separated, told by the header.
    A first problem with `row` 0 means the file is no such feed at all."""
    source = iter(lines)
    header = next(source, "")
    dialect = "excel-tab" if "\t" in header else "excel"
    names = [name.strip().lower().replace(" ", "_") for name in next(csv.reader([header], dialect), [])]
    missing = [name for name in ("id", "title", "price") if name not in names]
    if missing:
        yield Problem(0, "header", f"columns missing: {', '.join(missing)}")
        return
    seen: set[str] = set()
    for number, raw in enumerate(csv.DictReader(source, fieldnames=names, dialect=dialect), start=1):
        row = {name: value or "" for name, value in raw.items() if isinstance(name, str)}
        try:
            product = GoogleRow.model_validate(row).product(language=language)
        except ValidationError as error:
            first = error.errors()[0]
            yield Problem(number, str(first["loc"][0]), first["msg"].removeprefix("Value error, "))
        except ValueError as error:
            yield Problem(number, str(error).split(" ")[0], str(error))
        else:
            if product.sku in seen:
                yield Problem(number, "id", f"{product.sku} stands in an earlier row; ids must differ")
            else:
                seen.add(product.sku)
                yield product

"""One canonical row as a product: the single model behind every dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from skill.catalogue.dialects.row import Row
from skill.catalogue.feed_text import plain
from skill.catalogue.feed_types import (
    Asides,
    Count,
    Doubtful,
    Held,
    Limit,
    LowerPrice,
    Name,
    Parts,
    Path,
    Phrases,
    Price,
    Stars,
    Text,
    Words,
    path,
)
from skill.catalogue.feed_values import Unclear, moment
from skill.catalogue.problem import Problem, kinds
from skill.commerce.money import Money
from skill.commerce.product import Offer, Product

# Availability words, folded, of Google, Meta, OpenAI, ACP and schema.org: whether one can have it now.
_THERE = frozenset(
    [
        "in_stock",
        "instock",
        "limited_stock",
        "low_stock",
        "limitedavailability",
        "limited_availability",
        "onlineonly",
        "online_only",
        "available",
    ]
)
_NOT_THERE = frozenset(
    [
        "out_of_stock",
        "outofstock",
        "preorder",
        "pre_order",
        "presale",
        "pre_sale",
        "backorder",
        "back_order",
        "available_for_order",
        "soldout",
        "sold_out",
        "madetoorder",
        "made_to_order",
        "reserved",
        "instoreonly",
        "in_store_only",
    ]
)
_GONE = frozenset({"discontinued"})
_TO_COME = frozenset(
    ["preorder", "pre_order", "presale", "pre_sale", "backorder", "back_order", "available_for_order"]
)
_KNOWN = "backorder, in_stock, out_of_stock, preorder"
# Pydantic's own kinds of errors, as ours.
_CODES = {
    "missing": "empty",
    "string_too_short": "empty",
    "too_short": "empty",
    "string_too_long": "too_long",
    "int_parsing": "no_number",
    "int_parsing_size": "no_number",
    "int_from_float": "no_number",
    "int_type": "no_number",
    "greater_than_equal": "number_too_small",
    "less_than_equal": "number_too_large",
}
_EMPTY_COUNTS = frozenset({"id", "title", "price", "contains"})
_LIMITS = ("max_length", "ge", "le")


class FeedRow(BaseModel):
    """A row in Google's columns and ours. Others are ignored, as Google ignores ours: `spoken_title` (how
    the name is said), `also_said` (other names, and how a recogniser writes them, between semicolons),
    `max_per_order`, `diet`, `contains`, `goes_with` and `popularity`; `star_rating` and `review_count` are
    those of the OpenAI product feed (developers.openai.com/commerce); `spoken_title_de` and
    `product_type_de` are for shoppers who speak German, and so on."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="ignore", str_strip_whitespace=True)

    id: Annotated[Name, Field(min_length=1, max_length=100)]
    title: Annotated[Name, Field(min_length=1, max_length=500)]
    price: Price
    availability: Text = "in_stock"
    availability_date: Text = ""
    item_group_id: Text = ""
    spoken_title: Text = ""
    also_said: Phrases = ()
    description: Text = ""
    brand: Text = ""
    product_type: Path = ()
    sale_price: LowerPrice = None
    list_price: LowerPrice = None
    sale_price_effective_date: Text = ""
    sell_on_google_quantity: Count = None
    color: Text = ""
    size: Text = ""
    unit_pricing_measure: Held = None
    multipack: Doubtful = None
    max_per_order: Limit = None
    diet: Words = ()
    contains: Parts = None
    goes_with: Words = ()
    popularity: Doubtful = None
    star_rating: Stars = 0
    review_count: Doubtful = None


_IN_LANGUAGE = re.compile(r"(spoken_title|product_type)_([a-z]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a feed's rows are read: in the shop's `language`, plain amounts in `currency`, times without a
    zone in `zone` (None: UTC, and told), what has passed by `now` (None: nothing)."""

    language: str
    currency: str | None = None
    zone: tzinfo | None = None
    now: datetime | None = None


@lru_cache(maxsize=1024)
def in_language(column: str) -> tuple[str, str] | None:
    """A column for one language as its plain name and the language: "spoken_title_de"."""
    found = _IN_LANGUAGE.fullmatch(column)
    return (found[1], found[2]) if found else None


def products(row: Row, *, reading: Reading) -> Iterator[Product | Problem]:
    """What a canonical row becomes: its doubts and the product, or what loses it."""
    asides = Asides(reading.currency)
    # An empty cell says as much as none, but in these.
    told = {name: value for name, value in row.values.items() if value != "" or name in _EMPTY_COUNTS}
    sku = str(row.values.get("id", ""))[:100]
    try:
        product = _product(FeedRow.model_validate(told, context=asides), row, asides, reading)
    except ValidationError as error:
        wrong, code, told = _said(error.errors(include_url=False, include_input=False)[0])
        yield Problem(row.number, row.names.get(wrong, wrong), code, told, sku=sku)
        return
    except _Lost as lost:
        column = row.names.get(lost.column, lost.column)
        yield Problem(row.number, column, lost.code, lost.values, sku=sku)
        return
    for column, code, values in asides.doubts:
        yield Problem(row.number, row.names.get(column, column), code, values, sku=sku)
    yield product


class _Lost(Unclear):
    """Raised when a column, read beside others, loses the row."""

    def __init__(self, column: str, code: str, **values: str) -> None:
        super().__init__(code, **values)
        self.column = column


def _product(read: FeedRow, row: Row, asides: Asides, reading: Reading) -> Product:
    names, categories = {}, {}
    for column, value in row.values.items():
        if (found := in_language(column)) and value:
            if found[0] == "spoken_title":
                names[found[1]] = plain(str(value)).strip()
            else:
                categories[found[1]] = path(value)
    if read.spoken_title:
        names[reading.language] = read.spoken_title
    price, offer = _prices(read, asides, reading)
    return Product(
        sku=read.id,
        title=read.title,
        names=names,
        also=read.also_said,
        price=price,
        offer=offer,
        brand=read.brand,
        category=read.product_type,
        categories=categories,
        description=read.description,
        group=read.item_group_id,
        colour=read.color,
        size=read.size,
        measure=read.unit_pricing_measure,
        multipack=read.multipack or 1,
        limit=read.max_per_order,
        diet=tuple(word.lower() for word in read.diet),
        contains=read.contains,
        goes_with=read.goes_with,
        popularity=read.popularity or 0,
        rating=read.star_rating if read.review_count else 0,
        reviews=read.review_count or 0,
        stock=_stock(read, asides, reading),
    )


def _stock(read: FeedRow, asides: Asides, reading: Reading) -> int | None:
    folded = re.sub(r"[\s_-]+", "_", read.availability.strip().lower()) or "in_stock"
    if folded in _GONE:
        raise _Lost("availability", "left_out", state=folded)
    if folded in _THERE:
        return read.sell_on_google_quantity
    if folded == "unknown":
        asides.doubt("availability", Unclear("availability_unknown"))
    elif folded not in _NOT_THERE:
        raise _Lost("availability", "not_in_stock_words", text=repr(read.availability[:40]), known=_KNOWN)
    if read.availability_date and folded in _TO_COME and reading.now:
        try:
            # A date is one of a day: where on earth does not matter to it.
            comes = _aware(moment(read.availability_date), reading)[0]
            if comes < reading.now:
                passed = Unclear("availability_date_passed", text=read.availability_date[:40])
                asides.doubt("availability_date", passed)
        except Unclear:
            unknown = Unclear("availability_date_unknown", text=read.availability_date[:40])
            asides.doubt("availability_date", unknown)
    return 0


def _prices(read: FeedRow, asides: Asides, reading: Reading) -> tuple[Money, Offer | None]:
    """The regular price and the lower one. Some say what is paid and what it used to be (`list_price`),
    some the regular price and what is paid (`sale_price`)."""
    price, lower = read.price, read.sale_price
    if lower is None and read.list_price and read.list_price.currency == price.currency:
        # What it used to cost is often told of what has gone up since: no offer, and no mistake.
        lower = price if read.list_price > price else None
        price = max(read.list_price, price)
    if lower is None:
        return price, None
    if lower.currency != price.currency:
        raise _Lost("sale_price", "sale_in_other_currency")
    starts, ends = _dates(read.sale_price_effective_date, asides, reading)
    if lower >= price:
        asides.doubt("sale_price", Unclear("sale_not_lower"))
        return price, None
    return price, Offer(lower, starts, ends)


def _dates(text: str, asides: Asides, reading: Reading) -> tuple[datetime | None, datetime | None]:
    """Two times with a slash between; either may be left open."""
    column = "sale_price_effective_date"
    if not text.strip(" /"):
        return None, None
    first, slash, last = text.partition("/")
    if not slash or "/" in last:
        raise _Lost(column, "sale_dates")
    found: list[datetime | None] = []
    zoned = True
    for part, is_end in ((first, False), (last, True)):
        try:
            at, known = _aware(moment(part, ends=is_end), reading) if part.strip() else (None, True)
        except Unclear:
            raise _Lost(column, "sale_dates") from None
        found.append(at)
        zoned = zoned and known
    starts, ends = found
    if starts and ends and starts >= ends:
        raise _Lost(column, "sale_dates_swapped")
    if not zoned:
        asides.doubt(column, Unclear("no_time_zone"))
    return starts, ends


def _aware(at: datetime, reading: Reading) -> tuple[datetime, bool]:
    """With its zone, and whether that is known."""
    if at.tzinfo is not None:
        return at, True
    return at.replace(tzinfo=reading.zone or UTC), reading.zone is not None


def _said(wrong: ErrorDetails) -> tuple[str, str, dict[str, str]]:
    """Column, code and values of what pydantic found first."""
    context = wrong.get("ctx", {})
    code = wrong["type"] if wrong["type"] in kinds() else _CODES.get(wrong["type"], "no_number")
    values = {name: str(value) for name, value in context.items()}
    limit = next((values[name] for name in _LIMITS if name in values), "")
    return str(wrong["loc"][0]), code, {**values, "limit": limit}

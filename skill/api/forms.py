"""Products, stock and prices as JSON: what is sent, and what is answered."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    model_validator,
)

MOST_ROWS = 1_000
MOST_PAGE = 1_000
# No control characters, which no feed and no voice has.
_TEXT = r"^[^\x00-\x1f\x7f]*$"
_LANGUAGE = r"^[a-z]{2}(-[A-Z]{2})?$"
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII)
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Minor = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
Sku = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_TEXT)]
Short = Annotated[str, StringConstraints(max_length=100, pattern=_TEXT)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_TEXT)]
Language = Annotated[str, StringConstraints(pattern=_LANGUAGE)]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]


def _moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not _RFC3339.fullmatch(value):
        raise ValueError("is no time with its offset, as in 2026-11-21T18:30:00Z")
    moment = datetime.fromisoformat(value.upper())
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of time") from None
    return moment


# Not as seconds since 1970, which pydantic takes besides.
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class Strict(BaseModel):
    """A form that takes what it names and nothing else."""

    model_config = ConfigDict(extra="forbid")


class MoneyForm(Strict):
    """`amount` in minor units of `currency` (ISO 4217): 399 USD is $3.99, 399 JPY is ¥399."""

    amount: Minor
    currency: Currency


class OfferForm(Strict):
    """A lower price, live from `starts` until `ends`; each may be open."""

    price: MoneyForm
    starts: Moment | None = None
    ends: Moment | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts and self.ends and self.starts >= self.ends:
            raise ValueError("ends before it starts")
        return self


class MeasureForm(Strict):
    """How much one piece holds in all, in thousandths of `unit`: 12 oz is 12000 oz. Units that are
    understood: mg g kg oz lb, ml cl l floz pt qt gal, ct."""

    milli: Annotated[int, Field(ge=1, le=1_000_000_000_000)]
    unit: Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=_TEXT)]


class ProductForm(Strict):
    """A product. `names` by language or locale ("en", "de-DE"), as they are spoken; `also` other ways it is
    called; `categories` the category by language; `group` what its variants share; `limit` pieces an order;
    `contains` allergens (null: not known); `rating` in tenths of five stars. `left`: pieces left (null: not
    counted). Leave it out and the stock stays as it is; that of a new product is then not counted."""

    sku: Sku
    title: Name
    price: MoneyForm
    names: Annotated[dict[Language, Name], Field(max_length=50)] = {}
    also: Annotated[list[Name], Field(max_length=50)] = []
    brand: Short = ""
    category: Annotated[list[Name], Field(max_length=20)] = []
    categories: Annotated[dict[Language, list[Name]], Field(max_length=50)] = {}
    description: Annotated[str, StringConstraints(max_length=10_000)] = ""
    offer: OfferForm | None = None
    group: Short = ""
    colour: Short = ""
    size: Short = ""
    measure: MeasureForm | None = None
    multipack: Annotated[int, Field(ge=1, le=100_000)] = 1
    limit: Annotated[int, Field(ge=1, le=100_000)] | None = None
    diet: Annotated[list[Short], Field(max_length=50)] = []
    contains: Annotated[list[Short], Field(max_length=50)] | None = None
    goes_with: Annotated[list[Sku], Field(max_length=50)] = []
    popularity: Count = 0
    rating: Annotated[int, Field(ge=0, le=50)] = 0
    reviews: Count = 0
    left: Count | None = None


class ProductPage(BaseModel):
    """`next`: what to send as `after` for the products that follow; null when there are none."""

    products: list[ProductForm]
    next: str | None


class ProductsForm(RootModel[Annotated[list[ProductForm], Field(min_length=1, max_length=MOST_ROWS)]]):
    """Products to put in, or in place of those with the same SKU. All of them or none."""


class Put(BaseModel):
    """What was put: how many products are `new`, and how many `changed`."""

    new: int
    changed: int


class StockForm(Strict):
    """Either `left`, the pieces there are (null: not counted), or `change`, pieces more or, below 0, less."""

    sku: Sku
    left: Count | None = None
    change: Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if ("left" in self.model_fields_set) is (
            "change" in self.model_fields_set and self.change is not None
        ):
            raise ValueError('give either "left" or "change"')
        if self.change == 0:
            raise ValueError("change: 0 changes nothing")
        return self


class StocksForm(RootModel[Annotated[list[StockForm], Field(min_length=1, max_length=MOST_ROWS)]]):
    """Stock by SKU; each SKU once."""


class PriceForm(Strict):
    """A new `price`, a new `offer` (null takes it away), or both; what is left out stays."""

    sku: Sku
    price: MoneyForm | None = None
    offer: OfferForm | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.price is None and "offer" not in self.model_fields_set:
            raise ValueError('give "price", "offer" or both')
        return self


class PricesForm(RootModel[Annotated[list[PriceForm], Field(min_length=1, max_length=MOST_ROWS)]]):
    """Prices by SKU; each SKU once."""


class RowForm(BaseModel):
    """What became of one row: it is `done`, or `problem` says why not and `remedy` what to do. `left`: pieces
    after it, where the row was about stock."""

    sku: str
    done: bool
    problem: str = ""
    remedy: str = ""
    left: int | None = None


class RowsForm(BaseModel):
    """What became of each row, in the order they were sent."""

    done: int
    refused: int
    rows: list[RowForm]


class ProductsQuery(Strict):
    """`after`: the SKU after which to go on."""

    after: Annotated[str, StringConstraints(max_length=100)] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_PAGE)] = 100


def each_once(skus: list[str]) -> int | None:
    """The place of the first SKU that stood before; None when each stands once."""
    seen: set[str] = set()
    for place, sku in enumerate(skus):
        if sku in seen:
            return place
        seen.add(sku)
    return None

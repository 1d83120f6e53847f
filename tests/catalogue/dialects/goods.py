"""Products to write feeds of: any that a feed can carry, and what each dialect carries of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product

# Words of three scripts, and what confuses parsers; what HTML is made of has tests of its own.
TELLING = (
    "abc",
    "X",
    "äöü",
    "سلام",
    "牛乳",
    "0",
    "12.5",
    ".",
    ",",
    ";",
    ":",
    '"',
    "'",
    "(-)",
    "!",
    "%",
    "/",
    "#",
    "*_=",
)
# Inside lists and paths.
PLAIN = ("abc", "X", "äöü", "سلام", "牛乳", "0", "12", "(-)")
UNITS = ("g", "kg", "ml", "l", "oz", "lb", "floz", "ct")
CURRENCIES = ("USD", "EUR", "JPY", "KWD")


def words(known: tuple[str, ...] = TELLING, *, least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(known), min_size=least, max_size=3).map(" ".join)


def _names() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(words(PLAIN, least=1), max_size=2).map(tuple)


def _tags() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(["vegan", "a-b", "x", "sugar-free"]), max_size=2).map(tuple)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0, tzinfo=timezone(timedelta(hours=-5)))
)


@st.composite
def products(draw: st.DrawFn, sku: str, currency: str) -> Product:
    """One product, all of whose fields are any."""
    price = draw(st.integers(1, 10_000_000))
    offer = None
    if draw(st.booleans()):
        starts = draw(st.none() | moments)
        ends = draw(st.none() | moments)
        if starts and ends and starts >= ends:
            starts = None
        offer = Offer(Money(draw(st.integers(0, price - 1)), currency), starts, ends)
    reviews = draw(st.integers(0, 5000))
    measures = st.builds(Measure, st.integers(1, 10**8), st.sampled_from(UNITS))
    spoken = draw(words(least=1) | st.just(""))
    german = draw(words(least=1) | st.just(""))
    return Product(
        sku=sku,
        title=draw(words(least=1)),
        price=Money(price, currency),
        names={language: name for language, name in (("en", spoken), ("de", german)) if name},
        also=draw(_names()),
        brand=draw(words(PLAIN)),
        category=draw(_names()),
        description=draw(words()),
        offer=offer,
        group=draw(st.sampled_from(["", "g1", "g2"])),
        colour=draw(words(PLAIN)),
        size=draw(words(PLAIN)),
        measure=draw(st.none() | measures),
        multipack=draw(st.integers(1, 24)),
        limit=draw(st.none() | st.integers(1, 99)),
        diet=draw(_tags()),
        contains=draw(_names()),
        goes_with=draw(_tags()),
        popularity=draw(st.integers(0, 10**6)),
        rating=draw(st.integers(0, 50)) if reviews else 0,
        reviews=reviews,
        stock=draw(st.none() | st.integers(0, 10**6)),
    )


@st.composite
def catalogues(draw: st.DrawFn, currency: str | None = None) -> list[Product]:
    """A few products of one currency, every SKU once, variants of one group one after the other."""
    skus = draw(st.lists(st.sampled_from(["a", "B-1", "007", "x_y.z", "sku"]), max_size=3, unique=True))
    of = currency or draw(st.sampled_from(CURRENCIES))
    found = [draw(products(sku, of)) for sku in skus]
    return sorted(found, key=lambda product: product.group)


def only(product: Product, kept: Iterable[str]) -> Product:
    """The product without all other fields."""
    kept = {"sku", "title", "price", *kept}
    given = {each.name: getattr(product, each.name) for each in fields(Product) if each.name in kept}
    assert all(
        each.name in kept or each.default is not MISSING or each.default_factory is not MISSING
        for each in fields(Product)
    )
    return Product(**given)


def undated(product: Product) -> Product:
    """With an offer that is always on."""
    return replace(product, offer=Offer(product.offer.price)) if product.offer else product


def by_days(product: Product) -> Product:
    """With an offer from a day's begin to a day's end, in UTC."""
    if product.offer is None:
        return product
    starts, ends = product.offer.starts, product.offer.ends
    first = starts.replace(hour=0, minute=0, tzinfo=UTC) if starts else None
    last = ends.replace(hour=0, minute=0, tzinfo=UTC) + timedelta(days=1) if ends else None
    return replace(product, offer=Offer(product.offer.price, first, last))


def grouped(products: Iterable[Product]) -> list[Product]:
    """Every product in a group, of its own where it has none."""
    return [replace(product, group=product.group or f"of {product.sku}") for product in products]


def whole(products: Iterable[Product], shared: Iterable[str]) -> list[Product]:
    """Those of a group with the `shared` fields of its first."""
    firsts: dict[str, Product] = {}
    told: list[Product] = []
    for product in products:
        first = firsts.setdefault(product.group, product)
        taken: Mapping[str, object] = {name: getattr(first, name) for name in shared}
        told.append(replace(product, **taken) if product.group else product)  # type: ignore[arg-type]
    return told

"""What a search comes to: one product, several that fit equally, or nothing and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from skill.catalogue.ranking import Rank
from skill.catalogue.records import parse, sku_of
from skill.catalogue.words import Query
from skill.commerce.money import Money
from skill.commerce.product import Product

# Scores this near to the best tie with it: words cannot tell which was meant.
_TIE = 0.2
# An offer counts in a tie as much as five points of popularity.
_OFFER = 0.01


@dataclass(frozen=True, slots=True)
class Found:
    """One product, clearly meant. `whole`: it holds every word of the query. `why`: what settled it when
    words alone did not: "bought" (this shopper had it before)."""

    product: Product
    whole: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Several:
    """Products the words fit equally, best first; `close` counts how many of them really tie. Without
    `whole` none holds every word of the query: they are only the nearest."""

    products: Sequence[Product]
    close: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Nothing:
    """`reason`: "unknown" (no such product), or the wish that no such product fulfils, with what is
    `nearest` when it is left out: "price" (only outside the bounds), "only" (none is such), "without" (all
    have it), "offer" (none is reduced)."""

    reason: str
    nearest: tuple[Product, ...] = ()


Result = Found | Several | Nothing


@dataclass(frozen=True, slots=True)
class Scored:
    """A product found, as its record, and how its rank came about."""

    record: bytes
    rank: Rank

    @property
    def product(self) -> Product:
        """Read each time; what only needs its SKU should ask for that."""
        return parse(self.record)

    @property
    def sku(self) -> str:
        return sku_of(self.record)

    @property
    def score(self) -> float:
        return self.rank.score

    @property
    def cover(self) -> int:
        return self.rank.cover

    @property
    def head(self) -> bool:
        return self.rank.head


class Shelf(Sequence[Product]):
    """Products in order, each read when it is looked at: of thirty found, three are read out."""

    def __init__(self, records: Sequence[bytes]) -> None:
        self._records = records

    @property
    def skus(self) -> tuple[str, ...]:
        """Their SKUs, without reading them."""
        return tuple(map(sku_of, self._records))

    @overload
    def __getitem__(self, at: int) -> Product: ...

    @overload
    def __getitem__(self, at: slice) -> Shelf: ...

    def __getitem__(self, at: int | slice) -> Product | Shelf:
        return Shelf(self._records[at]) if isinstance(at, slice) else parse(self._records[at])

    def __len__(self) -> int:
        return len(self._records)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self._records))


def skus_of(products: Sequence[Product]) -> tuple[str, ...]:
    """The SKUs of products, read or not."""
    return products.skus if isinstance(products, Shelf) else tuple(product.sku for product in products)


def decide(hits: Sequence[Scored], query: Query) -> Found | Several:
    """One or several, of hits that are there: one when it alone leads, or when an order was asked for."""
    close, covered = ties(hits), hits[0].cover == 100
    ordered = query.cheapest or query.dearest
    if query.text and (ordered or (close == 1 and covered)):
        return Found(hits[0].product, covered)
    if not ordered:
        # Of what fits equally, what is sold out comes after the rest (it is not hidden), and what is on offer
        # now a little further up.
        tied = sorted(hits[:close], key=lambda hit: (hit.rank.sold_out, -_score(hit, query)))
        hits = (*tied, *hits[close:])
    return Several(Shelf([hit.record for hit in hits]), len(hits) if ordered else close, covered)


def _score(hit: Scored, query: Query) -> float:
    return hit.score + (_OFFER if hit.rank.offered and hit.product.on_offer(query.now) else 0.0)


def whole(hits: Sequence[Scored]) -> tuple[Scored, ...]:
    """The hits with every word asked for, where there are any: whatever lacks a word that others have is
    another thing, as "oat milk" is no soy milk."""
    return tuple(hit for hit in hits if hit.cover == 100) or tuple(hits)


def worth_saying(ranks: Sequence[Rank], *, floor: int) -> list[Rank]:
    """Of the ranking, what is of the kind asked for and holds at least `floor` percent of the query."""
    kept = [rank for rank in ranks if rank.cover >= floor]
    if any(rank.head for rank in kept):
        best = max(rank.cover for rank in kept if rank.head)
        kept = [rank for rank in kept if rank.head or rank.cover > best]
    return kept


def ties(hits: Sequence[Scored]) -> int:
    """How many of the first hits tie with the best."""
    best = hits[0]
    return sum(1 for hit in hits if hit.cover == best.cover and hit.score >= best.score - _TIE)


def distance(price: Money, query: Query) -> int:
    """How far a price lies outside the bounds, in minor units."""
    if query.high is not None and price.minor > query.high:
        return price.minor - query.high
    return query.low - price.minor if query.low is not None else 0

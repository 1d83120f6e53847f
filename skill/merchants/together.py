"""What is bought together, counted from a shop's own orders.

Counted are shoppers, not orders: two things go together when enough different people bought both in one
order, so that nobody can be recognised by what is said. What was erased or came to nothing counts for nobody.
Orders are read one after the other and put aside in a file; memory is bounded by what is sold, not by how
much.

A pair is told when it is bought more often than chance has it, and ranked by its confidence times the
logarithm of its lift (Agrawal et al., "Mining association rules between sets of items in large databases",
1993; lift by Brin et al., 1997): what is often bought with it, but not what is in every basket anyway."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import groupby
from math import log

from skill.commerce.coupon import UNDONE
from skill.commerce.options import base_of
from skill.commerce.order import is_attributed
from skill.dialogue.together import KIND, SHELVES, shelf_of
from skill.selling import Selling, every_order
from skill.shop import Stocking

# What is kept of a product: enough that some can be had.
MOST = 6
# Less than this more often than chance is chance.
LEAST_LIFT = 1.2
# Days of orders that count: a year holds every season.
DAYS = 365
DAILY = timedelta(days=1)
# The document that tells when it was counted last, and what of.
RUN = "counted"
_ROWS = 2_000
_PROGRESS = 1_000
_CACHE_KIB = 16_384


@dataclass(frozen=True, slots=True)
class Basket:
    """What somebody bought at once."""

    shopper: str
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Of `of` shoppers who bought `sku`, `both` had `other` in the same basket; `lift`: how many times as
    often as if one had nothing to do with the other."""

    sku: str
    other: str
    both: int
    of: int
    lift: float

    @property
    def confidence(self) -> float:
        return self.both / self.of

    @property
    def score(self) -> float:
        return self.confidence * log(self.lift)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count came to: baskets and shoppers looked at, `products` that something goes with, and `pairs`
    of them."""

    baskets: int
    shoppers: int
    products: int
    pairs: int


def baskets(store: Selling, *, since: datetime) -> Iterator[Basket]:
    """The orders of a shop that count, newest first, read page by page."""
    for order in every_order(store, since=since):
        if order.status not in UNDONE and is_attributed(order):
            yield Basket(order.shopper, tuple(dict.fromkeys(base_of(line.sku) for line in order.lines)))


class Together:
    """A count of baskets, in a file of its own that goes when it is closed."""

    def __init__(self) -> None:
        # An empty name is a file of SQLite's own, removed when it is closed.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._db.execute("PRAGMA temp_store = FILE")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE bought (basket INTEGER, sku INTEGER, shopper INTEGER, PRIMARY KEY (basket, sku))"
            " WITHOUT ROWID"
        )
        self._skus: dict[str, int] = {}
        self.baskets = 0

    def close(self) -> None:
        self._db.close()

    def add(self, bought: Iterable[Basket], *, progress: Callable[[int], None] = lambda _: None) -> None:
        """Count these baskets too; `progress` is told how many there are, now and then."""
        rows: list[tuple[int, int, int]] = []
        self._db.execute("BEGIN")
        for basket in bought:
            self.baskets += 1
            person = _number(basket.shopper)
            rows += ((self.baskets, self._of(sku), person) for sku in basket.skus)
            if len(rows) >= _ROWS:
                self._put(rows)
            if self.baskets % _PROGRESS == 0:
                progress(self.baskets)
        self._put(rows)
        self._db.execute("COMMIT")
        progress(self.baskets)

    def _put(self, rows: list[tuple[int, int, int]]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO bought VALUES (?, ?, ?)", rows)
        rows.clear()

    def _of(self, sku: str) -> int:
        return self._skus.setdefault(sku, len(self._skus))

    @property
    def shoppers(self) -> int:
        """How many different people there are."""
        (count,) = self._db.execute("SELECT COUNT(DISTINCT shopper) FROM bought").fetchone()
        return int(count)

    def pairs(self, *, floor: int, most: int = MOST) -> Iterator[tuple[Pair, ...]]:
        """Product by product what goes with it, best first, `most` of them: what at least `floor` shoppers
        bought together with it, and more often than by chance."""
        everybody = self.shoppers
        alone: dict[int, int] = dict(
            self._db.execute(
                "SELECT sku, COUNT(*) FROM (SELECT DISTINCT sku, shopper FROM bought)"
                " GROUP BY sku HAVING COUNT(*) >= ?",
                (floor,),
            )
        )
        # What too few bought is in no pair that enough bought.
        self._db.execute("CREATE TEMP TABLE common (sku INTEGER PRIMARY KEY)")
        self._db.executemany("INSERT INTO common VALUES (?)", ((sku,) for sku in alone))
        self._db.execute(
            "CREATE TEMP TABLE pair AS SELECT one, other, COUNT(*) AS both FROM ("
            " SELECT DISTINCT a.sku AS one, b.sku AS other, a.shopper FROM bought a"
            " JOIN bought b ON b.basket = a.basket AND b.sku > a.sku"
            " WHERE a.sku IN (SELECT sku FROM common) AND b.sku IN (SELECT sku FROM common))"
            " GROUP BY one, other HAVING COUNT(*) >= ?",
            (floor,),
        )
        names = list(self._skus)
        rows = self._db.execute(
            "SELECT one, other, both FROM pair UNION ALL SELECT other, one, both FROM pair ORDER BY 1"
        )
        for one, group in groupby(rows, key=lambda row: row[0]):
            found = (
                Pair(
                    sku=names[one],
                    other=names[other],
                    both=both,
                    of=alone[one],
                    lift=both * everybody / (alone[one] * alone[other]),
                )
                for _, other, both in group
            )
            kept = sorted(
                (pair for pair in found if pair.lift >= LEAST_LIFT),
                key=lambda pair: (-pair.score, pair.other),
            )[:most]
            if kept:
                yield tuple(kept)
        self._db.execute("DROP TABLE temp.pair")
        self._db.execute("DROP TABLE temp.common")


def _number(shopper: str) -> int:
    """A shopper as a number of 63 bits: should two ever be one, they count as one, and the floor holds."""
    return int.from_bytes(blake2b(shopper.encode(), digest_size=8).digest()) >> 1


def count(
    store: Stocking,
    *,
    now: datetime,
    floor: int,
    days: int = DAYS,
    progress: Callable[[int], None] = lambda _: None,
) -> Counted:
    """Count what was bought together in the last `days` and keep it for the turns that ask: of each product
    the SKUs that go with it, and no numbers. What too few bought by now is gone from there."""
    with closing(Together()) as together:
        together.add(baskets(store, since=now - timedelta(days=days)), progress=progress)
        shelves: dict[str, dict[str, list[str]]] = defaultdict(dict)
        pairs = 0
        for found in together.pairs(floor=floor):
            sku = found[0].sku
            shelves[shelf_of(sku)][sku] = [pair.other for pair in found]
            pairs += len(found)
        done = Counted(
            together.baskets, together.shoppers, sum(len(shelf) for shelf in shelves.values()), pairs
        )
    _keep(store, {id: _text(shelf) for id, shelf in shelves.items()})
    store.put_document(RUN, KIND, json.dumps({"at": now.isoformat()}))
    return done


def last_count(store: Stocking) -> datetime | None:
    """When it was counted last; None when it never was."""
    text = store.document(RUN, KIND)
    return datetime.fromisoformat(json.loads(text)["at"]) if text else None


class OutOfTime(Exception):
    """There are more orders than could be counted in the time there was; what was known stays."""


def count_due(
    store: Stocking, *, now: datetime, floor: int, still: Callable[[], bool] = lambda: True
) -> Counted | None:
    """Count if the last count is a day old; None when it is not. Raises OutOfTime once `still` says no, which
    is asked now and then."""

    def go_on(_: int) -> None:
        if not still():
            raise OutOfTime

    last = last_count(store)
    if last is not None and now - last < DAILY:
        return None
    return count(store, now=now, floor=floor, progress=go_on)


def _keep(store: Stocking, shelves: dict[str, str]) -> None:
    """Write what is new or differs, and drop what there is no longer."""
    before = dict(store.documents(KIND, limit=SHELVES))
    for id, text in shelves.items():
        if before.get(id) != text:
            store.put_document(KIND, id, text)
    for id in before.keys() - shelves.keys():
        store.drop_document(KIND, id)


def _text(shelf: dict[str, list[str]]) -> str:
    return json.dumps(dict(sorted(shelf.items())), ensure_ascii=False, separators=(",", ":"))

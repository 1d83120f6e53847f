"""Scale catalogues: real products multiplied into as many as are wanted, the same ones every time.

1. The products of Chorus/Icecat and then those of GroceryDB are the base, 43,591 in all. For fewer than
   these every so many-th is taken; for more each gives the same number of variants (or one more), one after
   the other as in a merchant's feed, so that a stream is enough.
2. A product's first variant is the product itself. The others differ in an option or two, as variants do:
   electronics in colour and pack, groceries in size and pack. Which come first depends on the product.
3. A merchant appends options to the title ("…, Midnight Blue, 2-Pack"); a grocery's own size gives way to the
   variant's. Size, colour, pack, price, sku and item group change with it; all else stays.
4. Prices follow size and pack: a pack of four costs 3.8 times one. GroceryDB has no prices here; its products
   get one between 1 and 20 dollars by their id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from zlib import crc32

from tests.bench import shared
from tests.bench.labelled import Record, read_records

# Bumped when the same numbers give other products.
SCALE = 1
BASES = ("data/search/chorus_icecat/products.jsonl.gz", "data/search/grocerydb/products.jsonl.gz")
COLOURS = (
    *("Black", "White", "Silver", "Midnight Blue", "Red", "Forest Green", "Rose Gold", "Graphite"),
    *("Purple", "Orange", "Sky Blue", "Sand"),
)
COLOUR_PACKS = (1, 2, 5)
SIZES = ("4 oz", "8 oz", "12 oz", "16 oz", "20 oz", "24 oz", "32 oz", "48 oz", "64 oz")
SIZE_PACKS = (1, 2, 4, 6, 12)
_GROCERY = "g_"
_PACK_SHARE = 0.95
_SIZE = re.compile(
    r"[\s,(-]*(?<![\w.])\d+(?:\.\d+)?[\s-]*"
    r"(?:fl\.? ?oz|oz|ounces?|lbs?|pounds?|ct|count|pks?|packs?|g|kg|ml|l|liters?|pt|pints?|qt|quarts?|gal"
    r"|gallons?)\b\.?"
    r"(?:\s*/\s*\d+\s*(?:ct|pk))?\)?",
    re.IGNORECASE,
)


def base() -> Iterator[Record]:
    """The products everything is made of. Raises NotReady when the shared data is absent."""
    for record in chain.from_iterable(read_records(shared(path)) for path in BASES):
        unpriced = record.id.startswith(_GROCERY)
        yield replace(record, price=1 + crc32(record.id.encode()) % 1900 / 100) if unpriced else record


def catalogue(count: int) -> Iterator[Record]:
    """The scale catalogue of `count` products."""
    return scaled(base(), total=sum(1 for _ in base()), count=count)


def scaled(records: Iterable[Record], *, total: int, count: int) -> Iterator[Record]:
    """`count` products made of these `total`. Raises ValueError when so many variants there are not."""
    for number, record in enumerate(records):
        wanted = count * (number + 1) // total - count * number // total
        yield from variants(record, count=wanted)


def variants(record: Record, *, count: int) -> Iterator[Record]:
    """The first `count` variants of a product. Raises ValueError when it has fewer."""
    grocery = record.id.startswith(_GROCERY)
    values, packs = (SIZES, SIZE_PACKS) if grocery else (COLOURS, COLOUR_PACKS)
    if count > len(values) * len(packs):
        raise ValueError(f"no product has more than {len(values) * len(packs)} variants; {count} were wanted")
    turn = crc32(record.id.encode())
    for number in range(count):
        if number == 0:
            yield replace(record, group=record.id)
            continue
        # Values go round from where this product starts; the pack changes after each round.
        value, pack = (turn + number) % len(values), packs[number // len(values)]
        yield _variant(record, number=number, value=values[value], pack=pack, grocery=grocery)


def sizeless(title: str) -> str:
    """A title without what it says of size and count."""
    return " ".join(_SIZE.sub(" ", title).split()).strip(" ,-") or title


def _variant(record: Record, *, number: int, value: str, pack: int, grocery: bool) -> Record:
    name = sizeless(record.title) if grocery else record.title
    packed = f", {pack}-Pack" if pack > 1 else ""
    factor = 1.0 if pack == 1 else pack * _PACK_SHARE
    if grocery:
        factor *= (1 + SIZES.index(value)) / 4
    else:
        factor *= 1 + COLOURS.index(value) / 100
    return replace(
        record,
        id=f"{record.id}-{number}",
        title=f"{name}, {value}{packed}",
        group=record.id,
        colour="" if grocery else value,
        size=value if grocery else "",
        multipack=pack,
        price=max(0.01, round(record.price * factor, 2)),
    )

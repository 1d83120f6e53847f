"""How fast each dialect is read, and in how much memory: `python -m tests.bench.reading [COUNT …]`.

Feeds are written to a temporary file, a thousand products at a time, and read in a process of their own
whose CPU time and peak are taken: what 100,000 rows take beside 10,000 tells whether memory grows."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from skill.catalogue.feed import read_feed
from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product
from tests.catalogue.dialects import writers

COUNTS = (10_000, 100_000)
# Products written at a time, a whole number of groups.
_BATCH = 1000
_COLOURS = ("red", "blue", "green", "black")


def catalogue(count: int) -> Iterator[Product]:
    """Products in groups of four, with all a merchant usually says."""
    for at in range(count):
        yield Product(
            sku=f"sku-{at}",
            title=f"Brindle oat drink number {at // 4}, {_COLOURS[at % 4]}",
            price=Money(199 + at % 5000, "USD"),
            names={"en": f"Brindle oat drink {at // 4}"},
            brand="Brindle",
            category=("Food", "Drinks", "Plant milk"),
            description="Creamy & smooth, made of whole oats; keep in the fridge after opening. " * 4,
            offer=Offer(Money(149 + at % 5000, "USD")) if at % 3 == 0 else None,
            group=f"group-{at // 4}",
            colour=_COLOURS[at % 4],
            measure=Measure(1_000_000, "ml"),
            rating=43,
            reviews=at % 100 + 1,
            stock=at % 50,
        )


def _lined(things: Callable[[list[Product]], list[dict[str, object]]]) -> Callable[[list[Product]], bytes]:
    return lambda products: writers.as_lines(things(products))


# How a batch is written; of tables the header is left out after the first, XML is wrapped once.
WRITERS: dict[str, Callable[[list[Product]], bytes]] = {
    "google tsv": writers.write_google,
    "google xml": lambda products: _items(writers.write_google_xml(products)),
    "meta csv": writers.write_meta,
    "openai csv": writers.write_openai,
    "openai jsonl": _lined(writers.openai_things),
    "acp jsonl": _lined(writers.acp_things),
    "shopify csv": writers.write_shopify,
    "woocommerce csv": lambda products: writers.write_woocommerce(products, parents_last=True),
    "magento csv": writers.write_magento,
    "jsonld jsonl": _lined(writers.jsonld_things),
    "openai json": lambda products: json.dumps(writers.openai_things(products))[1:-1].encode(),
}


def _items(feed: bytes) -> bytes:
    return feed[feed.index(b"<item>") : feed.rindex(b"</channel>")]


def write(name: str, count: int, path: Path) -> None:
    products = catalogue(count)
    form = name.partition(" ")[2]
    with path.open("wb") as file:
        if form == "xml":
            file.write(b'<rss xmlns:g="http://base.google.com/ns/1.0"><channel>')
        elif form == "json":
            file.write(b"[")
        first = True
        while batch := list(islice(products, _BATCH)):
            told = WRITERS[name](batch)
            if form in {"csv", "tsv"} and not first:
                told = told.partition(b"\n")[2]
            file.write(b"," + told if form == "json" and not first else told)
            first = False
        file.write({"xml": b"</channel></rss>", "json": b"]"}.get(form, b""))


def measure(name: str, path: Path) -> None:
    """Read the feed and print what it took, as one JSON object."""
    started = time.process_time()
    with path.open("rb") as file:
        count = sum(
            isinstance(item, Product) for item in read_feed(file, language="en", currency="USD").items
        )
    spent = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"name": name, "products": count, "seconds": spent, "peak": peak}))


def main(arguments: Sequence[str]) -> int:
    """The command line: how many products, COUNTS when left out."""
    if arguments and arguments[0] == "--one":
        measure(arguments[1], Path(arguments[2]))
        return 0
    counts = [int(argument) for argument in arguments] or COUNTS
    print("| Feed | Products | Bytes | Products a CPU second | Peak memory |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="sayso-bench-") as folder:
        path = Path(folder) / "feed"
        for name in WRITERS:
            for count in counts:
                write(name, count, path)
                command = (sys.executable, "-m", "tests.bench.reading", "--one", name, str(path))
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                found = json.loads(done.stdout)
                if found["products"] != count:
                    print(f"{name}: {found['products']} of {count} products", file=sys.stderr)
                    return 1
                speed = found["products"] / found["seconds"]
                size, peak = path.stat().st_size / 2**20, found["peak"] / 2**20
                print(f"| {name} | {count:,} | {size:.0f} MB | {speed:,.0f} | {peak:.0f} MB |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

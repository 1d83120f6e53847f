"""What an import takes: a Google feed of real products, by the command a merchant runs, in its own process.

`python -m tests.bench imports` measures 10,000 and 100,000; SAYSO_BENCH_IMPORTS="1000000" measures others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from skill.app import build
from skill.catalogue.shelf import Shelf
from skill.commerce.money import Money
from skill.deployment import place_of
from skill.merchants.publish import change
from skill.settings import from_environment
from skill.shop import NOBODY
from tests.bench import ROOT, Outcome, Row, WrongAnswer, environment
from tests.bench.import_feed import write_feed

SIZES = (10_000, 100_000)
SHOP = 'name = "Bench"\ncurrency = "USD"\n'
# Of a feed sent again, one row in so many is dearer.
DEARER = 100


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took: seconds, and its peak memory in megabytes; and what it printed."""

    wall: float
    peak: float
    out: str


def run() -> Outcome:
    """Import, import again, change a hundredth, change one price. Raises NotReady and WrongAnswer."""
    sizes = tuple(map(int, os.environ.get("SAYSO_BENCH_IMPORTS", "").split())) or SIZES
    rows: list[Row] = []
    for size in sizes:
        with TemporaryDirectory(prefix="sayso-imports-") as folder:
            rows += [
                Row(what=f"{size:,} products: {what}", ours=ours) for what, ours in _all(Path(folder), size)
            ]
    note = "a feed of real products (Chorus/Icecat and GroceryDB, scaled); peaks count pages of mapped files."
    return Outcome(tuple(rows), (note,))


def _all(folder: Path, size: int) -> Iterator[tuple[str, str]]:
    feed, again = folder / "feed.csv", folder / "again.csv"
    write_feed(feed, count=size)
    write_feed(again, count=size, changed=lambda place: place % DEARER == 0)
    (folder / "shop.toml").write_text(SHOP)
    shop = environment({"SAYSO_STORE": f"sqlite:{folder / 'shop.db'}"})
    bring = ("catalogue", "import", "--json")
    # A short one is measured thrice, each time from nothing: the machine is not always as quick.
    firsts = [_first(folder, shop, bring, feed) for _ in range(3 if size <= SIZES[0] else 1)]
    first = sorted(firsts, key=lambda spent: spent.wall)[len(firsts) // 2]
    report = json.loads(firsts[-1].out)
    live, rate = report["products"], report["products"] / first.wall
    if live < size * 0.95:
        raise WrongAnswer(f"only {live} of {size} products went live")
    spoken = _sayso(shop, "say", "find a toner cartridge")
    if "$" not in spoken.out:
        raise WrongAnswer(f"no product is offered: {spoken.out}")
    version = folder / "shop-catalogues" / "shop" / report["version"]
    index = sum(file.stat().st_size for file in version.iterdir() if file.is_file())
    yield "import", f"{first.wall:.0f} s, {rate:,.0f} rows/s, peak {first.peak:.0f} MB"
    yield "from the feed's file to the first spoken answer", f"{first.wall + spoken.wall:.1f} s"
    yield "the version on disk", f"{index / 1e6:.0f} MB from a feed of {feed.stat().st_size / 1e6:.0f} MB"
    same = _sayso(shop, *bring, str(feed))
    if json.loads(same.out)["unchanged"] != live:
        raise WrongAnswer("the same feed was not the same")
    yield "the same feed again", f"{same.wall:.0f} s, peak {same.peak:.0f} MB"
    some = _sayso(shop, *bring, str(again))
    if not 0 < json.loads(some.out)["changed"] <= size // DEARER:
        raise WrongAnswer("a hundredth of the rows was to change")
    yield f"the feed with one row in {DEARER} changed", f"{some.wall:.0f} s, peak {some.peak:.0f} MB"
    yield "one price changed, until it is live", f"{_one_price(shop) * 1e3:.0f} ms"


def _first(folder: Path, shop: Mapping[str, str], bring: Sequence[str], feed: Path) -> Spent:
    """An import into a shop that is not there yet."""
    for left in folder.glob("shop.db*"):
        left.unlink()
    shutil.rmtree(folder / "shop-catalogues", ignore_errors=True)
    return _sayso(shop, *bring, str(feed), "--shop", str(folder / "shop.toml"))


def _one_price(shop: Mapping[str, str]) -> float:
    """Seconds of a change by the merchant API's own way, the median of five."""
    place = place_of(build(from_environment(shop)))
    spent: list[float] = []
    for cents in range(1, 6):
        shelf = Shelf(place.folder / place.store.visit(NOBODY).facts.catalogue)
        (product,) = shelf.popular(limit=1)
        dearer = Money(product.price.minor + cents, product.price.currency)
        started = time.perf_counter()
        change([replace(product, price=dearer)], place=place)
        spent.append(time.perf_counter() - started)
    return sorted(spent)[2]


def _sayso(shop: Mapping[str, str], *arguments: str) -> Spent:
    """A command of ours in a process of its own. Raises WrongAnswer when it fails."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "skill", *arguments]
    with TemporaryFile("w+") as out:
        child = subprocess.Popen(command, cwd=ROOT, env=dict(shop), stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        out.seek(0)
        text = out.read()
    if child.returncode:
        raise WrongAnswer(f"sayso {' '.join(arguments[:2])} ended with {child.returncode}: {text[-400:]}")
    return Spent(wall, used.ru_maxrss / 1024, text)

"""What it costs to name a product and to look at how it will sound: python -m tests.bench.naming 20000

The products are those of the scale catalogue, so more than 43,591 hold variants. Each is named, checked and
noted once, in the order of a feed, with caches that are cold when it begins. Figures are CPU time.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from skill.catalogue.alike import Alike
from skill.catalogue.naming import spoken_name
from skill.catalogue.voice_check import checked
from skill.commerce.product import Product
from tests.bench.labelled import product_of
from tests.bench.scale import catalogue

LANGUAGE = "en"
# Products that are made, then measured, at a time: their making is not counted.
_BATCH = 1_000


def measure(products: Iterable[Product], folder: Path) -> tuple[int, dict[str, float]]:
    """How many products there were, and the CPU seconds of each step."""
    spent = dict.fromkeys(("spoken_name", "checked", "Alike.add"), 0.0)
    alike, count = Alike(folder / "alike.db", language=LANGUAGE), 0
    waiting: list[Product] = []

    def run() -> None:
        begun = process_time()
        names = [spoken_name(one, language=LANGUAGE) for one in waiting]
        named = process_time()
        for one, name in zip(waiting, names, strict=True):
            checked(one, row=1, language=LANGUAGE, said=name)
        looked = process_time()
        shown = [replace(one, names={LANGUAGE: name}) for one, name in zip(waiting, names, strict=True)]
        noting = process_time()
        for row, one in enumerate(shown, start=count):
            alike.add(one, row)
        spent["spoken_name"] += named - begun
        spent["checked"] += looked - named
        spent["Alike.add"] += process_time() - noting
        waiting.clear()

    for one in products:
        waiting.append(one)
        count += 1
        if len(waiting) == _BATCH:
            run()
    run()
    alike.close()
    return count, spent


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with TemporaryDirectory(prefix="sayso-bench-") as folder:
        count, spent = measure(map(product_of, catalogue(wanted)), Path(folder))
    for step, seconds in spent.items():
        print(f"{step:12} {seconds / count * 1e6:7.1f} µs a product")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'RSS':12} {most:7.1f} MiB at most, of {count:,} products")


if __name__ == "__main__":
    main()

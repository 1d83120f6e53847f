"""The sample shop's judged queries, language by language and kind by kind: python -m tests.bench.judged"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from skill.catalogue.feed import read_google
from skill.catalogue.index import build
from skill.catalogue.search import CatalogueIndex
from skill.catalogue.words import load, understand
from skill.commerce.product import Product
from tests.catalogue.conftest import FEED
from tests.catalogue.test_judged import FLOORS, NOW, gain, queries

KINDS = ("plain", "detail", "phrase", "misheard", "synonym")


def main() -> None:
    """Print nDCG@10 of every kind of query in every language."""
    with TemporaryDirectory() as name, FEED.open(encoding="utf-8", newline="") as feed:
        products = [item for item in read_google(feed, language="en") if isinstance(item, Product)]
        others = [language for language in FLOORS if language != "en"]
        build(products, folder=Path(name) / "v1", version="v1", language="en", others=others)
        shelves = CatalogueIndex(Path(name) / "v1")
        print(f"| nDCG@10 | queries | all | {' | '.join(KINDS)} |")
        print("|---|---|---|" + "---|" * len(KINDS))
        for language in FLOORS:
            found: dict[str, list[float]] = defaultdict(list)
            for kind, said, judged in queries(language):
                hits = shelves.search(understand(said, words=load(language), now=NOW), limit=10)
                best = sorted(judged.values(), reverse=True)[:10]
                found[kind].append(gain([judged.get(hit.sku, 0) for hit in hits]) / gain(best))
            every = [score for scores in found.values() for score in scores]
            cells = [f"{mean(found[kind]):.2f}" for kind in KINDS]
            print(f"| {language} | {len(every)} | {mean(every):.3f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()

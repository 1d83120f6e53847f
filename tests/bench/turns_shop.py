"""A shop of 100,000 products for the turns to be measured in, and what can be asked for there. Made once, by
the command a merchant runs, and kept in .bench until what it is made of changes."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from skill.catalogue.manifest import FORMAT
from skill.catalogue.records import parse
from skill.catalogue.results import Found
from skill.catalogue.search import CatalogueIndex
from skill.catalogue.words import load, understand
from skill.storage.sqlite_file import SCHEMA_VERSION
from tests.bench import ROOT, environment, program
from tests.bench.import_feed import write_feed

COUNT = 100_000
NAME = "Bench"
_SHOP = f'name = "{NAME}"\ncurrency = "USD"\n'
_CACHE = ROOT / ".bench"
_MADE_OF = ("import_feed.py", "labelled.py", "scale.py", "turns_shop.py")
# Wishes, from all over the catalogue; nobody says longer ones.
_WISHES, _EVERY, _LONGEST = 3_000, 17, 8


@dataclass(frozen=True, slots=True)
class LargeShop:
    """`database` and `catalogues` as the settings name them; `wishes` are names of products, each of which
    finds that one and no other."""

    database: Path
    catalogues: Path
    wishes: tuple[str, ...]

    def settings(self, folder: Path) -> dict[str, str]:
        """The environment of the shop with its database copied into `folder`: turns fill it."""
        for file in self.database.parent.glob(f"{self.database.name}*"):
            shutil.copy(file, folder)
        store = f"sqlite:{folder / self.database.name}"
        return {"SAYSO_STORE": store, "SAYSO_CATALOGUES": str(self.catalogues), "SAYSO_ASSUME_LINKED": "1"}


def large_shop() -> LargeShop:
    """The shop, from the cache where it is there. Raises NotReady when the shared data is absent."""
    sources = [(ROOT / "tests" / "bench" / name).read_bytes() for name in _MADE_OF]
    digest = hashlib.sha256(b"\n".join((f"{FORMAT} {SCHEMA_VERSION}".encode(), *sources))).hexdigest()[:12]
    folder = _CACHE / f"turns-{digest}"
    if not folder.exists():
        _CACHE.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=_CACHE, prefix="turns-") as making:
            _make(Path(making))
            Path(making).rename(folder)
            # What is removed at the end has to be there.
            Path(making).mkdir()
    wishes = json.loads((folder / "wishes.json").read_text("utf-8"))
    return LargeShop(folder / "shop.db", folder / "shop-catalogues", tuple(wishes))


def _make(folder: Path) -> None:
    print(f"Importing {COUNT:,} products into .bench (once) …", file=sys.stderr)
    feed = folder / "feed.csv"
    write_feed(feed, count=COUNT)
    (folder / "shop.toml").write_text(_SHOP)
    settings = environment({"SAYSO_STORE": f"sqlite:{folder / 'shop.db'}"})
    command = [program("sayso"), "catalogue", "import", str(feed), "--shop", str(folder / "shop.toml")]
    subprocess.run(command, cwd=ROOT, env=settings, check=True, stdout=subprocess.DEVNULL)
    feed.unlink()
    (version,) = (folder / "shop-catalogues").glob("*/*/")
    wishes = list(islice(_wishes(CatalogueIndex(version)), _WISHES))
    (folder / "wishes.json").write_text(json.dumps(wishes), "utf-8")


def _wishes(index: CatalogueIndex) -> Iterator[str]:
    """Names that mean one product each, the short one where that does."""
    now, words = datetime.now(UTC), load("en")
    for row in islice(index.rows(), 0, None, _EVERY):
        product = parse(index.record(row))
        for name in (product.short("en-US").lower(), product.spoken("en-US").lower()):
            result = index.find(understand(name, words=words, now=now))
            if len(name.split()) <= _LONGEST and isinstance(result, Found) and result.whole:
                yield name
                break

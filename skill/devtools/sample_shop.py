"""The shop of our own that is there before any merchant's: loaded when a store is empty."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from skill.catalogue.manifest import read_manifest
from skill.errors import BadInput, CatalogueNotLinked
from skill.merchants.importing import Source, import_feed
from skill.merchants.publish import Place, Wanted
from skill.merchants.shop_file import read_heard, read_shop
from skill.shop import NOBODY, Stocking

SAMPLE = Path(__file__).parent / "sample"


@lru_cache(maxsize=1)
def sample_name() -> str:
    """What the sample shop is called."""
    return read_shop(SAMPLE / "shop.toml").name


def ensure_shop(store: Stocking, *, folder: Path, now: datetime) -> None:
    """Load the sample shop into a store that has none, and build it again when its catalogue under
    `folder` is gone or of another version of Sayso. Raises BadInput when that is a merchant's own."""
    sample = read_shop(SAMPLE / "shop.toml")
    try:
        linked = store.visit(NOBODY).facts
    except CatalogueNotLinked:
        linked = sample
    try:
        if linked is not sample:
            read_manifest(folder / linked.catalogue)
            return
    except CatalogueNotLinked:
        if linked.name != sample.name:
            raise BadInput(
                f"catalogue {linked.catalogue} of {linked.name} is not in {folder}, or is of another version "
                "of Sayso: import its feed again with 'sayso catalogue import FEED'"
            ) from None
    heard = read_heard(SAMPLE / "shop.toml")
    place = Place(store=store, folder=folder, clock=lambda: now)
    with (SAMPLE / "feed.tsv").open("rb") as feed:
        source = Source(stream=feed, name="feed.tsv")
        import_feed(source, place=place, wanted=Wanted(facts=sample, heard=heard, yes=True))

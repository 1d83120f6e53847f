"""The catalogue versions that were live: told, gone back to, and cleared away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from skill.catalogue.manifest import read_manifest
from skill.errors import BadInput, CatalogueNotLinked
from skill.shop import NOBODY, Stocking

_KIND = "version"
# Versions kept of each sort: by an import, by changes.
KEPT = 5
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Version:
    """A version that went live: how many products it holds, how many of them were new, others or gone, and
    `partly` when it came of changes to the one before."""

    name: str
    at: datetime
    products: int
    moves: int
    partly: bool
    here: bool = True


def record(store: Stocking, version: str, *, at: datetime, products: int, moves: int, partly: bool) -> None:
    """Note that a version with so many `products` went live, of which so many `moves` tell it from before."""
    about = {"at": at.isoformat(), "products": products, "moves": moves, "partly": partly}
    store.put_document(_KIND, version, json.dumps(about))


def known(store: Stocking, folder: Path) -> tuple[Version, ...]:
    """The versions that went live and have not been cleared away, the newest first; `here` where its files
    are in `folder`."""
    return tuple(
        Version(
            name,
            datetime.fromisoformat((about := json.loads(text))["at"]),
            about["products"],
            about["moves"],
            about["partly"],
            (folder / name).is_dir(),
        )
        for name, text in store.documents(_KIND, limit=_MOST)
    )


def roll_back(
    store: Stocking, folder: Path, *, to: str = "", push: Callable[[Path], None] = lambda _: None
) -> str:
    """Make an earlier version live again: the one before the live one, or the one named. Stock and what the
    shop says of itself stay as they are. Its name. Raises BadInput when there is none, when its files are
    not here or not whole, or when another went live meanwhile; CatalogueNotLinked without a shop."""
    facts = store.visit(NOBODY).facts
    earlier = [version.name for version in known(store, folder) if version.here]
    target = to or next((name for name in earlier if name < facts.catalogue), "")
    if not target:
        raise BadInput("there is no version before the live one; import a feed")
    if target not in earlier:
        raise BadInput(
            f"{target} is none of the versions kept here: {', '.join(earlier) or 'there are none'}"
        )
    try:
        read_manifest(folder / target)
    except CatalogueNotLinked as error:
        raise BadInput(f"{folder / target} is not whole; name another version") from error
    push(folder / target)
    if store.publish(replace(facts, catalogue=target), stock={}, expecting=facts.revision) is None:
        raise BadInput("another catalogue went live meanwhile; look at 'sayso catalogue versions' again")
    return target


def prune(store: Stocking, folder: Path, *, live: str) -> None:
    """Clear away the versions of this store beyond those kept; the live one always stays."""
    kept = {True: 0, False: 0}
    for version in known(store, folder):
        kept[version.partly] += 1
        if kept[version.partly] > KEPT and version.name != live:
            shutil.rmtree(folder / version.name, ignore_errors=True)
            store.drop_document(_KIND, version.name)

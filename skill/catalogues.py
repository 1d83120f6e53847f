"""Catalogue versions of a shop, open for reading: from disk, or fetched from the shelves."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic

from skill.catalogue.search import CatalogueIndex
from skill.errors import CatalogueNotLinked
from skill.settings import Settings

# Versions open at once: the live one, the one before it that lists are still read from, and one more.
_OPEN = 3
# A fetch that fails takes seconds, which not every turn shall pay.
_FETCH_AGAIN_SECONDS = 30
log = logging.getLogger("sayso")


class Catalogues:
    """Versions by name; the last few stay open, so that a swap needs no restart. May be shared by threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folders = [
            folder / settings.shop for folder in (settings.catalogues, settings.fetched) if folder
        ]
        self._opened: dict[str, CatalogueIndex] = {}
        # When a version that could not be fetched is asked for again.
        self._again: dict[str, float] = {}
        self._lock = Lock()

    def live(self, version: str) -> CatalogueIndex:
        """The version that is live. One that is not on disk is fetched from the shelves; while that fails,
        the version opened last answers. Raises CatalogueNotLinked."""
        known = self._opened.get(version)
        if known is not None:
            return known
        if not version:
            raise CatalogueNotLinked
        with self._lock:
            if version not in self._opened:
                self._make_room()
                try:
                    self._opened[version] = self._from_disk(version) or self._from_shelves(version)
                except CatalogueNotLinked:
                    if not self._settings.shelves or not self._opened:
                        raise
                    return self._opened[next(reversed(self._opened))]
            return self._opened[version]

    def there(self, version: str) -> CatalogueIndex | None:
        """A version that was live before, as long as its files are here. Its name may come from anywhere."""
        if Path(version).name != version or version.startswith(".") or not version.isprintable():
            return None
        known = self._opened.get(version)
        if known is not None:
            return known
        with self._lock:
            found = self._from_disk(version)
            if found and version not in self._opened:
                self._make_room()
                # First of all, so that the live one is never the oldest.
                self._opened = {version: found, **self._opened}
            return found

    def _make_room(self) -> None:
        while len(self._opened) >= _OPEN:
            del self._opened[next(iter(self._opened))]

    def _from_disk(self, version: str) -> CatalogueIndex | None:
        for folder in self._folders:
            with suppress(CatalogueNotLinked):
                return CatalogueIndex(folder / version)
        return None

    def _from_shelves(self, version: str) -> CatalogueIndex:
        settings = self._settings
        if not settings.shelves or (self._opened and monotonic() < self._again.get(version, 0)):
            raise CatalogueNotLinked
        # Only now: most containers have the version, and it makes a client of S3.
        from skill.storage.shelves import fetch

        while len(self._opened) > 1:
            # Removing a version's files gives no space back while it is open.
            del self._opened[next(iter(self._opened))]
        try:
            return CatalogueIndex(fetch(version, source=settings.shelf, folder=self._folders[-1]))
        except CatalogueNotLinked:
            if version not in self._again:
                log.exception("catalogue %s cannot be fetched from %s", version, settings.shelf)
            self._again[version] = monotonic() + _FETCH_AGAIN_SECONDS
            raise

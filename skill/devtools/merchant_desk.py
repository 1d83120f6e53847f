"""What the merchant's page looks at: the shop, what is live, its versions, reports and the voice check."""

from __future__ import annotations

import secrets
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from skill.catalogue.records import parse
from skill.catalogue.search import CatalogueIndex
from skill.commerce.merchant import Facts
from skill.devtools.aloud import Ear
from skill.devtools.checkup import Checkups, Finding, kinds_json, problems_json
from skill.devtools.merchant_feed import Progress, summary
from skill.devtools.merchant_goods import briefs
from skill.errors import CatalogueNotLinked
from skill.merchants import versions
from skill.merchants.importing import report_of, reports
from skill.merchants.publish import Place
from skill.merchants.report import ImportReport
from skill.shop import NOBODY
from skill.speech.locale import locales
from skill.speech.spoken import right_to_left

_PAGE = 50
# Trial runs whose reports can be looked at.
_TRIED = 8
One = TypeVar("One")


@lru_cache(maxsize=2)
def _opened(folder: Path) -> CatalogueIndex:
    return CatalogueIndex(folder)


@lru_cache(maxsize=2)
def _rows(folder: Path) -> array[int]:
    """A version's rows in the order of its feed, so that any page of it is at hand."""
    return array("Q", _opened(folder).rows())


@dataclass(frozen=True, slots=True)
class Desk:
    """One shop, whose catalogue is made at `place`; may be shared by threads. What needs a live catalogue
    raises CatalogueNotLinked where there is none, or its files are not here. `tried`: reports of trial runs,
    which are kept nowhere else."""

    place: Place
    checkups: Checkups = field(default_factory=Checkups)
    progress: Progress = field(default_factory=Progress)
    tried: OrderedDict[str, ImportReport] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def facts(self) -> Facts | None:
        """The shop; None while there is none."""
        try:
            return self.place.store.visit(NOBODY).facts
        except CatalogueNotLinked:
            return None

    def ear(self, locale: str) -> Ear:
        """Who listens to what is live, in a locale (the first, where it is none of ours)."""
        facts = self.place.store.visit(NOBODY).facts
        if not facts.catalogue:
            raise CatalogueNotLinked
        return Ear(
            store=self.place.store,
            catalogue=_opened(self.place.folder / facts.catalogue),
            facts=facts,
            now=self.place.clock(),
            locale=locale if locale in locales() else locales()[0],
        )

    def keep(self, id: str, report: ImportReport) -> str:
        """The id a report can be asked for by: that it is kept under, or for a trial run one of its own."""
        if id:
            return id
        id = f"tried-{secrets.token_hex(8)}"
        with self.lock:
            self.tried[id] = report
            while len(self.tried) > _TRIED:
                self.tried.popitem(last=False)
        return id

    def report(self, id: str) -> ImportReport | None:
        """The report with this id."""
        with self.lock:
            found = self.tried.get(id)
        return found or report_of(self.place.store, id)

    def overview(self) -> dict[str, Any]:
        """The shop, what is live, the versions there are and the last imports, as JSON."""
        facts = self.facts()
        live = facts.catalogue if facts else ""
        known = versions.known(self.place.store, self.place.folder)
        return {
            "shop": facts and {"name": facts.name, "locale": facts.locale, "currency": facts.terms.currency},
            "catalogue": self._catalogue(live) if live else None,
            "versions": [
                {
                    "name": one.name,
                    "at": one.at.isoformat(),
                    "products": one.products,
                    "moves": one.moves,
                    "partly": one.partly,
                    "here": one.here,
                    "live": one.name == live,
                }
                for one in known
            ],
            "imports": [summary(id, one) for id, one in reports(self.place.store)],
        }

    def _catalogue(self, version: str) -> dict[str, Any]:
        """`here`: its files are on this machine, and whole."""
        try:
            manifest = _opened(self.place.folder / version).manifest
        except CatalogueNotLinked:
            return {"version": version, "here": False, "products": 0, "languages": []}
        return {
            "version": version,
            "here": True,
            "products": manifest.products,
            "languages": list(manifest.languages),
        }

    def products(self, *, locale: str, page: str) -> dict[str, Any]:
        """A page of what is live, in the order of its feed."""
        ear = self.ear(locale)
        rows = _rows(self.place.folder / ear.catalogue.version)
        number, pages, here = _paged(rows, page)
        found = [parse(ear.catalogue.record(row)) for row in here]
        return {"of": len(rows), "page": number, "pages": pages, "products": briefs(found, ear=ear)}

    def check(self, *, code: str, page: str) -> dict[str, Any]:
        """How far the voice check of what is live is, and once it is through, a page of the products with a
        finding of a kind ("": of any)."""
        shelf = self.ear("").catalogue
        looking = self.checkups.of(shelf)
        told: dict[str, Any] = {"done": looking.done, "of": looking.of, "failed": looking.failed}
        checkup = looking.result
        if checkup is None:
            return told
        found = checkup.of(code)
        number, pages, here = _paged(found, page)
        return {
            **told,
            "products": checkup.products,
            "sound": checkup.sound,
            "kinds": kinds_json(checkup.counts),
            "language": shelf.manifest.language,
            "rtl": right_to_left(shelf.manifest.language),
            "found": len(found),
            "page": number,
            "pages": pages,
            "findings": [_finding(one) for one in here],
        }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "sku": one.sku,
        "title": one.title,
        "said": one.said,
        "problems": list(problems_json(one.problems)),
    }


def _paged(of: Sequence[One], asked: str) -> tuple[int, int, Sequence[One]]:
    """The page asked for, or the nearest there is; how many there are, and what is on it."""
    pages = max(1, -(-len(of) // _PAGE))
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    return page, pages, of[(page - 1) * _PAGE : page * _PAGE]

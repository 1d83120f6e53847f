"""Imports of Google-format feeds, with their reports kept beside the catalogue: what `skill.api.imports` is
served with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from skill.api import catalogue
from skill.api.imports import ImportQuery
from skill.app import App
from skill.errors import BadInput
from skill.merchants.publish import publish_feed

_FOLDER = "imports"


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What came of the import that made the version `id`."""

    id: str
    told: dict[str, Any]
    finished: bool = True

    def as_json(self) -> dict[str, Any]:
        return self.told

    def as_html(self) -> str:
        rows = "".join(f"<li>{escape(problem)}</li>" for problem in self.told["problems"])
        return (
            f'<!doctype html><html lang="en"><title>Import {escape(self.id)}</title>'
            f"<h1>{self.told['products']} products</h1><ul>{rows}</ul></html>"
        )


@dataclass(frozen=True, slots=True)
class Feeds:
    """Implements `skill.api.imports.Imports` for the shop of `app`."""

    app: App

    def take(self, feed: Path, *, asked: ImportQuery, media_type: str) -> FeedReport:  # noqa: ARG002
        facts = catalogue.known_facts(self.app)
        if asked.dialect not in ("", "google"):
            raise BadInput(f"dialect: {asked.dialect} is not read; there is google")
        if asked.currency not in ("", facts.terms.currency):
            raise BadInput(f"currency: the shop sells in {facts.terms.currency}")
        if asked.dry_run:
            raise BadInput("dry_run: a feed cannot be tried without importing it; leave it out")
        try:
            with catalogue.changing(self.app), feed.open(encoding="utf-8-sig", newline="") as lines:
                report = publish_feed(
                    lines,
                    facts=facts,
                    store=self.app.store,
                    folder=self._folder.parent,
                    now=self.app.clock(),
                )
        except UnicodeDecodeError as error:
            raise BadInput(f"the feed is not UTF-8 (byte {error.start}): save it as UTF-8") from error
        told = {"products": report.products, "problems": [str(problem) for problem in report.problems]}
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{report.version}.json").write_text(json.dumps(told), "utf-8")
        return FeedReport(report.version, told)

    def recent(self, *, limit: int) -> Sequence[FeedReport]:
        names = sorted((path.stem for path in self._folder.glob("*.json")), reverse=True)
        return [report for name in names[:limit] if (report := self.get(name))]

    def get(self, id: str) -> FeedReport | None:
        known = {path.stem: path for path in self._folder.glob("*.json")}
        return FeedReport(id, json.loads(known[id].read_text("utf-8"))) if id in known else None

    @property
    def _folder(self) -> Path:
        return self.app.settings.catalogues / self.app.settings.shop / _FOLDER

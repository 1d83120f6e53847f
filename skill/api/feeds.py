"""Imports of feeds and their reports: what `skill.api.imports` is served with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.api import catalogue
from skill.api.imports import ImportQuery
from skill.app import App
from skill.deployment import place_of
from skill.merchants.importing import Source, import_feed, report_of, reports
from skill.merchants.publish import Wanted
from skill.merchants.report import ImportReport, as_json

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FeedReport:
    """The report of an import, and its id ("" of a dry run, which is not kept)."""

    id: str
    report: ImportReport
    shop: str

    @property
    def refused(self) -> tuple[str, ...]:
        wrong = [problem for problem in self.report.problems if problem.error]
        # What is no feed at all is refused, tried or not.
        if self.report.live or (self.report.dry_run and all(problem.row for problem in wrong)):
            return ()
        return tuple(map(str, wrong))[:_SHOWN]

    def as_json(self) -> dict[str, Any]:
        return as_json(self.report)

    def as_html(self) -> str:
        # Only now: few ask for a page, and Jinja takes its time.
        from skill.merchants.report_page import as_html

        return as_html(self.report, shop=self.shop)


@dataclass(frozen=True, slots=True)
class Feeds:
    """Implements `skill.api.imports.Imports` for the shop of `app`."""

    app: App

    def take(self, feed: Path, *, asked: ImportQuery) -> FeedReport:
        facts = catalogue.known_facts(self.app)
        with feed.open("rb") as stream:
            source = Source(
                stream=stream,
                name=asked.name or "sent to the merchant API",
                dialect=asked.dialect or None,
                encoding=asked.encoding or None,
                currency=asked.currency or None,
            )
            wanted = Wanted(yes=asked.yes, dry_run=asked.dry_run, partly=asked.partly)
            id, report = import_feed(source, place=place_of(self.app), wanted=wanted)
        return FeedReport(id, report, facts.name)

    def recent(self, *, limit: int) -> Sequence[FeedReport]:
        name = catalogue.known_facts(self.app).name
        return [FeedReport(id, report, name) for id, report in reports(self.app.store, limit=limit)]

    def get(self, id: str) -> FeedReport | None:
        report = report_of(self.app.store, id)
        return FeedReport(id, report, catalogue.known_facts(self.app).name) if report else None

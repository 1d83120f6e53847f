"""A merchant's feed imported: read, named for speech, checked, made live, and told in a report that stays."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from skill.catalogue.alike import Alike
from skill.catalogue.feed import Feed, read_feed
from skill.catalogue.naming import spoken_name
from skill.catalogue.problem import Problem
from skill.catalogue.voice_check import checked
from skill.commerce.merchant import Facts
from skill.commerce.product import Product
from skill.errors import FeedRejected
from skill.merchants.publish import Place, Published, TooMuchGone, Wanted, publish
from skill.merchants.report import Findings, ImportReport, as_json, from_json
from skill.merchants.stage import Row
from skill.shop import NOBODY, Stocking

_KIND = "import"
# Reports kept of each shop.
KEPT = 50
# Bytes of a feed that is sent to us; a larger one is fetched, or read from a file.
MOST_FEED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed as it comes: its `name` for people, and what is stated of it: its dialect and character set
    (None: told by its content) and the currency of amounts that name none (None: the shop's)."""

    stream: BinaryIO
    name: str
    dialect: str | None = None
    encoding: str | None = None
    currency: str | None = None


class _Watched:
    """A file that tells how far it has been read."""

    def __init__(self, stream: BinaryIO, size: int, progress: Callable[[int, int], None]) -> None:
        self._stream, self._size, self._progress = stream, size, progress
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._at += len(data)
        self._progress(self._at, self._size)
        return data


def watched(stream: BinaryIO, size: int, progress: Callable[[int, int], None]) -> BinaryIO:
    """A feed of `size` bytes that tells how many of them have been read."""
    # Readers of feeds read, and do nothing else.
    return cast(BinaryIO, _Watched(stream, size, progress))


def import_feed(
    source: Source,
    *,
    place: Place,
    wanted: Wanted | None = None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> tuple[str, ImportReport]:
    """Import a feed as `wanted`, and keep the report; its id ("" of a dry run) and the report. A feed that
    cannot be used is told in it, with nothing gone live. `progress` hears of the rows indexed, once all are
    read. Raises CatalogueNotLinked when there is no shop and none is given, and BadInput where another import
    is in the way."""
    wanted = wanted or Wanted()
    facts = wanted.facts or place.store.visit(NOBODY).facts
    when, started = place.clock(), monotonic()
    feed = read_feed(
        source.stream,
        language=facts.locale[:2],
        currency=source.currency or facts.terms.currency,
        dialect=source.dialect,
        encoding=source.encoding,
        zone=ZoneInfo(facts.timezone),
        now=when,
    )
    report = ImportReport(
        when=when,
        source=source.name,
        dialect=feed.dialect,
        form=feed.form,
        language=facts.locale[:2],
        dry_run=wanted.dry_run,
    )
    findings, rows = Findings(), _Rows()
    with (
        TemporaryDirectory(prefix="sayso-names-") as folder,
        closing(Alike(Path(folder) / "names", language=facts.locale[:2])) as alike,
    ):
        try:
            published = publish(
                _heard(feed, facts, alike, findings, rows),
                place=place,
                wanted=wanted if wanted.partly else replace(wanted, languages=_languages(feed, wanted)),
                tell=findings.add,
                progress=progress,
            )
            report = _told(report, published)
        except TooMuchGone as many:
            figures = {"gone": f"{many.gone:,}", "before": f"{many.before:,}"}
            findings.add(Problem(0, "file", "too_much_gone", figures))
        except FeedRejected:
            if not rows.read and not findings:
                findings.add(Problem(0, "file", "no_rows", {}))
        for problem in alike.problems():
            findings.add(problem)
    report = findings.told_in(report)
    left_out = rows.read - report.lost - (report.new + report.changed + report.unchanged)
    report = replace(
        report,
        rows=rows.read,
        left_out=max(0, left_out) if report.version or report.dry_run else 0,
        # A row that is left out says so, and that is no doubt about what is sold.
        doubtful=max(0, report.doubtful - max(0, left_out)),
        seconds=round(monotonic() - started, 1),
    )
    return ("" if wanted.dry_run else keep(place.store, report)), report


def _told(report: ImportReport, published: Published) -> ImportReport:
    tally = published.tally
    return replace(
        report,
        version="" if report.dry_run else published.version,
        products=tally.products if report.dry_run else published.products,
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        gone=tally.gone,
    )


@dataclass(slots=True)
class _Rows:
    """Which rows were read: one with several problems is one."""

    read: int = 0
    last: int = 0

    def see(self, row: int) -> None:
        if row != self.last:
            self.read += row > 0
            self.last = row


def _languages(feed: Feed, wanted: Wanted) -> Sequence[str] | None:
    """A table's header tells which languages it has names in; other feeds leave it as it was."""
    if wanted.languages is None and feed.form in ("tsv", "csv"):
        return feed.languages
    return wanted.languages


def _heard(
    feed: Feed, facts: Facts, alike: Alike, findings: Findings, rows: _Rows
) -> Iterator[Row | Problem]:
    language = facts.locale[:2]
    for row, item in feed.numbered:
        rows.see(row)
        if isinstance(item, Problem):
            yield item
            continue
        made = spoken_name(item, language=language)
        for problem in checked(item, row=row, language=language, others=feed.languages, said=made):
            findings.add(problem)
        product = named(item, made, language=language)
        if product.price.currency == facts.terms.currency:
            alike.add(product, row)
        yield row, product


def named(product: Product, made: str, *, language: str) -> Product:
    """The product with a name that can be said, where its merchant gives none and its title cannot."""
    if language in product.names or made == product.title:
        return product
    return replace(product, names={**product.names, language: made})


def keep(store: Stocking, report: ImportReport) -> str:
    """Keep a report with the last ones; its id."""
    stamp = report.when.strftime("%Y%m%dT%H%M%S%f")
    # Packed: a thousand findings have more bytes than a DynamoDB item.
    packed = b64encode(zlib.compress(json.dumps(as_json(report)).encode(), 9)).decode()
    id, number = stamp, 1
    while not store.put_document(_KIND, id, packed, expecting=""):
        number += 1
        id = f"{stamp}-{number:06}"
    for old, _ in store.documents(_KIND, limit=KEPT + 10)[KEPT:]:
        store.drop_document(_KIND, old)
    return id


def reports(store: Stocking, *, limit: int = KEPT) -> tuple[tuple[str, ImportReport], ...]:
    """The last reports with their ids, newest first."""
    return tuple((id, _unpacked(text)) for id, text in store.documents(_KIND, limit=limit))


def report_of(store: Stocking, id: str) -> ImportReport | None:
    """The report with an id."""
    text = store.document(_KIND, id)
    return _unpacked(text) if text else None


def _unpacked(text: str) -> ImportReport:
    return from_json(json.loads(zlib.decompress(b64decode(text))))

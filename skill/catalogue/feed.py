"""A merchant's feed as products and what is wrong with it, whatever dialect it is written in.

Read as a stream, so that a feed of any length needs the memory of a few rows. Which dialect it is tells its
content: header names, root element, keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import BinaryIO

from skill.catalogue.dialects import DIALECTS
from skill.catalogue.dialects.row import Dialect, Header, Record, own_columns
from skill.catalogue.feed_row import Reading, in_language, products
from skill.catalogue.feed_values import Unclear
from skill.catalogue.language import is_searched
from skill.catalogue.markup import items
from skill.catalogue.objects import first_object, is_lines, object_lines, objects
from skill.catalogue.pages import is_page, scripts
from skill.catalogue.problem import Problem
from skill.catalogue.rows import Broken, Rows
from skill.catalogue.source import Source, open_source
from skill.commerce.product import Product

Item = Product | Problem
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel|item|entry)[\s>]", re.IGNORECASE)
_GOOGLE = next(dialect for dialect in DIALECTS if dialect.name == "google")
KNOWN = ", ".join(sorted(dialect.name for dialect in DIALECTS))


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed being read. `form`: "tsv", "csv", "xml", "json", "jsonl" or "html"; `dialect` and `form` are
    empty when it is no feed. `languages`: others than the shop's it has spoken names in, told by a
    table's header. `numbered` gives each product, and each problem, once, with the number of its row: from
    1 without the header (a JSON or XML feed: of its product or item; a page: of its script)."""

    dialect: str
    form: str
    languages: tuple[str, ...]
    numbered: Iterator[tuple[int, Item]]

    @property
    def items(self) -> Iterator[Item]:
        """The same without numbers. A row's doubts come before its product. An error in row 0 is about the
        file: as the only item, that it is no feed; as the last, that it breaks off, and what came before is
        not all there is."""
        return (item for _, item in self.numbered)


def read_feed(
    stream: BinaryIO,
    *,
    language: str,
    currency: str | None = None,
    dialect: str | None = None,
    encoding: str | None = None,
    zone: tzinfo | None = None,
    now: datetime | None = None,
) -> Feed:
    """Read a feed, packed (gzip, zip) or not. `language`: what its names are in; `currency`: what amounts
    without one are in, as the merchant states it (None: such prices are errors); `dialect`: its name, None to
    have it told; `encoding`: its character set where it is neither UTF-8 nor UTF-16 nor says so itself;
    `zone`: of times without one (None: UTC, with a doubt); `now`: by which `availability_date` has passed
    (None: not looked at). Whatever is wrong with the file is an item; errors of reading `stream` pass."""
    reading = Reading(language=language, currency=currency, zone=zone, now=now)
    try:
        source = open_source(stream, encoding=encoding)
        return _feed(source, named=dialect, reading=reading)
    except Unclear as unclear:
        return _none(Problem(0, "file", unclear.code, unclear.values))


def read_google(lines: Iterable[str], *, language: str) -> Iterator[Item]:
    """Each row of a Google TSV or CSV, by its lines, as a product or as what is wrong with it."""
    return google_feed(lines, language=language).items


def google_feed(lines: Iterable[str], *, language: str) -> Feed:
    """A Google TSV or CSV by its lines."""
    return _table(Rows(lines), dialect=_GOOGLE, reading=Reading(language=language), source=None)


def _languages(header: Header) -> tuple[str, ...]:
    found = (in_language(column) for column in own_columns(header))
    named = dict.fromkeys(column[1] for column in found if column and column[0] == "spoken_title")
    return tuple(language for language in named if is_searched(language))


def _feed(source: Source, *, named: str | None, reading: Reading) -> Feed:
    """Raises Unclear when the file is no feed."""
    dialect = next((each for each in DIALECTS if each.name == named), None)
    if named is not None and dialect is None:
        raise Unclear("unknown_dialect", dialect=named, known=KNOWN)
    head = source.head.lstrip()
    if not head:
        raise Unclear("no_feed", found="the file is empty", known=KNOWN)
    if head.startswith("<"):
        if is_page(head):
            return _tree(source, "html", dialect or _of("html", "jsonld"), scripts(source.stream), reading)
        if not _ROOT.search(head):
            raise Unclear("no_feed", found="XML without rss or feed", known=KNOWN)
        return _tree(source, "xml", dialect or _by_elements(head), items(source.stream), reading)
    if head.startswith(("{", "[")):
        lined = is_lines(source.head)
        sample = first_object(head.partition("\n")[0] if lined else head) or first_object(head)
        told = dialect or next((each for each in DIALECTS if each.thing(sample)), None)
        if told is None:
            found = f"JSON with {', '.join(list(sample)[:8])}" if sample else "JSON without objects"
            raise Unclear("no_feed", found=found, known=KNOWN)
        records = object_lines(source.stream) if lined else objects(source.stream)
        return _tree(source, "jsonl" if lined else "json", told, records, reading)
    rows = Rows(source.lines())
    told = dialect or _by_header(rows)
    return _table(rows, dialect=told, reading=reading, source=source)


def _of(form: str, name: str) -> Dialect:
    return next(each for each in DIALECTS if each.name == name and form in each.forms)


def _by_elements(head: str) -> Dialect:
    names = frozenset(re.findall(r"<(?:[\w.-]+:)?(\w+)>", head))
    return next((each for each in DIALECTS if "xml" in each.forms and each.header(names)), _GOOGLE)


def _by_header(rows: Rows) -> Dialect:
    names = frozenset(rows.columns)
    told = next((each for each in DIALECTS if each.header(names)), None)
    if told is None and len(names & {"id", "title", "price", "link", "description", "availability"}) < 2:
        found = ", ".join(list(rows.spelled.values())[:8])[:120] or "an empty first line"
        raise Unclear("no_feed", found=f"columns {found}", known=KNOWN)
    return told or _GOOGLE


def _none(problem: Problem) -> Feed:
    return Feed("", "", (), iter([(0, problem)]))


def _table(rows: Rows, *, dialect: Dialect, reading: Reading, source: Source | None) -> Feed:
    _check_form(dialect, "csv", rows.form)
    header = Header(rows.spelled)
    missing = [names[0] for names in dialect.needs if header.first(*names) is None]
    if missing:
        return _none(Problem(0, "header", "columns_missing", {"columns": ", ".join(missing)}))
    languages = tuple(language for language in _languages(header) if language != reading.language)
    twice = ((0, Problem(0, name, "column_twice")) for name in rows.twice)
    numbered = _numbered(dialect, _records(rows), header, reading, source, twice)
    return Feed(dialect.name, rows.form, languages, numbered)


def _tree(source: Source, form: str, dialect: Dialect, records: Iterable[Record], reading: Reading) -> Feed:
    _check_form(dialect, form.removesuffix("l") if form == "jsonl" else form, form)
    return Feed(dialect.name, form, (), _numbered(dialect, records, Header(), reading, source, ()))


def _check_form(dialect: Dialect, form: str, told: str) -> None:
    if form not in dialect.forms:
        forms = " or ".join(dialect.forms)
        raise Unclear("wrong_form", form=told, dialect=dialect.name, forms=forms)


def _records(rows: Rows) -> Iterator[Record]:
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Broken):
            yield number, Problem(number, row.column, row.code, row.values)
        else:
            yield number, row


def _numbered(
    dialect: Dialect,
    records: Iterable[Record],
    header: Header,
    reading: Reading,
    source: Source | None,
    first: Iterable[tuple[int, Item]],
) -> Iterator[tuple[int, Item]]:
    """The rows as products, and what breaks off the file as its last problem."""
    last, anything = 0, False
    try:
        yield from first
        for row in dialect.read(records, header):
            anything = True
            if isinstance(row, Problem):
                last = max(last, row.row)
                yield row.row, row
                continue
            last = max(last, row.number)
            for item in products(row, reading=reading):
                yield row.number, item
        if not anything and "html" in dialect.forms:
            yield 0, Problem(0, "file", "no_feed", {"found": "no product data in it", "known": KNOWN})
    except Unclear as unclear:
        yield 0, Problem(0, "file", unclear.code, {**unclear.values, "row": str(last)})
    finally:
        if source:
            source.stream.close()

"""A Google-format feed as a new catalogue version, or as changes to the live one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from skill.catalogue.feed import google_feed, spoken_languages
from skill.catalogue.problem import Problem
from skill.commerce.merchant import Facts
from skill.errors import FeedRejected
from skill.merchants.publish import Place, Wanted, publish
from skill.merchants.stage import Row
from skill.shop import Stocking


@dataclass(frozen=True, slots=True)
class Report:
    version: str
    products: int
    problems: tuple[Problem, ...]


def publish_feed(
    lines: Iterable[str],
    *,
    facts: Facts,
    store: Stocking,
    folder: Path,
    now: datetime,
    heard: Mapping[str, Sequence[str]] | None = None,
    push: Callable[[Path], None] = lambda _: None,
    yes: bool = True,
    partly: bool = False,
    gone: Sequence[str] = (),
) -> Report:
    problems: list[Problem] = []
    rest = iter(lines)
    header = next(rest, "")
    lines = chain([header] if header else [], rest)
    languages = [language for language in spoken_languages(header) if language != facts.locale[:2]]
    try:
        done = publish(
            _items(lines, facts, problems),
            place=Place(store=store, folder=folder, clock=lambda: now, push=push),
            wanted=Wanted(
                facts=None if partly else facts,
                languages=None if partly else languages,
                heard=heard,
                yes=yes,
                partly=partly,
                gone=gone,
            ),
        )
    except FeedRejected as rejected:
        raise FeedRejected(rows=(*map(str, problems), *rejected.rows)) from rejected
    return Report(done.version, done.products, tuple(problems))


def _items(lines: Iterable[str], facts: Facts, problems: list[Problem]) -> Iterator[Row]:
    for number, item in google_feed(lines, language=facts.locale[:2]).numbered:
        if isinstance(item, Problem):
            problems.append(item)
        else:
            yield number, item

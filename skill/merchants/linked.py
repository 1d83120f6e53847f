"""Feeds linked to a shop by their address: kept in its store, looked at when due, imported when changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

from skill.errors import FeedRejected
from skill.merchants import importing
from skill.merchants.publish import Place
from skill.merchants.sources import Fetch, Fetched, Source, due, dump, load, refresh, shown
from skill.shop import Stocking

_KIND = "source"
# Rows that are told of a feed that could not be used.
_TOLD = 3


def link(store: Stocking, source: Source) -> Source:
    """Keep a feed to be looked at from now on; one that was linked already keeps what it was found to be."""
    before = next((one for one in linked(store) if one.url == source.url), None)
    if before:
        source = replace(
            source,
            etag=before.etag,
            modified=before.modified,
            digest=before.digest,
            changed_at=before.changed_at,
        )
    source = replace(source, due_at=None)
    _keep(store, source)
    return source


def unlink(store: Stocking, url: str) -> bool:
    """Look at a feed no more; whether it was linked."""
    known = any(source.url == url for source in linked(store))
    store.drop_document(_KIND, _id(url))
    return known


def linked(store: Stocking) -> tuple[Source, ...]:
    """The linked feeds, by their address."""
    found = (load(json.loads(text)) for _, text in store.documents(_KIND))
    return tuple(sorted(found, key=lambda source: source.url))


def refresh_linked(
    place: Place,
    *,
    fetch: Fetch,
    every: bool = False,
    only: str = "",
    still: Callable[[], bool] = lambda: True,
) -> Iterator[Source]:
    """Look at the feeds that are due (`every`: at all; `only`: that address), import what has changed, and
    give each as it is kept now. `still` is asked before each."""
    for source in linked(place.store):
        wanted = (every or due(source, place.clock())) and only in ("", source.url)
        if not wanted or not still():
            continue
        # What is asked for by name is fetched whole: the shop may have changed since.
        asked = replace(source, etag="", modified="", digest="") if every else source
        after = refresh(
            asked, fetch=fetch, importing=lambda got, one: _import(got, one, place), now=place.clock()
        )
        _keep(place.store, after)
        yield after


def _import(fetched: Fetched, source: Source, place: Place) -> None:
    """Raises FeedRejected when nothing went live."""
    with fetched.path.open("rb") as stream:
        _, report = importing.import_feed(
            importing.Source(
                stream=stream,
                name=shown(source.url),
                dialect=source.dialect or None,
                currency=source.currency or None,
                encoding=source.encoding or fetched.charset or None,
            ),
            place=place,
        )
    if not report.live:
        wrong = [str(problem) for problem in report.problems if problem.error]
        raise FeedRejected(rows=tuple(wrong[:_TOLD]))


def _keep(store: Stocking, source: Source) -> None:
    store.put_document(_KIND, _id(source.url), json.dumps(dump(source)))


def _id(url: str) -> str:
    # An address may hold a password, and an id is shown in many places.
    return sha256(url.encode()).hexdigest()[:24]

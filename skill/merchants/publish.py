"""From products to shelves a shopper can talk to: staged, compared with what is live, built beside it, and
live in one conditional write. Whatever breaks off before that leaves the live catalogue as it was."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from tempfile import mkdtemp

from skill.catalogue.index import build, update
from skill.catalogue.manifest import Manifest
from skill.catalogue.problem import Problem
from skill.catalogue.records import parse, sku_of
from skill.catalogue.shelf import Shelf
from skill.commerce.merchant import Facts
from skill.commerce.product import Product
from skill.errors import BadInput, CatalogueNotLinked, FeedRejected
from skill.merchants import versions
from skill.merchants.alone import alone
from skill.merchants.stage import Row, Stage, Tally
from skill.shop import NOBODY, Stocking

STAGING = ".importing-"
# An import that would take out more than one product in so many asks first.
ASKS_FROM = 3
_TRIES = 5
# Problems that are shown when nothing could be read.
_SHOWN = 20


class TooMuchGone(BadInput):
    """Raised when a feed lacks more than a third of what is live: `gone` of `before` products."""

    def __init__(self, *, gone: int, before: int) -> None:
        super().__init__(
            f"this feed lacks {gone} of the {before} products that are live; nothing was changed. If they are"
            " really gone, import it again with --yes"
        )
        self.gone, self.before = gone, before


class CatalogueMoved(BadInput):
    """Raised when another catalogue went live while this one was made."""

    def __init__(self) -> None:
        super().__init__("another import went live meanwhile; nothing was changed: import the feed again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a shop's catalogue is made and goes live: `store` names what is live, `folder` holds the
    versions, `push` takes a finished one elsewhere before it goes live."""

    store: Stocking
    folder: Path
    clock: Callable[[], datetime]
    push: Callable[[Path], None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an import is to do. `facts`: the shop as it is to be (None: as it is). `languages` others than its
    own that it is searched in; `heard`: names and how they are heard (each None: as in the version before).
    `partly`: the rest of what is live stays, but for the SKUs `gone`. `stock`: what is set, of any SKU (None:
    that of what is new, or has another figure than it had). `revision`: only while the shop is of this one.
    `yes`: even if a third of the products goes. `dry_run`: nothing is written."""

    facts: Facts | None = None
    languages: Sequence[str] | None = None
    heard: Mapping[str, Sequence[str]] | None = None
    partly: bool = False
    gone: Sequence[str] = ()
    stock: Mapping[str, int | None] | None = None
    revision: int | None = None
    yes: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What an import did: the version that is live now (of a dry run, what was live before; empty: none)
    and how many products it holds, and how it differs from the one before."""

    version: str
    products: int
    tally: Tally


@dataclass(slots=True)
class _Heard:
    """Problems as they come: the first are kept in case there is nothing else to tell."""

    tell: Callable[[Problem], None]
    first: list[Problem] = field(default_factory=list)
    # What is wrong with the file itself: it is no feed, or only a part of one.
    broken: bool = False

    def __call__(self, problem: Problem) -> None:
        self.broken = self.broken or (problem.error and problem.row == 0)
        if problem.error and len(self.first) < _SHOWN:
            self.first.append(problem)
        self.tell(problem)


def publish(
    items: Iterable[Row | Problem],
    *,
    place: Place,
    wanted: Wanted | None = None,
    tell: Callable[[Problem], None] = lambda _: None,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Published:
    """Make these products (with the number of their row) live as a new version; of rows that do not differ
    from what is live nothing is written. `tell` hears of every problem, `progress` of the rows indexed.

    Raises FeedRejected when there is no usable product or not the whole feed, TooMuchGone, CatalogueMoved,
    CatalogueNotLinked when there is no shop and none is given, and Busy while another import is at work here.
    Each leaves what was live live."""
    wanted = wanted or Wanted()
    place.folder.mkdir(parents=True, exist_ok=True)
    with alone(place.folder), _staging(place.folder) as folder:
        facts, live = _now(place, wanted)
        heard = _Heard(tell)
        with Stage(folder, live=live) as stage:
            for row, product in stage.take(_sellable(items, facts, heard)):
                heard(Problem(row, "id", "repeated", {"sku": product.sku}, sku=product.sku))
            stage.drop(wanted.gone)
            if heard.broken:
                raise FeedRejected(rows=tuple(map(str, heard.first)))
            tally = _tally(stage, live, wanted)
            _check(tally, live, wanted, heard.first)
            if wanted.dry_run:
                there = live.manifest.products if live else 0
                return Published(live.version if live else "", there, tally)
            made = _made(stage, tally, live, facts, place, wanted, progress)
            _go_live(made, stage, tally, live, facts, place, wanted)
            return Published(made.version, made.products, tally)


def change(
    products: Sequence[Product], *, gone: Sequence[str] = (), place: Place, wanted: Wanted | None = None
) -> Published:
    """Put these products into the live catalogue, or in place of those with the same SKU, and take out those
    `gone`; the rest stays. Costs what changed, not what is there. Raises as `publish` does, and BadInput,
    with nothing changed, for a product in another currency than the shop's and for a SKU named twice."""
    facts = place.store.visit(NOBODY).facts
    named = Counter((*(product.sku for product in products), *gone))
    if twice := next((sku for sku, times in named.items() if times > 1), None):
        raise BadInput(f"{twice} is named twice; name each product once")
    for product in products:
        if product.price.currency != facts.terms.currency:
            currency = f"{product.price.currency}; the shop sells in {facts.terms.currency}"
            raise BadInput(f"{product.sku}: the price is in {currency}")
    if not named:
        return Published(facts.catalogue, 0, Tally())
    wanted = replace(wanted or Wanted(), partly=True, gone=gone)
    for _ in range(_TRIES if wanted.revision is None else 1):
        with suppress(CatalogueMoved):
            return publish(enumerate(products, start=1), place=place, wanted=wanted)
    raise CatalogueMoved


def _now(place: Place, wanted: Wanted) -> tuple[Facts, Shelf | None]:
    """The shop as it is to be, of the revision it has now, and the version that is live."""
    try:
        kept = place.store.visit(NOBODY).facts
    except CatalogueNotLinked:
        if wanted.facts is None:
            raise
        return replace(wanted.facts, catalogue="", revision=0), None
    if wanted.revision not in (None, kept.revision):
        raise CatalogueMoved
    facts = replace(wanted.facts or kept, catalogue=kept.catalogue, revision=kept.revision)
    try:
        return facts, Shelf(place.folder / kept.catalogue) if kept.catalogue else None
    except CatalogueNotLinked:
        if wanted.partly:
            raise
        # Of another Sayso, or harmed: what is imported now takes its place.
        return facts, None


def _sellable(items: Iterable[Row | Problem], facts: Facts, tell: _Heard) -> Iterator[Row]:
    for item in items:
        if isinstance(item, Problem):
            tell(item)
            continue
        row, product = item
        if product.price.currency != facts.terms.currency:
            values = {"currency": product.price.currency, "shop": facts.terms.currency}
            tell(Problem(row, "price", "other_currency", values, sku=product.sku))
        else:
            yield item


def _tally(stage: Stage, live: Shelf | None, wanted: Wanted) -> Tally:
    tally = stage.tally(live=live.manifest.products if live else 0, partly=wanted.partly)
    gone = len(live.stored(wanted.gone)) if live and wanted.gone else tally.gone
    return replace(tally, gone=gone)


def _check(tally: Tally, live: Shelf | None, wanted: Wanted, problems: Sequence[Problem]) -> None:
    before = live.manifest.products if live else 0
    if wanted.partly:
        if not tally.products and not wanted.gone:
            raise FeedRejected(rows=(*map(str, problems), "no row is usable"))
        if before + tally.new <= tally.gone:
            raise FeedRejected(rows=(*map(str, problems), "nothing would be left"))
    elif not tally.products:
        raise FeedRejected(rows=tuple(map(str, problems)) or ("the feed has no rows",))
    elif tally.gone * ASKS_FROM > before and not (wanted.yes or wanted.dry_run):
        raise TooMuchGone(gone=tally.gone, before=before)


def _made(
    stage: Stage,
    tally: Tally,
    live: Shelf | None,
    facts: Facts,
    place: Place,
    wanted: Wanted,
    progress: Callable[[int, int], None],
) -> Manifest:
    """Build what is to be live; the live version where nothing differs."""
    languages, heard = _languages(facts, live, wanted), _heard(live, wanted)
    same = live is not None and (live.manifest.languages, live.manifest.spoken) == (languages, heard)
    if live and same and not tally.moves:
        return live.manifest
    version = _fresh(place)
    if live and same and tally.moves * 2 <= live.manifest.products and not live.worn:
        return update(
            place.folder / live.version,
            folder=place.folder / version,
            version=version,
            products=stage.products(changed=True),
            gone=wanted.gone if wanted.partly else map(sku_of, stage.missing(live)),
        )
    # More than half is another, or most of what is kept was replaced: to build anew costs less.
    rest = stage.missing(live) if live and wanted.partly else ()
    of = tally.products + (live.manifest.products - tally.gone if live and wanted.partly else 0)
    return build(
        chain(map(parse, rest), stage.products()),
        folder=place.folder / version,
        version=version,
        language=languages[0],
        others=languages[1:],
        spoken=heard,
        progress=lambda done: progress(done, of),
    )


def _go_live(
    made: Manifest, stage: Stage, tally: Tally, live: Shelf | None, facts: Facts, place: Place, wanted: Wanted
) -> None:
    """Make the version live in one conditional write."""
    version = made.version
    if live and version == live.version:
        # Not one row differs; what the shop says of itself may.
        if wanted.facts and place.store.publish(facts, stock={}, expecting=facts.revision) is None:
            raise CatalogueMoved
        return
    place.push(place.folder / version)
    now = replace(facts, catalogue=version)
    stock = stage.restocked() if wanted.stock is None else wanted.stock
    if place.store.publish(now, stock=stock, expecting=facts.revision) is None:
        shutil.rmtree(place.folder / version)
        raise CatalogueMoved
    versions.record(
        place.store,
        version,
        at=place.clock(),
        products=made.products,
        moves=tally.moves,
        partly=wanted.partly,
    )
    versions.prune(place.store, place.folder, live=version)


def _languages(facts: Facts, live: Shelf | None, wanted: Wanted) -> tuple[str, ...]:
    own = facts.locale[:2]
    others = wanted.languages
    if others is None:
        others = live.manifest.languages if live else ()
    return (own, *(language for language in others if language != own))


def _heard(live: Shelf | None, wanted: Wanted) -> Mapping[str, Sequence[str]]:
    if wanted.heard is not None:
        return {name: list(ways) for name, ways in wanted.heard.items()}
    return live.manifest.spoken if live else {}


def _fresh(place: Place) -> str:
    """A version no folder has or had, the last in order: what is live is never built over, nor taken for
    another by who has it open, even while a clock stands still."""
    stamp = place.clock().strftime("%Y%m%dT%H%M%S%f")
    there = [path.name.partition("-")[2] for path in place.folder.glob(f"{stamp}*")]
    last = max((int(number or "1") for number in there), default=0)
    return f"{stamp}-{last + 1:06}" if last else stamp


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    # Left behind by imports that were killed: nobody else is at work here.
    for left in (*folder.glob(f"{STAGING}*"), *folder.glob("*.partial")):
        shutil.rmtree(left, ignore_errors=True)
    made = Path(mkdtemp(prefix=STAGING, dir=folder))
    try:
        yield made
    finally:
        with suppress(OSError):
            shutil.rmtree(made)

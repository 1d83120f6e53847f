"""The voice check of what is live, product by product: what a shopper would stumble over, and what to do.

An import's report holds the first findings of each kind; here are those of every product. To look at twenty
thousand takes seconds, so a version is looked at once, in a thread of its own."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from heapq import nlargest
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any

from skill.catalogue.alike import Alike
from skill.catalogue.naming import spoken_name
from skill.catalogue.problem import Problem, kinds
from skill.catalogue.records import parse
from skill.catalogue.shelf import Shelf
from skill.catalogue.voice_check import checked
from skill.commerce.product import Product
from skill.merchants.report import OfAKind

# Products with findings that are kept to be shown, those asked for most first.
MOST = 20_000
# Products between two reports of how far it is.
_STEP = 200
log = logging.getLogger("sayso")


@dataclass(frozen=True, slots=True)
class Finding:
    """A product with something to mend: its name as the feed gives it, and as the shop says it."""

    sku: str
    title: str
    said: str
    popularity: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """A version looked at: of `products`, `found` have findings (those asked for most first, `MOST` at the
    most; `sound` have none); `counts`: products by the code of a finding."""

    products: int
    sound: int
    counts: Mapping[str, int]
    found: tuple[Finding, ...]

    def of(self, code: str) -> Sequence[Finding]:
        """The products with a finding of this kind ("": of any)."""
        return [one for one in self.found if not code or any(p.code == code for p in one.problems)]


@dataclass(slots=True)
class Looking:
    """A version being looked at: `done` of so many products; the outcome once `result` is there."""

    version: str
    of: int
    done: int = 0
    result: Checkup | None = None
    failed: bool = False


def looked_at(shelf: Shelf, *, tell: Callable[[int], None] = lambda _: None) -> Checkup:
    """Look at every product of a version. `tell` hears of how many have been."""
    language, others = shelf.manifest.language, shelf.manifest.languages[1:]
    found: dict[str, Finding] = {}
    counts = Counter[str]()

    def note(problem: Problem, product: Product) -> None:
        counts[problem.code] += 1
        before = found.get(product.sku)
        if before is None:
            title = problem.values.get("name") or product.title
            found[product.sku] = Finding(
                product.sku, title, product.name(language), product.popularity, (problem,)
            )
        else:
            found[product.sku] = replace(before, problems=(*before.problems, problem))

    products = 0
    with (
        TemporaryDirectory(prefix="sayso-names-") as folder,
        closing(Alike(Path(folder) / "names", language=language)) as alike,
    ):
        for products, record in enumerate(shelf.records(), start=1):
            product = parse(record)
            for problem in of_product(product, language=language, others=others):
                note(problem, product)
            alike.add(product, products)
            if products % _STEP == 0:
                tell(products)
        for problem in alike.problems():
            note(problem, shelf.get([problem.sku])[problem.sku])
    most = nlargest(MOST, found.values(), key=lambda one: one.popularity)
    return Checkup(products=products, sound=products - len(found), counts=counts, found=tuple(most))


def of_product(product: Product, *, language: str, others: Sequence[str] = ()) -> tuple[Problem, ...]:
    """What the voice check says of one live product, as it said of the feed it came in."""
    given = product.names.get(language, "")
    bare = replace(product, names={one: name for one, name in product.names.items() if one != language})
    made = spoken_name(bare, language=language)
    # A name made from the title was put in when it was imported: what is wrong is wrong with the title.
    return (
        checked(bare, row=0, language=language, others=others, said=made)
        if made == given
        else checked(product, row=0, language=language, others=others)
    )


@dataclass(slots=True)
class Checkups:
    """The last version that was looked at; may be shared by threads."""

    _now: Looking | None = None
    _lock: Lock = field(default_factory=Lock)

    def of(self, shelf: Shelf) -> Looking:
        """How far it is with this version; who asks first sets it going."""
        with self._lock:
            looking, self._now = self._now, None
            if looking is None or looking.version != shelf.version:
                looking = Looking(shelf.version, shelf.manifest.products)
                Thread(target=_look, args=(shelf, looking), name="sayso-checkup", daemon=True).start()
            # What went wrong is told once, and tried again by whoever asks after that.
            self._now = None if looking.failed else looking
            return looking

    def problems(self, product: Product, shelf: Shelf) -> tuple[Problem, ...]:
        """What was found of a product; before all have been looked at, what it alone shows."""
        looking = self._now
        if looking is None or looking.version != shelf.version or looking.result is None:
            manifest = shelf.manifest
            return of_product(product, language=manifest.language, others=manifest.languages[1:])
        return next((one.problems for one in looking.result.found if one.sku == product.sku), ())


def _look(shelf: Shelf, looking: Looking) -> None:
    def tell(done: int) -> None:
        looking.done = done

    try:
        looking.result = looked_at(shelf, tell=tell)
    except Exception:
        log.exception("the voice check of version %s could not be made", looking.version)
        looking.failed = True


def kinds_json(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Kinds of findings with how many products have one, the most frequent first."""
    of_a_kind = (OfAKind(code, kinds()[code], count, ()) for code, count in counts.items())
    return [
        {"code": one.code, "count": one.count, "what": one.what, "why": one.kind.why, "mend": one.mend}
        for one in sorted(of_a_kind, key=lambda one: (-one.count, one.code))
    ]


def problems_json(problems: Sequence[Problem]) -> Iterator[dict[str, Any]]:
    """Findings as a merchant reads them."""
    for one in problems:
        yield {
            "code": one.code,
            "level": one.level,
            "field": one.field,
            "what": one.what,
            "why": one.why,
            "mend": one.mend,
        }

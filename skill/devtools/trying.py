"""A shop file that is tried: whoever talks to this process hears the shop as the file has it, and nothing of
it is live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from skill.commerce.merchant import Facts
from skill.shop import NOBODY, Stocking, Visit
from skill.storage.open import open_store


@dataclass(frozen=True, slots=True)
class Trial:
    """The facts that are tried, from a file of this name."""

    file: str
    facts: Facts


@dataclass(slots=True)
class Trying:
    """What is tried just `now` (None: nothing is)."""

    now: Trial | None = None


class Tried:
    """A store that shows shoppers the shop as it is tried. Whoever asks for it as nobody in particular, to
    change it, gets it as it is."""

    def __init__(self, store: Stocking) -> None:
        self._store = store
        self.trying = Trying()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def visit(self, shopper: str) -> Visit:
        visit, trial = self._store.visit(shopper), self.trying.now
        if trial is None or shopper == NOBODY:
            return visit
        facts = replace(trial.facts, catalogue=visit.facts.catalogue, revision=visit.facts.revision)
        return replace(visit, facts=facts)


def open_tried(spec: str, *, shop: str, clock: Callable[[], datetime]) -> Stocking:
    """The store a setting names, on which a shop file can be tried."""
    return cast(Stocking, Tried(open_store(spec, shop=shop, clock=clock)))


def trying_of(store: Stocking) -> Trying | None:
    """What is tried on a store; None where nothing can be."""
    found = getattr(store, "trying", None)
    return found if isinstance(found, Trying) else None

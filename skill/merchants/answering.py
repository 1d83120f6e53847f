"""The shop answered a case: the shopper hears of it when they next open the shop."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.merchant import Case
from skill.shop import Store

_TRIES = 4


def note(case: Case, *, shopper: str, store: Store) -> bool:
    """Mark a case's answer as one to be told; the opened shop looks for cases only where there is such a
    mark. Safe to repeat. False when what is kept of the shopper kept moving: asked for, the case is told all
    the same."""
    answer = f"answered {case.id} {len(case.notes)}"
    for _ in range(_TRIES):
        about = store.visit(shopper).shopper
        if answer in about.seen or about.personal.answered == case.id:
            return True
        told = replace(about, personal=replace(about.personal, answered=case.id))
        if store.save_shopper(told, shopper=shopper, request_id=answer) is not None:
            return True
    return False

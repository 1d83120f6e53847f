"""Of which experiments a shopper is part: remembered, so that each counts once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from skill.commerce.merchant import Shopper
from skill.shop import Store


def enlist(
    trials: Iterable[str], *, store: Store, shopper: str, id: str, about: Shopper | None = None
) -> bool:
    """Remember the trials that a shopper is part of; False, and nothing is written, when what is kept of them
    has moved. `id`: of this write alone. `about`: what is kept, where it was read already."""
    about = about or store.visit(shopper).shopper
    fresh = tuple(trial for trial in trials if trial not in about.insight.trials)
    if not fresh:
        return True
    insight = replace(about.insight, trials=(*about.insight.trials, *fresh))
    return store.save_shopper(replace(about, insight=insight), shopper=shopper, request_id=id) is not None

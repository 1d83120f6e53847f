"""Who was erased lately: a turn that was in flight may write down again what was just forgotten.

Each erasure leaves a document whose id tells until when, and whom. Once that has passed for good, what was
written meanwhile is erased too, and the mark goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from skill.storage.items import sortable

KIND = "erased"
# Longer than any turn takes, and the store's retries with it.
IN_FLIGHT = timedelta(seconds=15)


def mark(shopper: str, until: datetime) -> str:
    return f"{sortable(until)}#{shopper}"


def passed(now: datetime) -> str:
    """What sorts behind every mark that is due at `now`, and before all others."""
    return sortable(now - IN_FLIGHT)


def again(mark: str) -> tuple[str, datetime]:
    """Whom to erase once more, and what was written until when."""
    until, _, shopper = mark.partition("#")
    return shopper, datetime.fromisoformat(until) + IN_FLIGHT

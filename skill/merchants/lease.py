"""Who makes the rounds: one process at a time, by a conditional write of the store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from skill.shop import Stocking

_LEASES = "lease"


@dataclass(frozen=True, slots=True)
class Lease:
    """Who makes the `rounds` of that name."""

    store: Stocking
    rounds: str = "rounds"

    def take(self, holder: str, *, now: datetime, until: datetime) -> bool:
        """As `rounds.Take`."""
        text = self.store.document(_LEASES, self.rounds) or ""
        held = json.loads(text) if text else {}
        free = not held or held["holder"] == holder or datetime.fromisoformat(held["until"]) <= now
        mine = json.dumps({"holder": holder, "until": until.isoformat()})
        return free and self.store.put_document(_LEASES, self.rounds, mine, expecting=text)

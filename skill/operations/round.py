"""What one round for a shop's orders tells those who run it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skill.operations import metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    """`told`: events that everybody who wants to knows of now; `dead`: events given up; `settled`: orders
    whose money was moved, or that were called off for want of it; `due`: events still due at the round's end;
    `oldest_untold`: seconds since the oldest event happened that somebody does not know of yet (0: all do).
    Both look at the hundred events that are due first."""

    shop: str
    told: int = 0
    dead: int = 0
    settled: int = 0
    due: int = 0
    oldest_untold: float = 0.0

    def values(self) -> dict[str, float]:
        """The figures by their metric's name."""
        return {
            metrics.TOLD: self.told,
            metrics.DEAD: self.dead,
            metrics.SETTLED: self.settled,
            metrics.DUE: self.due,
            metrics.OLDEST_UNTOLD: round(self.oldest_untold, 3),
        }


TellRound = Callable[[RoundRecord], None]

"""The shop's clock where somebody tries it: it can be set ahead, so that what is due tomorrow happens now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

# Longer than anything is kept (`skill.commerce.merchant.Privacy`).
FURTHEST = timedelta(days=20 * 366)


class Clock:
    """`real` time and how far ahead of it the shop is. May be shared by threads."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self._real = real
        self._ahead = timedelta()
        self._lock = Lock()

    def __call__(self) -> datetime:
        return self._real() + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far the shop is ahead of real time."""
        return self._ahead

    def set_ahead(self, ahead: timedelta) -> None:
        """Be so far ahead of real time from now on; nothing: real time again. Raises ValueError for less than
        it is already, since what happened would lie in a time to come, and for more than FURTHEST."""
        with self._lock:
            if ahead and not self._ahead <= ahead <= FURTHEST:
                raise ValueError(
                    f"the clock is {self._ahead.total_seconds():.0f} seconds ahead and goes back to 0 only; "
                    f"the furthest is {FURTHEST.total_seconds():.0f}"
                )
            self._ahead = ahead

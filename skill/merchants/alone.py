"""One import at a time in a folder: no other thread or process makes a version there meanwhile."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skill.errors import BadInput

WAIT_SECONDS = 10.0
_POLL_SECONDS = 0.05
_LOCK = ".importing"


class Busy(BadInput):
    """Raised when somebody else is making a version of this catalogue and will not be done soon."""

    def __init__(self) -> None:
        super().__init__("another import is at work on this catalogue; try again when it is done")


@contextmanager
def alone(folder: Path, *, seconds: float | None = None) -> Iterator[None]:
    """Hold `folder` for oneself, waiting up to `seconds` (None: ten) for who has it. The system lets go for a
    process that is killed. Raises Busy when it is not free in time."""
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT)
    try:
        ends = time.monotonic() + (WAIT_SECONDS if seconds is None else seconds)
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > ends:
                    raise Busy from None
                time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(handle)

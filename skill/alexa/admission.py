"""What a request passes at the web endpoint before anything of it is acted on.

All of it looks at the raw body and its headers. On AWS Lambda the platform does this.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from email.message import Message
from functools import lru_cache
from hashlib import sha256
from typing import Any

from skill.alexa.envelope import BODY_BYTES, EVENT, envelope
from skill.alexa.refused import Refused

# Answers given within the time in which their requests would still count as fresh: 65,536 of them take 16 MB.
REMEMBERED = 65_536
# Twice the tolerance, for a request may be dated that far ahead.
_FRESH = timedelta(seconds=300)
_FRESH_EVENT = timedelta(hours=2)

Verify = Callable[[bytes, Any, datetime], Any]
Admit = Callable[[bytes, Mapping[str, str], datetime], AbstractContextManager[dict[str, Any]]]


def check_form(method: str, headers: Mapping[str, str]) -> None:
    """Return if a request of this form can be Alexa's; to be asked before its body is read. `headers` are
    looked up without regard to case. Raises `Refused`."""
    if method != "POST":
        raise Refused("method")
    told = {name.lower(): value.strip() for name, value in headers.items()}
    if not _is_json(told.get("content-type", "")):
        raise Refused("content_type")
    if told.get("content-encoding", "identity").lower() != "identity":
        raise Refused("content_encoding")
    # Two lengths: a proxy before us may have believed the other one.
    if (coding := told.get("transfer-encoding")) is not None and (
        coding.lower() != "chunked" or told.get("content-length")
    ):
        raise Refused("transfer")
    if len(length := told.get("content-length", "0")) > 20 or (
        length.isdecimal() and int(length) > BODY_BYTES
    ):
        raise Refused("body_size")


def admission(verify: Verify | None, *, remembered: int = REMEMBERED) -> Admit:
    """Return the function that lets a request in: `with admit(body, headers, now) as envelope:`, the block
    being what answers it.

    `verify` checks signature, time and skill id and returns the envelope (`skill.alexa.verifier.verify`); it
    may return None, and the body is read here then. With None instead of a `verify`, any well-formed body is
    let in, again and again.

    A signed body is answered once: the same bytes again are refused as a replay until they are stale. When
    the block raises, the request was not answered and may be sent again, as Amazon does with events. The
    last `remembered` bodies are known, to this process alone; beyond that, and in other processes, the store
    answers a request it has seen as it did before.

    Raises `Refused`, and what the block raises.
    """
    answered = _Answered(remembered)

    @contextmanager
    def admit(body: bytes, headers: Mapping[str, str], now: datetime) -> Iterator[dict[str, Any]]:
        if len(body) > BODY_BYTES:
            raise Refused("body_size")
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("utf8") from None
        if verify is None:
            yield envelope(body)
            return
        told = verify(body, headers, now)
        told = told if isinstance(told, dict) else envelope(body)
        mark = answered.take(body, now=now, until=now + _fresh(told))
        try:
            yield told
        except BaseException:
            answered.give_back(mark)
            raise

    return admit


# Remembered, for Alexa's is always the same.
@lru_cache(maxsize=64)
def _is_json(content_type: str) -> bool:
    told = Message()
    told["Content-Type"] = content_type
    charset = str(told.get_param("charset", "utf-8")).lower()
    return told.get_content_type() == "application/json" and charset in ("utf-8", "utf8")


def _fresh(told: dict[str, Any]) -> timedelta:
    request = told.get("request")
    kind = request.get("type") if isinstance(request, dict) else None
    return _FRESH_EVENT if isinstance(kind, str) and kind.startswith(EVENT) else _FRESH


class _Answered:
    """The bodies that were answered, or are being answered, by their digest."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._marks: set[bytes] = set()
        self._ends: list[tuple[float, bytes]] = []
        self._lock = threading.Lock()

    def take(self, body: bytes, *, now: datetime, until: datetime) -> bytes:
        mark = sha256(body).digest()
        with self._lock:
            while self._ends and (self._ends[0][0] < now.timestamp() or len(self._ends) >= self._limit):
                self._marks.discard(heapq.heappop(self._ends)[1])
            if mark in self._marks:
                raise Refused("replay")
            self._marks.add(mark)
            heapq.heappush(self._ends, (until.timestamp(), mark))
        return mark

    def give_back(self, mark: bytes) -> None:
        # Its end stays, so that what fails again and again is still bounded.
        with self._lock:
            self._marks.discard(mark)

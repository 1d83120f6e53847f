"""Which trace a request belongs to, as W3C Trace Context has it: https://www.w3.org/TR/trace-context/"""

from __future__ import annotations

import secrets
from collections.abc import Callable

HEADER = "traceparent"
_LOWER = frozenset("0123456789abcdef")


def hexadecimal(text: str) -> bool:
    """Whether it is hexadecimal in lower case, and not nothing."""
    return bool(text) and _LOWER.issuperset(text)


def trace_id(traceparent: str, *, fresh: Callable[[int], str] = secrets.token_hex) -> str:
    """The trace's id (32 letters) that a caller sent, or a new one where there is none that can be read:
    "version-id-parent-flags". A later version may hold more."""
    version, *rest = traceparent.split("-")
    if len(version) != 2 or version == "ff" or len(rest) < 3 or (version == "00" and len(rest) > 3):
        return fresh(16)
    if [*map(len, rest[:3])] != [32, 16, 2] or not all(map(hexadecimal, (version, *rest[:3]))):
        return fresh(16)
    return rest[0] if rest[0].strip("0") and rest[1].strip("0") else fresh(16)

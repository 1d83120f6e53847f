"""The bytes of a request to the JSON object they are, strictly: what can be read in two ways is not read."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from skill.alexa.refused import Refused

BODY_BYTES = 256 * 1024
MAX_DEPTH = 64
# How the types of skill events begin; Alexa sends them again for an hour.
EVENT = "AlexaSkillEvent."

# A string is one token, so that brackets inside it do not count; possessive, so that the scan stays linear.
# Nothing is copied: large pieces that come and go in many threads are what the allocator keeps.
_NESTING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def envelope(body: bytes) -> dict[str, Any]:
    """The JSON object that `body` is, in UTF-8 and at most 64 deep.

    Stricter than Python (RFC 8259 leaves these open, and Amazon sends none of them): no name twice in one
    object, for readers differ on which counts; no NaN, and no number that is none to a float; no half of a
    surrogate pair, which cannot be written again. Raises `Refused`, without what was read.
    """
    # The causes are cut off: these exceptions carry the request itself.
    try:
        text = body.decode("utf-8")
        _check_depth(text)
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite)
        if _SURROGATE.search(text):
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except ValueError:
        raise Refused("json") from None
    if not isinstance(found, dict):
        raise Refused("json")
    return found


def _check_depth(text: str) -> None:
    depth = 0
    for token in _NESTING.finditer(text):
        first = text[token.start()]
        if first in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise Refused("depth")
        elif first in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name is there twice")
    return members


def _no_number(name: str) -> float:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("too large")
    return number

"""Changes to an envelope that keep it JSON: a part gone, doubled, of another type, or full of anything."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

# Text that breaks what is built carelessly around it.
NASTY: Sequence[str] = (
    "",
    " ",
    "?",
    "\0",
    "a\0b",
    "\ud800",
    "x\udfffy",
    "\u202eabc\u202c",
    "\u2067\u0627\u2069",
    "\ufeff\uffff",
    "\x07\x1b[31m",
    "\n\r\t\v\f\x85\u2028",
    "<speak>", "</speak><audio src='x'/>", "M&M's <b>", "]]>", "&amp;lt;", "${payload}", "{count}",
    "%s %(x)s", "' OR 1=1 --", "../../etc/passwd", "__proto__", "constructor", "null", "None", "true",
    "9" * 400, "-1", "0", "00012", "1e309", "2.5", "½", "٣", "二", "²", "١٢٣٤",
    "🧀" * 60, "e\u0301" * 90, "ﷺ" * 20, "zwei", "half a dozen", "dozen dozen", "a" * 8_000, "и " * 4_000,
    " · ", "milk and eggs and", "between five and", "2026-W47-WE", "2026-02-30", "PT99999999H", "99:99",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
)  # fmt: skip
_VALUES: Sequence[Any] = (
    *(None, True, False, 0, -1, 1, 2**63, -(2**70), 10**400, 1.5, -0.0, 1e308, float("inf"), float("nan")),
    *([], {}, [[]], [None], {"": None}, {"type": 3}, ["x"] * 300, [{}] * 50, "x", "NONE", "FUTURE_VALUE"),
)


def mutate(raw: Any, rng: Random, *, times: int) -> Any:
    """A copy with so many changes, each at a place chosen by `rng`."""
    changed = copy.deepcopy(raw)
    for _ in range(times):
        places = _places(changed)
        if not places:
            return changed
        # Of few parts first: what stands high up is as likely hit as one of a thousand leaves.
        depth = rng.choice(sorted({place[2] for place in places}))
        container, key, _ = rng.choice([place for place in places if place[2] == depth])
        rng.choice(_CHANGES)(container, key, rng)
    return changed


def _places(value: Any, depth: int = 0) -> list[tuple[Any, Any, int]]:
    found: list[tuple[Any, Any, int]] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs)[:60]:
        found += [(value, key, depth), *(_places(inner, depth + 1) if depth < 12 else [])]
    return found


def _gone(container: Any, key: Any, _: Random) -> None:
    del container[key]


def _other(container: Any, key: Any, rng: Random) -> None:
    container[key] = copy.deepcopy(rng.choice(_VALUES))


def _nasty(container: Any, key: Any, rng: Random) -> None:
    container[key] = rng.choice(NASTY)


def _around(container: Any, key: Any, rng: Random) -> None:
    inner = container[key]
    container[key] = rng.choice(([inner], {"value": inner}, [inner, copy.deepcopy(inner)], str(inner)[:200]))


def _deep(container: Any, key: Any, rng: Random) -> None:
    inner: Any = container[key]
    for _ in range(rng.choice((5, 40, 120))):
        inner = [inner] if rng.random() < 0.5 else {"inner": inner}
    container[key] = inner


def _more(container: Any, key: Any, rng: Random) -> None:
    inner = container[key]
    if isinstance(inner, dict):
        for count in range(rng.choice((1, 3, 300))):
            inner[rng.choice((f"later{count}", *NASTY[:12]))] = copy.deepcopy(rng.choice(_VALUES))
    elif isinstance(inner, list):
        inner.extend(copy.deepcopy(inner) * rng.choice((1, 2, 100)))
        del inner[1_000:]


def _grown(container: Any, key: Any, rng: Random) -> None:
    inner = container[key]
    if isinstance(inner, str):
        length = rng.choice((200, 401, 8_000))
        container[key] = (inner * (length // max(1, len(inner)) + 1))[:length]
    elif type(inner) is int:
        container[key] = inner * 10 ** rng.choice((1, 9, 18, 60))


def _strewn(container: Any, key: Any, rng: Random) -> None:
    inner = container[key]
    if isinstance(inner, str):
        at = rng.randint(0, len(inner))
        container[key] = inner[:at] + rng.choice(NASTY)[:50] + inner[at:]


def _renamed(container: Any, key: Any, rng: Random) -> None:
    if isinstance(container, dict):
        container[rng.choice((key.upper(), key + "s", "", *NASTY[:12]))] = container.pop(key)


_CHANGES: Sequence[Callable[[Any, Any, Random], None]] = (
    _gone,
    _other,
    _other,
    _nasty,
    _nasty,
    _around,
    _deep,
    _more,
    _grown,
    _strewn,
    _renamed,
)

"""CloudWatch's embedded metric format: one line of JSON on standard output is a log entry and its metrics.

By its specification, since the libraries for it cost more of a cold start than all of this:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from time import time
from typing import TYPE_CHECKING, Any

from skill.operations import metrics
from skill.operations.turn import Tell, TurnRecord, fields, session_values, values

if TYPE_CHECKING:
    # The worker has loaded it; a turn has no use for it.
    from skill.operations.round import RoundRecord

Write = Callable[[str], object]
_encode = json.JSONEncoder(separators=(",", ":")).encode


def write_line(line: str) -> None:
    """Put a line on standard output in one piece: what is written between would make it no JSON."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def turns_to(write: Write, *, stage: str, now: Callable[[], float] = time) -> Tell:
    """What writes a line for each turn. `now` is in seconds since 1970."""

    def tell(turn: TurnRecord) -> None:
        dimensions = {metrics.STAGE: stage}
        if turn.shop:
            dimensions[metrics.SHOP] = turn.shop
        if turn.intent:
            dimensions[metrics.INTENT] = turn.intent
        ended = session_values(turn)
        directives = _of_turn(shop=bool(turn.shop), intent=bool(turn.intent), session=bool(ended))
        write(_line(directives, now(), {**dimensions, **values(turn), **ended, **fields(turn)}))

    return tell


def rounds_to(write: Write, *, stage: str, now: Callable[[], float] = time) -> Callable[[RoundRecord], None]:
    """What writes a line for each round of the worker."""

    def tell(done: RoundRecord) -> None:
        dimensions = {metrics.STAGE: stage, metrics.SHOP: done.shop}
        directive = _directive([(metrics.STAGE,), (metrics.STAGE, metrics.SHOP)], metrics.OF_ROUNDS)
        write(_line([directive], now(), {**dimensions, **done.values(), "event": "round"}))

    return tell


@cache
def _of_turn(*, shop: bool, intent: bool, session: bool) -> list[dict[str, Any]]:
    """The metrics of a turn in a shop, or in none, that meant something, or nothing, and ended its session,
    or did not."""
    places = [(metrics.STAGE,), (metrics.STAGE, metrics.SHOP)][: 1 + shop]
    ended = metrics.OF_SESSIONS if session else ()
    directives = [_directive(places, (*metrics.OF_TURNS, *ended))]
    if intent:
        directives.append(_directive([(metrics.STAGE, metrics.INTENT)], metrics.OF_INTENTS))
    return directives


def _directive(dimensions: Iterable[Sequence[str]], names: Iterable[str]) -> dict[str, Any]:
    return {
        "Namespace": metrics.NAMESPACE,
        "Dimensions": [list(one) for one in dimensions],
        "Metrics": [{"Name": name, "Unit": metrics.UNITS[name]} for name in names],
    }


def _line(directives: list[dict[str, Any]], seconds: float, told: Mapping[str, Any]) -> str:
    about = {"Timestamp": int(seconds * 1000), "CloudWatchMetrics": directives}
    return _encode({"_aws": about, **told})

"""The same metrics for Prometheus, where somebody hosts the shop themselves.

Several processes add up where PROMETHEUS_MULTIPROC_DIR names a folder that they share; it is read when this
is imported."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from skill.operations import metrics
from skill.operations.round import RoundRecord
from skill.operations.turn import TurnRecord, session_values, values

MEDIA_TYPE = CONTENT_TYPE_LATEST
_SHARED = "PROMETHEUS_MULTIPROC_DIR"
# Seconds: a turn is to take well under one, and Alexa gives up after eight.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 6.0, 8.0)
_TURNS = {
    metrics.READ_UNITS: ("read_units", "Read capacity units that DynamoDB told of"),
    metrics.WRITE_UNITS: ("write_units", "Write capacity units that DynamoDB told of"),
    metrics.ROUND_TRIPS: ("round_trips", "Requests to the store"),
    metrics.ORDERS_PLACED: ("orders_placed", "Orders that came to be"),
}
_SESSIONS = {
    metrics.SESSIONS: ("sessions", "Sessions that ended"),
    metrics.SESSIONS_WITH_ORDER: ("sessions_with_order", "Sessions in which something was ordered"),
    metrics.CARTS_LEFT: ("carts_left", "Sessions that left goods in the cart"),
    metrics.HAND_OVERS: ("hand_overs", "Wishes for a person"),
    metrics.MISSES: ("misses", "Turns that were not understood"),
    metrics.CORRECTIONS: ("corrections", "Turns that put something right"),
}
_ROUNDS = {
    metrics.TOLD: ("told", "Events that everybody knows of now"),
    metrics.DEAD: ("dead", "Events given up"),
    metrics.SETTLED: ("settled", "Orders whose money was moved"),
}
_STANDS = {
    metrics.DUE: ("due", "Events that were due and not told when the last round ended"),
    metrics.OLDEST_UNTOLD: ("oldest_untold_seconds", "Age of the oldest event somebody does not know of"),
}


class Exposition:
    """What this process counts, and what all together tell. May be shared by threads."""

    def __init__(self) -> None:
        own = CollectorRegistry()
        self._own = own
        by_intent = ("shop", "intent")
        self._turns = Counter("sayso_turns", "Turns answered", by_intent, registry=own)
        self._faults = Counter("sayso_faults", "Turns that ended in an apology", by_intent, registry=own)
        self._refused = Counter("sayso_refused", "Requests turned away unread", registry=own)
        self._cold = Counter("sayso_cold_starts", "First turns of a process", registry=own)
        self._latency = Histogram(
            "sayso_latency_seconds", "From request to answer", ("shop",), registry=own, buckets=_BUCKETS
        )
        self._of_turns = {
            metric: Counter(f"sayso_{name}", what, ("shop",), registry=own)
            for metric, (name, what) in _TURNS.items()
        }
        self._of_sessions = {
            metric: Counter(f"sayso_{name}", what, ("shop",), registry=own)
            for metric, (name, what) in _SESSIONS.items()
        }
        self._of_rounds = {
            metric: Counter(f"sayso_{name}", what, ("shop",), registry=own)
            for metric, (name, what) in _ROUNDS.items()
        }
        self._stands = {
            metric: Gauge(f"sayso_{name}", what, ("shop",), registry=own, multiprocess_mode="mostrecent")
            for metric, (name, what) in _STANDS.items()
        }

    def turn(self, turn: TurnRecord) -> None:
        """Count a turn."""
        told = values(turn)
        if told[metrics.REFUSED]:
            self._refused.inc()
            return
        self._turns.labels(turn.shop, turn.intent).inc()
        if told[metrics.FAULTS]:
            self._faults.labels(turn.shop, turn.intent).inc()
        if turn.cold:
            self._cold.inc()
        self._latency.labels(turn.shop).observe(turn.milliseconds / 1000)
        for metric, counter in self._of_turns.items():
            if told[metric]:
                counter.labels(turn.shop).inc(told[metric])
        for metric, n in session_values(turn).items():
            if n:
                self._of_sessions[metric].labels(turn.shop).inc(n)

    def round(self, done: RoundRecord) -> None:
        """Count a round."""
        told = done.values()
        for metric, counter in self._of_rounds.items():
            counter.labels(done.shop).inc(told[metric])
        for metric, gauge in self._stands.items():
            gauge.labels(done.shop).set(told[metric])

    def text(self) -> bytes:
        """All of it in Prometheus's text format."""
        if os.environ.get(_SHARED):
            together = CollectorRegistry()
            MultiProcessCollector(together)  # type: ignore[no-untyped-call]
            return generate_latest(together)
        return generate_latest(self._own)

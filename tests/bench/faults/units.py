"""What each turn asks of DynamoDB: round trips and capacity units, as ministack counts them (moto does not),
in the sample shop, beside the budget."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from skill.app import App, build
from skill.dialogue.conversation import decode
from skill.dialogue.turn import Slot, Turn
from skill.storage.dynamodb import connect
from tests.bench.faults.world import place
from tests.talk import publish_sample

# Of every turn, and of the one that places an order of so many lines.
READS, WRITES, TRIPS = 5.0, 3.0, 3
PLACING_TRIPS = 2
_READING = ("BatchGetItem", "GetItem", "Query")
# What is said, as intents and slots, and how the turn is called in the table. An order of three lines.
TURNS: tuple[tuple[str, str, Mapping[str, Slot]], ...] = (
    ("launch, a stranger", "Launch", {}),
    ("search", "FindProduct", {"query": Slot("oat milk")}),
    ("add to cart, the first", "AddToCart", {"product": Slot("goat milk"), "quantity": Slot("4", number=4)}),
    ("add to cart", "AddToCart", {"product": Slot("clover honey")}),
    ("add to cart, a third", "AddToCart", {"product": Slot("sourdough bread")}),
    ("review the cart", "ReviewCart", {}),
    ("check out: the total", "Checkout", {}),
    ("yes: placing", "Yes", {}),
    ("launch, an order under way", "Launch", {}),
    ("order status", "OrderStatus", {}),
    ("cancel: which one", "CancelOrder", {}),
    ("yes: cancelling", "Yes", {}),
    ("reorder", "Reorder", {}),
)


@dataclass
class Spent:
    """What one turn cost. `calls` names the operations in turn."""

    turn: str
    reads: float = 0.0
    writes: float = 0.0
    calls: list[str] = field(default_factory=list)
    lines: int = 0

    @property
    def trips(self) -> int:
        return len(self.calls)

    @property
    def allowed(self) -> tuple[float, float, int]:
        """The budget: read units, write units, round trips."""
        if self.turn == "yes: placing":
            return READS, 2.0 * self.lines + 11, PLACING_TRIPS
        if self.turn == "yes: cancelling":
            # As dear as to place it: the same transaction backwards.
            return READS, 2.0 * self.lines + 11, TRIPS
        return READS, WRITES, TRIPS

    @property
    def over(self) -> tuple[str, ...]:
        """In what it is above the budget."""
        spent = (self.reads, self.writes, self.trips)
        names = ("RCU", "WCU", "round trips")
        pairs = zip(names, spent, self.allowed, strict=True)
        return tuple(f"{name} {have:g} of {most:g}" for name, have, most in pairs if have > most)


def run() -> list[Spent]:
    """Every turn of TURNS, once, one after the other, in a process that is warm."""
    table: list[Spent] = []
    with place("dynamodb") as settings:
        client = connect(settings.store.partition("@")[2])
        with patch("skill.storage.dynamodb.connect", lambda _: client):
            app = build(settings)
        publish_sample(app)
        _say(app, "Launch", {}, user="warm", attributes={}, n=0)
        lines = 0
        attributes: Mapping[str, Any] = {}
        for n, (name, intent, slots) in enumerate(TURNS):
            spent = Spent(name)
            if intent == "Launch":
                attributes = {}
            with metered(client, spent):
                attributes = _say(app, intent, slots, user="shopper", attributes=attributes, n=n)
            spent.lines = lines = _lines(app) or lines
            table.append(spent)
    return table


@contextmanager
def metered(client: Any, spent: Spent) -> Iterator[None]:
    """What the client is charged within."""

    def ask(params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def note(parsed: dict[str, Any], event_name: str, **_: Any) -> None:
        operation = event_name.rsplit(".", 1)[-1]
        consumed = parsed.get("ConsumedCapacity", ())
        units = sum(
            float(one["CapacityUnits"]) for one in (consumed if isinstance(consumed, list) else [consumed] if consumed else [])
        )
        spent.calls.append(operation)
        if operation in _READING:
            spent.reads += units
        else:
            spent.writes += units

    events = client.meta.events
    events.register("provide-client-params.dynamodb", ask)
    events.register("after-call.dynamodb", note)
    try:
        yield
    finally:
        events.unregister("provide-client-params.dynamodb", ask)
        events.unregister("after-call.dynamodb", note)


def _say(
    app: App, intent: str, slots: Mapping[str, Slot], *, user: str, attributes: Mapping[str, Any], n: int
) -> Mapping[str, Any]:
    answer = app.respond(
        Turn(
            request_id=f"{user}-{n}",
            intent=intent,
            now=datetime.now(UTC) + timedelta(seconds=n),
            locale="en-US",
            user=user,
            slots=slots,
            attributes=attributes,
            linked=True,
        )
    )
    print(intent, answer.spoken.speech)
    return answer.attributes


def _lines(app: App) -> int:
    from skill.app import shopper_key

    cart = app.store.visit(shopper_key("shopper", secret=app.settings.shopper_secret)).cart
    return len(cart.lines) if cart else 0

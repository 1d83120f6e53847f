"""What each turn asks of DynamoDB, in the sample shop, beside the budget: round trips and capacity units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from skill.app import App, build, shopper_key
from skill.commerce.payment import Cards
from skill.dialogue.turn import Slot, Turn
from skill.shop import NOBODY
from skill.storage.dynamodb import connect
from tests.bench import WrongAnswer
from tests.bench.faults.bank import Bank
from tests.bench.faults.meter import Spent, metered
from tests.bench.faults.weather import Weather
from tests.bench.faults.world import card_bank, place
from tests.talk import publish_sample

# Of every turn: read units, write units, round trips. One that places an order, or calls it off, is one
# transaction over its lines: two write units each and eleven besides.
READS, WRITES, TRIPS = 5.0, 3.0, 3
_PER_LINE, _BESIDES = 2.0, 11.0
# Which order, what is left of its lines, the cart: each is asked for by what came before, and a shopper is to
# hear at once what has run out.
_TRIPS_MORE = {"reorder": 1}
_USER = "shopper"
# How a turn is called in the table, what is said, as intent and slots, and words of a right answer.
_Said = tuple[str, str, Mapping[str, Slot], str]
TURNS: tuple[_Said, ...] = (
    ("launch, a stranger", "Launch", {}, "Welcome"),
    ("search", "FindProduct", {"query": Slot("oat milk")}, "I found"),
    ("add to the cart, the first", "AddToCart", {"product": Slot("goat milk")}, "Added"),
    ("add to the cart, the second", "AddToCart", {"product": Slot("clover honey")}, "Added"),
    ("add to the cart, the third", "AddToCart", {"product": Slot("sourdough bread")}, "Added"),
    ("change a quantity", "ChangeQuantity", {"quantity": Slot("4", number=4)}, "4 of"),
    ("review the cart", "ReviewCart", {}, "in your cart"),
    ("check out: the total", "Checkout", {}, "the total is"),
    ("yes: placing", "Yes", {}, "Thank you"),
    ("launch, an order under way", "Launch", {}, "Welcome back"),
    ("order status", "OrderStatus", {}, "Order"),
    ("cancel: which one", "CancelOrder", {}, "Shall I cancel it"),
    ("yes: cancelling", "Yes", {}, "is cancelled"),
    (
        "add to the cart again",
        "AddToCart",
        {"product": Slot("goat milk"), "quantity": Slot("3", number=3)},
        "Added",
    ),
    ("check out again", "Checkout", {}, "the total is"),
    ("yes: placing again", "Yes", {}, "Thank you"),
    ("reorder", "Reorder", {}, ""),
    # What the session counted is written when it ends without an order.
    ("stop: the session is counted", "Stop", {}, "oodbye"),
)


@dataclass
class Cost:
    """What a turn cost; `lines` are those of the order it places or calls off."""

    turn: str
    spent: Spent
    lines: int = 0

    @property
    def trips(self) -> int:
        return len(self.spent.calls)

    @property
    def allowed(self) -> tuple[float, float, int]:
        """The budget: read units, write units, round trips."""
        trips = TRIPS + _TRIPS_MORE.get(self.turn, 0)
        return READS, _PER_LINE * self.lines + _BESIDES if self.lines else WRITES, trips

    @property
    def over(self) -> tuple[str, ...]:
        """In what it is above the budget."""
        have = (self.spent.reads, self.spent.writes, self.trips)
        parts = zip(("RCU", "WCU", "round trips"), have, self.allowed, strict=True)
        return tuple(f"{name} {spent:g} of {most:g}" for name, spent, most in parts if spent > most)


def run(*, cards: bool = False) -> list[Cost]:
    """Every turn of TURNS, one after the other, in a process that is warm; with `cards` in a shop that
    charges them. Raises WrongAnswer when one is answered otherwise than it should be."""
    table: list[Cost] = []
    calm = Weather("calm", rate=0.0)
    with place("dynamodb") as settings, card_bank(Bank(calm)):
        endpoint = settings.store.partition("@")[2]
        client, behind = connect(endpoint), connect(endpoint)
        with patch("skill.storage.dynamodb.connect", lambda _: client):
            app = build(settings)
        publish_sample(app)
        if cards:
            facts = replace(app.store.visit(NOBODY).facts, cards=Cards(provider="development"))
            app.store.publish(facts, stock={})
        _say(app, "Launch", {}, user="warm", attributes={}, n=0)
        attributes: Mapping[str, Any] = {}
        lines = 0
        for n, (name, intent, slots, words) in enumerate(TURNS):
            attributes = {} if intent == "Launch" else attributes
            with metered(client, behind) as spent:
                said, attributes = _say(app, intent, slots, user=_USER, attributes=attributes, n=n)
            if words not in said:
                raise WrongAnswer(f"{name}: {said!r}")
            table.append(Cost(name, spent, lines if intent == "Yes" else 0))
            cart = app.store.visit(shopper_key(_USER, secret=settings.shopper_secret)).cart
            lines = len(cart.lines) if cart and cart.lines else lines
    return table


def _say(
    app: App, intent: str, slots: Mapping[str, Slot], *, user: str, attributes: Mapping[str, Any], n: int
) -> tuple[str, Mapping[str, Any]]:
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
    return answer.spoken.speech, answer.attributes

"""Somebody who orders in bad weather: they repeat themselves, hang up, come back, and remember what they were
told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from skill.dialogue.conversation import Conversation, Question, decode
from skill.dialogue.turn import Slot, Turn
from skill.speech.render import Answer
from tests.bench.faults.world import SHELF, Desk

# A shopper who is told that something went wrong so often gives up for today.
PATIENCE = 12
# The words, in English, that change what a shopper believes.
_ADDED, _EMPTY, _CANCELLED, _KEPT = "Added", "empty", "is cancelled", "pay for my order"


@dataclass
class Known:
    """What a household has said and been told. Of each SKU, pieces it `wished` for, under request ids of
    their own, and pieces it was told are `added`. `asked`: the carts a yes was said to, with the total they
    had been told; `told`: the orders they know of; `misled`: those that stood already when their yes was
    answered with something else; `wished_off` and `called_off`: those they wanted cancelled,
    and were told are. `unpaid`: they know that a card was declined."""

    wished: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    asked: dict[str, int] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    misled: set[str] = field(default_factory=set)
    wished_off: set[str] = field(default_factory=set)
    called_off: set[str] = field(default_factory=set)
    unpaid: bool = False
    heard: list[str] = field(default_factory=list)


@dataclass
class Shopper:
    """One device of a household, at one desk. What it does is a generator that pauses after every sentence,
    so that others have their turn."""

    user: str
    desk: Desk
    name: str = "a"
    known: Known = field(default_factory=Known)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    ids: count[int] = field(default_factory=count)
    last: Turn | None = None

    def errand(self) -> Iterator[None]:
        """Fill a cart, say yes to its total, and perhaps think better of it."""
        die = self.desk.weather.die
        for sku in die.sample(sorted(SHELF), die.randint(1, 3)):
            yield from self.add(sku, die.randint(1, 2))
        yield from self.check_out()
        if self.known.unpaid and self.desk.weather.chance(0.7):
            yield from self.pay()
        if self.known.told and self.desk.weather.chance(0.2):
            yield from self.call_off()

    def add(self, sku: str, pieces: int) -> Iterator[None]:
        """Put pieces into the cart, again until it is answered."""
        for _ in range(PATIENCE):
            answer = self.put(sku, pieces)
            yield
            if answer is not None:
                return

    def put(self, sku: str, pieces: int) -> Answer | None:
        """One try at it."""
        self.known.wished[sku] += pieces
        slots = {"product": Slot(SHELF[sku][0]), "quantity": Slot(str(pieces), number=pieces)}
        answer = self.say("AddToCart", slots)
        if answer is not None and _ADDED in answer.spoken.speech:
            self.known.added[sku] += pieces
        return answer

    def check_out(self) -> Iterator[None]:
        """Ask for the total and say yes to it, until an order was confirmed or nothing is left to order."""
        said = "Checkout"
        for _ in range(PATIENCE):
            before, attributes = self.question, self.attributes
            if said == "Yes" and before is not None and "cid" in before.frozen:
                self.known.asked[str(before.frozen["cid"])] = int(before.frozen["total"])
            answer = self.say(said)
            yield
            if answer is None:
                # The sentence once more, or all over again in a new session.
                if self.desk.weather.chance(0.3):
                    self.hang_up()
                    said = "Checkout"
                continue
            order = self.conversation.focus.order
            if said == "Yes" and order in self.known.asked:
                self.known.told.add(order)
                self.known.unpaid = _KEPT in answer.spoken.speech
                if self.desk.weather.chance(0.2):
                    # Once more to the same question, as if the answer had not been heard.
                    self.attributes = attributes
                    self.say("Yes")
                    yield
                return
            if said == "Yes" and before is not None and self.exists(str(before.frozen.get("cid", ""))):
                self.known.misled.add(str(before.frozen["cid"]))
            question = self.question
            if question is not None and question.intent == "Checkout" and question.awaiting == "confirmed":
                said = "Yes"
            elif _EMPTY in answer.spoken.speech:
                return
            else:
                self.hang_up()
                said = "Checkout"

    def pay(self) -> Iterator[None]:
        """Pay for the order that waits, until that is answered."""
        for said in ("PayOrder", "Yes"):
            for _ in range(PATIENCE):
                answer = self.say(said)
                yield
                if answer is not None:
                    break
            if self.question is None or self.question.intent != "PayOrder":
                return

    def call_off(self) -> Iterator[None]:
        """Call the last order off, until that is answered."""
        for _ in range(PATIENCE):
            answer = self.say("CancelOrder")
            yield
            question = self.question
            if answer is None:
                continue
            if question is None or question.intent != "CancelOrder":
                # There is none, or it is too late.
                self.hang_up()
                return
            meant = str(question.frozen["order"])
            self.known.wished_off.add(meant)
            answer = self.say("Yes")
            yield
            if answer is not None:
                if _CANCELLED in answer.spoken.speech:
                    self.known.called_off.add(meant)
                return

    def say(self, intent: str, slots: Mapping[str, Slot] | None = None) -> Answer | None:
        """One sentence. Now and then the platform, or whoever speaks, sends it twice; one that failed is
        often sent again under the id it had."""
        turn = self.last = self.turn(intent, slots or {})
        answer = self.desk.respond(turn)
        if self.desk.weather.chance(0.5 if answer is None else 0.1):
            answer = self.desk.respond(turn) or answer
        if answer is not None:
            self.attributes = answer.attributes
        self.known.heard.append(f"{self.name} {intent}: {answer.spoken.speech if answer else '(nothing)'}")
        return answer

    def turn(self, intent: str, slots: Mapping[str, Slot]) -> Turn:
        return Turn(
            request_id=f"{self.user}-{self.name}{next(self.ids)}",
            intent=intent,
            now=datetime.now(UTC),
            locale="en-US",
            user=self.user,
            slots=slots,
            attributes=self.attributes,
            linked=True,
        )

    def elsewhere(self, desk: Desk) -> Shopper:
        """Another device of the household, whose turns another process answers."""
        return replace(self, desk=desk, name="b", attributes={})

    def exists(self, order: str) -> bool:
        """Whether the store has this order of theirs. That is for the verdict: a shopper cannot look."""
        with self.desk.weather.still():
            return self.desk.app.store.order(self.desk.key(self.user), id=order) is not None

    def hang_up(self) -> None:
        self.attributes = {}

    @property
    def conversation(self) -> Conversation:
        return decode(self.attributes)

    @property
    def question(self) -> Question | None:
        return self.conversation.question

"""A payment provider that keeps books of its own, and fails as the weather has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from skill.commerce.order import Order
from skill.commerce.payment import Movement
from skill.paying import Declined, Moved, Outcome, Unknown, Void
from tests.bench.faults.weather import Killed, Weather

_FAULTS = (
    *("never sent", "killed before", "error 500", "timed out"),
    *("done, error 500", "answer lost", "killed after"),
)

# An order has one charge and many calls to its store.
_WEIGHT = 4.0


@dataclass(slots=True)
class Taken:
    """What moved under one key, for which order: `minor` units, or none of them once it is `void`."""

    order: str
    minor: int
    reference: str
    void: bool = False


@dataclass(slots=True)
class Bank:
    """Implements `skill.paying.Payments`. Under one key money moves once, whoever asks how often. A charge
    whose caller heard nothing may also be made late, after everybody has given it up: `late`."""

    weather: Weather
    decline: float = 0.0
    books: dict[str, Taken] = field(default_factory=dict)
    late: list[tuple[Movement, Order]] = field(default_factory=list)
    answered: dict[tuple[str, int], Declined] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def charge(self, movement: Movement, *, order: Order) -> Outcome:
        return self._asked("charge", movement, order)

    def refund(self, movement: Movement, *, order: Order) -> Outcome:
        return self._asked("refund", movement, order)

    def withdraw(self, movement: Movement, *, order: Order) -> Outcome:
        return self._asked("withdraw", movement, order)

    def paid(self, order: str) -> int:
        """What the shop has of an order, in minor units."""
        return sum(taken.minor for taken in self.books.values() if taken.order == order and not taken.void)

    def charges(self, order: str) -> int:
        """How often an order was charged."""
        return sum(1 for t in self.books.values() if t.order == order and t.minor > 0 and not t.void)

    def catch_up(self) -> None:
        """Make the charges that were on their way."""
        with self.lock:
            for movement, order in self.late:
                self._move("charge", movement, order)
            self.late.clear()

    def _asked(self, what: str, movement: Movement, order: Order) -> Outcome:
        fault = self.weather.strike(f"bank: {what}", _FAULTS, weight=_WEIGHT)
        if fault == "killed before":
            raise Killed(fault)
        if fault in ("never sent", "error 500"):
            return Unknown()
        with self.lock:
            if fault == "timed out":
                if what == "charge":
                    self.late.append((movement, order))
                return Unknown()
            outcome = self._move(what, movement, order)
        if fault == "killed after":
            raise Killed(fault)
        return Unknown() if fault else outcome

    def _move(self, what: str, movement: Movement, order: Order) -> Outcome:
        taken = self.books.get(movement.key)
        if what == "withdraw":
            if taken is None:
                taken = self.books[movement.key] = Taken(order.id, movement.minor, "", void=True)
            return Void(taken.reference) if taken.void else Moved(taken.reference)
        if taken is not None:
            return Declined("refused") if taken.void else Moved(taken.reference)
        if what == "charge":
            tried = (movement.key, movement.tries)
            if tried not in self.answered and self.weather.chance(self.decline):
                self.answered[tried] = Declined("declined")
            if tried in self.answered:
                return self.answered[tried]
        reference = movement.reference if what == "refund" else f"ch_{len(self.books):06}"
        self.books[movement.key] = Taken(order.id, movement.minor, reference)
        return Moved(reference)

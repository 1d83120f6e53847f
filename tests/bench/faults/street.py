"""Many shoppers in one shop, each sentence by sentence; in the middle of a write somebody else of the same
household, the merchant or the worker may come first, in another process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from skill.commerce.order import NEXT, reported
from tests.bench.faults.shopper import Shopper
from tests.bench.faults.world import SHELF, Desk

# How many errands are under way at a time.
AT_ONCE = 6


@dataclass
class Street:
    """`desk` is where shoppers talk, `other` a second process of the same shop. `work` is a worker's round,
    done in either. `notes`: what the merchant was told is kept with an order."""

    desk: Desk
    other: Desk
    work: Callable[[Desk], None]
    prefix: str = "shopper"
    shoppers: list[Shopper] = field(default_factory=list)
    notes: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    current: Shopper | None = None
    _noted: int = 0

    def walk(self, checkouts: int, *, done: Callable[[], None] = lambda: None) -> None:
        """So many shoppers run their errands in bad weather; `done` is called after each."""
        weather = self.desk.weather
        weather.meanwhile = self.meanwhile
        weather.calm = False
        under_way: list[tuple[Shopper, Iterator[None]]] = []
        while under_way or len(self.shoppers) < checkouts:
            while len(under_way) < AT_ONCE and len(self.shoppers) < checkouts:
                shopper = Shopper(f"{self.prefix}-{len(self.shoppers)}", self.desk)
                self.shoppers.append(shopper)
                under_way.append((shopper, shopper.errand()))
            turn = weather.die.choice(under_way)
            self.current = turn[0]
            if next(turn[1], weather) is weather:
                under_way.remove(turn)
                done()
            if weather.chance(0.02):
                self.desk.survived(lambda: self.work(self.desk))
            if weather.chance(0.05):
                self.report(self.desk)
        weather.calm = True
        weather.meanwhile = None

    def meanwhile(self) -> None:
        """What somebody else does just then."""
        assert self.current is not None
        self.desk.weather.die.choice((self.same_again, self.another_device, self.merchant, self.worker))()

    def same_again(self) -> None:
        """What was just said arrives a second time, under another id."""
        assert self.current is not None
        turn = self.current.last
        if turn is not None and turn.intent == "Yes":
            self.other.respond(replace(turn, request_id=f"{turn.request_id}-again"))

    def another_device(self) -> None:
        """Somebody of the household puts something into the cart, or calls the order off."""
        assert self.current is not None
        device = self.current.elsewhere(self.other)
        if self.current.known.told and self.desk.weather.chance(0.5):
            for _ in device.call_off():
                pass
        elif not self.current.known.told:
            device.put(self.desk.weather.die.choice(sorted(SHELF)), 1)

    def merchant(self) -> None:
        self.report(self.other)

    def report(self, desk: Desk) -> None:
        """The shop accepts an order of whose turn it is, or notes something about it."""
        assert self.current is not None
        if told := sorted(self.current.known.told):
            desk.survived(lambda: self._report(told[0], desk))

    def worker(self) -> None:
        self.other.survived(lambda: self.work(self.other))

    def _report(self, id: str, desk: Desk) -> None:
        store = desk.app.store
        order = store.placed_order(id)
        if order is None or order.status == "pending":
            return
        self._noted += 1
        note = f"note {self._noted}"
        status = "accepted" if "accepted" in NEXT[order.status] else order.status
        changed = reported(order, status, now=datetime.now(UTC), note=note)
        if store.change_order(order, changed=changed):
            self.notes[id].append(note)

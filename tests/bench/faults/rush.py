"""Many at once: the last pieces of a shelf, and two devices on one cart; from threads and from processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing import get_context
from threading import Barrier

from skill.app import App, build, shopper_key
from skill.settings import Settings
from tests.bench.faults.bank import Bank
from tests.bench.faults.shopper import Shopper
from tests.bench.faults.weather import Weather
from tests.bench.faults.world import Desk, place, stock_for
from tests.storage.stores import FACTS, cart, line, order_of

SHOPPERS, PIECES = 16, 250
# How often each of two devices adds a piece, and how many events there are to be told.
_ADDS = 12
_WORKERS = 8
SKU = "coffee"
Run = Callable[[Settings, int], Counter[str]]


@dataclass(frozen=True, slots=True)
class Rush:
    """`sold` pieces of PIECES by orders of `orders`, `left` on the shelf; `kept` pieces in a cart that two
    devices were told they had put `told` into; events that were not claimed by just one worker."""

    kind: str
    by: str
    sold: int
    left: int
    orders: int
    told: int
    kept: int
    claimed_twice: int = 0

    @property
    def wrong(self) -> tuple[str, ...]:
        faults = []
        if (self.sold, self.left) != (PIECES, 0):
            faults.append(f"{self.sold} of {PIECES} sold, {self.left} left")
        if self.kept != self.told:
            faults.append(f"{self.kept} pieces in a cart that was told of {self.told}")
        if self.claimed_twice:
            faults.append(f"{self.claimed_twice} events told by several at once")
        return tuple(faults)


def run(kind: str, *, processes: bool = False) -> Rush:
    """SHOPPERS at once, who order one piece after the other until nobody gets any more; then two devices."""
    with place(kind) as settings:
        _desk(settings).furnish({**stock_for(1), SKU: PIECES})
        threads: Executor = ThreadPoolExecutor(SHOPPERS)
        # Spawned: a fork would share what the parent has open.
        crowd = ProcessPoolExecutor(4, mp_context=get_context("spawn")) if processes else threads
        with crowd:
            tallies = list(crowd.map(_shop, [settings] * SHOPPERS, range(SHOPPERS)))
            adds = list(crowd.map(_add, [settings] * 2, range(2)))
        app = build(settings)
        orders = [order for tally in tallies for order in tally]
        kept = {o.id: o for n in range(SHOPPERS) for o in app.store.orders(_key(app, _name(n)), limit=999)}
        assert set(orders) <= kept.keys(), "an order that was confirmed is not there"
        held = app.store.visit(_key(app, "household")).cart
        return Rush(
            kind=kind,
            by="processes" if processes else "threads",
            sold=sum(line.quantity for order in kept.values() for line in order.lines),
            left=app.store.stock([SKU])[SKU] or 0,
            orders=len(kept),
            told=sum(adds),
            kept=held.pieces if held else 0,
            claimed_twice=0 if processes else claimed_twice(kind),
        )


def claimed_twice(kind: str) -> int:
    """Of a dozen events that eight workers want to tell at once, how many were not claimed by just one."""
    with place(kind) as settings:
        app = build(settings)
        app.store.publish(FACTS, stock={})
        for n in range(_ADDS):
            fresh = cart(line(), cid=f"claimed-{n}")
            app.store.place(order_of(fresh, shopper=f"s{n}"), cart=fresh, renewed=cart(cid=f"next-{n}"))
        start, events = Barrier(_WORKERS), app.store.events(limit=_ADDS)

        def claim(_: int) -> list[str]:
            start.wait()
            later = timedelta(seconds=30)
            return [
                event.id
                for event in events
                if app.store.save_event(event, changed=replace(event, tries=1, due=event.due + later))
            ]

        with ThreadPoolExecutor(_WORKERS) as workers:
            claims = Counter(id for ids in workers.map(claim, range(_WORKERS)) for id in ids)
        return sum(1 for event in events if claims[event.id] != 1)


def _shop(settings: Settings, n: int) -> list[str]:
    """One shopper's orders, each of a piece, until the shelf is empty."""
    shopper = Shopper(_name(n), _desk(settings))
    while True:
        before = len(shopper.known.told)
        if not shopper.known.wished[SKU] or shopper.known.told:
            for _ in shopper.add(SKU, 1):
                pass
        for _ in shopper.check_out():
            pass
        if len(shopper.known.told) == before:
            return sorted(shopper.known.told)
        shopper.hang_up()


def _add(settings: Settings, n: int) -> int:
    """The pieces one device of a household was told are in its cart."""
    device = replace(Shopper("household", _desk(settings)), name="ab"[n])
    for _ in range(_ADDS):
        device.put("butter", 1)
        device.hang_up()
    return device.known.added["butter"]


def _desk(settings: Settings) -> Desk:
    calm = Weather("calm", rate=0.0)
    return Desk(settings, calm, Bank(calm))


def _name(n: int) -> str:
    return f"rush-{n}"


def _key(app: App, user: str) -> str:
    return shopper_key(user, secret=app.settings.shopper_secret)

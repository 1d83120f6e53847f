"""The shoppers of the month that tests.bench.month turns: what they order, wait for, agree to and refuse, the
book that is kept of it, and the channels, which fail now and then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import cast
from zoneinfo import ZoneInfo

from skill.commerce.alert import Alert
from skill.commerce.cart import Cart, Line
from skill.commerce.contact import Contact
from skill.commerce.merchant import Facts, Mailing, Shopper
from skill.commerce.money import Money
from skill.commerce.notices import Notifying, Quiet, Wishes, agreed, refused
from skill.commerce.order import Order, moved
from skill.commerce.product import Product
from skill.commerce.totals import Terms, Totals
from skill.notifications.filing import FRESH
from skill.notifications.sending import NotDelivered, Telling
from skill.shop import Stocking
from tests.bench import WrongAnswer

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
STEP = timedelta(minutes=30)
SKUS = tuple(f"sku-{n:02}" for n in range(60))
ZONES = ("America/New_York", "Europe/Berlin", "Asia/Riyadh", "Asia/Kolkata", "America/Los_Angeles", "")
HOURS = (None, None, None, Quiet(time(20), time(9)), Quiet(time(22, 30), time(6)), Quiet(time(12), time(14)))
FACTS = Facts(
    name="Harbor Foods",
    terms=Terms(currency="USD"),
    catalogue="v1",
    timezone="America/New_York",
    mail=Mailing(sender="orders@shop.example"),
    notices=Notifying(client_id="c", secret_env="S"),
)
TERMS = cast(Notifying, FACTS.notices)
_WAY = ("shipped", "out_for_delivery", "delivered")


@dataclass(frozen=True, slots=True)
class Left:
    """A message that left for a shopper."""

    shopper: str
    topic: str
    kind: str
    channel: str
    at: datetime


@dataclass
class Person:
    """What a shopper said, as the book has it: `stops` and yeses with their times."""

    key: str
    zone: ZoneInfo
    quiet: Quiet
    busy: float
    said_yes: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    stops: list[datetime] = field(default_factory=list)

    def agreed(self, kind: str, at: datetime) -> bool:
        """Whether the last they said of a kind, before that moment, was yes."""
        yes = max((when for when in self.said_yes[kind] if when <= at), default=None)
        no = max((when for when in self.stops if when <= at), default=BEGIN - timedelta(days=1))
        return yes is not None and yes > no


@dataclass
class World:
    """The month so far."""

    store: Stocking
    chance: Random
    now: datetime = BEGIN
    people: list[Person] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    # What is to be told: topic by shopper, and until when it is news; and what speaks against it.
    expected: dict[tuple[str, str], tuple[str, datetime, datetime]] = field(default_factory=dict)
    overtaken: set[tuple[str, str]] = field(default_factory=set)
    # When Amazon said that a shopper is not to be told any more, and when they agreed again.
    withdrawn: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    renewed: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    uncertain: set[tuple[str, str]] = field(default_factory=set)
    stock: dict[str, int] = field(default_factory=lambda: {sku: n % 3 for n, sku in enumerate(SKUS)})
    coming: dict[datetime, list[tuple[Person, str, str]]] = field(default_factory=lambda: defaultdict(list))
    requests: int = 0

    def barred(self, who: str, at: datetime) -> bool:
        """Whether Amazon did not let them be told at that time."""
        last = max((one for one in self.withdrawn[who] if one <= at), default=None)
        return last is not None and not any(last <= yes <= at for yes in self.renewed[who])

    def id(self) -> str:
        self.requests += 1
        return f"r{self.requests}"


@dataclass
class Shelf:
    version: str = "v1"

    def get(self, skus: Iterable[str]) -> dict[str, Product]:
        return {sku: Product(sku=sku, title=sku, price=Money(399, "USD")) for sku in skus}


@dataclass
class Way:
    """A channel that fails now and then; Alexa's knows a repeat by its reference."""

    name: str
    world: World
    known: set[str] = field(default_factory=set)

    def reaches(self, facts: Facts, shopper: Shopper) -> bool:
        return bool(shopper.notices.reach) if self.name == "alexa" else shopper.contact is not None

    def send(self, telling: Telling) -> None:
        world, luck = self.world, self.world.chance.random()
        if luck < 0.02:
            raise NotDelivered("too many", rest=True)
        who = telling.shopper.account
        if self.name == "alexa" and luck < 0.024:
            world.withdrawn[who].append(world.now)
            raise NotDelivered("not allowed", final=True, gone=True)
        if self.name == "alexa" and telling.reference in self.known:
            return
        self.known.add(telling.reference)
        notice = telling.notice
        world.left.append(Left(who, notice.topic, notice.kind, self.name, world.now))
        if luck < 0.05:
            world.uncertain.add((who, notice.topic))
            raise NotDelivered("no answer", maybe=True)


def person(n: int, world: World) -> Person:
    """Somebody new, who agreed to something or to nothing."""
    chance = world.chance
    zone, hours = chance.choice(ZONES), chance.choice(HOURS)
    # Few order all the time: they are those the cap is for.
    person = Person(
        f"shopper-{n:05}",
        ZoneInfo(zone or FACTS.timezone),
        hours or TERMS.quiet,
        busy=0.5 if n % 20 == 0 else 0.03,
    )
    wishes = Wishes(zone=zone, quiet=hours)
    for kind in ("order", "pickup", "cart", "stock"):
        if chance.random() < 0.6:
            wishes = _yes(person, wishes, kind, at=BEGIN)
    about = Shopper(
        account=person.key,
        notices=wishes,
        contact=Contact(name="Ann Lee", email=f"{person.key}@home.example"),
    )
    world.store.put_shopper(person.key, about=about)
    return person


def _yes(person: Person, wishes: Wishes, kind: str, *, at: datetime) -> Wishes:
    person.said_yes[kind].append(at)
    channels = ("alexa",) if kind in ("order", "pickup") else ("alexa", "mail")
    return replace(
        agreed(wishes, kind, channels, now=at), reach="sealed", endpoint="https://api.amazonalexa.com"
    )


def deeds(world: World, count: int) -> None:
    """What happens in half an hour."""
    chance, now = world.chance, world.now
    for _ in range(_some(chance, count * 0.08 / 48)):
        person = chance.choice(world.people)
        _orders(world, person)
    for person in chance.sample(world.people, min(len(world.people), _some(chance, count / 20 * 0.4 / 48))):
        busy = world.people[int(person.key[-5:]) // 20 * 20]
        _orders(world, busy)
    for _ in range(_some(chance, count * 0.02 / 48)):
        _waits(world, chance.choice(world.people))
    for _ in range(_some(chance, count * 0.005 / 48)):
        _stops(world, chance.choice(world.people))
    if chance.random() < 0.2:
        sku = chance.choice(SKUS)
        world.stock[sku] = 0 if world.stock[sku] else 5
        world.store.publish(FACTS, stock={sku: world.stock[sku]})
    # Last, since who agreed or stopped at the same moment did so before it is told.
    for person, id, status in world.coming.pop(now, ()):
        _goes_on(world, person, id, status)


def _some(chance: Random, mean: float) -> int:
    """A whole number that is so many on average."""
    return int(mean) + (chance.random() < mean % 1)


def _orders(world: World, person: Person) -> None:
    """Somebody orders; over the next days the order goes on, or can be collected."""
    line = Line(sku=world.chance.choice(SKUS), quantity=1, name="Milk", price=Money(399, "USD"))
    none, id = Money(0, "USD"), f"order-{world.id()}"
    order = Order(
        id=id,
        number="31415",
        shopper=person.key,
        status="preparing",
        placed_at=world.now,
        lines=(line,),
        totals=Totals(line.cost, none, none, line.cost, none),
        history=(("placed", world.now), ("preparing", world.now)),
    )
    world.store.put_order(order)
    at = world.now
    for status in ("ready_for_pickup",) if world.chance.random() < 0.2 else _WAY:
        at += STEP * world.chance.randint(4, 60)
        world.coming[at].append((person, id, status))


def _goes_on(world: World, person: Person, id: str, status: str) -> None:
    order = world.store.placed_order(id)
    assert order is not None
    if not world.store.change_order(order, changed=moved(order, status, now=world.now)):
        raise WrongAnswer("an order that nobody else changes has moved")
    kind = "pickup" if status == "ready_for_pickup" else "order"
    earlier = f"{kind}:{id}:{order.status}"
    world.overtaken.add((person.key, earlier))
    if person.agreed(kind, world.now) and not world.barred(person.key, world.now):
        topic = f"{kind}:{id}:{status}"
        world.expected[person.key, topic] = kind, world.now, world.now + FRESH[kind]


def _waits(world: World, person: Person) -> None:
    """Somebody waits for a thing, or wants to be reminded of the cart at a time of theirs."""
    about = world.store.visit(person.key).shopper
    now, chance = world.now, world.chance
    if chance.random() < 0.5:
        due = now + STEP * chance.randint(1, 96)
        alert = Alert(kind="order", asked_at=now, due=due)
        cart = world.store.visit(person.key).cart or Cart(cid=f"cart-{person.key}")
        line = Line(sku=SKUS[0], quantity=1, name="Milk", price=Money(399, "USD"))
        world.store.save_cart(replace(cart, lines=(line,)), shopper=person.key, request_id=world.id())
        others = tuple(one for one in about.alerts if one.kind != "order")
        for one in about.alerts:
            if one.kind == "order":
                world.overtaken.add((person.key, f"cart:{int(one.asked_at.timestamp())}"))
        until = due + FRESH["cart"]
        kind = "cart"
    else:
        sku = chance.choice(SKUS)
        if world.stock[sku]:
            return
        alert = Alert(kind="stock", sku=sku, asked_at=now)
        others = tuple(one for one in about.alerts if one.sku != sku)
        for one in about.alerts:
            if one.sku == sku:
                world.overtaken.add((person.key, f"stock:{sku}:{int(one.asked_at.timestamp())}"))
        kind, until = "stock", now + timedelta(days=90)
    world.store.save_shopper(
        replace(about, alerts=(*others, alert)), shopper=person.key, request_id=world.id()
    )
    if person.agreed(kind, now):
        world.store.stir(person.key, at=now)
        topic = f"{kind}:{alert.sku + ':' if alert.sku else ''}{int(now.timestamp())}"
        world.expected[person.key, topic] = kind, now, until


def _stops(world: World, person: Person) -> None:
    """Somebody says stop; some agree again another day."""
    about = world.store.visit(person.key).shopper
    if about.notices.consents:
        person.stops.append(world.now)
        changed = replace(about, alerts=(), notices=refused(about.notices, now=world.now))
    elif person.stops and world.now - person.stops[-1] > timedelta(days=2):
        changed = replace(about, notices=_yes(person, about.notices, "order", at=world.now))
        world.renewed[person.key].append(world.now)
    else:
        return
    world.store.save_shopper(changed, shopper=person.key, request_id=world.id())

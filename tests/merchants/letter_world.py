"""An order with everything a letter can tell of, and the shop it was placed at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

from skill.commerce.cart import Line
from skill.commerce.contact import Address, Contact
from skill.commerce.event import Event
from skill.commerce.merchant import Branch, Case, Facts, Mailing, Shopper
from skill.commerce.money import Money
from skill.commerce.order import Order, Tracking
from skill.commerce.payment import CARD, Movement, Payment
from skill.commerce.totals import Terms, Totals
from skill.commerce.window import Window
from skill.errors import CatalogueNotLinked
from skill.merchants.letters import Letters, Post, letters
from skill.merchants.telling import News
from skill.shop import Visit

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
EVENT = "01KAK3V2B0EXAMPLEEVENT0001"
ANN = Contact(
    name="Ann Lee",
    email="ann@home.example",
    address=Address(
        lines=("12 Main Street", "Apt 3"), city="Portland", region="OR", code="97201", country="US"
    ),
)
FACTS = Facts(
    name="Corner Store",
    names={"ar": "متجر الزاوية"},
    terms=Terms(currency="USD"),
    catalogue="v1",
    timezone="America/New_York",
    mail=Mailing(sender="orders@shop.example", name="Corner Store", reply_to="help@shop.example"),
    stores=(Branch(id="down", names={"en": "Downtown"}, addresses={"en": "5 Pier Road"}),),
)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


PAID = Payment(method=CARD, customer="cus_1", movements=(Movement(key="order-1", minor=1636, state="done"),))
ORDER = Order(
    id="order-1",
    number="31415",
    shopper="ann",
    status="placed",
    placed_at=NOW,
    lines=(
        Line(sku="milk", quantity=2, name="Oat Milk, 1 l", price=usd(399)),
        Line(sku="honey", quantity=1, name="Tom & <b>Jerry's</b> Honey", price=usd(650)),
    ),
    totals=Totals(usd(1448), usd(499), usd(89), usd(1936), usd(150), usd(50)),
    expected=date(2026, 11, 23),
    history=(("placed", NOW),),
    coupon="SAVE",
    contact=ANN,
    locale="en-US",
)
WINDOW = Window(datetime(2026, 11, 23, 22, tzinfo=UTC), datetime(2026, 11, 24, 0, tzinfo=UTC))
CASE = Case(id="case-1", reference="K4M7", about="order", opened_at=NOW, order="31415")
TRACKED = replace(
    ORDER, status="shipped", tracking=Tracking("Parcel Co", "PC 9", "https://parcel.example/9?a=1&b=2")
)


@dataclass
class Kept:
    """What is sent, in the order it is sent in."""

    sent: list[tuple[str, str, EmailMessage]] = field(default_factory=list)

    def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        self.sent.append((sender, to, message))


@dataclass
class Book:
    """A shop's orders, cases and shoppers."""

    orders: Mapping[str, Order] = field(default_factory=dict)
    cases: Mapping[str, tuple[str, Case]] = field(default_factory=dict)
    shoppers: Mapping[str, Shopper] = field(default_factory=dict)

    def shop_case(self, id: str) -> tuple[str, Case] | None:
        return self.cases.get(id)

    def numbered(self, number: str) -> Order | None:
        return self.orders.get(number)

    def visit(self, shopper: str) -> Visit:
        if shopper not in self.shoppers:
            raise CatalogueNotLinked
        return Visit(FACTS, self.shoppers[shopper], None)


def news(kind: str, order: Order | None = ORDER, *, facts: Facts = FACTS, case: Case | None = None) -> News:
    event = Event(id=EVENT, kind=kind, about="order-1", at=NOW, due=NOW)
    return News(event=event, facts=facts, order=None if case else order, case=case)


def channel(post: Post, *, store: Book | None = None) -> Letters:
    return letters(post, store=store or Book(), clock=lambda: NOW)


def written(told: News, **options: Any) -> EmailMessage:
    """The letter about this."""
    post = Kept()
    mail = channel(post, **options)
    assert mail.wants(told)
    mail.tell(told)
    [(_, _, message)] = post.sent
    return message


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part
    return str(part.get_content())

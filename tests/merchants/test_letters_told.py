"""Letters as they are told: from an order in the store to a mail server, once, whatever that does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from skill.commerce.contact import Contact
from skill.commerce.event import Event
from skill.mail.smtp import Smtp
from skill.merchants.letters import letters
from skill.merchants.telling import News, NotTold, tell_due
from skill.shop import Stocking
from skill.storage.open import open_store
from tests.mail.servers import Server, served
from tests.merchants.letter_world import ANN, FACTS, NOW, ORDER
from tests.programs import free_port
from tests.storage.stores import cart, line, saved


@dataclass
class Bench:
    """A shop that writes to its shoppers, its clock, and the mail server."""

    store: Stocking
    post: Smtp
    now: datetime = NOW

    def order(self, n: int = 1) -> None:
        ordered = saved(self.store, cart(line(), cid=f"order-{n}"), shopper=f"ann-{n}")
        order = replace(
            ORDER, id=f"order-{n}", shopper=f"ann-{n}", contact=replace(ANN, email=f"ann{n}@home.example")
        )
        self.store.place(order, cart=ordered, renewed=cart(cid=f"next-{n}"))

    def round(self) -> list[str]:
        """Tell what is due; the states of all events."""
        channel = letters(self.post, store=self.store, clock=lambda: self.now)
        tell_due(self.store, channels=[channel], now=lambda: self.now, chance=lambda: 0.0)
        return [event.state for event in self.events()]

    def events(self) -> tuple[Event, ...]:
        return self.store.events(limit=1000)


@contextmanager
def bench(folder: Path) -> Iterator[tuple[Bench, Server]]:
    store = open_store(f"sqlite:{folder / 'shop.db'}", shop="corner", clock=lambda: NOW)
    store.publish(FACTS, stock={"milk": 100})
    with served() as server:
        yield Bench(store, Smtp(host="127.0.0.1", port=server.port)), server


def test_a_receipt_is_sent_once_however_often_rounds_are_made(tmp_path: Path) -> None:
    with bench(tmp_path) as (shop, server):
        shop.order()
        assert [shop.round() for _ in range(3)] == [["done"]] * 3
        [message] = server.arrived
        [event] = shop.events()
        assert message["Message-ID"] == f"<{event.id}@shop.example>"
        assert (event.told, event.error) == (("mail",), "")


def test_a_server_that_is_away_or_greylists_gets_every_letter_in_the_end_and_once(tmp_path: Path) -> None:
    with bench(tmp_path) as (shop, server):
        for n in range(3):
            shop.order(n)
        there, shop.post = shop.post, replace(shop.post, port=free_port())
        assert shop.round() == ["waiting"] * 3
        shop.post, server.to_recipient = there, "451 greylisted"
        for _ in range(3):
            shop.now += timedelta(hours=1)
            assert shop.round() == ["waiting"] * 3
        server.to_recipient = "250 OK"
        shop.now += timedelta(days=1)
        assert shop.round() == ["done"] * 3
        assert shop.round() == ["done"] * 3
        assert sorted(to for _, [to] in server.envelopes) == [f"ann{n}@home.example" for n in range(3)]


def test_a_refused_recipient_is_tried_once_and_kept_without_the_address(tmp_path: Path) -> None:
    with bench(tmp_path) as (shop, server):
        shop.order()
        server.to_recipient = "550 ann1@home.example unknown"
        assert shop.round() == ["done"]
        server.to_recipient = "250 OK"
        shop.now += timedelta(days=1)
        assert shop.round() == ["done"]
        [event] = shop.events()
        assert (event.tries, event.error) == (1, "mail: the recipient was refused (550)")
        assert server.arrived == []


def test_one_who_refuses_for_good_keeps_nobody_else_from_hearing(tmp_path: Path) -> None:
    class Deaf:
        name = "webhook:1"

        def wants(self, news: News) -> bool:
            return news.order is not None

        def tell(self, news: News) -> None:
            raise NotTold(f"status 500 for {news.event.kind}")

    with bench(tmp_path) as (shop, server):
        shop.order()
        server.to_recipient = "550 unknown"
        channel = letters(shop.post, store=shop.store, clock=lambda: shop.now)
        tell_due(shop.store, channels=[channel, Deaf()], now=lambda: shop.now, chance=lambda: 0.0)
        [event] = shop.events()
        assert (event.state, event.told) == ("waiting", ("mail",))
        assert "status 500" in event.error


@pytest.mark.parametrize("kept", [None, replace(ANN, email="")])
def test_an_order_of_somebody_without_an_address_is_done_without_a_letter(
    tmp_path: Path, kept: Contact | None
) -> None:
    with bench(tmp_path) as (shop, server):
        ordered = saved(shop.store, cart(line(), cid="order-1"))
        shop.store.place(replace(ORDER, contact=kept), cart=ordered, renewed=cart(cid="next"))
        assert shop.round() == ["done"]
        assert server.arrived == []

"""Telling shoppers what they agreed to, out of every store: once, in time, and nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import cast

import pytest

from skill.catalogue.results import Nothing
from skill.commerce.alert import Alert
from skill.commerce.cart import Cart
from skill.commerce.contact import Contact
from skill.commerce.merchant import Facts, Mailing, Shopper
from skill.commerce.notices import HELD, KINDS, PAUSES, Notice, Notifying, Quiet, Wishes, agreed, refused
from skill.commerce.order import Order, moved
from skill.commerce.product import Product
from skill.merchants.letters import NotSent
from skill.merchants.telling import tell_due
from skill.notifications.filing import WATCHED, Filing, file, of_alert, regular
from skill.notifications.letter import ByMail
from skill.notifications.sending import Channel, NotDelivered, Notified, Telling, notify_due, reference
from skill.shop import Catalogue, Stocking
from tests.commerce.goods import product
from tests.merchants.letter_world import Kept, text_of
from tests.storage.stores import FACTS, NOW, Place, buy, cart, line, order_of, saved

SHOP = replace(
    FACTS,
    notices=Notifying(quiet=Quiet(time(0), time(0)), client_id="c"),
    mail=Mailing(sender="orders@shop.example"),
)
ALL = Wishes(reach="sealed", endpoint="https://api.amazonalexa.com")
for _kind in KINDS:
    ALL = agreed(ALL, _kind, ["alexa", "mail"], now=NOW)
ANN = Shopper(notices=ALL, contact=Contact(name="Ann Lee", email="ann@home.example"))
BACK = Alert(kind="stock", sku="milk", asked_at=NOW)


@dataclass
class Shelf:
    """What is sold, and nothing else of a catalogue."""

    sold: dict[str, Product] = field(default_factory=lambda: {"milk": product("milk", name="Whole Milk")})
    version: str = "v1"
    opened: int = 0

    def get(self, skus: Iterable[str]) -> dict[str, Product]:
        self.opened += 1
        return {sku: self.sold[sku] for sku in skus if sku in self.sold}

    def find(self, query: object) -> Nothing:
        raise AssertionError("nobody searches here")


@dataclass
class Way:
    """A channel that notes what it is told; `moods` are what it fails with next."""

    name: str = "alexa"
    told: list[Telling] = field(default_factory=list)
    moods: list[Exception] = field(default_factory=list)

    def reaches(self, facts: Facts, shopper: Shopper) -> bool:
        return bool(shopper.notices.reach) if self.name == "alexa" else shopper.contact is not None

    def send(self, telling: Telling) -> None:
        if self.moods:
            raise self.moods.pop(0)
        self.told.append(telling)

    @property
    def topics(self) -> list[str]:
        return [one.notice.topic for one in self.told]


@dataclass
class Round:
    """Rounds over a store at whatever time it is said to be."""

    store: Stocking
    ways: tuple[Channel, ...]
    now: datetime = NOW
    shelf: Shelf = field(default_factory=Shelf)
    counted: list[str] = field(default_factory=list)

    def __call__(self, **after: int) -> Notified:
        self.now += timedelta(**after)
        tell_due(self.store, channels=[Filing(self.store)], now=lambda: self.now, chance=lambda: 0.0)
        return notify_due(
            self.store,
            catalogue=lambda _: cast(Catalogue, self.shelf),
            channels=self.ways,
            now=lambda: self.now,
            count=lambda reference, _: self.counted.append(reference),
        )


def opened(store: Stocking, *ways: Channel, about: Shopper = ANN) -> Round:
    store.publish(SHOP, stock={"milk": 9, "tea": None})
    store.put_shopper("ann", about=about)
    return Round(store, ways)


def filled(store: Stocking) -> Cart:
    """Ann's cart, with milk in it."""
    there = store.visit("ann").cart or cart()
    return saved(store, replace(there, lines=(line(),)), request_id=f"r-{there.cid}")


def order(store: Stocking, *statuses: str) -> Order:
    """An order of Ann's as it went on."""
    kept = filled(store)
    made = order_of(kept)
    buy(store, kept, order=made)
    for status in statuses:
        made = cast(Order, store.placed_order(made.id))
        assert store.change_order(made, changed=moved(made, status, now=NOW))
    return made


def waiting(store: Stocking, *notices: Notice) -> None:
    assert file(notices, store, shopper="ann")


def test_an_order_that_goes_on_is_told_of_once_and_needs_no_catalogue(store: Stocking) -> None:
    alexa = Way()
    round = opened(store, alexa)
    order(store, "shipped")
    # The look at the shelf finds nobody who waits for anything.
    assert round() == Notified(sent=1)
    assert alexa.topics == ["order:cart-1:shipped"]
    assert alexa.told[0].order == store.placed_order("cart-1")
    assert round() == Notified()
    made = cast(Order, store.placed_order("cart-1"))
    store.change_order(made, changed=moved(made, "out_for_delivery", now=NOW))
    assert round(minutes=5) == Notified(sent=1)
    assert len(set(round.counted)) == 2
    assert round.shelf.opened == 0


def test_an_order_that_went_on_meanwhile_is_told_of_as_it_is(store: Stocking) -> None:
    alexa = Way()
    round = opened(store, alexa)
    order(store, "shipped", "out_for_delivery")
    round()
    assert alexa.topics == ["order:cart-1:out_for_delivery"]


def test_who_agreed_to_nothing_hears_nothing(store: Stocking) -> None:
    alexa = Way()
    round = opened(store, alexa, about=replace(ANN, notices=Wishes()))
    order(store, "shipped")
    assert (round(), alexa.told) == (Notified(), [])
    assert store.box("ann").version == 0


def test_a_shop_that_tells_nothing_outside_of_conversations_tells_nothing(store: Stocking) -> None:
    alexa = Way()
    round = opened(store, alexa)
    waiting(store, of_alert(BACK, at=NOW))
    store.publish(FACTS, stock={})
    assert (round(days=1), alexa.told) == (Notified(), [])


def test_what_is_back_in_stock_is_told_when_a_look_finds_it(store: Stocking) -> None:
    alexa = Way()
    round = opened(store, alexa, about=replace(ANN, alerts=(BACK,)))
    store.publish(SHOP, stock={"milk": 0})
    waiting(store, of_alert(BACK, at=NOW))
    assert round() == Notified()
    store.publish(SHOP, stock={"milk": 4})
    assert round(minutes=30) == Notified()
    assert round(minutes=31) == Notified(sent=1)
    assert alexa.told[0].product == round.shelf.sold["milk"]
    # It is still spoken of when the shop is next opened: Alexa says only that there is a message.
    assert store.visit("ann").shopper.alerts == (BACK,)
    assert round(hours=2) == Notified()


def test_a_price_is_told_once_it_is_low_enough_and_never_after_it_was_heard_in_the_shop(
    store: Stocking,
) -> None:
    alexa = Way()
    cheap = Alert(kind="price", sku="milk", asked_at=NOW, price=300)
    round = opened(store, alexa, about=replace(ANN, alerts=(cheap,)))
    waiting(store, of_alert(cheap, at=NOW))
    assert round() == Notified()
    round.shelf.sold["milk"] = product("milk", price=300)
    store.put_shopper("ann", about=replace(ANN, alerts=(replace(cheap, told="r1"),)))
    assert round(hours=2) == Notified()
    assert (store.box("ann").pending, alexa.told) == ((), [])


def test_a_cart_is_spoken_of_at_the_time_that_was_asked_for_unless_it_is_empty(store: Stocking) -> None:
    mail = Way("mail")
    asked = Alert(kind="order", asked_at=NOW)
    round = opened(store, mail, about=replace(ANN, alerts=(asked,)))
    waiting(store, of_alert(asked, at=NOW))
    kept = filled(store)
    assert round(hours=19) == Notified()
    assert round(hours=1) == Notified(sent=1)
    later = replace(asked, asked_at=NOW + timedelta(hours=1), due=round.now)
    store.put_shopper("ann", about=replace(ANN, alerts=(later,)))
    waiting(store, of_alert(later, at=NOW))
    saved(store, replace(kept, lines=()), request_id="r2")
    assert round(hours=1) == Notified()


def test_what_is_bought_regularly_is_told_before_it_runs_out_unless_it_was_bought(store: Stocking) -> None:
    mail = Way("mail")
    round = opened(store, mail)
    for n, ago in enumerate((30, 20, 10)):
        store.put_order(order_of(cart(line(), cid=f"old-{n}"), placed_at=NOW - timedelta(days=ago)))
    order(store)
    round()
    (box,) = store.waiting_boxes()
    assert [one.topic for one in box.pending] == ["again:milk:cart-1"]
    assert round(days=8) == Notified()
    assert round(days=1, hours=1) == Notified(sent=1)
    assert mail.told[0].product == round.shelf.sold["milk"]
    later = regular(store.orders("ann", limit=1)[0], store.orders("ann"), now=NOW)
    waiting(store, replace(later[0], topic="again:milk:too-late"))
    order(store)
    assert round(hours=1) == Notified()
    assert "again:milk:too-late" not in [one.topic for one in store.box("ann").pending]


def test_a_stop_between_the_claim_and_the_message_is_obeyed(store: Stocking) -> None:
    alexa = Way()
    round = opened(store, alexa)
    order(store, "shipped")
    tell_due(store, channels=[Filing(store)], now=lambda: NOW, chance=lambda: 0.0)
    claim = store.save_box

    def stopped(box: object, **options: object) -> object:
        done = claim(box, **options)  # type: ignore[arg-type]
        store.put_shopper("ann", about=replace(ANN, notices=refused(ALL, now=NOW)))
        return done

    store.save_box = stopped  # type: ignore[method-assign,assignment]
    assert round() == Notified()
    assert (alexa.told, store.box("ann").pending) == ([], ())


def test_what_somebody_said_by_voice_comes_to_the_next_round(store: Stocking) -> None:
    alexa = Way()
    at = NOW + timedelta(hours=1)
    alerts = (BACK, Alert(kind="order", asked_at=NOW, due=at), replace(BACK, sku="tea", told="r1"))
    round = opened(store, alexa, about=replace(ANN, alerts=alerts))
    filled(store)
    store.stir("ann", at=NOW)
    store.publish(SHOP, stock={"milk": 0})
    assert round() == Notified()
    assert {one.topic.split(":")[0]: one.due for one in store.box("ann").pending} == {
        "stock": NOW + WATCHED,
        "cart": at,
    }
    assert round(hours=1) == Notified(sent=1)
    assert [one.notice.kind for one in alexa.told] == ["cart"]


def test_who_only_said_so_is_not_due_twice(store: Stocking) -> None:
    round = opened(store, Way(), about=replace(ANN, alerts=(replace(BACK, price=1, kind="price"),)))
    store.stir("ann", at=NOW)
    for _ in range(2):
        round()
        assert store.due_boxes(now=NOW + timedelta(days=80)) == ()
        store.stir("ann", at=NOW)
    store.put_shopper("ann", about=ANN)
    round()
    round(days=91)
    assert store.due_boxes(now=NOW + timedelta(days=99)) == ()
    store.stir("ann", at=NOW)
    assert [box.shopper for box in store.due_boxes(now=NOW)] == ["ann"]


def test_what_is_said_while_a_round_writes_is_not_lost(store: Stocking) -> None:
    opened(store)
    waiting(store, of_alert(BACK, at=NOW))
    box = store.box("ann")
    store.stir("ann", at=NOW)
    assert store.save_box(box, changed=box) is None
    assert store.box("ann").pending == box.pending


def test_whom_alexa_may_tell_nothing_any_more_is_written_to_instead(store: Stocking) -> None:
    alexa, mail = Way(moods=[NotDelivered("403", final=True, gone=True)]), Way("mail")
    round = opened(store, alexa, mail, about=replace(ANN, alerts=(BACK,)))
    waiting(store, of_alert(BACK, at=NOW))
    assert round() == Notified(failed=1)
    assert round(minutes=1) == Notified(sent=1)
    wishes = store.visit("ann").shopper.notices
    assert (wishes.channels("stock"), wishes.reach) == (("mail",), "")
    assert (alexa.told, len(mail.told)) == ([], 1)


def test_what_cannot_leave_is_tried_again_later_until_it_is_given_up(store: Stocking) -> None:
    alexa = Way(moods=[NotDelivered("429", rest=True) for _ in range(99)])
    round = opened(store, alexa)
    order(store, "shipped")
    assert round() == Notified(failed=1)
    for pause in PAUSES:
        assert round(seconds=pause - 1) == Notified()
        assert round(seconds=1) == Notified(failed=1)
    assert (store.box("ann").pending, store.box("ann").sent) == ((), ())


def test_a_lost_answer_is_asked_for_again_by_alexa_and_never_by_mail(store: Stocking) -> None:
    alexa, mail = Way(moods=[NotDelivered("lost", maybe=True)]), Way("mail")
    round = opened(store, alexa, mail, about=replace(ANN, alerts=(BACK,)))
    order(store, "shipped")
    assert round() == Notified(failed=1)
    assert round(seconds=PAUSES[0]) == Notified(sent=1)
    assert [one.reference for one in alexa.told] == [reference("ann", "order:cart-1:shipped")]
    mail.moods = [NotDelivered("lost", maybe=True)]
    alexa.moods = [NotDelivered("403", final=True, gone=True)]
    asked = Alert(kind="order", asked_at=NOW, due=NOW)
    store.put_shopper(
        "ann", about=replace(ANN, alerts=(asked,), notices=refused(ALL, now=NOW, channel="alexa"))
    )
    filled(store)
    waiting(store, of_alert(asked, at=NOW))
    assert round() == Notified(failed=1)
    assert (round(days=1), mail.told) == (Notified(), [])
    assert len(store.box("ann").sent) == 2


@pytest.mark.parametrize("name", ["alexa", "mail"])
def test_who_dies_with_a_claim_leaves_it_to_the_next_who_repeats_only_what_is_safe(
    store: Stocking, name: str
) -> None:
    way = Way(name, moods=[KeyboardInterrupt()])  # type: ignore[list-item]
    round = opened(store, way, about=replace(ANN, alerts=(BACK,)))
    waiting(store, replace(of_alert(BACK, at=NOW), due=NOW))
    with pytest.raises(KeyboardInterrupt):
        round()
    assert round(seconds=int(HELD) - 1) == Notified()
    again = round(seconds=2)
    assert again == (Notified(sent=1) if name == "alexa" else Notified())
    assert (store.box("ann").pending, len(store.box("ann").sent)) == ((), 1)


# moto is not made for threads.
@pytest.mark.parametrize("place", ["sqlite", "ministack"], indirect=True)
def test_of_several_workers_at_once_one_tells(place: Place) -> None:
    alexa = Way()
    opened(place.open(), alexa)
    for n in range(12):
        place.open().put_shopper(f"s-{n}", about=replace(ANN, alerts=(BACK,)))
        file([replace(of_alert(BACK, at=NOW), due=NOW)], place.open(), shopper=f"s-{n}")
    begin = threading.Barrier(3)

    def work() -> None:
        round = Round(place.open(), (alexa,))
        begin.wait()
        notify_due(
            round.store,
            catalogue=lambda _: cast(Catalogue, round.shelf),
            channels=[alexa],
            now=lambda: NOW,
        )

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(alexa.told) == 12
    assert len({one.reference for one in alexa.told}) == 12


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", ["en-US", "de-DE", "ar-SA"])
def test_a_letter_says_what_was_asked_for_and_how_to_hear_no_more(place: Place, locale: str) -> None:
    store, post = place.open(), Kept()
    about = replace(ANN, notices=replace(ALL, reach="", locale=locale), alerts=(BACK,))
    round = opened(store, ByMail(post), about=about)
    waiting(store, replace(of_alert(BACK, at=NOW), due=NOW))
    assert round() == Notified(sent=1)
    [(sender, to, message)] = post.sent
    assert (sender, to) == ("orders@shop.example", "ann@home.example")
    text = text_of(message)
    assert "Whole Milk" in message["Subject"]
    assert "Whole Milk" in text
    assert "3" in text
    assert {"en": "stop all", "de": "Stopp alle", "ar": "أوقف كل"}[locale[:2]] in text
    assert message["Message-ID"].startswith(f"<{round.counted[0]}@")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_letter_that_is_refused_is_tried_again_unless_it_is_refused_for_good(place: Place) -> None:
    moods = [NotSent("later"), NotSent("never", final=True)]

    class Refusing(Kept):
        def send(self, message: object, *, sender: str, to: str) -> None:
            raise moods.pop(0)

    store = place.open()
    about = replace(ANN, notices=replace(ALL, reach=""), alerts=(BACK,))
    round = opened(store, ByMail(Refusing()), about=about)
    waiting(store, replace(of_alert(BACK, at=NOW), due=NOW))
    assert round() == Notified(failed=1)
    assert round(seconds=PAUSES[0]) == Notified(failed=1)
    assert store.box("ann").pending == ()

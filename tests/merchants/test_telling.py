"""Events told over real HTTP: everybody hears of each, at least once, whatever the receiver does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest

from skill.commerce.event import Event
from skill.commerce.merchant import Case
from skill.merchants import telling, webhooks
from skill.merchants.telling import PAUSES, News, NotTold, Round, revived, tell_due
from skill.merchants.webhooks import Endpoint, secret_of
from skill.shop import Stocking
from skill.storage.open import open_store
from skill.web.post import post
from tests.merchants.receiver import Receiver, receiving
from tests.storage.stores import FACTS, buy, cart, line, order_of, saved

SECRET = secret_of(bytes(32))
to_loopback = partial(post, allow_local=True, seconds=0.5)


@dataclass
class Bench:
    """A shop in SQLite, its clock, and rounds of telling."""

    store: Stocking
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    chance: Callable[[], float] = lambda: 0.0

    def clock(self) -> datetime:
        return self.now

    def listen(self, receiver: Receiver, path: str = "/", *events: str) -> Endpoint:
        receiver.secrets[path] = SECRET
        new = Endpoint(
            id=f"we_{path.strip('/') or 'root'}",
            url=receiver.url + path,
            secret=SECRET,
            created=self.now,
            events=events,
        )
        return webhooks.add(self.store, new)

    def order(self, n: int = 1) -> Event:
        """Place an order; the event of it."""
        known = {event.id for event in self.store.events(limit=10_000)}
        placed = cart(line(quantity=1), cid=f"cart-{n}")
        ordered = saved(self.store, placed, shopper=f"ann-{n}")
        order = order_of(ordered, shopper=f"ann-{n}", placed_at=self.now, number=f"{n:05}")
        buy(self.store, ordered, order=order)
        return next(event for event in self.store.events(limit=10_000) if event.id not in known)

    def round(self, **more: object) -> Round:
        channels = webhooks.webhooks(self.store, post=to_loopback, now=self.clock)
        wanted = {"channels": channels, "now": self.clock, "chance": self.chance, **more}
        return tell_due(self.store, **wanted)  # type: ignore[arg-type]

    def event(self, event: Event) -> Event:
        found = self.store.event(event.id)
        assert found is not None
        return found

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(open_store(f"sqlite:{tmp_path / 'shop.db'}", shop="harbor", clock=lambda: made.now))
    made.store.publish(FACTS, stock={"milk": 10_000})
    return made


def test_an_order_arrives_signed_once_with_the_order_as_it_is_now(bench: Bench) -> None:
    with receiving() as receiver:
        bench.listen(receiver)
        event = bench.order()
        assert bench.round() == Round(done=1)
        assert bench.round() == Round()
        ((id, body),) = receiver.heard["/"]
        assert (id, receiver.bad) == (event.id, [])
        assert (body["type"], body["data"]["number"]) == ("order.placed", "00001")
        assert body["data"]["totals"]["total"] == {"amount": 399, "currency": "USD"}
    kept = bench.event(event)
    assert (kept.state, kept.told, kept.tries, kept.error) == ("done", ("webhook:we_root",), 1, "")


def test_a_case_arrives_in_the_shoppers_words(bench: Bench) -> None:
    with receiving() as receiver:
        bench.listen(receiver)
        bench.store.open_case(
            Case(
                id="c1", reference="27182", about="the eggs never came", opened_at=bench.now, kind="problem"
            ),
            shopper="ann",
        )
        assert bench.round() == Round(done=1)
        ((_, body),) = receiver.heard["/"]
    assert body["type"] == "case.opened"
    assert (body["data"]["reference"], body["data"]["about"]) == ("27182", "the eggs never came")


@pytest.mark.parametrize("answer", [500, 404, 302, 301, 0.8], ids=str)
def test_what_is_no_2xx_is_tried_again_on_the_schedule_and_at_last_given_up(
    bench: Bench, answer: int | float, caplog: pytest.LogCaptureFixture
) -> None:
    tries = 3 if isinstance(answer, float) else len(PAUSES) + 1
    with receiving(mood=lambda _: answer) as receiver:
        bench.listen(receiver)
        event = bench.order()
        for n in range(tries):
            assert bench.round() == (Round(waiting=1) if n < len(PAUSES) else Round(dead=1))
            if n < len(PAUSES):
                assert bench.event(event).due == bench.now + timedelta(seconds=PAUSES[n])
                bench.later(PAUSES[n] - 1)
                assert bench.round() == Round()
                bench.later(1)
        heard = receiver.heard["/"]
        assert [id for id, _ in heard] == [event.id] * tries
        assert "/elsewhere" not in receiver.heard
        # The official library has a clock of its own, and this bench days ahead of it.
        assert all("too new" in bad for bad in receiver.bad)
    kept = bench.event(event)
    assert kept.tries == tries
    assert "webhook:we_root: " in kept.error
    assert SECRET not in kept.error + caplog.text
    if tries > len(PAUSES):
        assert (kept.state, bench.store.dead_events()) == ("dead", (kept,))
        bench.later(10 * 86_400)
        assert bench.round() == Round()


def test_pauses_are_spread(bench: Bench) -> None:
    bench.chance = Random(5).random
    with receiving(mood=lambda _: 400) as receiver:
        bench.listen(receiver)
        events = [bench.order(n) for n in range(1, 6)]
        bench.round()
    pauses = {(bench.event(event).due - bench.now).total_seconds() for event in events}
    assert len(pauses) == 5
    assert all(PAUSES[0] <= pause <= PAUSES[0] * (1 + telling.JITTER) for pause in pauses)


def test_an_endpoint_that_answers_410_is_closed_and_hears_no_more(bench: Bench) -> None:
    with receiving(mood=lambda _: 410) as receiver:
        bench.listen(receiver)
        event = bench.order()
        assert bench.round() == Round(waiting=1)
        assert webhooks.endpoints(bench.store)[0].closed.startswith("answered 410")
        bench.later(PAUSES[0])
        assert bench.round() == Round(done=1)
        bench.order(2)
        assert bench.round() == Round(done=1)
        assert len(receiver.heard["/"]) == 1
        receiver.moods["/"] = lambda _: 200
        bench.listen(receiver)
        bench.order(3)
        bench.round()
        assert [body["data"]["number"] for _, body in receiver.heard["/"]] == ["00001", "00003"]
    assert bench.event(event).told == ()


def test_each_endpoint_hears_by_itself_and_who_knows_is_not_told_again(bench: Bench) -> None:
    with receiving() as receiver:
        receiver.moods["/b"] = lambda n: 500 if n < 2 else 200
        bench.listen(receiver, "/a")
        bench.listen(receiver, "/b")
        bench.listen(receiver, "/cases", "case")
        event = bench.order()
        for pause in PAUSES[:3]:
            bench.round()
            bench.later(pause)
        assert bench.event(event).state == "done"
        assert set(bench.event(event).told) == {"webhook:we_a", "webhook:we_b"}
        assert (len(receiver.heard["/a"]), len(receiver.heard["/b"])) == (1, 3)
        assert "/cases" not in receiver.heard


def test_an_endpoint_hears_nothing_of_what_was_before_it(bench: Bench) -> None:
    bench.order()
    bench.later(1)
    with receiving() as receiver:
        bench.listen(receiver)
        assert bench.round() == Round(done=1)
        assert receiver.heard == {}


def test_one_that_stalls_is_asked_once_a_round_and_holds_up_nobody_else(bench: Bench) -> None:
    with receiving() as receiver:
        receiver.moods["/slow"] = lambda _: 0.7
        bench.listen(receiver, "/slow")
        bench.listen(receiver, "/quick")
        events = [bench.order(n) for n in range(1, 9)]
        bench.round()
        assert sorted(receiver.ids("/quick")) == sorted(event.id for event in events)
        assert len(receiver.heard["/slow"]) == 1
        # Who was not asked has lost no try.
        assert sorted(bench.event(event).tries for event in events) == [0] * 7 + [1]
        receiver.moods["/slow"] = lambda _: 200
        bench.later(40)
        bench.round()
        assert sorted(receiver.ids("/slow")) == sorted(event.id for event in events)
        assert len(receiver.heard["/quick"]) == 8


def test_what_a_dead_worker_had_claimed_is_told_by_another_when_the_claim_runs_out(bench: Bench) -> None:
    with receiving() as receiver:
        bench.listen(receiver)
        event = bench.order()
        (due,) = bench.store.due_events(now=bench.now)
        claimed = replace(due, tries=1, due=bench.now + timedelta(seconds=telling.HELD))
        assert bench.store.save_event(due, changed=claimed)
        assert bench.round() == Round()
        bench.later(telling.HELD)
        assert bench.round() == Round(done=1)
        assert receiver.ids() == [event.id]


def test_an_event_that_no_worker_survives_is_given_up(bench: Bench) -> None:
    event = bench.order()
    channel = Told()
    for _ in range(len(PAUSES) + 4):
        (due,) = bench.store.due_events(now=bench.now)
        claimed = replace(due, tries=due.tries + 1, due=bench.now + timedelta(seconds=telling.HELD))
        assert bench.store.save_event(due, changed=claimed)
        bench.later(telling.HELD)
    assert bench.round(channels=[channel]) == Round(dead=1)
    assert channel.news == []
    assert "never came back" in bench.event(event).error


@dataclass
class Told:
    """A channel in this process."""

    name: str = "mail"
    trouble: Exception | None = None
    news: list[News] = field(default_factory=list)

    def wants(self, news: News) -> bool:
        return news.event.kind == "order.placed"

    def tell(self, news: News) -> None:
        self.news.append(news)
        if self.trouble:
            raise self.trouble


@pytest.mark.parametrize("trouble", [NotTold("mailbox full"), KeyError("ann@example.com")], ids=repr)
def test_the_fault_of_one_channel_silences_no_other_and_stays_out_of_the_log(
    bench: Bench, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    event = bench.order()
    broken, fine = Told(trouble=trouble), Told(name="other")
    with caplog.at_level(logging.DEBUG):
        assert bench.round(channels=[broken, fine]) == Round(waiting=1)
    kept = bench.event(event)
    assert kept.told == ("other",)
    assert kept.error.startswith("mail: ")
    assert "ann@example.com" not in kept.error + caplog.text
    assert fine.news[0].order is not None


def test_a_round_that_may_not_go_on_leaves_the_rest_untouched(bench: Bench) -> None:
    events = [bench.order(n) for n in range(1, 5)]
    channel, asked = Told(), iter([True, True, True, True, False])
    assert bench.round(channels=[channel], still=lambda: next(asked, False)) == Round(done=2)
    assert len(channel.news) == 2
    assert sorted(bench.event(event).tries for event in events) == [0, 0, 1, 1]


def test_revived_a_dead_event_goes_to_who_does_not_know_and_a_done_one_to_every_endpoint_anew(
    bench: Bench,
) -> None:
    at = bench.now
    told = ("mail", "webhook:a")
    dead = Event(id="e", kind="order.placed", about="o", at=at, due=at, state="dead", told=told, tries=10)
    later = at + timedelta(days=1)
    assert revived(dead, now=later) == replace(dead, state="waiting", due=later, tries=0)
    done = replace(dead, state="done")
    assert revived(done, now=later).told == ("mail",)
    assert revived(replace(done, told=("webhook:a",)), now=later).told == ("mail",)


def test_an_event_about_what_is_gone_is_done(bench: Bench) -> None:
    event = bench.order()
    bench.store.forget("ann-1")
    channel = Told()
    assert bench.round(channels=[channel]) == Round(done=1)
    assert (channel.news, bench.event(event).state) == ([], "done")


def test_two_workers_at_once_tell_each_event_once(bench: Bench) -> None:
    with receiving() as receiver:
        bench.listen(receiver)
        events = [bench.order(n) for n in range(1, 31)]
        with ThreadPoolExecutor(4) as pool:
            rounds = list(pool.map(lambda _: bench.round(), range(4)))
        assert sum(one.done for one in rounds) == 30
        assert sorted(receiver.ids()) == sorted(event.id for event in events)

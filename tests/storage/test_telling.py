"""Telling of events out of every store: each arrives once, and what came of it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from skill.commerce.merchant import Case, case_reported
from skill.merchants import webhooks
from skill.merchants.telling import PAUSES, Round, revived, tell_due
from skill.merchants.webhooks import Endpoint, secret_of
from skill.shop import Stocking
from skill.web.post import post
from tests.merchants.receiver import receiving
from tests.storage.stores import FACTS, NOW, buy, cart, line, order_of, saved


def test_events_are_told_tried_again_given_up_and_told_once_more(store: Stocking) -> None:
    store.publish(FACTS, stock={"milk": 100})
    now = [NOW]

    def round() -> Round:
        to = partial(post, allow_local=True)
        channels = webhooks.webhooks(store, post=to, now=lambda: now[0])
        return tell_due(store, channels=channels, now=lambda: now[0], chance=lambda: 0.0)

    with receiving() as receiver:
        receiver.moods["/bad"] = lambda _: 400
        for path in ("/good", "/bad"):
            webhooks.add(
                store,
                Endpoint(
                    id=f"we_{path[1:]}",
                    url=receiver.url + path,
                    secret=secret_of(bytes(32)),
                    created=NOW - timedelta(days=1),
                ),
            )
        for n in range(3):
            placed = saved(store, cart(line(), cid=f"cart-{n}"), shopper=f"ann-{n}")
            buy(store, placed, order=order_of(placed, shopper=f"ann-{n}"))
        for pause in PAUSES:
            assert round() == Round(waiting=3)
            now[0] += timedelta(seconds=pause)
        assert round() == Round(dead=3)
        dead = store.dead_events()
        assert {(event.told, event.state) for event in dead} == {(("webhook:we_good",), "dead")}
        assert len(receiver.ids("/good")) == 3
        assert len(receiver.heard["/bad"]) == 3 * (len(PAUSES) + 1)
        receiver.moods["/bad"] = lambda _: 200
        for event in dead:
            assert store.save_event(event, changed=revived(event, now=now[0]))
        assert round() == Round(done=3)
        assert sorted(receiver.ids("/bad")) == sorted(event.id for event in dead)
        assert len(receiver.ids("/good")) == 3
        assert store.dead_events() == ()


def test_a_case_keeps_what_the_shop_answered(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    case = store.open_case(Case(id="c1", reference="27182", about="eggs", opened_at=NOW), shopper="ann")
    answered = case_reported(case, "answered", now=NOW, note="new ones come")
    store.put_case(answered, shopper="ann")
    assert store.shop_case("c1") == ("ann", answered)
    assert store.shop_cases(status="answered") == (("ann", answered),)
    assert replace(answered, notes=(), status="open") == case

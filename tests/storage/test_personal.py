"""What is a shopper's own is kept as it was, takes no room where there is nothing, and goes with the
shopper."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from skill.commerce.afterwards import FRIEND, Afterwards, Asked, friend_code
from skill.commerce.greeting import KINDS as GREETINGS
from skill.commerce.greeting import Greeting, Greetings
from skill.commerce.lists import Entry, OwnList
from skill.commerce.memory import KINDS, Known
from skill.commerce.merchant import Shopper
from skill.commerce.personal import Personal
from skill.shop import Stocking
from skill.storage import items, shop_items
from tests.storage.stores import FACTS, NOW

texts, counts = st.text(max_size=8), st.integers(0, 9)
knowns = st.builds(
    Known,
    kind=st.sampled_from(KINDS),
    value=texts,
    at=st.just(datetime(2026, 11, 21, 15, tzinfo=UTC)),
    by=st.none() | texts,
)
own_lists = st.builds(OwnList, texts, st.lists(st.builds(Entry, texts, counts), max_size=3).map(tuple))
personals = st.builds(
    Personal,
    greeted=st.builds(Greeting, st.sampled_from(("", *GREETINGS)), texts, st.booleans(), texts),
    known=st.lists(knowns, max_size=3).map(tuple),
    lists=st.lists(own_lists, max_size=2).map(tuple),
    asked=st.lists(st.builds(Asked, texts, texts), max_size=2).map(tuple),
    rewarded=st.lists(texts, max_size=2).map(tuple),
    answered=texts,
    offers=st.booleans(),
    friend=texts,
    friends=counts,
    thanked=counts,
    came_by=texts,
)


@settings(max_examples=40)
@given(personals)
def test_what_is_a_shoppers_own_comes_back_as_it_was(personal: Personal) -> None:
    personal = personal if personal.greeted.kind else replace(personal, greeted=Greeting())
    kept = items.from_text(items.to_text(items.dump_shopper(Shopper(personal=personal))))
    assert items.load_shopper(kept).personal == personal


def test_a_shopper_with_nothing_of_their_own_takes_no_room_for_it() -> None:
    assert "personal" not in items.dump_shopper(Shopper())
    assert items.load_shopper({}).personal == Personal()


def test_greetings_and_what_comes_afterwards_are_part_of_the_shop() -> None:
    facts = replace(
        FACTS,
        greetings=Greetings(new={"en": "Hello."}, returning={"de": "Da bist du ja."}),
        afterwards=Afterwards(rating=False, reward="R", reward_orders=5, friend="F"),
    )
    assert shop_items.load_facts(items.from_text(items.to_text(shop_items.dump_facts(facts)))) == facts
    before = {
        name: part
        for name, part in shop_items.dump_facts(FACTS).items()
        if name not in ("greetings", "afterwards")
    }
    assert shop_items.load_facts(before) == FACTS


def test_a_code_for_friends_goes_with_whose_it_is(store: Stocking) -> None:
    store.publish(FACTS, stock={})
    store.put_document(FRIEND, friend_code("ann"), '["ann", []]')
    store.put_document(FRIEND, friend_code("ben"), '["ben", []]')
    store.erase("ann", until=NOW)
    assert store.document(FRIEND, friend_code("ann")) is None
    assert store.document(FRIEND, friend_code("ben")) is not None

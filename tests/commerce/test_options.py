"""Options of a product: what a configured SKU says, what may be chosen, and what it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.commerce.cart import Cart, add
from skill.commerce.options import (
    Group,
    Option,
    base_of,
    configured,
    groups_of,
    picks_of,
    priced,
    settled,
    surcharge,
    wrong,
)
from skill.commerce.order import reported, sent, unattributed
from skill.commerce.product import Offer
from skill.commerce.reorder import plan
from skill.commerce.usual import forgetting, learned, remembering, usual_of
from tests.commerce.goods import NOW, line, product, usd
from tests.commerce.test_reorder import past

SIZE = Group(
    id="size",
    names={"en": "size"},
    skus=("latte",),
    least=1,
    before=True,
    options=(
        Option(id="small", names={"en": "small"}),
        Option(id="large", names={"en": "large"}, surcharge=100),
    ),
)
MILK = Group(
    id="milk",
    names={"en": "milk"},
    categories=("Milk drinks",),
    default="whole",
    options=(
        Option(id="whole", names={"en": "whole milk"}),
        Option(id="oat", names={"en": "oat milk"}, surcharge=60),
    ),
)
EXTRAS = Group(
    id="extras",
    names={"en": "extras"},
    categories=("Food",),
    most=3,
    options=(
        Option(id="shot", names={"en": "extra shot"}, surcharge=80, most=2),
        Option(id="foam", names={"en": "foam"}),
    ),
)
TEXT = Group(id="engraving", names={"en": "engraving"}, skus=("mug",), length=6, surcharge=500)
LATTE = replace(product("latte", price=390), category=("Food", "Milk drinks"))
GROUPS = groups_of(LATTE, (SIZE, MILK, EXTRAS, TEXT))

ids = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
picks = st.dictionaries(ids, st.lists(ids | texts, min_size=1, max_size=3).map(tuple), max_size=4)


@settings(max_examples=60)
@given(picks, st.text("abc?=&-", min_size=1, max_size=8).filter(lambda sku: base_of(sku) == sku))
def test_a_configured_sku_tells_product_and_choices(picked: dict[str, tuple[str, ...]], base: str) -> None:
    sku = configured(base, picked)
    assert base_of(sku) == base
    assert picks_of(sku) == {group: tuple(sorted(chosen)) for group, chosen in picked.items()}


@settings(max_examples=30)
@given(picks)
def test_the_same_choices_are_one_sku_in_whatever_order(picked: dict[str, tuple[str, ...]]) -> None:
    turned = {group: picked[group][::-1] for group in reversed(list(picked))}
    assert configured("latte", picked) == configured("latte?size=large", turned)


@pytest.mark.parametrize(
    "sku", ["latte", "what?", "?size=large", "a?b", "a?=b", "a?Size=large", "1?a=b c", ""]
)
def test_a_merchants_own_sku_stays_as_it_is(sku: str) -> None:
    assert (base_of(sku), picks_of(sku)) == (sku, {})


def test_options_belong_to_products_by_sku_and_by_any_level_of_their_category() -> None:
    assert GROUPS == (SIZE, MILK, EXTRAS)
    assert groups_of(replace(LATTE, sku="latte?size=large"), (SIZE,)) == (SIZE,)
    assert groups_of(product("tea"), (SIZE, MILK, EXTRAS, TEXT)) == ()


@pytest.mark.parametrize(
    ("group", "chosen", "reason"),
    [
        (SIZE, (), "least"),
        (SIZE, ("small", "large"), "most"),
        (SIZE, ("huge",), "unknown"),
        (MILK, ("oat", "oat"), "most"),
        (EXTRAS, ("shot",) * 3, "each"),
        (EXTRAS, ("shot", "shot", "foam", "foam"), "each"),
        (TEXT, ("Longest",), "length"),
        (TEXT, ("Anna", "Tom"), "most"),
        (EXTRAS, ("shot", "shot", "foam"), ""),
        (MILK, (), ""),
        (TEXT, ("Anna",), ""),
    ],
)
def test_a_group_says_what_keeps_options_from_being_chosen(
    group: Group, chosen: tuple[str, ...], reason: str
) -> None:
    assert group.against(chosen) == reason


def test_what_nobody_spoke_of_is_as_usual_or_by_default() -> None:
    assert settled({"size": ("large",)}, GROUPS) == {"size": ("large",), "milk": ("whole",)}
    usual = {"size": ("small",), "milk": ("oat",), "extras": ("shot",)}
    assert settled({"size": ("large",)}, GROUPS, usual=usual) == {**usual, "size": ("large",)}
    assert settled({"milk": (), "extras": ()}, GROUPS, usual=usual) == {"size": ("small",)}


def test_what_was_usual_and_is_not_to_be_had_any_more_is_as_if_it_never_was() -> None:
    assert settled({}, GROUPS, usual={"size": ("huge",), "milk": ("goat",)}) == {"milk": ("whole",)}
    found = wrong(settled({}, GROUPS), GROUPS)
    assert found == (SIZE, "least")


def test_every_option_costs_what_it_costs_as_often_as_it_is_taken() -> None:
    chosen = {"size": ("large",), "milk": ("oat",), "extras": ("shot", "shot")}
    assert surcharge(chosen, GROUPS) == 100 + 60 + 2 * 80
    assert surcharge({"engraving": ("Anna",)}, (TEXT,)) == 500


def test_an_offer_is_of_the_product_and_options_cost_the_same_beside_it() -> None:
    cheaper = priced(replace(LATTE, offer=Offer(usd(300))), 160)
    assert (cheaper.price, cheaper.price_at(NOW)) == (usd(550), usd(460))


def test_lines_of_one_product_share_what_there_is_of_it() -> None:
    shelf = {sku: replace(LATTE, sku=sku) for sku in ("latte?size=small", "latte?size=large")}
    wanted = [line(sku, 3, price=390) for sku in shelf]
    made = plan(wanted, products=shelf, stock=dict.fromkeys(shelf, 4), now=NOW, locale="en-US")
    assert [found.quantity for found in made.lines] == [3, 1]
    assert [found.sku for found in made.short] == ["latte?size=large"]


def test_two_ways_of_one_product_are_two_lines_and_their_pieces_are_counted_together() -> None:
    cart = add(Cart(cid="c"), line("latte?size=small", 2), line("latte?size=large"), line("mug"))
    assert len(cart.lines) == 3
    assert (cart.of("latte"), cart.of("latte?size=small"), cart.of("mug"), cart.of("tea")) == (3, 3, 1, 0)


def test_pieces_reported_by_the_merchants_sku_leave_line_by_line() -> None:
    order = past(line("latte?size=small", 2), line("latte?size=large", 2), days_ago=1, status="placed")
    gone = reported(order, "shipped", now=NOW, pieces={"latte": 3})
    assert (gone.status, sent(gone)) == ("partly_shipped", (2, 1))
    with pytest.raises(KeyError):
        reported(order, "shipped", now=NOW, pieces={"latte": 5})


def test_what_was_ordered_in_one_way_only_is_usual() -> None:
    tea = line("tea?size=large")
    lines = (line("latte?size=small"), line("latte?size=large"), tea, line("mug?engraving=Anna"))
    cart = replace(Cart(cid="c"), lines=lines)
    assert learned(cart, by=None) == {"": {"tea": "tea?size=large"}}
    before = replace(cart, lines=lines[:1], usual={"": {"tea": "tea?a=b"}})
    assert learned(before, by=None) == {"": {"latte": "latte?size=small", "tea": "tea?a=b"}}


def test_each_member_of_the_household_has_their_own_usual() -> None:
    lines = (replace(line("latte?size=small"), by="ann"), replace(line("latte?size=large"), by="ben"))
    cart = remembering(Cart(cid="c", lines=lines), "latte?milk=oat", by=None)
    cart = replace(cart, usual=learned(cart, by="ann"))
    assert [usual_of(cart, "latte", by=who) for who in ("ann", "ben", None)] == [
        "latte?size=small",
        "latte?milk=oat",
        "latte?milk=oat",
    ]
    assert forgetting(cart, "latte", by="ben").usual == {"ann": {"latte": "latte?size=small"}}
    assert forgetting(cart, by="ann").usual == {}


def test_words_of_ones_own_go_with_the_shopper_once_the_thing_is_made() -> None:
    written = replace(line("mug?engraving=Anna&size=large"), name="mug engraved with Anna")
    gone = [
        unattributed(past(written, days_ago=1, status=status)).lines[0] for status in ("placed", "delivered")
    ]
    assert [(found.sku, found.name) for found in gone] == [
        ("mug?engraving=Anna&size=large", "mug engraved with Anna"),
        ("mug?size=large", "mug engraved with …"),
    ]

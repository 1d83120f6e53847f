"""What the cart says of a size nobody sells, and of a list whose products are not sold any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType

from skill.catalogue.records import sku_of
from skill.catalogue.search import CatalogueIndex
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.dialogue.conversation import decode
from skill.merchants.publish import Place, change
from skill.shop import NOBODY
from tests.talk import Talk, kept


def test_an_amount_no_size_comes_to_is_told_as_the_nearest(talk: Talk, door: ModuleType) -> None:
    talk.say("add oatwick oat milk half gallon")
    turned = talk.say("make it a hundred ounces")
    assert turned.speech.startswith("The nearest is 2 of Oatwick oat milk half gallon, together $7.58.")
    assert kept(door)["cart"] == {"milk-oat-oatwick-half-gal": 2}


def test_what_is_no_longer_sold_cannot_be_compared(talk: Talk, door: ModuleType) -> None:
    talk.say("find oat milk")
    app = door.app
    folder = app.settings.catalogues / app.settings.shop
    place = Place(store=app.store, folder=folder, clock=app.clock)
    change([], gone=["milk-oat-oatwick-half-gal"], place=place)
    turned = talk.say("compare the first and the second")
    assert turned.intent == "CompareProducts"
    assert "Oatwick" not in turned.speech
    assert not turned.ended


def swap(door: ModuleType, changed: Callable[[Product], Product], *, gone: Sequence[str] = ()) -> None:
    """Another version goes live: every oat milk changed, some products gone."""
    app = door.app
    place = Place(store=app.store, folder=app.settings.catalogues / app.settings.shop, clock=app.clock)
    shelf = CatalogueIndex(place.folder / app.store.visit(NOBODY).facts.catalogue)
    oats = [sku_of(record) for record in shelf.records() if sku_of(record).startswith("milk-oat")]
    others = [changed(product) for sku, product in shelf.get(oats).items() if sku not in gone]
    change(others, gone=gone, place=place)


def test_a_list_goes_on_by_the_names_it_was_read_with_and_at_the_prices_of_now(
    talk: Talk, door: ModuleType
) -> None:
    talk.say("find oat milk")
    price = Money(777, "USD")
    swap(door, lambda one: replace(one, names={"en": f"Renamed {one.sku}"}, price=price, offer=None))
    more = talk.say("more").speech
    assert "Renamed" not in more
    assert more.count("$7.77") == 2
    added = talk.say("the vanilla one").speech
    assert added.startswith("Added Brindle vanilla oat milk half gallon for $7.77.")
    # Another search is of what is live.
    assert "Renamed milk-oat" in talk.say("find renamed oatwick").speech


def test_who_picks_what_has_left_the_shop_is_asked_among_the_rest(talk: Talk, door: ModuleType) -> None:
    talk.say("find oat milk")
    listing = decode(talk.session.attributes).listing
    swap(door, lambda one: one, gone=[listing.skus[0]])
    asked = talk.say("the first one").speech
    assert asked == "Which one do you mean: Oatwick oat milk half gallon or Brindle oat milk one quart?"
    talk.say("the second one")
    assert list(kept(door)["cart"]) == [listing.skus[2]]


def test_positions_count_what_was_read_after_a_swap(talk: Talk, door: ModuleType) -> None:
    talk.say("find oat milk")
    listing = decode(talk.session.attributes).listing
    swap(door, lambda one: one, gone=[listing.skus[0], listing.skus[3]])
    talk.say("more")
    talk.say("the first one")
    assert list(kept(door)["cart"]) == [listing.skus[4]]

"""What the cart says of a size nobody sells, and of a list whose products are not sold any more."""

from __future__ import annotations

from types import ModuleType

from skill.merchants.publish import publish_changes
from tests.talk import Talk, kept


def test_an_amount_no_size_comes_to_is_told_as_the_nearest(talk: Talk, door: ModuleType) -> None:
    talk.say("add oatwick oat milk half gallon")
    turned = talk.say("make it a hundred ounces")
    assert turned.speech.startswith("The nearest is 2 of Oatwick oat milk half gallon, together $7.58.")
    assert kept(door)["cart"] == {"milk-oat-oatwick-half-gal": 2}


def test_what_is_no_longer_sold_cannot_be_compared(talk: Talk, door: ModuleType) -> None:
    talk.say("find oat milk")
    app = door.app
    publish_changes(
        ["id\ttitle\tprice\n"],
        gone=["milk-oat-oatwick-half-gal"],
        facts=app.store.visit("nobody").facts,
        store=app.store,
        folder=app.settings.catalogues / app.settings.shop,
        now=app.clock(),
    )
    turned = talk.say("compare the first and the second")
    assert turned.intent == "CompareProducts"
    assert "Oatwick" not in turned.speech
    assert not turned.ended

"""What a product is called and what it costs now."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from skill.commerce.product import Offer, Product
from tests.commerce.goods import NOW, product, usd

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("starts", "ends", "live"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + HOUR, None, False),
        (None, NOW + HOUR, True),
        (None, NOW, False),
        (NOW - HOUR, NOW + HOUR, True),
    ],
)
def test_an_offer_is_live_from_its_start_until_its_end(
    starts: datetime | None, ends: datetime | None, live: bool
) -> None:
    milk = product(price=399, offer=Offer(usd(299), starts, ends))
    assert milk.on_offer(NOW) is live
    assert milk.price_at(NOW) == usd(299 if live else 399)


def test_an_offer_above_the_price_never_makes_anything_dearer() -> None:
    milk = product(price=399, offer=Offer(usd(499)))
    assert not milk.on_offer(NOW)
    assert milk.price_at(NOW) == usd(399)


@pytest.mark.parametrize(
    ("locale", "name"),
    [("de-AT", "Hafermilch, Tetra"), ("de-DE", "Hafermilch, Liter"), ("fr-FR", "Oat Milk 1 L")],
)
def test_a_name_is_the_locales_then_the_languages_then_the_title(locale: str, name: str) -> None:
    oat = Product(
        sku="oat",
        title="Oat Milk 1 L",
        price=usd(1),
        names={"de": "Hafermilch, Liter", "de-AT": "Hafermilch, Tetra"},
    )
    assert oat.name(locale) == name


def test_a_name_given_for_one_region_serves_the_others_of_its_language() -> None:
    oat = Product(sku="oat", title="Oat Milk 1 L", price=usd(1), names={"de-DE": "Hafermilch"})
    assert oat.name("de-CH") == oat.name("de") == "Hafermilch"


def test_size_and_pack_are_what_stands_behind_the_comma() -> None:
    oat = product(name="Brindle oat milk, half gallon")
    assert oat.spoken("en-US") == "Brindle oat milk half gallon"
    assert oat.short("en-US") == "Brindle oat milk"


def test_a_decimal_comma_sets_off_no_size() -> None:
    milk = product(name="Bergner Milch 3,5 Prozent Fett, 1,5 Liter")
    assert milk.short("de-DE") == "Bergner Milch 3,5 Prozent Fett"
    assert milk.spoken("de-DE") == "Bergner Milch 3,5 Prozent Fett 1,5 Liter"

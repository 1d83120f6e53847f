"""A coupon is heard as words, by digit and by letter, and nothing near a code is taken for it."""

from __future__ import annotations

from typing import cast

import pytest

from skill.commerce.cart import Cart
from skill.commerce.coupon import Coupon
from skill.commerce.merchant import Facts, Shopper
from skill.commerce.totals import Terms
from skill.intents.apply_coupon import heard_as
from skill.shop import Catalogue, Shop, Store
from tests.talk import NOW

COUPONS = (
    Coupon(code="SAVE10", heard={"de": ("spar zehn",), "ar": ("خصم عشرة",)}),
    Coupon(code="SAVETEN25", heard={"en": ("save ten twenty five",)}),
    Coupon(code="خصم20"),
    Coupon(code="Grüße"),
    Coupon(code="X-MAS 24"),
)


def shop(locale: str) -> Shop:
    return Shop(
        store=cast(Store, None),
        catalogue=cast(Catalogue, None),
        facts=Facts(name="Kiosk", terms=Terms(currency="USD"), catalogue="", coupons=COUPONS),
        about=Shopper(),
        cart=Cart(cid="cart"),
        shopper="me",
        request_id="request",
        now=NOW,
        locale=locale,
        linked=True,
        new_id=lambda: "id",
    )


@pytest.mark.parametrize(
    ("locale", "said", "code"),
    [
        ("en-US", "save ten", "SAVE10"),
        ("en-US", "Save 10", "SAVE10"),
        ("en-US", "save10", "SAVE10"),
        ("en-US", "s a v e one zero", "SAVE10"),
        ("en-US", "S. A. V. E. 1 0", "SAVE10"),
        ("en-US", "s. a. v. e. ten", "SAVE10"),
        ("en-US", "save one zero", "SAVE10"),
        ("en-US", "save ten please", "SAVE10"),
        ("en-US", "save ten twenty five", "SAVETEN25"),
        ("en-US", "x mas twenty four", "X-MAS 24"),
        ("de-DE", "save zehn", "SAVE10"),
        ("de-DE", "Spar zehn", "SAVE10"),
        ("de-DE", "spar 10", "SAVE10"),
        ("de-DE", "s a v e eins null", "SAVE10"),
        ("de-DE", "grüße", "Grüße"),
        ("ar-SA", "خصم عشرة", "SAVE10"),
        ("ar-SA", "خصم ١٠", "SAVE10"),
        ("ar-SA", "خصم عشرين", "خصم20"),
    ],
)
def test_a_code_is_known_however_it_is_said(locale: str, said: str, code: str) -> None:
    coupon = heard_as(said, shop(locale))
    assert coupon is not None
    assert coupon.code == code


@pytest.mark.parametrize("said", ["save", "save eleven", "ten", "safe ten", "", "?"])
def test_what_is_only_near_a_code_is_none(said: str) -> None:
    assert heard_as(said, shop("en-US")) is None

"""With which options a shopper takes a product: "a latte" is my latte.

Kept with the cart, which every turn reads and an order renews anyway, so that it costs nothing. Each member
of the household whose voice was recognised has their own; what nobody was recognised for is everybody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.commerce.cart import Cart
from skill.commerce.options import base_of, without_text

Usual = Mapping[str, Mapping[str, str]]


def usual_of(cart: Cart, sku: str, *, by: str | None) -> str | None:
    """The configured SKU this member takes of a product; None while nobody knows."""
    base = base_of(sku)
    return cart.usual.get(by or "", {}).get(base) or cart.usual.get("", {}).get(base)


def learned(cart: Cart, *, by: str | None) -> Usual:
    """What is usual once this cart is ordered: of each product that is in it with options, and only in one
    way, that way, without what is written on it. What others of the household put in teaches nothing."""
    ways: dict[str, set[str]] = {}
    for line in cart.lines:
        sku = without_text(line.sku)
        if line.by == by and base_of(sku) != sku:
            ways.setdefault(base_of(sku), set()).add(sku)
    only = {base: min(skus) for base, skus in ways.items() if len(skus) == 1}
    return _with(cart.usual, by, {**cart.usual.get(by or "", {}), **only}) if only else cart.usual


def remembering(cart: Cart, sku: str, *, by: str | None) -> Cart:
    """The cart, this configured SKU being how this member takes its product."""
    kept = {**cart.usual.get(by or "", {}), base_of(sku): without_text(sku)}
    return replace(cart, usual=_with(cart.usual, by, kept))


def forgetting(cart: Cart, *bases: str, by: str | None) -> Cart:
    """The cart, how this member takes these products (all when none is named) no longer known, nor what
    nobody was recognised for."""
    usual = cart.usual
    for member in {by or "", ""}:
        kept = {base: sku for base, sku in usual.get(member, {}).items() if bases and base not in bases}
        usual = _with(usual, member, kept)
    return replace(cart, usual=usual)


def _with(usual: Usual, by: str | None, skus: Mapping[str, str]) -> Usual:
    others = {member: kept for member, kept in usual.items() if member != (by or "")}
    return {**others, by or "": skus} if skus else others

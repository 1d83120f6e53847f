"""What something costs by the pound, the litre or the piece, so that sizes can be compared."""

from __future__ import annotations

from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.commerce.unit_price import unit_price, usual_unit
from skill.dialogue.asking import about_product
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    wanted = heard.id("unit")

    def answer(product: Product) -> tuple[Message, ...]:
        name, price = product.spoken(shop.locale), product.price_at(shop.now)
        said = per_unit(product, shop, wanted=wanted)
        if said is None:
            return (say("ask_unit_price.unknown", product=name, price=price),)
        return (say("ask_unit_price.costs", product=name, price=said),)

    return about_product(heard, shop, intent=INTENT.name, answer=answer)


def per_unit(product: Product, shop: Shop, *, wanted: str | None = None) -> Message | None:
    """ "$1.20 a pound"; None when the shop does not say how much it holds, or not by that measure."""
    unit = wanted or usual_unit(product)
    minor = unit_price(product, price=product.price_at(shop.now).minor, unit=unit) if unit else None
    if unit is None or minor is None:
        return None
    return say(f"ask_unit_price.per_{unit}", price=Money(minor, shop.currency))


INTENT = Intent(
    name="AskUnitPrice",
    handle=handle,
    slots={"product": "product", "position": "position", "unit": "unit"},
)

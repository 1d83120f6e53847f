"""What something costs, and whether that is an offer."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.dialogue.asking import about_product
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    def answer(product: Product) -> tuple[Message, ...]:
        if shop.facts.options and (least := _least(product, shop)):
            return (say("ask_options.starts", product=product.spoken(shop.locale), price=least),)
        key = "ask_price.on_offer" if product.on_offer(shop.now) else "ask_price.price"
        return (
            say(
                key,
                product=product.spoken(shop.locale),
                price=product.price_at(shop.now),
                usual=product.price,
            ),
        )

    return about_product(_with_options(heard, shop), shop, intent=INTENT.name, answer=answer)


def _with_options(heard: Heard, shop: Shop) -> Heard:
    """The turn, a product that was named with all its options being the one it is about."""
    if not shop.facts.options or not heard.text("product"):
        return heard
    # Only now: most shops sell things as they are.
    from skill.dialogue.adding import with_options

    ready = with_options(heard.text("product"), shop)
    return replace(heard, chosen=ready[0].sku) if isinstance(ready, tuple) else heard


def _least(product: Product, shop: Shop) -> Money | None:
    """What a product costs at least whose options are still to be chosen; None of any other."""
    # Only now: most shops sell things as they are.
    from skill.dialogue.configuring import least_price

    return least_price(product, shop)


INTENT = Intent(
    name="AskPrice",
    handle=handle,
    slots={"product": "product", "position": "position", "trait": "trait"},
)

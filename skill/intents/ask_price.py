"""What something costs, and whether that is an offer."""

from __future__ import annotations

from skill.commerce.product import Product
from skill.dialogue.asking import about_product
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    def answer(product: Product) -> tuple[Message, ...]:
        key = "ask_price.on_offer" if product.on_offer(shop.now) else "ask_price.price"
        return (
            say(
                key,
                product=product.spoken(shop.locale),
                price=product.price_at(shop.now),
                usual=product.price,
            ),
        )

    return about_product(heard, shop, intent=INTENT.name, answer=answer)


INTENT = Intent(
    name="AskPrice",
    handle=handle,
    slots={"product": "product", "position": "position", "trait": "trait"},
)

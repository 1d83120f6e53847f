"""Whether something can be had now, and how much of it is left when that is little."""

from __future__ import annotations

from skill.commerce.product import Product
from skill.dialogue.asking import about_product
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop

# From here down the number left is worth saying.
_FEW = 5


def handle(heard: Heard, shop: Shop) -> Reply:
    def answer(product: Product) -> tuple[Message, ...]:
        name = product.spoken(shop.locale)
        left = shop.left(product.sku)
        if left is None or left > _FEW:
            return (say("ask_stock.yes", product=name, price=product.price_at(shop.now)),)
        if left <= 0:
            return (say("add_to_cart.sold_out", product=name),)
        return (say("ask_stock.few", product=name, count=left),)

    return about_product(heard, shop, intent=INTENT.name, answer=answer)


INTENT = Intent(
    name="AskStock",
    handle=handle,
    slots={"product": "product", "position": "position", "trait": "trait"},
)

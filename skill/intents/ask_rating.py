"""What buyers think of something: its stars and how many rated it. Only what the catalogue states."""

from __future__ import annotations

from skill.commerce.product import Product
from skill.dialogue.asking import about_product
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, Tenths, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    def answer(product: Product) -> tuple[Message, ...]:
        name = product.spoken(shop.locale)
        if not product.rating:
            return (say("ask_rating.unknown", product=name),)
        return (say("ask_rating.stars", product=name, stars=Tenths(product.rating), count=product.reviews),)

    return about_product(heard, shop, intent=INTENT.name, answer=answer)


INTENT = Intent(
    name="AskRating",
    handle=handle,
    slots={"product": "product", "position": "position", "trait": "trait"},
)

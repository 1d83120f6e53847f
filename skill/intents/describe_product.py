"""More about one product, from what the catalogue says and nothing else."""

from __future__ import annotations

from skill.commerce.product import Product
from skill.dialogue.asking import about_product
from skill.dialogue.brief import brief
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    def answer(product: Product) -> tuple[Message, ...]:
        name, price = product.spoken(shop.locale), product.price_at(shop.now)
        choices = _choices(product, shop) if shop.facts.options else ()
        if choices and not product.description:
            return (say("describe_product.name_and_price", product=name, price=price), *choices)
        # What the merchant wrote is in one language, and nobody wants to hear another.
        if not product.description or shop.locale[:2] != shop.facts.locale[:2]:
            return (say("describe_product.no_description", product=name, price=price),)
        return (
            say("describe_product.name_and_price", product=name, price=price),
            say("describe_product.text", text=brief(product.description)),
            *choices,
        )

    return about_product(heard, shop, intent=INTENT.name, answer=answer)


def _choices(product: Product, shop: Shop) -> tuple[Message, ...]:
    # Only now: most shops sell things as they are.
    from skill.dialogue.configuring import choices

    return choices(product, shop)


INTENT = Intent(
    name="DescribeProduct",
    handle=handle,
    slots={"product": "product", "position": "position", "trait": "trait"},
)

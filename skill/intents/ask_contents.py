"""What is in something, and whether it contains a thing one may not eat. Only what the catalogue states;
anything else is said to be unknown, never guessed."""

from __future__ import annotations

from skill.catalogue.analyser import tokens
from skill.commerce.product import Product
from skill.dialogue.asking import about_product
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    asked = heard.text("allergen")

    def answer(product: Product) -> tuple[Message, ...]:
        name = product.spoken(shop.locale)
        if product.contains is None:
            return (say("ask_contents.unknown", product=name),)
        if not asked:
            if not product.contains:
                return (say("ask_contents.none_listed", product=name),)
            return (say("ask_contents.contains", product=name, items=Join(product.contains)),)
        listed = {word for entry in product.contains for word in tokens(entry, language=shop.locale[:2])}
        wanted = set(tokens(asked, language=shop.locale[:2]))
        if wanted & listed:
            return (say("ask_contents.yes", product=name, asked=asked),)
        return (say("ask_contents.not_listed", product=name, asked=asked),)

    return about_product(heard, shop, intent=INTENT.name, answer=answer)


INTENT = Intent(
    name="AskContents",
    handle=handle,
    slots={"product": "product", "position": "position", "allergen": "allergen"},
)

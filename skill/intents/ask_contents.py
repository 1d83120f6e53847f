"""What is in something, whether it contains a thing one may not eat, whether it fits a diet. Only what the
catalogue states; anything else is said to be unknown, never guessed."""

from __future__ import annotations

from skill.catalogue.analyser import tokens
from skill.commerce.product import Product
from skill.dialogue.asking import about_product
from skill.dialogue.choosing import COMPARATIVE
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, Term, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    asked, id, diet = heard.text("allergen"), heard.id("allergen"), heard.id("trait")

    def answer(product: Product) -> tuple[Message, ...]:
        name = product.spoken(shop.locale)
        if diet and diet not in COMPARATIVE:
            key = "ask_contents.fits" if diet in product.diet else "ask_contents.not_said_to_fit"
            return (say(key, product=name, diet=Term("trait", diet)),)
        if product.contains is None:
            return (say("ask_contents.unknown", product=name),)
        if not asked:
            if not product.contains:
                return (say("ask_contents.none_listed", product=name),)
            return (
                say(
                    "ask_contents.contains",
                    product=name,
                    items=Join(tuple(Term("allergen", entry) for entry in product.contains)),
                ),
            )
        listed = {word for entry in product.contains for word in tokens(entry, language=shop.locale[:2])}
        wanted = set(tokens(asked, language=shop.locale[:2]))
        if id in product.contains or wanted & listed:
            return (say("ask_contents.yes", product=name, asked=asked),)
        return (say("ask_contents.not_listed", product=name, asked=asked),)

    return about_product(heard, shop, intent=INTENT.name, answer=answer)


INTENT = Intent(
    name="AskContents",
    handle=handle,
    slots={"product": "product", "position": "position", "allergen": "allergen", "trait": "trait"},
)

"""What may be chosen about a product, and what it costs more."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.analyser import tokens
from skill.catalogue.results import Found
from skill.commerce.money import Money
from skill.commerce.options import Group, base_of
from skill.commerce.product import Product
from skill.dialogue import reference
from skill.dialogue.breath import sold
from skill.dialogue.configuring import choices, groups_for, listed
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.options import only_options
from skill.dialogue.reply import Message, Reply, say
from skill.dialogue.turn import Slot
from skill.intents import find_product
from skill.shop import Shop

NAME = "AskOptions"


def handle(heard: Heard, shop: Shop) -> Reply:
    text = heard.text("option")
    if text and not shop.facts.options:
        # "Which milk can I have", where nothing is made to order: whichever there is.
        return find_product.handle(replace(heard, slots={"query": Slot(text)}), shop)
    product = _product(heard, shop)
    if product is None:
        return Reply(say=(say("choose_options.nothing"),), miss=True)
    name, groups = product.spoken(shop.locale), groups_for(product, shop)
    if not groups:
        return Reply(say=(say("ask_options.none", product=name),))
    if not text:
        return Reply(say=choices(product, shop))
    if marks := only_options(text, groups, shop):
        costs = (way for mark in marks if (way := mark.of(groups)))
        return Reply(say=tuple(_cost(group, id, shop) for group, id in costs))
    if group := _named(text, groups, shop):
        return Reply(say=(listed(group, shop),))
    if sold(text, shop):
        return find_product.handle(replace(heard, slots={"query": Slot(text)}), shop)
    return Reply(say=(say("ask_options.not_there", product=name, words=text),))


def _cost(group: Group, id: str, shop: Shop) -> Message:
    option = group.option(id)
    if option is None:
        return listed(group, shop)
    name = option.name(shop.locale)
    if not option.surcharge:
        return say("ask_options.free", option=name)
    return say("ask_options.costs", option=name, price=Money(option.surcharge, shop.currency))


def _named(text: str, groups: tuple[Group, ...], shop: Shop) -> Group | None:
    """The group that is called so: "what milk can I have"."""
    language = shop.locale[:2]
    said = set(tokens(text, language=language))
    names = ((set(tokens(group.name(shop.locale), language=language)), group) for group in groups)
    return next((group for name, group in names if name and name <= said), None)


def _product(heard: Heard, shop: Shop) -> Product | None:
    """What is asked about: what is named, what an open question is about, or what was spoken of last."""
    open_ = heard.conversation.question
    asked = open_.frozen.get("sku") if open_ else None
    sku = str(asked) if asked and not heard.text("product") else None
    if sku is None:
        result = reference.product(heard, shop).result
        sku = result.product.sku if isinstance(result, Found) else None
    return shop.product(base_of(sku)) if sku else None


INTENT = Intent(name=NAME, handle=handle, slots={"product": "product", "option": "query"}, aside=True)

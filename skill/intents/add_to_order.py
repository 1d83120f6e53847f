"""Put more into an order that was placed: "add a carton of milk to my last order"."""

from __future__ import annotations

import json
from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Several
from skill.commerce.amending import had
from skill.commerce.order import Order
from skill.commerce.product import Product
from skill.commerce.quantity import Amount, pieces
from skill.dialogue import breath, reference
from skill.dialogue.adding import narrow, settled_options, with_options
from skill.dialogue.conversation import BETWEEN, Focus, Question, counts_in
from skill.dialogue.history import mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import which
from skill.dialogue.reply import Message, Reply, say
from skill.intents import amend_order
from skill.intents.add_to_cart import parted, said_amount
from skill.shop import Shop

NAME = amend_order.ADD


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("cancel_order.kept"),))
    order = amend_order.meant(heard, shop)
    return order if isinstance(order, Reply) else put_in(order, heard, shop)


def put_in(order: Order, heard: Heard, shop: Shop) -> Reply:
    """Propose the order with what was named, several things at once too; the first unclear one is asked
    about, the others waiting behind it."""
    if against := amend_order.too_late(order, _in_short(heard, shop), shop):
        return against
    frozen = heard.question.frozen if heard.question else {}
    counts = counts_in(frozen, "added")
    waiting = [wish for wish in str(frozen.get("rest", "")).split(BETWEEN) if wish]
    if heard.chosen or not heard.text("product"):
        mention = reference.product(heard, shop)
        if not isinstance(mention.result, Found):
            return _what(order)
        _add(counts, order, mention.result.product, said_amount(heard, mention, shop))
    else:
        whole = reference.whole_phrase(heard)
        waiting = [*(parted(whole, shop) or breath.wishes(whole, shop)), *waiting]
    return _collected(order, counts, waiting, shop)


def _collected(order: Order, counts: dict[str, int], wishes: list[str], shop: Shop) -> Reply:
    missing: list[Message] = []
    for at, wish in enumerate(wishes):
        if shop.facts.options and (ready := with_options(wish, shop)):
            if isinstance(ready, Reply):
                return _asked(ready, order, counts, wishes[at + 1 :], missing)
            _add(counts, order, ready[0], Amount(ready[1].count * 1000))
            continue
        asked = reference.query(wish, shop)
        result = shop.catalogue.find(asked)
        if isinstance(result, Several):
            result = mine(narrow(result, asked.amount, shop), shop)
        if isinstance(result, Nothing) or not result.whole:
            missing.append(say("find_product.nothing", words=asked.text or wish))
        elif isinstance(result, Found) and isinstance(
            made := settled_options(result.product, asked.amount, shop), Reply
        ):
            return _asked(made, order, counts, wishes[at + 1 :], missing)
        elif isinstance(result, Found):
            _add(counts, order, result.product, asked.amount)
        else:
            rest = {"rest": BETWEEN.join(wishes[at + 1 :])} if wishes[at + 1 :] else {}
            frozen = {"order": order.id, "added": json.dumps(counts), **rest}
            slots = reference.kept(asked.amount)
            reply = which(result, words=asked.text, intent=NAME, slots=slots, shop=shop, frozen=frozen)
            return replace(reply, say=(*missing, *reply.say))
    if not counts:
        return replace(_what(order), say=tuple(missing), miss=bool(missing))
    return amend_order.propose(order, counts, shop, lead=tuple(missing))


def go_on(product: Product, count: int, question: Question, shop: Shop) -> Reply:
    """A product whose options were asked for goes with the rest of what was named."""
    order = shop.store.order(shop.shopper, id=str(question.frozen["order"]))
    if order is None:
        return Reply(say=(say("order_status.not_found"),), miss=True)
    counts = counts_in(question.frozen, "added")
    _add(counts, order, product, Amount(count * 1000))
    waiting = [wish for wish in str(question.frozen.get("rest", "")).split(BETWEEN) if wish]
    return _collected(order, counts, waiting, shop)


def _asked(
    reply: Reply, order: Order, counts: dict[str, int], rest: list[str], missing: list[Message]
) -> Reply:
    """The question about options, the order and what was named besides behind it."""
    later = {"rest": BETWEEN.join(rest)} if rest else {}
    frozen = {
        **(reply.ask.frozen if reply.ask else {}),
        "order": order.id,
        "added": json.dumps(counts),
        **later,
    }
    ask = reply.ask and replace(reply.ask, frozen=frozen)
    return replace(reply, say=(*missing, *reply.say), ask=ask)


def _add(counts: dict[str, int], order: Order, product: Product, amount: Amount | None) -> None:
    there = counts.get(product.sku, had(order, product.sku))
    counts[product.sku] = there + pieces(amount, product).count


def _what(order: Order) -> Reply:
    return Reply(
        prompt=say("add_to_cart.what"),
        ask=Question(intent=NAME, awaiting="product", frozen={"order": order.id}),
        focus=Focus(order=order.id),
    )


def _in_short(heard: Heard, shop: Shop) -> str:
    """What is wanted, as the shop reads it."""
    words = reference.whole_phrase(heard)
    if heard.chosen and (product := shop.product(heard.chosen)):
        words = product.spoken(shop.locale)
    return f"+ {words}" if words else ""


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={
        "product": "product",
        "quantity": "number",
        "amount": "amount",
        "number": "digits",
        "day": "day",
    },
)

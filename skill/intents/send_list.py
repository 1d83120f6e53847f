"""The list in writing: a card in the companion app, which is the only place we can write to."""

from __future__ import annotations

from collections.abc import Iterable

from skill.commerce.cart import Line
from skill.commerce.money import total
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Card, Message, Reply, say
from skill.shop import Shop

_ON_CARD = 30


def handle(heard: Heard, shop: Shop) -> Reply:
    cart, saved = shop.cart.lines, shop.cart.saved
    if not cart and not saved:
        return Reply(say=(say("send_list.nothing"),))
    text: list[Message] = []
    if cart:
        text += (
            *_written(cart),
            say("send_list.total", amount=total((line.cost for line in cart), currency=shop.currency)),
        )
    if saved:
        text += (say("send_list.saved"), *_written(saved))
    title = say("send_list.title" if cart else "send_list.saved", shop=shop.facts.called(shop.locale))
    return Reply(say=(say("send_list.sent"),), card=Card("simple", title, tuple(text)))


def _written(lines: Iterable[Line]) -> tuple[Message, ...]:
    return tuple(
        say("checkout.card_line", count=line.quantity, product=line.spoken, price=line.cost)
        for line in tuple(lines)[:_ON_CARD]
    )


INTENT = Intent(name="SendList", handle=handle, aside=True)

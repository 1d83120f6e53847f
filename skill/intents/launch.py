"""The door opens: who comes back hears what waits in the cart or is on its way, one thing, briefly."""

from __future__ import annotations

from skill.commerce.order import UNDERWAY
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    name = shop.facts.name
    greeting = _by_name(heard, shop)
    if shop.cart.lines:
        newest = shop.cart.lines[-1]
        return Reply(
            say=(
                *greeting,
                say("launch.cart_waiting", shop=name, count=shop.cart.pieces, product=newest.spoken),
            ),
            prompt=say("launch.check_out_or_add"),
            ask=Question(intent="AnythingElse", awaiting="choice"),
            focus=Focus(sku=newest.sku),
        )
    orders = shop.store.orders(shop.shopper, limit=3)
    underway = next((order for order in orders if order.status in UNDERWAY), None)
    if underway:
        key = "launch.order_expected" if underway.expected else "launch.order_underway"
        today = shop.facts.local(shop.now).date()
        if underway.expected and underway.expected < today:
            key = "launch.order_underway"
        return Reply(
            say=(
                *greeting,
                say(key, shop=name, day=underway.expected or today),
            ),
            prompt=say("launch.what_today"),
            focus=Focus(order=underway.id),
        )
    if orders:
        return Reply(
            say=(
                *greeting,
                say("launch.back_again", shop=name),
            ),
            prompt=say("launch.what_today"),
        )
    examples = tuple(product.short(shop.locale) for product in shop.catalogue.popular(limit=1))
    return Reply(
        say=(
            *greeting,
            say("launch.first_time", shop=name),
        ),
        prompt=say("launch.try_saying", example=Join(examples)),
    )


def _by_name(heard: Heard, shop: Shop) -> tuple[Message, ...]:
    """A greeting for a member of the household whose voice was recognised."""
    member = shop.about.members.get(heard.turn.person or "")
    return (say("launch.hello", name=member),) if member else ()


INTENT = Intent(name="Launch", handle=handle)

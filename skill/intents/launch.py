"""The door opens: who comes back hears what waits in the cart or is on its way, one thing, briefly."""

from __future__ import annotations

from contextlib import suppress

from skill.commerce.household import News, news, told
from skill.commerce.order import UNDERWAY
from skill.dialogue.alerts import with_news
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.history import past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, say
from skill.errors import CartChanged
from skill.intents.checkout import briefly
from skill.shop import Shop, change_cart

# Beyond so many lines it is not said who added which.
_NAMED = 3
# Sentences after which there is no room for an alert.
_BREATH = 2


def handle(heard: Heard, shop: Shop) -> Reply:
    reply = _opened(shop)
    # What others of the household did is news enough for one breath.
    return reply if len(reply.say) > _BREATH else with_news(reply, shop)


def _opened(shop: Shop) -> Reply:
    name = shop.facts.called(shop.locale)
    greeting = _by_name(shop)
    if shop.cart.lines:
        newest = shop.cart.lines[-1]
        fresh = _news(shop)
        key = "launch.cart_with_news" if fresh else "launch.cart_waiting"
        return Reply(
            say=(
                *greeting,
                *fresh,
                say(key, shop=name, count=shop.cart.pieces, product=newest.spoken),
            ),
            prompt=say("launch.check_out_or_add"),
            ask=Question(intent="AnythingElse", awaiting="choice"),
            focus=Focus(sku=newest.sku),
        )
    orders = past(shop, limit=3)
    underway = next((order for order in orders if order.status in UNDERWAY), None)
    if underway and underway.status == "pending":
        key = "launch.order_unpaid" if underway.payment.refused else "launch.order_checked"
        return Reply(
            say=(*greeting, say(key, shop=name)),
            prompt=say("launch.what_today"),
            focus=Focus(order=underway.id),
        )
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


def _by_name(shop: Shop) -> tuple[Message, ...]:
    """A greeting for a member of the household whose voice was recognised."""
    member = shop.about.members.get(shop.speaker or "")
    return (say("launch.hello", name=member.name),) if member and member.name else ()


def _news(shop: Shop) -> tuple[Message, ...]:
    """What others put in since this person was told last, and from now on is known to them."""
    person = shop.speaker
    fresh = news(shop.cart, person=person) if person else ()
    if person is None or not fresh:
        return ()
    with suppress(CartChanged):
        # Told twice is better than not at all.
        change_cart(shop, lambda cart: told(cart, person=person))
    lines = [line for added in fresh for line in added.lines]
    if len(fresh) > 1 and len(lines) > _NAMED:
        return (say("launch.household_added", items=briefly(lines)),)
    return tuple(_added(added, shop) for added in fresh)


def _added(added: News, shop: Shop) -> Message:
    member = shop.about.members.get(added.by)
    if member is None or not member.name:
        return say("launch.household_added", items=briefly(added.lines))
    return say("launch.added", name=member.name, items=briefly(added.lines))


INTENT = Intent(name="Launch", handle=handle)

"""The door opens: who comes back hears what waits in the cart or is on its way, one thing, briefly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from skill.commerce.greeting import Greeting, choose
from skill.commerce.household import News, news, told
from skill.dialogue import greeted
from skill.dialogue.alerts import with_news
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.greeted import Waiting, waiting
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Card, Join, Message, Reply, Spell, say
from skill.errors import CartChanged
from skill.intents.checkout import briefly
from skill.shop import Shop, change_cart

# Beyond so many lines it is not said who added which.
_NAMED = 3


def handle(heard: Heard, shop: Shop) -> Reply:
    known = waiting(shop, opened=not heard.conversation.turns)
    before = shop.about.personal.greeted
    repeated = before.request == shop.request_id and any(one.same(before) for one in known.there)
    chosen = before if repeated else choose(known.there, last=before)
    fresh = _news(shop) if chosen.kind == "cart" else ()
    reply = _SAID[chosen.kind](replace(chosen, again=True) if _brief(known) else chosen, known, shop)
    if fresh:
        # What others of the household did is news enough for one breath.
        now = say("launch.cart_with_news", shop=shop.facts.called(shop.locale), count=shop.cart.pieces)
        reply, known = replace(reply, say=(*fresh, now)), replace(known, alert=None)
    reply = replace(reply, say=(*_by_name(shop), *reply.say))
    if chosen.kind != "new" or shop.about.version:
        # Who only looked in leaves nothing behind. Told twice is better than not at all.
        with suppress(CartChanged):
            greeted.keep(chosen, known, shop)
    return with_news(reply, known.alert, shop) if known.alert else reply


def _brief(known: Waiting) -> bool:
    """The cart is named in few words where what the shopper waited for has come, too."""
    return known.alert is not None and bool(known.alert.sku)


def _cart(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    newest = shop.cart.lines[-1]
    key = "launch.cart_still" if chosen.again else "launch.cart_waiting"
    name = shop.facts.called(shop.locale)
    return Reply(
        say=(say(key, shop=name, count=shop.cart.pieces, product=newest.spoken),),
        prompt=say("launch.check_out_or_add"),
        ask=Question(intent="AnythingElse", awaiting="choice"),
        focus=Focus(sku=newest.sku),
    )


def _hello(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    """Welcome back, in the merchant's own words where there are some."""
    own = shop.facts.greetings.to_returning(shop.locale)
    said = _named("launch.back_again", own, shop)
    if chosen.again:
        said = (say("launch.back_once_more", shop=shop.facts.called(shop.locale)),)
    return _open(*said)


def _new(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    examples = tuple(product.short(shop.locale) for product in shop.catalogue.popular(limit=1))
    own = shop.facts.greetings.to_new(shop.locale)
    said = (
        _named("launch.welcome", own, shop)
        if own
        else (say("launch.first_time", shop=shop.facts.called(shop.locale)),)
    )
    return Reply(say=said, prompt=say("launch.try_saying", example=Join(examples)))


def _payment(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    assert known.order is not None
    key = "launch.order_unpaid" if known.order.payment.refused else "launch.order_checked"
    return _open(say(key, shop=shop.facts.called(shop.locale)), focus=Focus(order=known.order.id))


def _underway(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    order, today = known.order, shop.facts.local(shop.now).date()
    assert order is not None
    name = shop.facts.called(shop.locale)
    if order.expected and order.expected >= today:
        said = say("launch.order_expected", shop=name, day=order.expected)
    else:
        said = say("launch.order_underway", shop=name)
    return _open(said, focus=Focus(order=order.id))


def _alert(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    return _open(say("launch.back_again", shop=shop.facts.called(shop.locale)))


def _answer(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    """What the shop answered; nothing but a hello when the case is gone meanwhile."""
    # Only now: it is seldom that a shop has answered.
    from skill.intents.case_status import what_became

    case = next((case for case in shop.store.cases(shop.shopper) if case.id == chosen.topic), None)
    if case is None:
        return _hello(chosen, known, shop)
    name = shop.facts.called(shop.locale)
    return _open(say("launch.back_again", shop=name), *what_became(case, shop))


def _rating(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    order = known.rated
    assert order is not None
    name = shop.facts.called(shop.locale)
    return Reply(
        say=(say("launch.arrived", shop=name),),
        prompt=say("rate_order.how_was_it"),
        # Asked once: it does not come back after anything else that is said.
        ask=Question(intent="RateOrder", awaiting="stars", frozen={"order": order.id, "once": 1}),
        focus=Focus(order=order.id),
    )


def _friend(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    return _given(shop.facts.afterwards.friend, "launch.friend", shop)


def _reward(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    return _given(chosen.topic, "launch.reward", shop)


def _given(code: str, key: str, shop: Shop) -> Reply:
    """A coupon's code, spelled and on a card."""
    coupon = shop.facts.coupon(code)
    gives = coupon.name(shop.locale) if coupon else ""
    key = key if gives else f"{key}_code"
    said = say(key, shop=shop.facts.called(shop.locale), code=Spell(code), gives=gives)
    return replace(
        _open(said), card=Card("simple", say("launch.reward_card"), (say("launch.code", code=code),))
    )


def _offer(chosen: Greeting, known: Waiting, shop: Shop) -> Reply:
    product = known.offer
    assert product is not None
    said = say(
        "launch.offer",
        shop=shop.facts.called(shop.locale),
        product=product.spoken(shop.locale),
        price=product.price_at(shop.now),
        usual=product.price,
    )
    return Reply(
        say=(said,),
        prompt=say("find_product.add_it"),
        ask=Question(intent="AddToCart", awaiting="product", options=(product.sku,)),
        focus=Focus(sku=product.sku),
    )


_SAID: Mapping[str, Callable[[Greeting, Waiting, Shop], Reply]] = {
    "cart": _cart,
    "alert": _alert,
    "answer": _answer,
    "payment": _payment,
    "underway": _underway,
    "rating": _rating,
    "reward": _reward,
    "friend": _friend,
    "offer": _offer,
    "back": _hello,
    "new": _new,
}


def _open(*said: Message, focus: Focus | None = None) -> Reply:
    return Reply(say=said, prompt=say("launch.what_today"), focus=focus)


def _named(key: str, own: str, shop: Shop) -> tuple[Message, ...]:
    """The merchant's own words; where they do not name the shop, which has to be named, after its name."""
    name = shop.facts.called(shop.locale)
    text = (say("launch.own", text=own),) if own else ()
    return text if name.casefold() in own.casefold() else (say(key, shop=name), *text)


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

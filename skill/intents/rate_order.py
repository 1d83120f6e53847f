"""One to five stars for the last order that arrived, and a word on why; a second rating of it takes the first
one's place. A bad one is a case: somebody at the shop gets back."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.afterwards import MAX_ASKED, Asked
from skill.commerce.household import is_child
from skill.commerce.merchant import Case, Shopper
from skill.dialogue.brief import brief
from skill.dialogue.cases import WHOLE_ORDER, gets_back, reference_of
from skill.dialogue.conversation import Focus, Question, number_in
from skill.dialogue.history import past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Card, Message, Reply, Spell, say
from skill.operations.tally import counted
from skill.shop import Shop, change_shopper

NAME = "RateOrder"
_MOST = 5
# Up to this somebody at the shop has to look at it.
_LOW = 2
_HISTORY = 10
# Of what is said about it so much is kept.
_LETTERS = 200


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    rated = _asked_about(heard, shop) or _arrived(heard, shop)
    if rated is None:
        return Reply(say=(say("rate_order.nothing_yet"),))
    kept = heard.question.frozen if heard.question else {}
    stars = number_in(kept, "stars") or heard.number("stars")
    focus = Focus(order=rated.order)
    if stars is None or not 1 <= stars <= _MOST:
        key = "rate_order.how_many" if stars is None else "rate_order.one_to_five"
        return Reply(
            prompt=say(key, number=Spell(rated.number)),
            ask=Question(intent=NAME, awaiting="stars", frozen={"order": rated.order, "once": 1}),
            focus=focus,
        )
    word = brief(heard.text("remark"), letters=_LETTERS, words=None)
    bad = stars <= _LOW
    reference = reference_of(f"rating-{rated.order}") if bad else rated.number
    shop.store.put_case(
        Case(
            id=f"rating-{rated.order}",
            reference=reference,
            about=word or (WHOLE_ORDER if bad else rated.number),
            opened_at=shop.now,
            kind="rating",
            order=rated.number,
            stars=stars,
            # Somebody has to look at it.
            also="problem" if bad else "",
        ),
        shopper=shop.shopper,
    )
    if not number_in(kept, "stars"):
        # What is said about the stars afterwards is no other rating.
        counted("ratings")
        counted("stars", stars)
    # Whoever is asked why yet gets it after that.
    reward = _remember(rated, shop, thank=not bad or bool(word))
    code = (say("launch.code", code=shop.facts.afterwards.reward),)
    card = Card("simple", say("launch.reward_card"), code) if reward else None
    thanks = say("rate_order.noted", count=stars, number=Spell(rated.number))
    if number_in(kept, "stars"):
        thanks = say("rate_order.passed_on")
    if not bad:
        return Reply(say=(thanks, *reward), focus=focus, card=card)
    if word:
        looked_at = say("rate_order.case", reference=Spell(reference))
        return Reply(say=(thanks, looked_at, *(reward or gets_back(shop))), focus=focus, card=card)
    return Reply(
        say=(thanks, say("rate_order.sorry")),
        prompt=say("rate_order.what_was_it"),
        ask=Question(
            intent=NAME, awaiting="remark", frozen={"order": rated.order, "stars": stars, "once": 1}
        ),
        focus=focus,
    )


def _asked_about(heard: Heard, shop: Shop) -> Asked | None:
    """The order of the question this answers, if we did ask about it: then nothing has to be read."""
    order = heard.question.frozen.get("order") if heard.question else None
    return next((one for one in shop.about.personal.asked if one.order == order), None)


def _arrived(heard: Heard, shop: Shop) -> Asked | None:
    """The order spoken of last when it has arrived, else the newest that has."""
    orders = [o for o in past(shop, limit=_HISTORY) if o.status == "delivered"]
    meant = heard.question.frozen.get("order") if heard.question else heard.conversation.focus.order
    spoken_of = next((order for order in orders if order.id == meant), None)
    order = spoken_of or (orders[0] if orders else None)
    return Asked(order.id, order.number) if order else None


def _remember(rated: Asked, shop: Shop, *, thank: bool) -> tuple[Message, ...]:
    """That it was rated, so that nobody asks; and, to `thank`, the code in return, once, which a child is not
    given."""
    wants = shop.facts.afterwards
    given = next((one for one in shop.about.personal.rewarded if one.startswith("rating")), None)
    this = f"rating {shop.request_id}"
    reward = given in (None, this) and bool(wants.reward) and not wants.reward_orders
    reward = reward and thank and not is_child(shop.about, shop.speaker)

    def after(about: Shopper) -> Shopper:
        asked, rewarded = about.personal.asked, about.personal.rewarded
        if rated not in asked:
            asked = (*asked, rated)[-MAX_ASKED:]
        if reward and this not in rewarded:
            rewarded = (*rewarded, this)
        return replace(about, personal=replace(about.personal, asked=asked, rewarded=rewarded))

    change_shopper(shop, after, step="rated")
    coupon = shop.facts.coupon(wants.reward)
    if not reward or coupon is None:
        return ()
    gives, code = coupon.name(shop.locale), Spell(coupon.code)
    return (
        (
            say("rate_order.reward", code=code, gives=gives)
            if gives
            else say("rate_order.reward_code", code=code)
        ),
    )


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"stars": "number", "remark": "remark"},
    elicits=("stars", "remark"),
)

"""Notices outside of the conversation, as they are agreed to: one explicit yes for each kind."""

from __future__ import annotations

from dataclasses import replace

from skill.commerce.contact import mailbox
from skill.commerce.merchant import Shopper
from skill.commerce.notices import BY_KIND, Notifying, Quiet, agreed
from skill.dialogue.conversation import Question
from skill.dialogue.reply import Message, Reply, say
from skill.dialogue.turn import Slot
from skill.shop import Shop, change_shopper

TURN_ON = "TurnOnNotices"


def ways(shop: Shop, kind: str) -> tuple[str, ...]:
    """By which channels this shopper could hear of a kind; none where the shop does not tell of it, or where
    it is not known how to reach them."""
    terms, contact = shop.facts.notices, shop.about.contact
    if terms is None or kind not in terms.kinds:
        return ()
    known = contact is not None and bool(mailbox(contact.email))
    return tuple(way for way in shop.outside.channels if way in BY_KIND[kind] and (way != "mail" or known))


def kinds(shop: Shop) -> tuple[str, ...]:
    """What this shopper could hear of."""
    return tuple(kind for kind in BY_KIND if ways(shop, kind))


def how(channels: tuple[str, ...]) -> Message:
    """The channels, as they are named in a question."""
    return say(f"turn_on_notices.by_{channels[0] if len(channels) == 1 else 'both'}")


def offer(kind: str, shop: Shop) -> tuple[Message, Question] | None:
    """The question whether they want to hear of a kind outside of the shop; None where nobody can be told,
    they do, or they once said no to everything."""
    found, wishes = ways(shop, kind), shop.about.notices
    if not found or wishes.channels(kind) or wishes.stopped is not None:
        return None
    return asking(kind, found)


def asking(kind: str, channels: tuple[str, ...]) -> tuple[Message, Question]:
    """The question itself."""
    question = Question(intent=TURN_ON, awaiting="confirmed", slots={"notice": Slot(text=kind, ids=(kind,))})
    return say(f"turn_on_notices.offer_{kind}", how=how(channels)), question


def with_offer(reply: Reply, kind: str, shop: Shop) -> Reply:
    """A reply that asks nothing, with that question."""
    found = offer(kind, shop)
    return replace(reply, prompt=found[0], ask=found[1]) if found else reply


def agree(kind: str, shop: Shop) -> Shopper:
    """Keep a yes to a kind, by all channels there are, with how and in which language to reach them."""
    channels = ways(shop, kind)
    reach = shop.outside.reach()

    def said(about: Shopper) -> Shopper:
        wishes = agreed(about.notices, kind, channels, now=shop.now)
        wishes = replace(wishes, locale=shop.locale, zone=reach.zone or wishes.zone, stopped=None)
        if "alexa" in channels:
            wishes = replace(wishes, reach=reach.id, endpoint=reach.endpoint)
        return replace(about, notices=wishes)

    kept = change_shopper(shop, said)
    stir(kind, shop)
    return kept


def stir(kind: str, shop: Shop) -> bool:
    """Have the next round look at what they wait for now, where they agreed to hear of it; whether they
    did. An order's news come by themselves."""
    if kind in ("order", "pickup", "again"):
        return True
    heard = shop.facts.notices is not None and kind in shop.facts.notices.kinds
    if heard and (shop.about.notices.channels(kind) or ways(shop, kind)):
        shop.store.stir(shop.shopper, at=shop.now)
    return heard


def quiet(shop: Shop) -> Quiet:
    """The hours in which this shopper hears nothing."""
    return shop.about.notices.quiet or (shop.facts.notices or Notifying()).quiet

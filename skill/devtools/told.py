"""What the page shows beside a conversation: what the engine waits for and means, the household, the letters
that left, the clock. By name, for people; ids stand beside the names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from skill.commerce.cart import Cart
from skill.commerce.merchant import Facts, Shopper
from skill.commerce.order import Order
from skill.dialogue.conversation import Conversation
from skill.mail.folder import kept_letters
from skill.operations.turn import TurnRecord
from skill.shop import Catalogue, Stocking

# Of a long list, as many as anybody reads.
_LISTED = 50
# What a name is for: a SKU, or an order's id.
Called = Callable[[str], str]


def conversation_json(
    conversation: Conversation, *, called: Callable[[Iterable[str]], Mapping[str, str]]
) -> dict[str, Any]:
    """ "waiting", "focus" and "listing" of a conversation; None where there is none. `called` names SKUs and
    orders."""
    question, focus, listing = conversation.question, conversation.focus, conversation.listing
    listed = dict.fromkeys((*listing.said, *listing.skus[:_LISTED]))
    options = question.options if question else ()
    names = called([one for one in (*options, *listed, focus.sku, focus.order) if one])

    def by_name(id: str) -> dict[str, str]:
        return {"id": id, "name": names.get(id, id)}

    waiting = question and {
        "intent": question.intent,
        "awaiting": question.awaiting,
        "options": [by_name(one) for one in options],
        "slots": {name: slot.text for name, slot in question.slots.items()},
    }
    meant = {
        "product": by_name(focus.sku) if focus.sku else None,
        "order": by_name(focus.order) if focus.order else None,
        "quantity": focus.quantity,
    }
    read = listing.skus and {
        "kind": listing.kind,
        "words": listing.words,
        "wish": dict(listing.wish),
        "count": len(listing.skus),
        "items": [{**by_name(sku), "said": sku in listing.said} for sku in listing.skus[:_LISTED]],
    }
    return {
        "waiting": waiting,
        "focus": meant if focus.sku or focus.order else None,
        "listing": read or None,
    }


def names_of(
    ids: Iterable[str], *, catalogue: Catalogue, store: Stocking, shopper: str, locale: str
) -> dict[str, str]:
    """What products go by in this locale, and orders by their number; what is neither is left out."""
    asked = tuple(dict.fromkeys(ids))
    names = {sku: product.name(locale) for sku, product in catalogue.get(asked).items()}
    for id in asked:
        if id not in names and (order := store.order(shopper, id=id)):
            names[id] = order.number
    return names


def cart_json(cart: Cart | None) -> list[dict[str, Any]]:
    """Each line as the shopper was told it, in minor units."""
    return [
        {
            "sku": line.sku,
            "name": line.name,
            "quantity": line.quantity,
            "cost": line.cost.minor,
            "currency": line.cost.currency,
            "by": line.by,
        }
        for line in (cart.lines if cart else ())
    ]


def members_json(about: Shopper, *, person_of: Callable[[str, str], str | None]) -> list[dict[str, Any]]:
    """The household's voices. `person_of` gives the person id of a key and a name, where it is known."""
    return [
        {"person": person_of(key, member.name), "key": key, "name": member.name, "child": member.child}
        for key, member in about.members.items()
    ]


def messages_json(folder: Path | None, *, about: Shopper, orders: Iterable[Order]) -> list[dict[str, Any]]:
    """The letters that left for this shopper, newest first, where they are kept on this machine."""
    contacts = (about.contact, *(order.contact for order in orders))
    addresses = {contact.email for contact in contacts if contact and contact.email}
    return [
        {
            "id": letter.id,
            "at": letter.at.isoformat() if letter.at else None,
            "channel": "mail",
            "to": letter.to,
            "subject": letter.subject,
            "text": letter.text,
        }
        for letter in (kept_letters(folder, to=addresses) if folder else ())
    ]


def clock_json(now: datetime, *, facts: Facts, ahead: timedelta | None) -> dict[str, Any]:
    """The shop's time, and by how many seconds it is ahead; None where the clock cannot be set."""
    return {
        "now": facts.local(now).isoformat(timespec="seconds"),
        "ahead": None if ahead is None else int(ahead.total_seconds()),
    }


def turn_json(record: TurnRecord | None, *, estimated: bool) -> dict[str, Any] | None:
    """What a turn cost. Units are null where the store counts none, and no turn's own where they are
    estimated."""
    if record is None:
        return None
    counted = estimated or bool(record.read_units or record.write_units)
    return {
        "milliseconds": record.milliseconds,
        "outcome": record.outcome,
        "read_units": record.read_units if counted else None,
        "write_units": record.write_units if counted else None,
        "round_trips": record.round_trips,
        "estimated": estimated,
        "cold": record.cold,
    }

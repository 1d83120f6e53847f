"""Whom an order goes to, at the till: asked for when it is needed, kept, and said before the yes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from skill.commerce.contact import Contact
from skill.commerce.merchant import Branch, Shopper
from skill.commerce.order import Order
from skill.dialogue.reply import Card, Message, Reply, say
from skill.shop import Shop, change_shopper

# Why there is no address, and what to do about it.
_OBSTACLES = {
    "consent": say("checkout.address_consent"),
    "unset": say("checkout.address_unset"),
    "away": say("checkout.address_away"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """The shop, knowing whom it serves; or why the order cannot go anywhere. `said` and `card`: what the
    shopper might allow, told once."""

    shop: Shop
    refused: Reply | None = None
    said: tuple[Message, ...] = ()
    card: Card | None = None


def till(shop: Shop, *, store: Branch | None, lead: tuple[Message, ...] = ()) -> Till:
    """Find out who the shopper is, and keep it with them. An order that is brought needs an address, unless
    the merchant knows the account it is for. `store`: where it is collected."""
    if shop.introduce is None:
        return Till(shop=shop)
    known = shop.about.contact
    told = shop.introduce(known)
    if told.contact != known:
        about = change_shopper(
            shop, lambda about: _with(about, told.contact), about=shop.about, step="-contact"
        )
        shop = replace(shop, about=about)
    if told.obstacle and store is None and not shop.account:
        card = Card("ask_for_permissions") if told.obstacle == "consent" else None
        why = (*lead, _OBSTACLES[told.obstacle])
        return Till(shop=shop, refused=Reply(say=why, card=card, end=True))
    if told.consent and (known is None or known.at is None):
        return Till(shop=shop, said=(say("checkout.mail_consent"),), card=Card("ask_for_permissions"))
    return Till(shop=shop)


def whereto(shop: Shop, *, store: Branch | None) -> tuple[Message, ...]:
    """The street an order is brought to, as it is said; nothing where it is collected, or not known."""
    address = shop.about.contact.address if shop.about.contact else None
    if store or address is None or not address.lines:
        return ()
    return (say("checkout.to_address", street=address.lines[0]),)


def mailed(order: Order, shop: Shop) -> tuple[Message, ...]:
    """That the receipt comes by mail, where it does."""
    known = order.contact is not None and order.contact.email
    return (say("checkout.mailed"),) if shop.mails and known else ()


def _with(about: Shopper, contact: Contact) -> Shopper:
    return replace(about, contact=contact)

"""What shoppers want in writing: by e-mail where their address is known, else as a card in their app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.commerce.contact import mailbox
from skill.commerce.desk import Summary
from skill.commerce.merchant import COPY, Case
from skill.dialogue.cases import reference_of
from skill.dialogue.past import steps
from skill.dialogue.reply import Card, Message, Reply, say
from skill.shop import Shop, change_shopper


def sent(shop: Shop, *, about: str, card: Card, carded: Message, past: Sequence[str] = ()) -> Reply:
    """Send the conversation (`about` "transcript", with its turns) or an answer (its id). Said is that a
    letter comes, that `card` was put into the app (`carded`), or what the shopper has to allow first."""
    email, asked = _email(shop)
    if asked:
        return Reply(say=(say("send_transcript.consent"),), card=Card("ask_for_permissions"))
    if not email:
        return Reply(say=(carded,), card=card)
    shop.store.open_case(
        Case(
            id=shop.request_id,
            reference=reference_of(shop.request_id),
            about=about,
            opened_at=shop.now,
            kind=COPY,
            status="closed",
            summary=Summary(locale=shop.locale, steps=steps(past)),
        ),
        shopper=shop.shopper,
    )
    return Reply(say=(say("send_transcript.mailed"),))


def _email(shop: Shop) -> tuple[str, bool]:
    """The shopper's address (empty: it is not known, or nobody is written to), and whether they have to allow
    that it is asked for."""
    if not shop.mails:
        return "", False
    known = shop.about.contact
    if known and (email := mailbox(known.email)):
        return email, False
    if shop.introduce is None:
        return "", False
    told = shop.introduce(known)
    if told.contact != known:
        change_shopper(shop, lambda about: replace(about, contact=told.contact), step="-contact")
    return mailbox(told.contact.email), told.consent

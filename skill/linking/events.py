"""What a shopper did to their account outside of a conversation, carried out: silently, and once.

Alexa sends an event again until it is acknowledged, for up to an hour, and in no order that could be relied
on. So what is newer than the event stays, and nothing is made where nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from skill.commerce.merchant import Shopper
from skill.commerce.notices import refused
from skill.dialogue.turn import AccountEvent
from skill.errors import CartChanged
from skill.linking.standing import without_code
from skill.shop import Stocking

_TRIES = 4
# What was written so shortly after is of before: clocks differ, and a wish to be forgotten weighs more.
_SLACK = timedelta(seconds=10)


def heed(event: AccountEvent, *, store: Stocking, shopper: str) -> None:
    """Linked anew: the voice code goes, for who can sign in may do without it. Unlinked: the account goes
    too. Unsubscribed: no notification any more. Disabled: everything goes, whether or not Amazon keeps the
    user id for later (`PERSISTED`, as it does where something was bought in the skill). Raises CartChanged
    when the shopper is written to all the while."""
    if event.kind == "disabled":
        store.erase(shopper, until=event.at + _SLACK)
        return
    change = _CHANGES[event.kind]
    _change(store, shopper, lambda about: change(about, event.at), request_id=event.request_id)


def _linked(about: Shopper, at: datetime) -> Shopper:
    return about if about.code_at and about.code_at > at else without_code(about)


def _unlinked(about: Shopper, at: datetime) -> Shopper:
    # An account linked again since is back with its next token.
    return replace(_linked(about, at), account="", linked=about.linked and False, contact=None)


def _unsubscribed(about: Shopper, at: datetime) -> Shopper:
    """No notification any more; letters were agreed to by themselves."""
    said = [consent for consent in about.notices.consents if consent.channel == "alexa"]
    if any(consent.at > at for consent in said):
        return about
    return replace(about, notices=refused(about.notices, now=at, channel="alexa"))


def _subscribed(about: Shopper, _at: datetime) -> Shopper:
    # What they want to hear of is theirs to say: nothing is agreed to by allowing it.
    return about


_CHANGES = {
    "linked": _linked,
    "unlinked": _unlinked,
    "subscribed": _subscribed,
    "unsubscribed": _unsubscribed,
}


def _change(store: Stocking, shopper: str, change: Callable[[Shopper], Shopper], *, request_id: str) -> None:
    for _ in range(_TRIES):
        about = store.visit(shopper).shopper
        changed = change(about)
        if request_id in about.seen or changed == about:
            return
        if store.save_shopper(changed, shopper=shopper, request_id=request_id):
            return
    raise CartChanged

"""Who a shopper is at the till: what their account tells, and where that is silent their device. Bounded: two
seconds for all of it. Nothing of what is told is logged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic

from skill.commerce.contact import Contact, Introduction, fresh
from skill.commerce.merchant import Linking
from skill.dialogue.turn import Device, Turn
from skill.shop import Standing

SECONDS = 2.0
# What is left for the device, however long the account took.
_LEAST = 0.2


def introducing(
    turn: Turn, standing: Standing, linking: Linking | None, *, mails: bool
) -> Callable[[Contact | None], Introduction] | None:
    """How to ask who the shopper of this turn is, by what is known already; None when nobody can be asked.
    `mails`: whether letters are written, for which the e-mail address is wanted."""
    account = linking if linking and standing.account else None
    if account is None and turn.device is None:
        return None

    def introduce(known: Contact | None) -> Introduction:
        return _introduced(known, turn, standing, account, mails=mails)

    return introduce


def _introduced(
    known: Contact | None, turn: Turn, standing: Standing, account: Linking | None, *, mails: bool
) -> Introduction:
    until = monotonic() + SECONDS
    old = fresh(known, now=turn.now)
    contact = known or Contact()
    if account and not old:
        # Only now: most turns ask nobody.
        from skill.linking.userinfo import contact_of

        told = contact_of(
            turn.token, account, subject=standing.account, told=standing.told, seconds=until - monotonic()
        )
        if told:
            contact = _told(told, contact, now=turn.now)
    elif not old:
        contact = replace(contact, at=turn.now)
    wanted = ["address"] if contact.source != "account" else []
    # What the account said of it stands; what the device said, for a day.
    if mails and not (contact.email and (old or account)):
        wanted.append("email")
    if wanted and not contact.name:
        wanted.append("name")
    if turn.device is None or not wanted:
        return Introduction(contact=contact)
    return _completed(contact, turn.device, wanted, seconds=until - monotonic())


def _told(told: Contact, known: Contact, *, now: datetime) -> Contact:
    """What the account told; where it tells no address, the device's stays until that is asked."""
    if told.address:
        return replace(told, source="account", at=now)
    kept = known.address if known.source == "device" else None
    return replace(told, address=kept, source="device" if kept else "", at=now)


def _completed(contact: Contact, device: Device, wanted: Sequence[str], *, seconds: float) -> Introduction:
    """The contact with what the device tells. Its address is asked for each time: it is that of the device
    which is spoken to."""
    from skill.alexa.contact import Told, asked
    from skill.linking.wire import Unreachable, ask

    told = asked(device, *wanted, ask=ask, unreachable=Unreachable, seconds=max(seconds, _LEAST))
    nothing = Told(obstacle="away")
    address, email, name = (told.get(one, nothing) for one in ("address", "email", "name"))
    if address.obstacle != "away":
        contact = replace(contact, address=address.value, source="device" if address.value else "")
    if email.obstacle != "away":
        contact = replace(contact, email=email.value or "")
    if name.value:
        contact = replace(contact, name=name.value)
    obstacle = address.obstacle if "address" in told and contact.address is None else ""
    return Introduction(contact=contact, obstacle=obstacle, consent=email.obstacle == "consent")

"""How shoppers are reached outside of conversations: what a turn keeps of it, and the channels of a round."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from skill.alexa import reminders
from skill.alexa.proactive import Proactive, Tokens
from skill.commerce.merchant import Facts
from skill.commerce.reach import Reach
from skill.dialogue.turn import Device, Turn
from skill.linking.wire import Unreachable, ask
from skill.mail.open import open_post
from skill.notifications.letter import ByMail
from skill.notifications.sending import Channel
from skill.settings import Settings

# Seconds that a device may take to tell its time zone, and Alexa to set a reminder.
_ZONE, _REMINDER = 1.0, 3.0
log = logging.getLogger("sayso")


def reach(turn: Turn, *, secret: str) -> Reach:
    """How the shopper of a turn is reached later."""
    # Only now: cryptography takes its time to load.
    from skill.alexa.sealed import seal

    if turn.device is None:
        return Reach()
    return Reach(seal(turn.user, secret=secret), turn.device.endpoint, _zone(turn.device))


def remind(turn: Turn, *, at: datetime, text: str) -> str:
    """Have the device of a turn say `text` at the clock time `at`, where the device is: "set", "consent",
    "refused" or "away". What the device does not tell of its time zone, `at` does."""
    if turn.device is None:
        return "refused"
    zone = _zone(turn.device) or str(at.tzinfo)
    return reminders.remind(
        turn.device,
        at=at.replace(tzinfo=ZoneInfo(zone)),
        zone=zone,
        now=turn.now,
        text=text,
        locale=turn.locale,
        ask=ask,
        unreachable=Unreachable,
        seconds=_REMINDER,
    )


def channels(settings: Settings, facts: Facts, *, clock: Callable[[], datetime]) -> tuple[Channel, ...]:
    """The channels of a shop that work as things are, the preferred first."""
    found: list[Channel] = []
    terms = facts.notices
    if terms and terms.client_id:
        if secret := os.environ.get(terms.secret_env, ""):
            tokens = _tokens(terms.client_id, secret, settings.lwa, clock)
            found.append(Proactive(terms=terms, tokens=tokens, opened=_opened(settings.shopper_secret)))
        else:
            log.error("%s cannot notify by Alexa: %s is not set", settings.shop, terms.secret_env)
    if (post := open_post(settings.mail)) is not None:
        found.append(ByMail(post))
    return tuple(found)


def _zone(device: Device) -> str:
    """The device's time zone; empty where it tells none that is known here."""
    told = reminders.time_zone(device, ask=ask, unreachable=Unreachable, seconds=_ZONE)
    try:
        return str(ZoneInfo(told)) if told else ""
    except (KeyError, ValueError, OSError):
        return ""


def _opened(secret: str) -> Callable[[str], str | None]:
    def opened(sealed: str) -> str | None:
        from skill.alexa.sealed import unseal

        return unseal(sealed, secret=secret)

    return opened


@lru_cache(maxsize=16)
def _tokens(client_id: str, secret: str, url: str, clock: Callable[[], datetime]) -> Tokens:
    """The same for each round: a token holds for an hour."""
    return Tokens(client_id=client_id, secret=secret, ask=ask, unreachable=Unreachable, clock=clock, url=url)

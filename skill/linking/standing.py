"""What a token means for the turn it came with, and for what is kept about the shopper."""

from __future__ import annotations

import logging
from dataclasses import replace

from skill.commerce.merchant import Linking, Shopper
from skill.dialogue.turn import Turn
from skill.linking.account import Account
from skill.linking.verified import verified
from skill.shop import Standing, Store

log = logging.getLogger("sayso")


def stand(
    turn: Turn, linking: Linking, *, about: Shopper, store: Store, shopper: str
) -> tuple[Shopper, Standing]:
    """What is kept about the shopper and how their account stands in this turn. The account is written when
    it is another one than before, in one conditional write; where that comes too late, the next turn writes
    it."""
    verdict = verified(turn.token, linking, now=turn.now)
    if not isinstance(verdict, Account):
        log.info("an access token does not count: %s", verdict.reason)
        return about, Standing(unchecked=verdict.passing)
    if about.account != verdict.subject:
        # Somebody else's name and address are none of theirs.
        changed = replace(about, account=verdict.subject, contact=None)
        if about.account:
            # Somebody else's account: the code that guarded the one before guards nothing of theirs.
            changed = without_code(changed)
        saved = store.save_shopper(changed, shopper=shopper, request_id=f"{turn.request_id}-account")
        about = saved or about
    return about, Standing(linked=True, account=verdict.subject, told=verdict.told)


def without_code(about: Shopper) -> Shopper:
    """The shopper with no voice code, and all tries at a new one."""
    return replace(about, code="", next_code="", code_misses=0, code_at=None)

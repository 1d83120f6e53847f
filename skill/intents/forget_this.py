"""One thing is forgotten that was to be remembered: "forget that I'm vegan", or what was just told."""

from __future__ import annotations

from collections.abc import Callable

from skill.catalogue.analyser import fold
from skill.commerce.memory import Known
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.liking import known
from skill.dialogue.remembering import SLOTS, forget, heard_of, item, items
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop

NAME = "ForgetThis"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    mine = known(shop)
    if not mine:
        return Reply(say=(say("forget_this.nothing"),))
    meant = _meant(heard, shop)
    if meant is None:
        options = Join(tuple(map(item, mine[-3:])), "or")
        ask = Question(intent=NAME, awaiting="note")
        return Reply(prompt=say("forget_this.which", items=options), ask=ask)
    gone = tuple(one for one in mine if meant(one))
    if not gone:
        return Reply(say=(say("forget_this.no_such"),))
    forget(meant, shop)
    return Reply(say=(say("forget_this.gone", items=items(gone)),))


def last(told: str, shop: Shop) -> Reply:
    """Forget what was told in the turn before, which its question kept."""
    gone = tuple(one for one in known(shop) if f"{one.kind} {one.value}" == told)
    forget(lambda one: f"{one.kind} {one.value}" == told, shop)
    if not gone:
        return Reply(say=(say("common.okay"),))
    return Reply(say=(say("forget_this.gone", items=items(gone)),))


def _meant(heard: Heard, shop: Shop) -> Callable[[Known], bool] | None:
    """What is to go: just what is named, whatever it was told as; None when nothing is."""
    named = heard_of(heard, shop)
    if named is None:
        return None
    said = frozenset(fold(named.value).split())
    if named.kind in ("diet", "avoid"):
        return named.same

    def alike(one: Known) -> bool:
        words = frozenset(fold(one.value).split())
        return said <= words or words <= said

    return alike


INTENT = Intent(name=NAME, handle=handle, slots=SLOTS, elicits=("note",))

"""A voice code for large orders: said twice when it is new, once before it is changed, and never repeated."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2s

from skill.commerce.merchant import Shopper
from skill.commerce.trust import opens, sealed
from skill.dialogue.conversation import Question
from skill.dialogue.guard import CODE, ask_code, grown_up, heard_code, with_code
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Message, Reply, say
from skill.shop import Shop, change_shopper

NAME = "SetVoiceCode"
# Where the conversation about a code stands.
OLD, NEW, AGAIN = "old", "new", "again"
_PROMPTS = {NEW: say("set_voice_code.new"), AGAIN: say("set_voice_code.again")}


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("set_voice_code.declined"),), end=True)
    if refused := grown_up(shop):
        return refused
    question = heard.question
    frozen = question.frozen if question and question.awaiting == CODE else {}
    step = frozen.get("step")
    if step == AGAIN and shop.request_id in shop.about.seen:
        return Reply(say=(say("set_voice_code.is_set"),))
    if step == OLD:
        return with_code(heard, shop) or _ask(NEW, shop)
    if frozen.get("instead_of", "") != _mark(shop.about):
        # There is a code that was not said in this session, perhaps since a moment ago.
        return _old(shop)
    if step is None:
        return _confirm(heard, shop) if heard.text(CODE) else _ask(NEW, shop)
    return _confirm(heard, shop) if step == NEW else _set(heard, shop)


def _old(shop: Shop) -> Reply:
    return ask_code(NAME, {"step": OLD}, shop, say("set_voice_code.has_one"))


def _mark(about: Shopper) -> str:
    """Which code a new one takes the place of, told by its seal; empty for none."""
    return blake2s(about.code.encode(), digest_size=6).hexdigest() if about.code else ""


def _ask(step: str, shop: Shop, *lead: Message) -> Reply:
    return Reply(
        say=lead,
        prompt=_PROMPTS[step],
        ask=Question(intent=NAME, awaiting=CODE, frozen={"step": step, "instead_of": _mark(shop.about)}),
    )


def _confirm(heard: Heard, shop: Shop) -> Reply:
    """Keep what was said, sealed, until it is said once more: nobody can be read it back."""
    code = heard_code(heard, shop)
    if code is None:
        return replace(_ask(NEW, shop, say("set_voice_code.not_four")), miss=True)
    salt = shop.new_id()
    change_shopper(shop, lambda about: replace(about, next_code=sealed(code, salt=salt)))
    return _ask(AGAIN, shop)


def _set(heard: Heard, shop: Shop) -> Reply:
    code = heard_code(heard, shop)
    if code is None or not opens(code, shop.about.next_code):
        return _ask(NEW, shop, say("set_voice_code.differs"))

    def kept(about: Shopper) -> Shopper:
        if (about.code, about.next_code) != (shop.about.code, shop.about.next_code):
            # Another device was quicker.
            return about
        renewed = replace(about, code=about.next_code, next_code="", code_misses=0, code_offered=True)
        return replace(renewed, code_at=shop.now)

    about = change_shopper(shop, kept)
    if shop.request_id not in about.seen:
        return _old(replace(shop, about=about)) if about.code != shop.about.code else _ask(NEW, shop)
    return Reply(say=(say("set_voice_code.is_set"),))


INTENT = Intent(name=NAME, handle=handle, slots={CODE: "code"}, elicits=(CODE,))

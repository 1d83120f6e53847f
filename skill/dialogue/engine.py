"""One turn: resume the paused intent or start the one that was said, and settle what stays open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialogue import answers
from skill.dialogue.adding import put_all
from skill.dialogue.answers import resume
from skill.dialogue.conversation import BETWEEN, Conversation, Focus, Listing, Question, decode
from skill.dialogue.guard import CODE
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.past import remembered
from skill.dialogue.reply import Join, Reply, say
from skill.dialogue.turn import Turn
from skill.errors import SkillError
from skill.shop import Shop

# Asked when a reply leaves the turn open without a question of its own.
ANYTHING_ELSE = answers.ANYTHING_ELSE
# Turns in a row that were not understood before a way out is offered.
_WAY_OUT_AFTER = 2
# More than anybody is told unasked in one session.
_TOLD = 8


def respond(
    turn: Turn, *, shop: Shop, intents: Mapping[str, Intent], conversation: Conversation | None = None
) -> tuple[Reply, Conversation]:
    """The reply to this turn, and the conversation to carry into the next. `conversation`: that in the turn's
    attributes, where it was read already. A SkillError becomes the sentence its key names; anything else is
    the edge's to catch."""
    if conversation is None:
        conversation = decode(turn.attributes)
    question = conversation.question
    resumed = resume(turn, question=question, shop=shop, focus=conversation.focus.sku)
    intent = intents.get(resumed.intent) or intents["Fallback"]
    heard = Heard(
        turn=turn,
        conversation=conversation,
        slots=resumed.slots,
        question=question if resumed.answers else None,
        confirmed=resumed.confirmed,
        chosen=resumed.chosen,
    )
    try:
        if resumed.confirmed is False and question and question.awaiting != "confirmed":
            # "No" to "which one?": there is nothing left to do, whatever the intent.
            reply = _none_of_them(question, shop)
        else:
            reply = intent.handle(heard, shop)
        if reply.miss and conversation.misses >= _WAY_OUT_AFTER:
            # Never the same apology a third time, whichever intent could not help.
            reply = intents["Fallback"].handle(heard, shop)
    except SkillError as error:
        reply = Reply(say=(say(error.key, **error.values),))
    return settle(
        reply,
        conversation=conversation,
        turn=turn,
        aside=intent.aside or (reply.miss and reply.ask is None),
        answered=resumed.answers,
    )


def settle(
    reply: Reply, *, conversation: Conversation, turn: Turn, aside: bool, answered: bool
) -> tuple[Reply, Conversation]:
    """One policy for what stays open. The standing question comes back after an aside, a turn that was
    not understood, or a reply that wants it back; every other reply drops it for its own question. An
    open turn always ends in one."""
    standing = conversation.question
    keep = reply.resume or reply.again or aside
    if standing and standing.intent == ANYTHING_ELSE and reply.prompt:
        # "Anything else?" gives way to any question that is more to the point.
        keep = False
    if standing and "once" in standing.frozen:
        # Nobody asked for it to be asked: whatever else is said, it is gone.
        keep = False
    if standing and keep and not answered and not reply.end:
        question: Question | None = standing
        if not reply.again:
            reply = replace(reply, resume=True, prompt=None)
    else:
        question = reply.ask
        if reply.resume:
            reply = replace(reply, resume=False)
        asked_on = question is not None and standing is not None and _left(question) == _left(standing)
        if standing and not answered and not asked_on and not reply.end and (left := _left(standing)):
            reply = replace(reply, say=(say("common.still_open", items=Join(left)), *reply.say))
        if reply.prompt is None and not reply.end and not reply.again:
            reply = replace(reply, prompt=say("common.anything_else"))
            question = question or Question(intent=ANYTHING_ELSE, awaiting="confirmed")
    if question is not None:
        question = replace(question, asked_at=int(turn.now.timestamp()))
    listing: Listing = reply.listing or conversation.listing
    focus: Focus = reply.focus or conversation.focus
    code = standing is not None and standing.awaiting == CODE
    return reply, replace(
        conversation,
        past=remembered(conversation.past, turn, reply, secret=code),
        question=None if reply.end else question,
        listing=listing,
        focus=focus,
        told=tuple(dict.fromkeys((*conversation.told, *reply.told)))[-_TOLD:]
        if reply.told
        else conversation.told,
        misses=conversation.misses + 1 if reply.miss else 0,
        turns=conversation.turns + 1,
    )


def _none_of_them(question: Question, shop: Shop) -> Reply:
    """Neither of what was offered: there is nothing to do but to go on with what was said after it."""
    rest = question.frozen.get("rest")
    later = put_all((), str(rest).split(BETWEEN), shop) if rest else Reply()
    return replace(later, say=(say("common.okay"), *later.say))


def _left(question: Question) -> tuple[str, ...]:
    """The wishes of one breath that go unanswered with this question: none is dropped without a word."""
    wish, rest = question.frozen.get("wish"), question.frozen.get("rest")
    later = str(rest).split(BETWEEN) if rest else []
    return tuple(filter(None, (str(wish or ""), *later)))

"""One turn: resume the paused intent or start the one that was said, and settle what stays open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.dialogue.answers import Resumed, resume
from skill.dialogue.conversation import Conversation, Focus, Listing, Question, decode
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.dialogue.turn import Turn
from skill.errors import SkillError
from skill.shop import Shop

# Asked when a reply leaves the turn open without a question of its own.
ANYTHING_ELSE = "AnythingElse"
# Turns in a row that were not understood before a way out is offered.
_WAY_OUT_AFTER = 2


def respond(turn: Turn, *, shop: Shop, intents: Mapping[str, Intent]) -> tuple[Reply, Conversation]:
    """The reply to this turn, and the conversation to carry into the next. A SkillError becomes the
    sentence its key names; anything else is the edge's to catch."""
    conversation = decode(turn.attributes)
    question = conversation.question
    resumed = resume(turn, question=question, listing=conversation.listing, shop=shop)
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
            reply = Reply(say=(say("common.okay"),))
        else:
            reply = intent.handle(heard, shop)
        if reply.miss and conversation.misses >= _WAY_OUT_AFTER:
            # Never the same apology a third time, whichever intent could not help.
            reply = intents["Fallback"].handle(heard, shop)
    except SkillError as error:
        reply = Reply(say=(say(error.key, **error.values),))
    return settle(
        reply, conversation=conversation, turn=turn, aside=intent.aside or reply.miss, resumed=resumed
    )


def settle(
    reply: Reply, *, conversation: Conversation, turn: Turn, aside: bool, resumed: Resumed
) -> tuple[Reply, Conversation]:
    """One policy for what stays open: a reply that asks replaces the question; an aside or a turn not
    understood leaves it standing and repeats it; everything else drops it. An open turn always ends in
    a question."""
    question = reply.ask
    if question is None and aside and not resumed.answers and not reply.end and conversation.question:
        question = conversation.question
        if reply.prompt is None:
            reply = replace(reply, resume=True)
    if not reply.end and not reply.again and reply.prompt is None and not reply.resume:
        reply = replace(reply, prompt=say("common.anything_else"))
        question = question or Question(intent=ANYTHING_ELSE, awaiting="confirmed")
    if question is not None:
        question = replace(question, asked_at=int(turn.now.timestamp()))
    listing: Listing = reply.listing or conversation.listing
    focus: Focus = reply.focus or conversation.focus
    return reply, replace(
        conversation,
        question=None if reply.end else question,
        listing=listing,
        focus=focus,
        misses=conversation.misses + 1 if reply.miss else 0,
        turns=conversation.turns + 1,
    )

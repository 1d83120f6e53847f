"""What was talked about, in writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from skill.dialogue.copies import sent
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.past import steps, unpacked
from skill.dialogue.reply import Card, Message, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    past = heard.conversation.past
    if not past:
        return Reply(say=(say("send_transcript.nothing"),))
    title = say("send_transcript.title", shop=shop.facts.called(shop.locale))
    card = Card("simple", title, tuple(_said(past)))
    return sent(shop, about="transcript", card=card, carded=say("send_transcript.carded"), past=past)


def _said(past: Sequence[str]) -> Iterator[Message]:
    """The answers of these turns; what was harmed on its way is left out."""
    for step in steps(past):
        for packed in step.said:
            with suppress(ValueError):
                said = unpacked(packed)
                if isinstance(said, Message):
                    yield said


INTENT = Intent(name="SendTranscript", handle=handle, aside=True)

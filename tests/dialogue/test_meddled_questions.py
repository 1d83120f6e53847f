"""Session attributes travel outside: a question that comes back without a part of what it kept is answered
with a sentence of the shop, never with a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.talk import Talk

QUESTIONS = {
    "checkout": ("add clover honey and sourdough bread", "check out"),
    "cancelling": ("add clover honey and sourdough bread", "check out", "yes", "cancel my order"),
    "amending": ("add clover honey and sourdough bread", "check out", "yes", "add corn flakes to my order"),
    "several at once": ("add olive oil and butter",),
}

_ODD = ("", "{", '{"x": [1]}', "[]", -1, 10**9)


def meddled(kept: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What a question keeps, less each part, and each part something else."""
    for name, value in kept.items():
        yield {other: told for other, told in kept.items() if other != name}
        for odd in (*_ODD, value[:-1] if isinstance(value, str) else str(value)):
            yield {**kept, name: odd}
    yield {}


@pytest.mark.parametrize("answer", ["yes", "no", "take off the milk", "what's in my cart"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_with_a_part_gone_or_changed_is_answered(question: str, answer: str, talk: Talk) -> None:
    for sentence in QUESTIONS[question]:
        turned = talk.say(sentence)
    assert not turned.ended, turned.speech
    there = talk.session
    assert "frozen" in there.attributes.get("question", {}), turned.speech
    kept = there.attributes["question"]["frozen"]
    for frozen in meddled(kept):
        changed = {**there.attributes["question"], "frozen": frozen}
        talk.session = replace(there, attributes={**there.attributes, "question": changed})
        turned = talk.say(answer)
        assert turned.speech
        assert "went wrong" not in turned.speech, frozen

"""A conversation's last turns in words again: what was answered, and what the shopper wanted, put as somebody
would say it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from skill.commerce.desk import Step, Summary
from skill.dialogue.past import unpacked
from skill.errors import BadInput
from skill.speech.locale import nearest, table
from skill.speech.render import Wording, label
from skill.speech.utterances import expand, file_name

_SLOT = re.compile(r"\{(\w+)\}")
# Turns that are no wish of their own.
_UNSAID = frozenset({"Launch", "Fallback", "NameProduct", "SayNumber"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn: the intent, what was wanted as it may have been said (empty: nobody can tell), and the
    answer. `missed`: it was not understood, or nothing was found."""

    intent: str
    wanted: str
    answered: str
    missed: bool


def exchanges(summary: Summary) -> Iterator[Exchange]:
    """The turns of a summary in the locale that was spoken; one that cannot be told any more is left out."""
    locale = nearest(summary.locale)
    wording = Wording(locale, date.min, written=True)
    for step in summary.steps:
        if answered := _answered(step, wording):
            yield Exchange(step.intent, wanted(step, locale=locale), answered, step.miss)


def wanted(step: Step, *, locale: str) -> str:
    """What an intent with these words is said like: the first of its utterances that has just these slots,
    with the words in them; the words alone where none has."""
    words = dict(step.words)
    # An intent's name becomes a file's, and it was away.
    ours = step.intent.isascii() and step.intent.isalpha() and step.intent not in _UNSAID
    fitting = _by_slots(step.intent, locale).get(frozenset(words)) if ours else None
    if fitting is None:
        return ", ".join(words.values())
    return _SLOT.sub(lambda found: words[found[1]], fitting)


@lru_cache(maxsize=1_024)
def _by_slots(intent: str, locale: str) -> dict[frozenset[str], str]:
    """An utterance for each set of slots, the first one written."""
    found: dict[frozenset[str], str] = {}
    try:
        written = table(file_name(intent), locale).utterances
    except BadInput:
        return {}
    for sample in (sample for utterance in written for sample in expand(utterance)):
        found.setdefault(frozenset(_SLOT.findall(sample)), sample)
    return found


def _answered(step: Step, wording: Wording) -> str:
    return " ".join(filter(None, _sentences(step.said, wording)))


def _sentences(said: Iterable[object], wording: Wording) -> Iterator[str]:
    for packed in said:
        try:
            yield label(unpacked(packed), wording)
        except (BadInput, ValueError, KeyError):
            # It was away, or was said by an older version of the shop.
            continue

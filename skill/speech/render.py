"""A reply in the words of a locale: prompts filled with values, as SSML to be spoken and text to be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from skill.commerce.money import Money
from skill.dialogue.conversation import Conversation, Question
from skill.dialogue.names import Named
from skill.dialogue.reply import Join, Message, Reply, Spell, Tenths, Term, Value
from skill.errors import BadInput
from skill.speech.locale import Prompt, data, table
from skill.speech.spoken import clock, day, listing, money, plural, price, tenths

# What XML 1.0 allows no document to hold.
_CONTROL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HOLE = re.compile(r"\{(\w+)\}")
_MARKUP = re.compile(r"<[^>]+>")
# Alexa's limits are 8,000 characters of speech and of card text.
MAX_CARD = 8_000


@dataclass(frozen=True, slots=True)
class Wording:
    """How values are said: the locale, today's date where the shop is, and the number that rotates
    variants of wording; `written`: to be read from a screen; `instead`: sentences worded otherwise for this
    shopper, by key."""

    locale: str
    today: date
    rotation: int = 0
    written: bool = False
    instead: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """An answer in words, for any voice platform. `speech` and `reprompt` are SSML without the outer
    element; `text` and `reprompt_text` the same without markup. `question` is what stays open."""

    speech: str
    text: str
    reprompt: str | None = None
    reprompt_text: str | None = None
    card: SpokenCard | None = None
    end: bool = False
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, and the attributes to hand back with the next turn of the session. `screen`: what to
    draw (None: leave what is there), as `skill.speech.screens` words it; `names`: what products are called,
    for a platform that listens for them (None: as before; empty: it is to forget them)."""

    spoken: Spoken
    attributes: Mapping[str, Any]
    screen: Mapping[str, Any] | None = None
    names: tuple[Named, ...] | None = None


@dataclass(frozen=True, slots=True)
class SpokenCard:
    kind: str
    title: str = ""
    text: str = ""
    wants: str = ""


def render(reply: Reply, *, conversation: Conversation, wording: Wording) -> tuple[Spoken, Conversation]:
    """The reply in words, and the conversation that remembers them (for "repeat that" and for coming
    back to an open question)."""
    if reply.again and conversation.said:
        said, asked = conversation.said, conversation.asked
    else:
        # A question whose words are gone is not met with silence.
        prompt = Message("common.anything_else") if reply.resume else reply.prompt
        asked = (conversation.asked if reply.resume else "") or _join(filter(None, [prompt]), wording)
        said = " ".join(part for part in (_join(reply.say, wording), asked) if part)
        if reply.reprompt:
            asked = _join([reply.reprompt], wording)
    remembered = replace(conversation, said=said, asked=asked)
    reprompt = None if reply.end else asked or said
    card = None
    if reply.card:
        title = plain(_join(filter(None, [reply.card.title]), wording))
        text = "\n".join(plain(_message(message, wording)) for message in reply.card.text)
        card = SpokenCard(reply.card.kind, title, text[:MAX_CARD], reply.card.wants)
    spoken = Spoken(
        speech=said,
        text=plain(said),
        reprompt=reprompt,
        reprompt_text=plain(reprompt) if reprompt else None,
        card=card,
        end=reply.end,
        question=None if reply.end else conversation.question,
    )
    return spoken, remembered


def _safe(text: str) -> str:
    """Text for SSML: escaped, and without the control characters XML cannot hold."""
    # Most text holds neither.
    return escape(text if text.isprintable() else _CONTROL.sub(" ", text))


def plain(ssml: str) -> str:
    """SSML without its markup, as it would be read."""
    text = _MARKUP.sub("", ssml) if "<" in ssml else ssml
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def label(value: Value, wording: Wording) -> str:
    """A value as it is written on a screen: without markup, money with its sign."""
    if isinstance(value, Message) and not value.values:
        return _label(value.key, wording.locale, wording.rotation)
    return plain(_value(value, wording if wording.written else replace(wording, written=True)))


@lru_cache(maxsize=1_024)
def _label(key: str, locale: str, rotation: int) -> str:
    """What stands on a button, or above a list: the same in every turn."""
    return plain(_message(Message(key), Wording(locale, date.min, rotation, written=True)))


def _join(messages: Iterable[Message], wording: Wording) -> str:
    return " ".join(_message(message, wording) for message in messages)


def _message(message: Message, wording: Wording) -> str:
    text = wording.instead.get(message.key) if wording.instead else None
    text = text or _variant(_prompt(message.key, wording.locale), message, wording)
    parts = [*_parts(text)]
    # Every other part is the name of a hole.
    parts[1::2] = [_value(message.values[name], wording) for name in parts[1::2]]
    return "".join(parts)


@lru_cache(maxsize=4_096)
def _prompt(key: str, locale: str) -> Prompt:
    name, _, own = key.partition(".")
    prompt = table(name, locale).prompts.get(own)
    if prompt is None:
        raise BadInput(f"prompt {own!r} is missing in skill/locales/{locale[:2]}/{name}.toml")
    return prompt


@lru_cache(maxsize=4_096)
def _parts(text: str) -> tuple[str, ...]:
    """A prompt's text around its holes, and the name of each. Prompts are text like any value: what XML would
    read as markup is escaped there too."""
    return tuple(_HOLE.split(escape(text)))


def _variant(prompt: Prompt, message: Message, wording: Wording) -> str:
    if isinstance(prompt, str):
        return prompt
    if isinstance(prompt, tuple):
        return prompt[wording.rotation % len(prompt)]
    count = message.values.get("count", 0)
    category = plural(count, locale=wording.locale) if isinstance(count, int) else "other"
    return prompt.get(category, prompt["other"])


def _value(value: Value, wording: Wording) -> str:
    match value:
        case Money():
            say = price if wording.written else money
            return escape(say(value, locale=wording.locale))
        case Message():
            return _message(value, wording)
        case Spell():
            return f'<say-as interpret-as="characters">{_safe(value.text)}</say-as>'
        case Tenths():
            return escape(tenths(value.number, locale=wording.locale))
        case Term():
            return _safe(data("types", wording.locale)[value.kind].get(value.id, [value.id])[0])
        case Join():
            items = [_value(item, wording) for item in value.items]
            return listing(items, how=value.how, locale=wording.locale)
        case time():
            return escape(clock(value, locale=wording.locale))
        case date():
            return escape(day(value, today=wording.today, locale=wording.locale))
        case _:
            return _safe(str(value))


def apology(key: str, *, locale: str, end: bool = False) -> Spoken:
    """A sentence of the common table by itself, for the edge when a turn could not be run."""
    text = _message(Message(f"common.{key}"), Wording(locale, date.min))
    return Spoken(
        speech=text,
        text=plain(text),
        reprompt=None if end else text,
        reprompt_text=None if end else plain(text),
        end=end,
    )

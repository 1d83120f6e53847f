"""The last turns of a conversation, as keys and values that travel in the session: for the person who takes
over, and for shoppers who want in writing what was talked about. Never the sentences, which any locale can
make of them again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from skill.commerce.desk import Step, Summary
from skill.commerce.money import Money
from skill.dialogue.guard import CODE
from skill.dialogue.reply import Join, Message, Reply, Spell, Tenths, Term, Value
from skill.dialogue.turn import Turn
from skill.shop import Shop

# Turns that are kept, and characters they may take together: a tenth of what a response should have. Each is
# one text, so that a turn which asks nothing of them neither reads nor writes them anew.
STEPS, SIZE = 8, 2_400
_WORDS = 80


def remembered(past: Sequence[str], turn: Turn, reply: Reply, *, secret: bool) -> tuple[str, ...]:
    """The last turns with this one. `secret`: its words are nobody's to read, as a voice code is."""
    if reply.again:
        return tuple(past)
    words = {
        name: slot.text[:_WORDS]
        for name, slot in turn.slots.items()
        if slot.text and name != CODE and not secret
    }
    said = [packed(message) for message in (*reply.say, reply.prompt) if message]
    step = json.dumps([turn.intent, said, words, int(reply.miss)], ensure_ascii=False, separators=(",", ":"))
    kept, room = [step], SIZE - _size(step)
    for earlier in reversed(past[1 - STEPS :]):
        room -= _size(earlier)
        if room < 0:
            break
        kept.append(earlier)
    return tuple(reversed(kept))


def steps(past: Sequence[str]) -> tuple[Step, ...]:
    """The turns that were remembered; what was harmed on its way is left out."""
    return tuple(filter(None, map(_step, past)))


def summary(past: Sequence[str], shop: Shop) -> Summary:
    """What a person at the shop should know of this conversation: no words of the shopper's own."""
    told = tuple(Step(intent=step.intent, said=step.said, miss=step.miss) for step in steps(past))
    cart = tuple((line.quantity, line.name) for line in shop.cart_now.lines)
    return Summary(locale=shop.locale, steps=told, cart=cart)


def packed(value: Value) -> Any:
    """A value as JSON. A message is a list of its key and its values; what is neither text nor number nor a
    message is a mapping of one letter to what it holds."""
    match value:
        case Message(key, values):
            return [key, {name: packed(one) for name, one in values.items()}] if values else [key]
        case Money():
            return {"m": [value.minor, value.currency]}
        case Spell():
            return {"s": value.text}
        case Tenths():
            return {"n": value.number}
        case Term():
            return {"w": [value.kind, value.id]}
        case Join():
            return {"j": [packed(item) for item in value.items], "h": value.how}
        case date():
            return {"d": value.isoformat()}
        case time():
            return {"t": value.isoformat()}
        case _:
            return value


def unpacked(raw: Any) -> Value:
    """The value that was packed. Raises ValueError for what never was one: it may have been away."""
    try:
        return _unpacked(raw)
    except (KeyError, TypeError, IndexError, AttributeError, StopIteration, RecursionError) as error:
        raise ValueError("this is no value that was said") from error


def _unpacked(raw: Any) -> Value:
    if isinstance(raw, str) or type(raw) is int:
        return raw
    if isinstance(raw, list | tuple):
        values: Mapping[str, Any] = raw[1] if len(raw) > 1 else {}
        return Message(str(raw[0]), {name: _unpacked(one) for name, one in values.items()})
    kind = next(iter(raw))
    held = raw[kind]
    match kind:
        case "m":
            return Money(int(held[0]), str(held[1]))
        case "s":
            return Spell(str(held))
        case "n":
            return Tenths(int(held))
        case "w":
            return Term(str(held[0]), str(held[1]))
        case "j":
            return Join(tuple(map(_unpacked, held)), str(raw["h"]))
        case "d":
            return date.fromisoformat(held)
        case "t":
            return time.fromisoformat(held)
    raise ValueError("this is no value that was said")


def _step(text: str) -> Step | None:
    try:
        intent, said, words, miss = json.loads(text)
        told = {str(name): str(one) for name, one in words.items()}
        return Step(intent=str(intent), said=tuple(said), words=told, miss=miss == 1)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _size(step: str) -> int:
    # Within JSON each of its quotation marks is two characters.
    return len(step) + step.count('"')

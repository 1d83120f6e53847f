"""Lines of the cart named in one breath: "the lemons and the limes" are two, "mac and cheese" is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.analyser import askable, fold, tokens
from skill.catalogue.words import load
from skill.commerce.cart import Line
from skill.dialogue import reference
from skill.dialogue.breath import holds, wishes
from skill.dialogue.intent import Heard
from skill.dialogue.turn import Slot
from skill.shop import Shop


def named_lines(text: str, heard: Heard, shop: Shop) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Each thing named in `text` with the lines of the cart it may be, those called so before those that are
    only of that kind; no lines where none is."""
    return tuple((part, _of(part, heard, shop)) for part in _parts(text, heard, shop))


def _of(part: str, heard: Heard, shop: Shop) -> tuple[Line, ...]:
    alone = replace(heard, slots={"product": Slot(part)}, chosen=None)
    return called(part, reference.lines(alone, shop.cart, shop), shop)


def called(text: str, lines: Sequence[Line], shop: Shop) -> tuple[Line, ...]:
    """The lines whose own name holds the words; all of them when none does: bread is no pretzel, though both
    are of one category."""
    language = shop.locale[:2]
    words = reference.query(text, shop).text or text
    asked = set(tokens(words, language=language, stop=load(language).stop))
    named = tuple(line for line in lines if asked <= askable(line.name, language=language))
    return named or tuple(lines)


def _parts(text: str, heard: Heard, shop: Shop) -> tuple[str, ...]:
    if any(holds(product, text, shop) for product in shop.products(line.sku for line in shop.cart.lines)):
        return (text,)
    several = wishes(text, shop)
    if len(several) > 1:
        return several
    # What the shop sells may hold all of it and the cart may not.
    joints = load(shop.locale[:2]).and_
    parts: list[list[str]] = [[]]
    for word in text.split():
        if fold(word) in joints:
            parts.append([])
        else:
            parts[-1].append(word)
    named = tuple(" ".join(part) for part in parts if part)
    return named if len(named) > 1 and all(_of(part, heard, shop) for part in named) else (text,)

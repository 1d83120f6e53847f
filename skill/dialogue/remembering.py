"""What a shopper tells to be remembered: read from what was said, kept, said again in a few words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from skill.catalogue.analyser import fold
from skill.catalogue.results import Found, Nothing
from skill.commerce import memory
from skill.commerce.memory import MAX_LETTERS, Known
from skill.commerce.merchant import Shopper
from skill.dialogue import reference
from skill.dialogue.choosing import COMPARATIVE
from skill.dialogue.intent import Heard
from skill.dialogue.reply import Join, Message, Term, say
from skill.shop import Shop, change_shopper

# Each slot, and what it tells.
SLOTS = {
    "diet": "trait",
    "allergen": "allergen",
    "size": "query",
    "liked": "query",
    "disliked": "query",
    "delivered": "query",
    "note": "query",
}
# A size of so few signs is letters: "XL".
_LETTER = 3
_KINDS = {"size": "size", "liked": "like", "disliked": "dislike", "delivered": "delivery", "note": "note"}


def heard_of(heard: Heard, shop: Shop) -> Known | None:
    """What this turn tells; None when that is nothing to remember."""
    if (diet := heard.id("diet")) and diet not in COMPARATIVE:
        return Known(kind="diet", value=diet, at=shop.now, by=shop.speaker)
    if allergen := heard.id("allergen"):
        return Known(kind="avoid", value=allergen, at=shop.now, by=shop.speaker)
    for slot, kind in _KINDS.items():
        if text := heard.text(slot):
            value = _brand(text, shop) if kind in ("like", "dislike") else " ".join(text.split())
            if kind == "size" and len(value) <= _LETTER:
                value = value.upper()
            return Known(kind=kind, value=value[:MAX_LETTERS], at=shop.now, by=shop.speaker)
    return None


def _brand(text: str, shop: Shop) -> str:
    """A brand as it is written, or the words as they were said."""
    asked = reference.query(text, shop)
    said = asked.text or text
    result = shop.catalogue.find(asked) if asked.text else Nothing("unknown")
    if isinstance(result, Nothing):
        return said
    found = result.product if isinstance(result, Found) else result.products[0]
    return found.brand if fold(found.brand) == fold(said) else said


def item(known: Known) -> Message:
    """One thing in a few words, as part of a list."""
    if known.kind == "diet":
        return say("remember.item_diet", value=Term("trait", known.value))
    if known.kind == "avoid":
        return say("remember.item_avoid", value=Term("allergen", known.value))
    return say(f"remember.item_{known.kind}", value=known.value)


def items(known: tuple[Known, ...]) -> Join:
    return Join(tuple(map(item, known)))


def keep(known: Known, shop: Shop) -> None:
    """Remember it. Raises CartChanged when what is kept of the shopper keeps moving."""
    _change(shop, lambda kept: memory.remembered(kept, known))


def forget(gone: Callable[[Known], bool], shop: Shop) -> None:
    """Forget what `gone` says of whoever speaks. Raises CartChanged likewise."""
    _change(shop, lambda kept: memory.without(kept, gone, person=shop.speaker))


def _change(shop: Shop, change: Callable[[tuple[Known, ...]], tuple[Known, ...]]) -> None:
    def changed(about: Shopper) -> Shopper:
        return replace(about, personal=replace(about.personal, known=change(about.personal.known)))

    change_shopper(shop, changed)

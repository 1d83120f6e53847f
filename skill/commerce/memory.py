"""What a shopper wants remembered: diet, what they avoid, sizes, brands liked and not.

Told by the shopper and by nobody else; what orders show is not written down here. What a recognised voice
told is that person's: the rest of the household neither hears it nor is served by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

# "diet": an id as products have it ("vegan"); "avoid": an allergen by its id; "size", "like" and "dislike" (a
# brand, or what it is called), "delivery" (where an order is left) and "note": in the shopper's words.
KINDS = ("diet", "avoid", "size", "like", "dislike", "delivery", "note")
# Of these there is one at a time: who wears M now wears L no more.
_SINGLE = frozenset({"size", "delivery"})
# What contradicts each other: who likes a brand again dislikes it no more.
_INSTEAD = {"like": "dislike", "dislike": "like"}
MAX_KNOWN = 30
MAX_LETTERS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One thing told: of a KIND, as `value`; `by`: the key of the person whose voice was recognised (None:
    nobody's)."""

    kind: str
    value: str
    at: datetime
    by: str | None = None

    def same(self, other: Known) -> bool:
        return (self.kind, self.value.casefold(), self.by) == (other.kind, other.value.casefold(), other.by)


def remembered(known: Iterable[Known], new: Known) -> tuple[Known, ...]:
    """What is known with one thing more, the newest last; what it contradicts goes, and the oldest beyond
    MAX_KNOWN."""

    def stays(old: Known) -> bool:
        if old.by != new.by:
            return True
        contradicts = old.kind == _INSTEAD.get(new.kind) and old.value.casefold() == new.value.casefold()
        replaced = old.kind == new.kind and old.kind in _SINGLE
        return not (old.same(new) or contradicts or replaced)

    return (*filter(stays, known), new)[-MAX_KNOWN:]


def of(known: Iterable[Known], *, person: str | None) -> tuple[Known, ...]:
    """What is known of whoever speaks: what this person told, and what nobody was recognised for."""
    return tuple(one for one in known if one.by in (None, person))


def values(known: Iterable[Known], kind: str) -> tuple[str, ...]:
    return tuple(one.value for one in known if one.kind == kind)


def without(
    known: Iterable[Known], gone: Callable[[Known], bool], *, person: str | None
) -> tuple[Known, ...]:
    """What is known but for what `gone` says of whoever speaks; what others of the household told stays."""
    return tuple(one for one in known if one.by not in (None, person) or not gone(one))


# What the same size is called: by its letter, and by the words merchants and shoppers have for it.
_SIZES = {
    "xs": ("extra small", "sehr klein"),
    "s": ("small", "klein", "صغير"),
    "m": ("medium", "mittel", "mittelgroß", "وسط", "متوسط"),
    "l": ("large", "groß", "gross", "كبير"),
    "xl": ("extra large", "x large", "sehr groß", "كبير جدا"),
    "xxl": ("2xl", "double extra large", "xx large"),
}
_SIZE_OF = {word: letter for letter, words in _SIZES.items() for word in (letter, *words)}


def size_of(text: str) -> str:
    """A size by one name, whatever it is called: "m" for "Medium", "42" for "42"."""
    said = " ".join(text.casefold().split())
    return _SIZE_OF.get(said, said)

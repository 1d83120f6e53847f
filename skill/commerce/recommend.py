"""How a merchant has the shop recommend: what it asks before, what it says unasked, and what counts as bought
together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# So many shoppers at least, so that nobody can be recognised by what goes with what.
FLOOR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to a preference question. `names` say it by locale or language, as in "because you wanted
    whole beans"; `heard` are other ways of saying it, by language. A product is so when its text holds one of
    `words` (in any language; none given: whatever it says), it has all of `diet`, and its price in minor
    units lies from `low` to `high`, both included."""

    names: Mapping[str, str]
    heard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    diet: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None

    def name(self, locale: str) -> str:
        return _in(self.names, locale)

    @property
    def priced(self) -> bool:
        """Whether it is about what something costs."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """One question, by locale or language and without its question mark ("Who is it for"), and its options,
    the first two of which are spoken with it."""

    texts: Mapping[str, str]
    options: tuple[Option, ...]

    def text(self, locale: str) -> str:
        return _in(self.texts, locale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What is asked of whoever wants something of a `category` (its parts from the widest; what lies deeper
    is of it too). `called`: what it is called by language, where no product's name says so ("a gift")."""

    category: tuple[str, ...]
    questions: tuple[Preference, ...]
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return " > ".join(self.category)

    def covers(self, category: tuple[str, ...]) -> bool:
        return category[: len(self.category)] == self.category


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommending:
    """`cross_sell`: one thing that goes with the cart is offered before the total of an order; `coupons`: a
    public coupon that counts for an order, or nearly does, is told at the till; `together`: so many shoppers
    must have bought two things together before anybody hears of it."""

    cross_sell: bool = False
    coupons: bool = False
    together: int = FLOOR
    guides: tuple[Guide, ...] = ()

    def guide(self, category: tuple[str, ...]) -> Guide | None:
        """The guide of a category: of several, the one for least."""
        fitting = (guide for guide in self.guides if guide.covers(category))
        return max(fitting, key=lambda guide: len(guide.category), default=None)

    def named(self, id: str) -> Guide | None:
        return next((guide for guide in self.guides if guide.id == id), None)


def _in(words: Mapping[str, str], locale: str) -> str:
    """The words of a locale, its language, or else the first there are."""
    return words.get(locale) or words.get(locale[:2]) or next(iter(words.values()), "")

"""Which one thing whoever opens the shop hears first.

Amazon wants a cart that waits to be mentioned, so it always is; of all else the most pressing is said, never
two things, and never what was said the last time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# From the most pressing to the least. "cart": something is in it; "alert": what the shopper asked to be told
# of has come; "answer": the shop answered a case; "payment": an order is not paid; "underway": it is on its
# way; "rating": one arrived, how was it; "reward": a code for so many orders; "friend": one for a friend who
# ordered; "offer": a thing of theirs is cheaper today; "back": welcome back; "new": whoever never was here.
KINDS = (
    *("cart", "alert", "answer", "payment", "underway", "rating", "reward", "friend", "offer", "back", "new"),
)
# What has to be said each time, in other words where it would be the same again.
_DUTY, _HELLO = "cart", "back"


@dataclass(frozen=True, slots=True)
class Greeting:
    """`kind` is one of KINDS (empty: nobody was greeted yet), `topic` what it is about: which order in which
    state, which SKU. `again`: the same as the last time, in other words. `request`: the request it was said
    in."""

    kind: str = ""
    topic: str = ""
    again: bool = False
    request: str = field(default="", compare=False)

    def same(self, other: Greeting) -> bool:
        """Whether both are about one thing."""
        return (self.kind, self.topic) == (other.kind, other.topic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Greetings:
    """What the merchant has said to who is new and to who comes back, by locale or language; where there is
    nothing, the shop's own words are said."""

    new: Mapping[str, str] = field(default_factory=dict)
    returning: Mapping[str, str] = field(default_factory=dict)

    def to_new(self, locale: str) -> str:
        return self.new.get(locale) or self.new.get(locale[:2]) or ""

    def to_returning(self, locale: str) -> str:
        return self.returning.get(locale) or self.returning.get(locale[:2]) or ""


def choose(there: Iterable[Greeting], *, last: Greeting) -> Greeting:
    """The one of what is `there` to be said, most pressing first, unlike the `last`. The cart is said
    whenever it is there; where nothing else is left, it is a short hello; both in other words when they were
    last, too."""
    ordered = sorted(there, key=lambda one: KINDS.index(one.kind))
    duty = next((one for one in ordered if one.kind == _DUTY), None)
    fresh = next((one for one in ordered if not one.same(last)), Greeting(_HELLO))
    chosen = duty or fresh
    return Greeting(chosen.kind, chosen.topic, again=chosen.same(last) and not last.again)

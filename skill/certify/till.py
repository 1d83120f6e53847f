"""Somebody at the till of the scratch shop, as far as a check wants them to go."""

from __future__ import annotations

from dataclasses import dataclass

from skill.certify.check import Candidate, Fault
from skill.certify.scratch import Talk, Turn
from skill.commerce.order import Order


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase from the question to the order."""

    talk: Talk
    read: Turn
    placed: Turn
    orders: tuple[Order, ...]


def with_cart(
    candidate: Candidate, locale: str, *, linked: bool = True, code_from: int | None = None
) -> Talk | None:
    """Somebody with a cart that can be ordered, the skill open; None where nothing can be."""
    talk = candidate.scratch.talk(locale, linked=linked, code_from=code_from)
    return talk if fill(candidate, talk, locale) else None


def fill(candidate: Candidate, talk: Talk, locale: str) -> bool:
    """Put into a cart what comes to an order, and open the skill; False where nothing does."""
    lines = candidate.scratch.basket(candidate.catalogue.popular(limit=20), locale)
    talk.put(*lines)
    talk.open()
    return bool(lines)


def bought_in(candidate: Candidate, locale: str) -> Bought | None:
    """Somebody checks out and says yes; None where nothing can be ordered."""
    talk = with_cart(candidate, locale)
    if talk is None:
        return None
    read = talk.intend("Checkout")
    placed = talk.intend("Yes")
    return Bought(talk, read, placed, talk.orders)


def nothing_to_order() -> Fault:
    """What to say of a shop where nothing can be ordered."""
    return Fault(
        "no products come to an order in this shop",
        "import a catalogue: sayso catalogue import; or lower [delivery] minimum_order",
    )

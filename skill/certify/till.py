"""Somebody at the till of the scratch shop, as far as a check wants them to go.

All of it raises NothingToOrder in a shop where no products come to an order."""

from __future__ import annotations

from dataclasses import dataclass

from skill.certify.check import Candidate, NothingToOrder
from skill.certify.scratch import Talk, Turn
from skill.commerce.cart import Line
from skill.commerce.order import Order


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase from the question to the order."""

    talk: Talk
    read: Turn
    placed: Turn
    orders: tuple[Order, ...]


def basket(candidate: Candidate, locale: str) -> tuple[Line, ...]:
    """What many buy, as much of it as comes to an order."""
    lines = candidate.scratch.basket(candidate.catalogue.popular(limit=20), locale)
    if not lines:
        raise NothingToOrder
    return lines


def with_cart(
    candidate: Candidate,
    locale: str,
    *,
    linked: bool = True,
    screen: bool = False,
    code_from: int | None = None,
) -> Talk:
    """Somebody with a cart that can be ordered, the skill not opened yet."""
    talk = candidate.scratch.talk(locale, linked=linked, screen=screen, code_from=code_from)
    talk.put(*basket(candidate, locale))
    return talk


def at_till(
    candidate: Candidate, locale: str, *, linked: bool = True, code_from: int | None = None
) -> tuple[Talk, Turn]:
    """Somebody who opens the skill with a cart and checks out; the second is the answer to that."""
    talk = with_cart(candidate, locale, linked=linked, code_from=code_from)
    talk.open()
    return talk, talk.intend("Checkout")


def bought_in(candidate: Candidate, locale: str) -> Bought:
    """Somebody checks out and says yes."""
    talk, read = at_till(candidate, locale)
    placed = talk.intend("Yes")
    return Bought(talk, read, placed, talk.orders)

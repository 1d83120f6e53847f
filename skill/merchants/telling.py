"""Who is told of what happened: events, and the channels they are told on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from skill.commerce.event import Event
from skill.commerce.merchant import Case, Facts
from skill.commerce.order import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An event with what it is about, as that is now."""

    event: Event
    facts: Facts
    order: Order | None = None
    case: Case | None = None


class NotTold(Exception):
    """Nobody was told; the reason holds no personal data. `final`: nor will they be, however often it is
    tried."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Channel(Protocol):
    """A way to tell somebody."""

    @property
    def name(self) -> str: ...

    def wants(self, news: News) -> bool: ...

    def tell(self, news: News) -> None:
        """Raises NotTold."""
        ...

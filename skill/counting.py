"""What the merchant's numbers ask of its store: what sessions counted, and what could not be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What somebody said who allowed it to be kept, without what names anybody. `kind`: a "question", a
    "product" that was not found, or any "sentence"; `locale`: what it was said in."""

    text: str
    kind: str
    locale: str
    at: datetime


class Counting(Protocol):
    """What the merchant's numbers ask of a shop's store. Counts hold nobody; sentences are kept under their
    shopper, are exported with what else is theirs, and go when they are forgotten."""

    def count(self, counts: Mapping[str, int], *, id: str, day: date) -> None:
        """Keep what `id` (a session, a notice; up to 100 characters) counted on a day, in place of what it
        had counted on that day."""
        ...

    def counted(self, day: date) -> Iterator[tuple[str, Mapping[str, int]]]:
        """What was counted on a day, by whom. One written just now may be missing."""
        ...

    def drop_counted(self, day: date) -> None:
        """Forget what was counted on a day, after it was added up. A store may leave it until it goes by
        itself, two months later."""
        ...

    def keep_sentence(self, sentence: Sentence, *, shopper: str, days: int) -> None:
        """Keep a sentence of this shopper for so many days; one they said before is kept once."""
        ...

    def sentences(self) -> Iterator[tuple[str, Sentence]]:
        """All sentences that are kept, and whose they are."""
        ...

    def drop_sentences(self, *, shopper: str | None = None, text: str | None = None) -> int:
        """Forget the sentences of this shopper, those of this text, or with neither all; how many."""
        ...

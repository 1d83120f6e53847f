"""Two wordings of one sentence, compared: each shopper always hears the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One wording: `texts` by locale or language (a language without one hears the shop's usual words), said
    to `share` parts of the shoppers."""

    id: str
    texts: Mapping[str, str] = field(default_factory=dict)
    share: int = 1

    def text(self, locale: str) -> str | None:
        return self.texts.get(locale) or self.texts.get(locale[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """`prompt`: the sentence that is worded differently, as "<table>.<prompt>"; the first of `arms` is what
    the others are compared with."""

    id: str
    prompt: str
    arms: tuple[Arm, ...]

    def arm(self, shopper: str) -> Arm:
        """The arm this shopper hears, by a hash of both: the same in every session, and in each experiment
        another half of the shoppers."""
        drawn = hashlib.sha256(f"{self.id}\n{shopper}".encode()).digest()
        place = int.from_bytes(drawn[:8]) % sum(arm.share for arm in self.arms)
        for arm in self.arms:
            place -= arm.share
            if place < 0:
                return arm
        raise AssertionError("the shares hold every place")

    def trial(self, shopper: str) -> str:
        """What marks that this shopper is part of it."""
        return f"{self.id}:{self.arm(shopper).id}"

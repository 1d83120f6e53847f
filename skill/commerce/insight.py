"""What a merchant may learn from a shopper, and of which experiments the shopper is part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """`learn`: whether what they say and is not understood may be kept for the merchant (None: they were
    never asked, which counts as no). `trials`: "<experiment>:<arm>" of each wording they heard, so that every
    shopper counts once; and that with ":won" behind it once they ordered after it."""

    learn: bool | None = None
    trials: tuple[str, ...] = ()

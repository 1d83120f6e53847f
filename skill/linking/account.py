"""What comes of looking at an access token: whose it is, or why nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The provider was not there to be asked: the token may well be good.
UNAVAILABLE = "unavailable"
MAX_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Account:
    """The token holds. `subject` is what the merchant's identity provider calls the shopper; `told`: what it
    said besides, which is personal."""

    subject: str
    told: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The token does not count. `reason` is one of "malformed", "algorithm", "key", "signature", "issuer",
    "audience", "expired", "early", "claims", "scope", "subject", "inactive" and "unavailable"."""

    reason: str

    @property
    def passing(self) -> bool:
        """Whether it may count when it comes again: linking anew would not help."""
        return self.reason == UNAVAILABLE


Verdict = Account | Refused


def account_of(subject: object, told: Mapping[str, Any] = {}) -> Verdict:
    """The account of a subject as a provider writes it, if it can name one, with what is `told` besides."""
    if isinstance(subject, str) and subject.isprintable() and 0 < len(subject.strip()) <= MAX_SUBJECT:
        return Account(subject, told)
    return Refused("subject")


def carries(told: object, scopes: tuple[str, ...]) -> bool:
    """Whether a `scope` (RFC 6749, section 3.3: words in one text) or a list of them, as some providers write
    it, has all of `scopes`."""
    words = told.split(" ") if isinstance(told, str) else told if isinstance(told, list) else []
    return all(scope in words for scope in scopes)

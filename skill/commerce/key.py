"""What a merchant's own programs prove themselves with: a key of one shop, of which only the hash is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PREFIX = "sayso_"
MAX_KEYS = 10
SCOPES = frozenset({"read", "write"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """`hash` is the SHA-256 of the secret in hexadecimal letters, `last4` its end, for a person to tell keys
    apart. `scopes` are of `SCOPES`. From `expires` on, and once `revoked`, it opens nothing."""

    id: str
    hash: str
    label: str
    created: datetime
    last4: str
    scopes: frozenset[str]
    expires: datetime | None = None
    revoked: datetime | None = None

    def usable(self, now: datetime) -> bool:
        return self.revoked is None and (self.expires is None or now < self.expires)


def digest(secret: str) -> str:
    """What is kept of a secret. It is 256 bits of chance, so that nobody can guess it from a plain hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def made(label: str, *, secret: str, id: str, now: datetime, scopes: Iterable[str] = SCOPES) -> Key:
    """A key for a secret, which is not in it. Raises ValueError when it would be allowed nothing, or more
    than there is."""
    allowed = frozenset(scopes)
    if not allowed or not allowed <= SCOPES:
        raise ValueError(f"a key may {' and '.join(sorted(SCOPES))}, or one of them")
    return Key(id=id, hash=digest(secret), label=label, created=now, last4=secret[-4:], scopes=allowed)


def rotated(old: Key, *, secret: str, id: str, now: datetime, keep: timedelta) -> tuple[Key, Key]:
    """The key that takes an old one's place, and the old one, which lives on for `keep` at most."""
    new = made(old.label, secret=secret, id=id, now=now, scopes=old.scopes)
    ends = now + keep
    return new, replace(old, expires=min(ends, old.expires) if old.expires else ends)

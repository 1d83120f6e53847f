"""The public keys of identity providers (RFC 7517), kept in this process."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from skill.linking.wire import Fetch, Unreachable

# Seconds a key set counts as fresh, and those between two requests for it.
FRESH, AGAIN = 3600.0, 30.0
MAX_KEYS, MAX_SETS = 100, 64
_MIN_RSA_BITS = 2048
# By the first two letters of an algorithm: the kind of key it is checked with. No secret ever is one.
KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
log = logging.getLogger("sayso")
Key = RSAKey | ECKey | OKPKey


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key and what its JWK says about its use; an empty text: nothing."""

    kid: str
    kind: str
    alg: str
    key: Key

    def fits(self, *, kid: str | None, alg: str) -> bool:
        """Whether a signature with this header may be its own."""
        named = kid is None or self.kid in ("", kid)
        return named and self.kind == KINDS.get(alg[:2]) and self.alg in ("", alg)


@dataclass(frozen=True, slots=True)
class _Set:
    """Keys as they were at `fetched`; `asked` last, at which time the provider was `away` or not."""

    keys: tuple[PublicKey, ...]
    fetched: float
    asked: float
    away: bool


class KeySets:
    """Key sets by their URL. A set is asked for once an hour, and for a key it lacks at once, but never more
    than every 30 s; while its provider is away, keys known before go on working. Threads share it."""

    def __init__(self) -> None:
        self._sets: dict[str, _Set] = {}
        self._locks: dict[str, Lock] = {}

    def find(self, url: str, *, kid: str | None, alg: str, now: float, fetch: Fetch) -> tuple[PublicKey, ...]:
        """The keys a token with this header may be signed with, none if there is no such key. `now` in
        seconds. Raises Unreachable when none is known and the provider is away."""
        known = self._sets.get(url)
        found = _fitting(known, kid=kid, alg=alg)
        if known and ((_within(known.fetched, FRESH, now) and found) or _within(known.asked, AGAIN, now)):
            return _or_away(known, found)
        while len(self._locks) >= MAX_SETS and url not in self._locks:
            first = next(iter(self._locks))
            self._locks.pop(first, None)
            self._sets.pop(first, None)
        with self._locks.setdefault(url, Lock()):
            if self._sets.get(url) is known:
                self._sets[url] = _renewed(known, url, now=now, fetch=fetch)
            known = self._sets[url]
        return _or_away(known, _fitting(known, kid=kid, alg=alg))


def public_keys(content: bytes) -> tuple[PublicKey, ...]:
    """The keys of a JWK set that can check signatures; others are passed over, as RFC 7517 (section 5) asks.
    Raises Unreachable when the content is no JWK set."""
    try:
        listed = json.loads(content)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreachable("the answer is no JWK set") from None
    if not isinstance(listed, list):
        raise Unreachable("the answer is no JWK set")
    read = (_public_key(jwk) for jwk in listed[:MAX_KEYS] if isinstance(jwk, dict))
    return tuple(key for key in read if key)


def _public_key(jwk: Mapping[str, Any]) -> PublicKey | None:
    kid, kind, alg = (jwk.get(name, "") for name in ("kid", "kty", "alg"))
    uses, tasks = jwk.get("use", "sig"), jwk.get("key_ops", ["verify"])
    if kind not in KINDS.values() or uses != "sig" or not isinstance(tasks, list) or "verify" not in tasks:
        return None
    if not isinstance(kid, str) or not isinstance(alg, str) or _weak(jwk):
        return None
    try:
        key = JWKRegistry.import_key({**jwk})
    except Exception:
        # Whatever is wrong with one key, and OpenSSL has many words for it, the others are still good.
        return None
    return PublicKey(kid, str(kind), alg, key) if isinstance(key, RSAKey | ECKey | OKPKey) else None


def _weak(jwk: Mapping[str, Any]) -> bool:
    """Whether an RSA modulus, in base64url, is too short."""
    return jwk["kty"] == "RSA" and len(str(jwk.get("n", ""))) * 6 < _MIN_RSA_BITS


def _renewed(known: _Set | None, url: str, *, now: float, fetch: Fetch) -> _Set:
    try:
        return _Set(public_keys(fetch(url)), fetched=now, asked=now, away=False)
    except Unreachable as error:
        log.warning("the keys of an identity provider cannot be read: %s", error)
        old = known or _Set((), fetched=0.0, asked=now, away=True)
        return _Set(old.keys, fetched=old.fetched, asked=now, away=True)


def _fitting(held: _Set | None, *, kid: str | None, alg: str) -> tuple[PublicKey, ...]:
    return tuple(key for key in held.keys if key.fits(kid=kid, alg=alg)) if held else ()


def _or_away(held: _Set, found: tuple[PublicKey, ...]) -> tuple[PublicKey, ...]:
    if not found and held.away:
        raise Unreachable("the provider is away")
    return found


def _within(since: float, seconds: float, now: float) -> bool:
    # A clock that was set back is no reason to believe an old answer for ever.
    return 0 <= now - since < seconds

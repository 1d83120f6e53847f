"""Access tokens that only their provider can read: it is asked (RFC 7662), and believed for a minute."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any, TypeGuard
from urllib.parse import quote_plus, urlencode

from skill.commerce.merchant import Linking
from skill.linking.account import UNAVAILABLE, Refused, Verdict, account_of, carries
from skill.linking.wire import Fetch, Unreachable

# Seconds an answer is believed, and for which a provider that is away is not asked again.
BELIEVED, AGAIN = 60.0, 30.0
MAX_ANSWERS = 1000
LEEWAY = 60
log = logging.getLogger("sayso")


class Answers:
    """What was answered, by the hash of the token; the oldest give way. Threads share it."""

    def __init__(self) -> None:
        self._answers: dict[bytes, tuple[Verdict, float, float]] = {}
        self._away: dict[str, float] = {}
        self._lock = Lock()

    def find(self, digest: bytes, url: str, *, now: float) -> Verdict | None:
        """What is still believed of this token; None when the provider has to be asked."""
        with self._lock:
            verdict, since, until = self._answers.get(digest, (None, 0.0, 0.0))
            if verdict and since <= now < until:
                return verdict
            away = self._away.get(url)
            return Refused(UNAVAILABLE) if away is not None and 0 <= now - away < AGAIN else None

    def keep(self, digest: bytes, verdict: Verdict, *, now: float, until: float) -> None:
        with self._lock:
            self._answers.pop(digest, None)
            while len(self._answers) >= MAX_ANSWERS:
                del self._answers[next(iter(self._answers))]
            self._answers[digest] = (verdict, now, min(until, now + BELIEVED))

    def reached(self, url: str, *, now: float | None) -> None:
        """Note that the provider was away at `now`, or (None) that it is there."""
        with self._lock:
            self._away.pop(url, None)
            if now is not None:
                self._away[url] = now


def introspected(
    token: str, linking: Linking, *, secret: str, now: datetime, answers: Answers, fetch: Fetch
) -> Verdict:
    """Whose token it is, as the provider at `linking.introspection` says: active, and by what it tells
    besides, from this issuer, for this audience, in its time and with the scopes."""
    url, moment = linking.introspection, now.timestamp()
    digest = sha256(f"{url}\n{linking!r}\n{token}".encode("utf-8", "surrogatepass")).digest()
    if (known := answers.find(digest, url, now=moment)) is not None:
        return known
    try:
        told = _told(fetch(url, form=_form(token), headers={"Authorization": _basic(linking, secret)}))
    except Unreachable as error:
        log.warning("an identity provider cannot be asked about a token: %s", error)
        answers.reached(url, now=moment)
        return Refused(UNAVAILABLE)
    answers.reached(url, now=None)
    verdict = _judged(told, linking, now=moment)
    expires = told.get("exp")
    until = float(expires) if _number(expires) else moment + BELIEVED
    answers.keep(digest, verdict, now=moment, until=until)
    return verdict


def _judged(told: Mapping[str, Any], linking: Linking, *, now: float) -> Verdict:
    expires, begins, audience = (told.get(name) for name in ("exp", "nbf", "aud"))
    if told.get("active") is not True:
        return Refused("inactive")
    if told.get("iss", linking.issuer) != linking.issuer:
        return Refused("issuer")
    for_whom = audience if isinstance(audience, list) else [audience]
    if audience is not None and linking.audience not in for_whom:
        return Refused("audience")
    if not all(one is None or _number(one) for one in (expires, begins)):
        return Refused("claims")
    if expires is not None and expires <= now - LEEWAY:
        return Refused("expired")
    if begins is not None and begins > now + LEEWAY:
        return Refused("early")
    if not carries(told.get("scope"), linking.scopes):
        return Refused("scope")
    return account_of(told.get("sub"), told)


def _told(content: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("active"), bool):
        raise Unreachable("the answer is none to a question about a token")
    return told


def _number(value: object) -> TypeGuard[int | float]:
    """Whether it is a time in seconds; what is not finite, or true, is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1 << 53


def _form(token: str) -> bytes:
    return urlencode({"token": token, "token_type_hint": "access_token"}, errors="replace").encode()


def _basic(linking: Linking, secret: str) -> str:
    """Client id and secret as RFC 6749, section 2.3.1 wants them: form-encoded first."""
    pair = f"{quote_plus(linking.client_id)}:{quote_plus(secret)}"
    return f"Basic {b64encode(pair.encode()).decode()}"

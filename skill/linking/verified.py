"""Whose access token it is: by the provider's keys, or by asking the provider."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from skill.commerce.merchant import Linking
from skill.linking import wire
from skill.linking.account import UNAVAILABLE, Refused, Verdict
from skill.linking.introspection import Answers, introspected
from skill.linking.keys import KeySets
from skill.linking.tokens import MAX_TOKEN, verified_jwt
from skill.linking.wire import Fetch

log = logging.getLogger("sayso")


@dataclass(frozen=True, slots=True)
class Known:
    """What this process has learnt from identity providers."""

    keys: KeySets = field(default_factory=KeySets)
    answers: Answers = field(default_factory=Answers)


_PROCESS = Known()


def verified(
    token: str,
    linking: Linking,
    *,
    now: datetime,
    fetch: Fetch = wire.fetch,
    known: Known | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Verdict:
    """Whose token it is, as a value; never an exception for what a token or a provider may hold. Nothing of
    the token, nor of what it says, is logged. `known` is what is remembered between two calls, `environ`
    where the client's secret is."""
    known = known or _PROCESS
    if not token or len(token) > MAX_TOKEN:
        return Refused("malformed")
    if linking.jwks:
        return verified_jwt(token, linking, now=now, keys=known.keys, fetch=fetch)
    secret = environ.get(linking.secret_env)
    if not linking.introspection or not secret:
        log.error("an account cannot be checked: %s is not set", linking.secret_env or "jwks")
        return Refused(UNAVAILABLE)
    return introspected(token, linking, secret=secret, now=now, answers=known.answers, fetch=fetch)

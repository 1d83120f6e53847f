"""Access tokens that are JWTs (RFC 7519, RFC 9068): signature, then what they claim."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jws import JWSRegistry, extract_compact
from joserfc.jwt import JWTClaimsRegistry

from skill.commerce.merchant import Linking
from skill.linking.account import UNAVAILABLE, Refused, Verdict, account_of, carries
from skill.linking.keys import KINDS, KeySets
from skill.linking.wire import Fetch, Unreachable

MAX_TOKEN = 16 * 1024
LEEWAY = 60
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_REASONS = {"iss": "issuer", "aud": "audience", "nbf": "early", "sub": "subject"}


class _Registry(JWSRegistry):
    # Certificates in the header are common, and cost no more than the whole token may.
    max_header_length = MAX_TOKEN
    max_payload_length = MAX_TOKEN


def verified_jwt(token: str, linking: Linking, *, now: datetime, keys: KeySets, fetch: Fetch) -> Verdict:
    """Whose token it is, by the keys of `linking.jwks`: one of `linking.algorithms`, `iss`, `aud`, `exp` and
    `nbf` with 60 s of leeway, the scopes and a subject."""
    if len(token) > MAX_TOKEN or not _FORM.fullmatch(token):
        return Refused("malformed")
    registry = _Registry(algorithms=linking.algorithms, strict_check_header=False)
    try:
        header = extract_compact(token.encode("ascii"), registry=registry).headers()
        registry.check_header(header)
    except (JoseError, ValueError, RecursionError, AttributeError, TypeError):
        # The last two where a header is JSON, but no object.
        return Refused("malformed")
    alg, kid = header.get("alg"), header.get("kid")
    # joserfc takes an empty list for its own choice, in which secrets count: hence a look of our own.
    if not isinstance(alg, str) or alg not in linking.algorithms or alg[:2] not in KINDS:
        return Refused("algorithm")
    # No extension that must be understood is: an unencoded payload (RFC 7797) has no place in a JWT.
    if "crit" in header or "b64" in header:
        return Refused("malformed")
    try:
        found = keys.find(linking.jwks, kid=kid, alg=alg, now=now.timestamp(), fetch=fetch)
    except Unreachable:
        return Refused(UNAVAILABLE)
    if not found:
        return Refused("key")
    for one in found:
        try:
            claims = jwt.decode(token, one.key, registry=registry).claims
        except (JoseError, ValueError, RecursionError):
            continue
        return _judged(claims, linking, now=now)
    return Refused("signature")


def _judged(claims: Mapping[str, Any], linking: Linking, *, now: datetime) -> Verdict:
    asked = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": linking.issuer},
        aud={"essential": True, "value": linking.audience},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        asked.validate({name: claims[name] for name in ("iss", "aud", "exp", "nbf", "sub") if name in claims})
    except ExpiredTokenError:
        return Refused("expired")
    except InvalidClaimError as error:
        return Refused(_REASONS.get(error.claim, "claims"))
    except MissingClaimError:
        return Refused("claims")
    if not carries(claims.get("scope", claims.get("scp")), linking.scopes):
        return Refused("scope")
    return account_of(claims["sub"], claims)

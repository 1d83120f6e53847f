"""Tells whether a request that reached the web endpoint was really sent by Alexa to one of our skills.

The rules are Amazon's, under "Verify that the request was sent by Alexa" in
https://developer.amazon.com/en-US/docs/alexa/custom-skills/host-a-custom-skill-as-a-web-service.html
On AWS Lambda the platform does this; import this module only where a web server runs.
"""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Callable, Container, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from skill.alexa.envelope import BODY_BYTES, EVENT, envelope
from skill.alexa.fields import fields
from skill.alexa.refused import Refused
from skill.alexa.verifier_chain import Chain

TOLERANCE = timedelta(seconds=150)
EVENT_TOLERANCE = timedelta(hours=1)
HEADER_CHARS = 2048
ID_CHARS = 256

# ASCII, because without it the long s (U+017F) would pass for an "s".
_CHAIN_URL = re.compile(r"(?i:https://s3\.amazonaws\.com)(?::443)?(/.*)", re.ASCII)
_PLAIN_PATH = re.compile(r"/echo\.api/[A-Za-z0-9._/-]+")
# What Python reads besides this is no form that Amazon uses, weeks and NULs among it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def verify(
    body: bytes,
    *,
    headers: Mapping[str, str],
    now: datetime,
    skill_ids: Container[str],
    chain_of: Callable[[str, datetime], Chain],
) -> dict[str, Any]:
    """Return the envelope that `body` (the raw bytes as received) is, if Alexa signed it, now, for one of
    `skill_ids`.

    `now` is timezone-aware. `headers` are looked up without regard to case. `chain_of` comes from
    `certificate_chains`. The body is not decoded before its signature has been verified.

    Raises `Refused`, and nothing else, whatever is wrong with the request; Amazon asks for HTTP 400 then.
    The time limits are Amazon's: 150 seconds either way, one hour for skill events, which are sent again
    when an endpoint did not answer.
    """
    if len(body) > BODY_BYTES:
        raise Refused("body_size")
    url = chain_url(_only(headers, "SignatureCertChainUrl"))
    # Before the chain is fetched: a malformed signature must not cost an outgoing connection.
    signature = _strict_base64(_only(headers, "Signature-256"))
    chain = chain_of(url, now)
    try:
        chain.key.verify(signature, body, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise Refused("signature") from None
    told = envelope(body)
    _check_time(told.get("request"), now=now)
    _check_application(told, skill_ids=skill_ids)
    return told


def chain_url(value: str) -> str:
    """Return the one normal form of a `SignatureCertChainUrl`; only this form may be fetched or cached.

    Amazon's rule: normalise, then https, host s3.amazonaws.com in any case, path under /echo.api/ in exactly
    that case, port 443 or none. Stricter here: no user, query, fragment or double encoding, and after one
    decoding the path is plain ASCII letters, digits and `._/-`. Raises `Refused`.
    """
    match = _CHAIN_URL.fullmatch(value)
    path = posixpath.normpath(unquote(match[1])) if match else ""
    if not _PLAIN_PATH.fullmatch(path):
        raise Refused("chain_url")
    return f"https://s3.amazonaws.com{path}"


def _only(headers: Mapping[str, str], name: str) -> str:
    found = [value for key, value in headers.items() if key.lower() == name.lower()]
    # A comma is how servers join a header that was sent twice, and neither header may contain one.
    if len(found) != 1 or not 0 < len(found[0]) <= HEADER_CHARS or "," in found[0]:
        raise Refused("header")
    return found[0]


def _strict_base64(text: str) -> bytes:
    try:
        decoded = base64.b64decode(text)
    except ValueError:
        decoded = b""
    # Python skips foreign characters and stray bits before the padding; only one spelling is right.
    if base64.b64encode(decoded).decode() != text:
        raise Refused("signature")
    return decoded


def _check_time(request: object, *, now: datetime) -> None:
    if not isinstance(request, dict) or not isinstance(kind := request.get("type"), str):
        raise Refused("json")
    tolerance = EVENT_TOLERANCE if kind.startswith(EVENT) else TOLERANCE
    stamp = request.get("timestamp")
    if not isinstance(stamp, str) or not _MOMENT.fullmatch(stamp):
        raise Refused("timestamp")
    try:
        age = abs(now - datetime.fromisoformat(stamp))
    except (ValueError, OverflowError):
        raise Refused("timestamp") from None
    if age > tolerance:
        raise Refused("timestamp")


def _check_application(told: dict[str, Any], *, skill_ids: Container[str]) -> None:
    ids, system = [], fields(told, "context", "System")
    if system.get("application") is not None:
        ids.append(fields(system, "application").get("applicationId"))
    if told.get("session") is not None:
        ids.append(fields(told, "session", "application").get("applicationId"))
    # They must agree too: the id picks the merchant, and two ids would let one shop answer for another.
    if not ids or not _plain(ids[0]) or ids[0] != ids[-1] or ids[0] not in skill_ids:
        raise Refused("application")


def _plain(id: Any) -> bool:
    # What no skill can be called need not be looked up in the store.
    return isinstance(id, str) and id.isascii() and id.isprintable() and len(id) <= ID_CHARS

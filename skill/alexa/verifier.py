"""Tells whether a request that reached the web endpoint was really sent by Alexa to one of our skills.

The rules are Amazon's, under "Verify that the request was sent by Alexa" in
https://developer.amazon.com/en-US/docs/alexa/custom-skills/host-a-custom-skill-as-a-web-service.html
On AWS Lambda the platform does this; import this module only where a web server runs.
"""

from __future__ import annotations

import base64
import io
import json
import posixpath
import re
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import unquote, urlsplit

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store

SIGNER = "echo-api.amazon.com"
TOLERANCE = timedelta(seconds=150)
EVENT_TOLERANCE = timedelta(hours=1)
CHAIN_LIFE = timedelta(hours=1)
BODY_BYTES = 256 * 1024
HEADER_CHARS = 2048
PEM_BYTES = 64 * 1024
MAX_CERTIFICATES = 10
MIN_RSA_BITS = 2048
MAX_DEPTH = 64

# ASCII, because without it the long s (U+017F) would pass for an "s".
_CHAIN_URL = re.compile(r"(?i:https://s3\.amazonaws\.com)(?::443)?(/.*)", re.ASCII)
_PLAIN_PATH = re.compile(r"/echo\.api/[A-Za-z0-9._/-]+")
# A string is one token, so that brackets inside it do not count; possessive, so that the scan stays linear.
_NESTING = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def verify(
    body: bytes,
    *,
    headers: Mapping[str, str],
    now: datetime,
    skill_ids: Container[str],
    chain_of: Callable[[str, datetime], Chain],
) -> None:
    """Return if `body` (the raw bytes as received) was signed by Alexa, now, for one of `skill_ids`.

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
    envelope = _decoded(body)
    _check_time(envelope.get("request"), now=now)
    _check_application(envelope, skill_ids=skill_ids)


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


def certificate_chains(
    *, fetch: Callable[[str], bytes], roots: Sequence[x509.Certificate], limit: int = 16
) -> Callable[[str, datetime], Chain]:
    """Return the function that answers a `chain_url` and the time with a validated `Chain`.

    It may be called from many threads. Up to `limit` chains are remembered, each for an hour at most and
    never beyond the validity of its certificates; a failure is not remembered. `fetch` returns the PEM file
    and may raise anything. The function raises `Refused` only; `certificate_chains` itself raises
    `ValueError` for empty `roots`.

    Amazon's rule: the signing certificate is in date, names echo-api.amazon.com among its subject
    alternative names and chains up to a trusted root. No chain is pinned, for Amazon renews them.
    """
    store = Store(list(roots))
    kept: dict[str, Chain] = {}
    lock = threading.Lock()

    def chain_of(url: str, now: datetime) -> Chain:
        with lock:
            known = kept.get(url)
        if known is not None and known.since <= now < known.until:
            return known
        # Outside the lock: a slow fetch must not hold up requests whose chain is at hand.
        try:
            pem = fetch(url)
        except Exception as error:
            raise Refused("chain_fetch") from error
        chain = _validated(pem, store=store, now=now)
        with lock:
            kept.pop(url, None)
            kept[url] = chain
            while len(kept) > limit:
                del kept[next(iter(kept))]
        return chain

    return chain_of


def fetch_https(url: str, *, context: ssl.SSLContext | None = None, seconds: float = 2.0) -> bytes:
    """Return what `url` serves with status 200, at most 64 KiB of it, within `seconds` all in.

    The limit covers name resolution, connecting, the handshake and every read together, so that neither a
    silent nor a dripping server can hold the caller. Redirects are refused and proxies ignored. `context`
    is for servers that do not chain to certifi's roots. Raises `OSError` or `http.client.HTTPException`,
    and `ValueError` for a malformed `url`.
    """
    ends = time.monotonic() + seconds
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    context = context or ssl.create_default_context(cafile=certifi.where())
    with _connected((host, port), ends=ends) as plain:
        plain.settimeout(_left(ends))
        with context.wrap_socket(plain, server_hostname=host) as secure:
            request = HTTPSConnection(host, port, context=context)
            request.sock = secure
            secure.settimeout(_left(ends))
            request.request("GET", parts.path, headers={"Connection": "close"})
            with HTTPResponse(secure, method="GET") as response:
                response.fp.close()
                response.fp = io.BufferedReader(_Wire(secure, ends=ends))
                response.begin()
                if response.status != 200:
                    raise HTTPException(f"status {response.status}")
                content = response.read(PEM_BYTES + 1)
    if len(content) > PEM_BYTES:
        raise HTTPException("answer too large")
    return content


def default_roots() -> list[x509.Certificate]:
    """Return the roots of the Mozilla store as `certifi` ships it, read from disk at each call.

    Call it while the program starts, for it silences a warning and Python's warnings are shared by threads.
    """
    # Six roots carry the serial number 0, Starfield's, which has signed Amazon's, among them. `cryptography`
    # warns but goes on reading such roots while trust stores hold them (pyca/cryptography #12969).
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return x509.load_pem_x509_certificates(certifi.contents().encode())


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


def _validated(pem: bytes, *, store: Store, now: datetime) -> Chain:
    # Malformed certificates make `cryptography` raise a dozen unrelated kinds of exception.
    try:
        if len(pem) > PEM_BYTES:
            raise ValueError("chain too large")
        leaf, *others = x509.load_pem_x509_certificates(pem)
        if len(others) >= MAX_CERTIFICATES:
            raise ValueError("too many certificates")
        verifier = PolicyBuilder().store(store).time(now).build_server_verifier(x509.DNSName(SIGNER))
        path = verifier.verify(leaf, others)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        # The library is content with a wildcard and with a 1024-bit leaf.
        if SIGNER not in names.get_values_for_type(x509.DNSName):
            raise ValueError("signer not named exactly")
        key = leaf.public_key()
        if not isinstance(key, RSAPublicKey) or key.key_size < MIN_RSA_BITS:
            raise ValueError("weak or foreign key")
        return Chain(
            key=key,
            since=max(certificate.not_valid_before_utc for certificate in path),
            until=min(now + CHAIN_LIFE, *(certificate.not_valid_after_utc for certificate in path)),
        )
    except Exception as error:
        raise Refused("chain") from error


def _decoded(body: bytes) -> dict[str, Any]:
    # The causes are cut off here and below: these exceptions carry the request itself.
    try:
        text = body.decode("utf-8")
        depth = 0
        for token in _NESTING.finditer(text):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
            if depth > MAX_DEPTH:
                raise Refused("depth")
        envelope = json.loads(text)
    except ValueError:
        raise Refused("json") from None
    if not isinstance(envelope, dict):
        raise Refused("json")
    return envelope


def _check_time(request: object, *, now: datetime) -> None:
    if not isinstance(request, dict) or not isinstance(kind := request.get("type"), str):
        raise Refused("json")
    tolerance = EVENT_TOLERANCE if kind.startswith("AlexaSkillEvent.") else TOLERANCE
    # TypeError: not a string, or a time without a zone, which names no moment.
    try:
        age = abs(now - datetime.fromisoformat(request["timestamp"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Refused("timestamp") from None
    if age > tolerance:
        raise Refused("timestamp")


def _check_application(envelope: dict[str, Any], *, skill_ids: Container[str]) -> None:
    ids = []
    if _at(envelope, "context", "System", "application") is not None:
        ids.append(_at(envelope, "context", "System", "application", "applicationId"))
    if envelope.get("session") is not None:
        ids.append(_at(envelope, "session", "application", "applicationId"))
    # They must agree too: the id picks the merchant, and two ids would let one shop answer for another.
    if not ids or not isinstance(ids[0], str) or ids[0] not in skill_ids or ids[0] != ids[-1]:
        raise Refused("application")


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left


def _connected(address: tuple[str, int], *, ends: float) -> socket.socket:
    # In a thread, for the system's resolver takes no time limit. Half of what is left for each address of the
    # host, so that a dead first one leaves time for the next.
    pool = ThreadPoolExecutor(max_workers=1)
    connecting = pool.submit(socket.create_connection, address, timeout=_left(ends) / 2)
    pool.shutdown(wait=False)
    return connecting.result(_left(ends))


class Refused(Exception):
    """The request is not to be answered. `reason` is one word for logs and never quotes the request.

    Reasons: body_size, header, chain_url, chain_fetch, chain, signature, json, depth, timestamp, application.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A validated chain: the signing certificate's key, and when (aware UTC) it may be used unchecked."""

    key: RSAPublicKey
    since: datetime
    until: datetime


class _Wire(io.RawIOBase):
    """A connection whose reads all end at one moment, which a timeout for each read would not give."""

    def __init__(self, secure: ssl.SSLSocket, *, ends: float) -> None:
        self._secure = secure
        self._ends = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._secure.settimeout(_left(self._ends))
        return self._secure.recv_into(buffer)

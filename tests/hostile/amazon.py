"""Somebody in Amazon's place: a throw-away authority, signing certificates good and bad, and the server that
hands out their chains. `python -m tests.hostile FOLDER` serves it to suites that sign by themselves."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.alexa import pki
from tests.alexa.pki import DAY

HOST = "s3.amazonaws.com"
NAME = "echo-api-cert-good"
BIG = 1024 * 1024
_UNKNOWN = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00"), True)
_ELSEWHERE = (
    x509.NameConstraints(permitted_subtrees=[x509.DNSName("example.com")], excluded_subtrees=None),
    True,
)
_FRAME = b"-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"


def address(name: str) -> str:
    """The SignatureCertChainUrl of the file of that name."""
    return f"https://{HOST}/echo.api/{name}.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amazon:
    """`signers` by the name of their file; `host` is where the files are served."""

    signers: Mapping[str, pki.Signer]
    root: pki.Authority
    host: pki.Server

    def sign(self, body: bytes, *, by: str = NAME) -> str:
        """The Signature-256 of `body`, by the good key where the file of that name has none of its own."""
        return self.signers.get(by, self.signers[NAME]).sign(body)

    def settings(self, folder: Path) -> dict[str, str]:
        """What tells `sayso serve` of us. Leaves roots.pem and leaf.key in `folder`."""
        roots = folder / "roots.pem"
        roots.write_bytes(pki.pem_of(self.root.certificate))
        (folder / "leaf.key").write_bytes(self.signers[NAME].key_pem)
        return {
            "SAYSO_CHAIN_ROOTS": str(roots),
            "SAYSO_CHAIN_HOST": f"127.0.0.1:{self.host.server_port}",
        }


@contextmanager
def amazon() -> Iterator[Amazon]:
    """Serve the chains. At an address of no file lies the good chain, so that what should not have been
    fetched would be believed."""
    signers, root = _signers(), _root()
    identity = pki.signer(
        root, names=(HOST,), since=_now() - DAY, until=_now() + 30 * DAY, key=pki.ec_key("s3")
    )
    good = pki.content(signers[NAME].chain)
    with pki.https_server(identity, _files(), otherwise=good) as host:
        yield Amazon(signers=signers, root=root, host=host)


@cache
def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@cache
def _root() -> pki.Authority:
    return _authority("Root in Amazon's place")


def _authority(name: str, *, by: pki.Authority | None = None, **faults: object) -> pki.Authority:
    dates = {"since": _now() - 30 * DAY, "until": _now() + 300 * DAY}
    return pki.authority(name, signed_by=by, **{**dates, **faults})  # type: ignore[arg-type]


@cache
def _middle() -> pki.Authority:
    return _authority("Intermediate in Amazon's place", by=_root())


def _leaf(*issuers: pki.Authority, **faults: object) -> pki.Signer:
    dates = {"since": _now() - DAY, "until": _now() + 30 * DAY}
    above = issuers or (_middle(), _root())
    return pki.signer(*above, **{**dates, **faults})  # type: ignore[arg-type]


@cache
def _signers() -> Mapping[str, pki.Signer]:
    """Whoever signs, by the name of the file with their chain."""
    root, soon, past = _root(), _now() + timedelta(hours=1), _now() - timedelta(hours=1)
    below = _authority("Lower", by=_middle())
    return {
        NAME: _leaf(),
        "several-names": _leaf(names=("other.amazon.com", pki.SIGNER)),
        "wildcard-beside": _leaf(names=("*.amazon.com", pki.SIGNER)),
        "by-the-root": _leaf(root),
        "two-intermediates": _leaf(below, _middle(), root),
        "expired": _leaf(until=past),
        "not-yet-valid": _leaf(since=soon),
        "common-name-only": _leaf(names=()),
        "wrong-name": _leaf(names=("echo-api.amazon.org",)),
        "wildcard": _leaf(names=("*.amazon.com",)),
        "name-below": _leaf(names=("x.echo-api.amazon.com",)),
        "name-above": _leaf(names=("amazon.com",)),
        "name-with-more": _leaf(names=("echo-api.amazon.com.evil.example",)),
        "address-only": _leaf(names=(), addresses=("127.0.0.1",)),
        "rsa-1024": _leaf(key=pki.rsa_key("small", bits=1024)),
        "elliptic": _leaf(key=pki.ec_key("leaf")),
        "for-clients": _leaf(purpose=ExtendedKeyUsageOID.CLIENT_AUTH),
        "for-code": _leaf(purpose=ExtendedKeyUsageOID.CODE_SIGNING),
        "for-mail": _leaf(purpose=ExtendedKeyUsageOID.EMAIL_PROTECTION),
        "issuer-not-identified": _leaf(key_identified=False),
        "leaf-is-authority": _leaf(is_authority=True),
        "unknown-root": _leaf(_authority("Stranger")),
        "unknown-root-and-intermediate": _leaf(
            _authority("Strange intermediate", by=_authority("Stranger")), _authority("Stranger")
        ),
        "namesake-of-the-root": _leaf(_authority("Root in Amazon's place", key=pki.ec_key("namesake"))),
        "namesake-of-the-intermediate": _leaf(
            _authority("Intermediate in Amazon's place", by=_authority("Stranger"), key=pki.ec_key("other")),
            root,
        ),
        "expired-intermediate": _leaf(_authority("Old", by=root, until=past), root),
        "future-intermediate": _leaf(_authority("Young", by=root, since=soon), root),
        "intermediate-may-not-sign": _leaf(_authority("No CA", by=root, is_authority=False), root),
        "rsa-1024-intermediate": _leaf(
            _authority("Small", by=root, key=pki.rsa_key("small", bits=1024)), root
        ),
        "name-in-the-intermediate": _leaf(_authority("Named", by=root, names=(pki.SIGNER,)), root, names=()),
        "longer-than-its-intermediate-allows": _leaf(
            _authority("Lower still", by=_authority("Last", by=root, path_length=0)),
            _authority("Last", by=root, path_length=0),
            root,
        ),
        "intermediate-for-other-names": _leaf(_authority("Elsewhere", by=root, extra=[_ELSEWHERE]), root),
        "critical-and-unknown": _leaf(extra=[_UNKNOWN]),
        "intermediate-critical-and-unknown": _leaf(_authority("Odd", by=root, extra=[_UNKNOWN]), root),
        "under-a-leaf": _leaf(
            pki.Authority(certificate=_leaf().leaf, key=_leaf().key),
            _middle(),
            root,
            key=pki.rsa_key("forger"),
        ),
    }


@cache
def _texts() -> Mapping[str, bytes]:
    """Files that are served well and hold no chain of the good signer's, but for the first three."""
    good = _signers()[NAME]
    middle, root = pki.pem_of(_middle().certificate), pki.pem_of(_root().certificate)
    lower = _signers()["two-intermediates"]
    der = good.leaf.public_bytes(Encoding.DER)
    key = good.leaf.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "root-included": good.chain + root,
        "text-around": b"Bag Attributes: none\n" + good.chain + b"\n\n",
        "intermediates-swapped": pki.pem_of(
            lower.leaf, lower.issuers[1].certificate, lower.issuers[0].certificate
        ),
        "empty": b"",
        "blank": b" \r\n" * 100,
        "html": b"<!doctype html><title>Sign in</title><form method=post>",
        "denied-in-xml": b"<Error><Code>AccessDenied</Code></Error>",
        "garbage": os.urandom(8_000),
        "zeros": bytes(8_000),
        "private-key": pki.pem_of() + _signers()["elliptic"].key_pem,
        "public-key": key,
        "der": der,
        "cut-in-the-leaf": good.chain[:600],
        "cut-in-the-intermediate": good.chain[:-200],
        "spoilt": good.chain.replace(b"A", b"B"),
        "nul-inside": good.chain.replace(b"\n", b"\x00\n", 3),
        "no-certificate-in-it": _FRAME % b"AAAA",
        "no-base64-in-it": _FRAME % b"*****",
        "nothing-in-it": _FRAME % b"",
        "gzipped": gzip.compress(good.chain),
        "in-utf-16": good.chain.decode().encode("utf-16"),
        "leaf-alone": pki.pem_of(good.leaf),
        "leaf-last": middle + pki.pem_of(good.leaf),
        "root-alone": root,
        "root-and-intermediate": middle + root,
        "eleven": good.chain + root * 9,
        "sixty-leaves": pki.pem_of(good.leaf) * 40,
        "too-large": good.chain.ljust(64 * 1024 + 1),
        "huge": good.chain.ljust(BIG),
    }


def _files() -> Mapping[str, pki.Answer]:
    good = _signers()[NAME].chain
    full = b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"
    moved = {
        f"moved-{status}": pki.content(b"", status=status, Location=address(NAME))
        for status in (301, 302, 303, 307, 308)
    }
    told = {
        f"status-{status}": pki.content(good, status=status)
        for status in (201, 203, 206, 400, 401, 403, 404, 410, 500, 503)
    }
    answers: dict[str, pki.Answer] = {
        **{name: pki.content(signer.chain) for name, signer in _signers().items()},
        **{name: pki.content(text) for name, text in _texts().items()},
        **moved,
        **told,
        "endless": pki.endless(),
        "hanging": pki.hanging(),
        "drips-head": pki.dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        "drips-line": pki.dripping(b"HTTP/1.1 ", b"0"),
        "drips-continue": pki.dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "drips-body": pki.dripping(full, b"x"),
        "not-http": pki.dripping(b"220 mail.example ESMTP\r\n", b""),
        "shorter-than-told": pki.closing(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + good),
        "nothing-said": pki.closing(b""),
        "status-of-letters": pki.closing(b"HTTP/1.1 OK\r\n\r\n" + good),
        "headers-without-end": pki.closing(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300),
    }
    return {f"/echo.api/{name}.pem": answer for name, answer in answers.items()}

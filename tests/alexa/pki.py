"""Test support: throw-away certificates, signatures as Alexa makes them, and a real HTTPS server.

Nothing here is trusted outside the tests. Keys are made once a session: only RSA keys cost time, so the
authorities use elliptic curves.
"""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SIGNER = "echo-api.amazon.com"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(label: str = "signer", *, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return the RSA key of that label and size, made on first use."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(label: str) -> ec.EllipticCurvePrivateKey:
    """Return the P-256 key of that label, made on first use."""
    return ec.generate_private_key(ec.SECP256R1())


def authority(
    name: str,
    *,
    signed_by: Authority | None = None,
    since: datetime = NOW - 365 * DAY,
    until: datetime = NOW + 3650 * DAY,
    is_authority: bool = True,
    key: Key | None = None,
    names: Sequence[str] = (),
    path_length: int | None = None,
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> Authority:
    """Return a root, or an intermediate if `signed_by` is given. `extra`: more extensions, and whether each
    is critical."""
    key = key or ec_key(name)
    issuer = signed_by or Authority(certificate=None, key=key)
    builder = _builder(name, issuer=issuer, key=key, since=since, until=until)
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternative, critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=path_length), critical=True)
        .add_extension(_usage(signs_certificates=is_authority), critical=True)
        .sign(issuer.key, SHA256())
    )
    return Authority(certificate=certificate, key=key)


def signer(
    *issuers: Authority,
    names: Sequence[str] = (SIGNER,),
    addresses: Sequence[str] = (),
    since: datetime = NOW - 30 * DAY,
    until: datetime = NOW + 30 * DAY,
    key: Key | None = None,
    key_identified: bool = True,
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
    is_authority: bool = False,
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> Signer:
    """Return a leaf signed by the first of `issuers`; all of them, except roots, go into its PEM file.

    The common name is always Alexa's, for that alone must never be enough.
    """
    key = key or rsa_key()
    builder = _builder(
        SIGNER, issuer=issuers[0], key=key, since=since, until=until, key_identified=key_identified
    )
    general: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    general += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    if general:
        builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    leaf = (
        builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=is_authority), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .sign(issuers[0].key, SHA256())
    )
    return Signer(key=key, leaf=leaf, issuers=issuers)


def pem_of(*certificates: x509.Certificate | None) -> bytes:
    """Return the certificates one after another, as in the file Alexa points to."""
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates if one is not None)


@contextlib.contextmanager
def https_server(
    identity: Signer, answers: Mapping[str, Answer], *, otherwise: Answer | None = None
) -> Iterator[Server]:
    """Serve `answers`, by path, on a free port of 127.0.0.1, with the certificate of `identity`; at any other
    path `otherwise`, or 404."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:  # OpenSSL takes a key from a file only
        file.write(identity.key_pem + identity.chain)
        file.flush()
        context.load_cert_chain(file.name)
    server = Server(context, answers, otherwise or content(b"", status=404))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def content(body: bytes, *, status: int = 200, **headers: str) -> Answer:
    """Answer with `body`; header names are written with `_` for `-`."""

    def answer(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def endless() -> Answer:
    """Answer with zeros that never stop, without saying how many."""

    def answer(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stopping.is_set():
            handler.wfile.write(bytes(65536))

    return answer


def hanging() -> Answer:
    """Take the request and never answer."""

    def answer(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        stopping.wait(30)

    return answer


def closing(whole: bytes) -> Answer:
    """Send `whole` as it is, and close."""

    def answer(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        handler.wfile.write(whole)

    return answer


def dripping(start: bytes, drop: bytes) -> Answer:
    """Send `start`, then `drop` every 20 ms for ever."""

    def answer(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        handler.wfile.write(start)
        while not stopping.wait(0.02):
            handler.wfile.write(drop)

    return answer


def _builder(
    name: str,
    *,
    issuer: Authority,
    key: Key,
    since: datetime,
    until: datetime,
    key_identified: bool = True,
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer.certificate else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not key_identified:
        return builder
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    return builder.add_extension(identifier, critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


Answer = Callable[[BaseHTTPRequestHandler, threading.Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A certificate that signs others; without a certificate it is a root in the making."""

    certificate: x509.Certificate | None
    key: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A leaf certificate with its key and its issuers, nearest first."""

    key: Key
    leaf: x509.Certificate
    issuers: tuple[Authority, ...]

    @property
    def chain(self) -> bytes:
        """The PEM file: the leaf, then the intermediates."""
        above = [one.certificate for one in self.issuers]
        return pem_of(self.leaf, *(one for one in above if one and one.subject != one.issuer))

    @property
    def key_pem(self) -> bytes:
        """The private key, for a server of ours."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, body: bytes, *, algorithm: HashAlgorithm | None = None) -> str:
        """Return the value of the Signature-256 header for `body`."""
        algorithm = algorithm or SHA256()
        if isinstance(self.key, rsa.RSAPrivateKey):
            return base64.b64encode(self.key.sign(body, PKCS1v15(), algorithm)).decode()
        return base64.b64encode(self.key.sign(body, ec.ECDSA(algorithm))).decode()


class Server(ThreadingHTTPServer):
    """A threaded HTTPS server; `paths` lists what was asked for, and closing it waits for its threads."""

    daemon_threads = False

    def __init__(self, context: ssl.SSLContext, answers: Mapping[str, Answer], otherwise: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.context = context
        self.answers = answers
        self.otherwise = otherwise
        self.paths: list[str] = []
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"https://127.0.0.1:{self.server_port}"

    def get_request(self) -> tuple[socket, Any]:
        """Accept without shaking hands, which is left to the thread of the connection."""
        plain, address = super().get_request()
        return self.context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away in the middle are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        answer = self.server.answers.get(self.path, self.server.otherwise)
        self.close_connection = True
        answer(self, self.server.stopping)

    def log_message(self, format: str, *args: object) -> None:
        pass

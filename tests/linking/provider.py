"""An identity provider for tests: real keys, and a real HTTP server on this machine that can misbehave."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from skill.commerce.merchant import Linking

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
ISSUER, AUDIENCE = "https://id.example", "sayso"
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1"})
OTHER = RSAKey.generate_key(2048, {"kid": "rsa-2"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed-1"})
SignKey = RSAKey | ECKey | OKPKey


@dataclass
class Server:
    """What is served, and what was asked: `answer` gets the path and a POST's form and gives status, headers
    and body; `seen` holds (method, path, headers, body)."""

    address: str
    answer: Callable[[str, bytes], tuple[int, Mapping[str, str], bytes]]
    seen: list[tuple[str, str, Mapping[str, str], bytes]] = field(default_factory=list)
    # Seconds before the first byte, and between two bytes of the body.
    delay: float = 0.0
    drip: float = 0.0

    def serves(self, document: Any) -> None:
        """From now on, this document as JSON."""
        self.answer = lambda path, form: (200, {}, json.dumps(document).encode())

    @property
    def jwks(self) -> str:
        return f"{self.address}/jwks.json"


@contextmanager
def serving() -> Iterator[Server]:
    """A server whose keys are RSA, EC and ED."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(b"")

        def do_POST(self) -> None:
            self.reply(self.rfile.read(int(self.headers["Content-Length"])))

        def reply(self, form: bytes) -> None:
            server.seen.append((self.command, self.path, dict(self.headers), form))
            time.sleep(server.delay)
            status, headers, body = server.answer(self.path, form)
            if status == 0:
                # Hang up without a word.
                return
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for byte in body if server.drip else [body]:
                    self.wfile.write(bytes([byte]) if isinstance(byte, int) else byte)
                    time.sleep(server.drip)
            except OSError:
                # Whoever asked has hung up, as it should.
                return

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{http.server_port}", lambda path, form: (404, {}, b""))
    server.serves(key_set(RSA, EC, ED))
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def key_set(*keys: SignKey, **also: str) -> dict[str, Any]:
    """The public halves as a JWK set."""
    return {"keys": [{**key.as_dict(private=False), "use": "sig", **also} for key in keys]}


def linking(server: Server, **changed: Any) -> Linking:
    """How a shop asks this server, by its keys."""
    told = {"jwks": server.jwks, "algorithms": ("RS256", "ES256", "Ed25519"), **changed}
    return Linking(issuer=ISSUER, audience=AUDIENCE, **told)


def introspecting(server: Server, **changed: Any) -> Linking:
    """How a shop asks this server about each token."""
    told = {"client_id": "shop", "secret_env": "SHOP_SECRET", **changed}
    return Linking(issuer=ISSUER, audience=AUDIENCE, introspection=f"{server.address}/introspect", **told)


def claims(**changed: Any) -> dict[str, Any]:
    """What a good token says at NOW; None takes a claim out."""
    at = int(NOW.timestamp())
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann-7", "iat": at - 60, "exp": at + 3600, **changed}
    return {name: value for name, value in told.items() if value is not None}


def token(key: SignKey = RSA, *, alg: str = "RS256", header: Mapping[str, Any] = {}, **changed: Any) -> str:
    """A token signed with this key."""
    whole = {"alg": alg, "kid": key.kid, **header}
    whole = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(whole, claims(**changed), key, algorithms=[alg])

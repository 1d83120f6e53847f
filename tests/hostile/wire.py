"""A request as it goes over the wire, and what comes back: no HTTP library, for those send nothing wrong."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

PATIENCE = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One request. Its headers go out as they stand here, and only they."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    method: str = "POST"
    target: str = "/alexa"
    version: str = "HTTP/1.1"

    def wire(self) -> bytes:
        lines = [f"{self.method} {self.target} {self.version}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, and after how many seconds. `status` is 0 where the connection was closed without a
    word."""

    status: int
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def send(port: int, wire: bytes, *, half_closed: bool = False) -> Answer:
    """Send `wire` to a port of this machine and read until the other side ends. `half_closed`: say that
    nothing more will come."""
    started = time.monotonic()
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        # Whoever is refused early may find the door shut while still talking.
        with suppress(ConnectionError):
            connection.sendall(wire)
        if half_closed:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while not _whole(received) and (more := connection.recv(65_536)):
                received += more
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    words = head.split(None, 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    return Answer(status=status, body=body, seconds=time.monotonic() - started)


def _whole(received: bytearray) -> bool:
    """Whether the answer is complete, which servers that keep connections do not tell by closing them."""
    head, found, body = bytes(received).partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length" and found:
            return len(body) >= int(value)
    return False

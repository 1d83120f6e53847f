"""A shop served by `sayso serve` in a process of its own, and talked to over bare sockets."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.programs import free_port
from tests.talk import ROOT

LAUNCH: dict[str, Any] = json.loads((ROOT / "tests" / "requests" / "launch.json").read_text("utf-8"))[
    "request"
]
HEAD = b"Host: localhost\r\nContent-Type: application/json\r\n"


@dataclass(frozen=True, slots=True)
class Served:
    """The process, where it listens, and what it wrote."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 10)

    def send(self, raw: bytes, *, half_close: bool = False) -> tuple[int, bytes]:
        """The status and the body of the answer to what may be no HTTP at all; 0: the connection was closed
        without one."""
        with self.connect() as wire:
            try:
                wire.sendall(raw)
                if half_close:
                    wire.shutdown(socket.SHUT_WR)
            except OSError:
                # Refused before it was all sent; the answer may be there all the same.
                pass
            return answer(wire)

    def get(self, path: str, *headers: str) -> tuple[int, bytes]:
        lines = "".join(f"{header}\r\n" for header in headers).encode()
        return self.send(b"GET %s HTTP/1.1\r\nConnection: close\r\n" % path.encode() + HEAD + lines + b"\r\n")

    def stop(self, signum: int = signal.SIGTERM, *, seconds: float = 30) -> int:
        self.process.send_signal(signum)
        return self.process.wait(seconds)


def post(body: bytes, *headers: bytes, path: bytes = b"/alexa") -> bytes:
    """A whole request as it goes over the wire."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return b"POST %s HTTP/1.1\r\n" % path + HEAD + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


def answer(wire: socket.socket) -> tuple[int, bytes]:
    """The status and body of one answer."""
    try:
        head, body = _head(wire, b"")
        if head.startswith(b"HTTP/1.1 100"):
            head, body = _head(wire, body)
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        while len(body) < int(fields.get(b"content-length", 0)) and (more := wire.recv(65_536)):
            body += more
    except ConnectionError:
        return 0, b""
    return int(head.split(b" ")[1]) if head else 0, body


def _head(wire: socket.socket, got: bytes) -> tuple[bytes, bytes]:
    while b"\r\n\r\n" not in got and (more := wire.recv(65_536)):
        got += more
    head, _, rest = got.partition(b"\r\n\r\n")
    return head, rest


@contextmanager
def served(folder: Path, *arguments: str, **environ: str) -> Iterator[Served]:
    """`sayso serve --unsigned` with these arguments, once it is ready; killed at the end if it still runs."""
    port, log = free_port(), folder / f"log-{time.monotonic_ns()}"
    store = {"SAYSO_STORE": f"sqlite:{folder / 'shop.db'}", **environ}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "skill", "serve", "--unsigned", "--port", str(port), *arguments],
            cwd=ROOT,
            env={**os.environ, **store},
            stdout=out,
            stderr=out,
        )
    shop = Served(process, port, log)
    try:
        wait_until_ready(shop)
        yield shop
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_until_ready(shop: Served) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and shop.process.poll() is None:
        try:
            if shop.get("/health/ready")[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"it did not come up: {shop.log.read_text('utf-8')}")

"""A merchant's program that listens for webhooks: a real HTTP server on loopback, as moody as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

# What it does with the n-th message (from 0) of a path: a status, or seconds without an answer.
Mood = Callable[[int], int | float]


@dataclass
class Receiver:
    """`heard`: what came on each path, signed with its secret or not, in the order it came; `took`: ids of
    the messages that were answered 2xx."""

    url: str
    moods: dict[str, Mood] = field(default_factory=dict)
    # The same for what comes the first time; later it is taken.
    first: dict[str, Mood] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    heard: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    took: dict[str, list[str]] = field(default_factory=dict)
    bad: list[str] = field(default_factory=list)

    def ids(self, path: str = "/") -> list[str]:
        """Whatever was taken there, with repeats."""
        return self.took.get(path, [])

    def kinds(self, path: str = "/") -> list[str]:
        return [body["type"] for _, body in self.heard.get(path, [])]


@contextmanager
def receiving(*, secret: str = "", mood: Mood = lambda _: 204) -> Iterator[Receiver]:
    """A receiver for as long as this is open; `secret` and `mood` are those of "/"."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            id = self.headers["webhook-id"]
            with lock:
                heard = receiver.heard.setdefault(self.path, [])
                answer = receiver.moods.get(self.path, mood)(len(heard))
                if self.path in receiver.first and all(known != id for known, _ in heard):
                    answer = receiver.first[self.path](len(heard))
                heard.append((id, json.loads(body)))
                if self.path in receiver.secrets:
                    try:
                        Webhook(receiver.secrets[self.path]).verify(body, dict(self.headers))
                    except Exception as error:
                        receiver.bad.append(f"{self.path}: {error!r}")
            if isinstance(answer, float):
                time.sleep(answer)
                return
            if 200 <= answer < 300:
                with lock:
                    receiver.took.setdefault(self.path, []).append(id)
            with suppress(OSError):
                self.send_response(answer)
                if 300 <= answer < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing to read there."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Whoever posts may hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}", secrets={"/": secret} if secret else {})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

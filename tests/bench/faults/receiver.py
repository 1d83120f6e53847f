"""A merchant's server: it takes webhooks on a loopback socket, and fails as the weather has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.bench.faults.weather import Weather
from tests.bench.faults.worker import SECRET

_FAULTS = ("never sent", "throttled", "error 500", "done, error 500", "answer lost")


@dataclass
class Receiver:
    """`got` counts each (kind, about) by the ids it came under. `refused` counts what is no webhook."""

    weather: Weather
    url: str = ""
    got: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    refused: int = 0
    lock: Lock = field(default_factory=Lock)

    def take(self, headers: Any, body: bytes) -> int:
        """The status a delivery is answered with; 0: with nothing at all."""
        with self.lock:
            fault = self.weather.strike("merchant: webhook", _FAULTS)
            if fault == "never sent":
                return 0
            if fault in ("throttled", "error 500"):
                return 429 if fault == "throttled" else 500
            try:
                told = Webhook(SECRET).verify(body, dict(headers))
                about = (str(told["type"]), str(told["data"]["id"]))
                self.got.setdefault(about, Counter())[str(headers["webhook-id"])] += 1
            except (WebhookVerificationError, ValueError, KeyError, TypeError):
                self.refused += 1
                return 400
            if fault:
                return 500 if fault == "done, error 500" else 0
            return 204


@contextmanager
def receiver(weather: Weather) -> Iterator[Receiver]:
    """A merchant's server for as long as this lasts."""
    merchant = Receiver(weather)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            status = merchant.take(self.headers, self.rfile.read(int(self.headers["Content-Length"])))
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """A flaky server's log is nothing to read."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    merchant.url = f"http://127.0.0.1:{server.server_address[1]}/orders"
    try:
        yield merchant
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

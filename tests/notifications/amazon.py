"""Amazon's side of notifications and reminders: a real HTTP server on loopback, as moody as it is told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from tests.serving import running

CLIENT, SECRET = "amzn1.application-oa2-client.example", "not-a-real-secret"
EVENTS = "/v1/proactiveEvents"


@dataclass
class Amazon:
    """`events` and `reminders` are what was accepted, each once; `asked`: every path that was asked for.
    `moods` are the statuses of the next requests to a path (a float: seconds without an answer; `taken`: the
    request is carried out, and its answer lost)."""

    url: str = ""
    expires_in: int = 3600
    moods: dict[str, list[int | float | str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    events: list[dict[str, Any]] = field(default_factory=list)
    reminders: list[dict[str, Any]] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    zone: str = "Europe/Berlin"
    lock: Lock = field(default_factory=Lock)

    @property
    def references(self) -> list[str]:
        return [event["referenceId"] for event in self.events]

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, Any] | None:
        """Status and JSON; None: no answer."""
        self.asked.append(path)
        mood = self.moods[path].pop(0) if self.moods.get(path) else None
        if isinstance(mood, float):
            time.sleep(mood)
            return None
        if isinstance(mood, int):
            return mood, {"message": "as told"}
        found = self._answered(method, path, headers, body)
        return None if mood == "taken" else found

    def _answered(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, Any]:
        if path == "/auth/o2/token":
            return self._token(parse_qs(body.decode()))
        token = str(headers["Authorization"]).removeprefix("Bearer ")
        if path.startswith(EVENTS):
            return self._event(json.loads(body)) if token in self.valid else (401, {})
        if path == "/v1/alerts/reminders":
            if "reminders" in self.denied:
                return 401, {"code": "UNAUTHORIZED"}
            self.reminders.append(json.loads(body))
            return 200, {"alertToken": "1"}
        if method == "GET" and path.endswith("/settings/System.timeZone"):
            return 200, self.zone
        return 404, {}

    def _token(self, form: dict[str, list[str]]) -> tuple[int, Any]:
        wanted = {
            "grant_type": ["client_credentials"],
            "client_id": [CLIENT],
            "client_secret": [SECRET],
            "scope": ["alexa::proactive_events"],
        }
        if form != wanted:
            return 401, {"error": "invalid_client"}
        token = f"token-{len(self.tokens)}"
        self.tokens.append(token)
        self.valid.add(token)
        return 200, {"access_token": token, "expires_in": self.expires_in, "token_type": "bearer"}

    def _event(self, event: dict[str, Any]) -> tuple[int, Any]:
        user = event["relevantAudience"]["payload"]["user"]
        if user in self.denied:
            return 403, {"message": "not subscribed"}
        known = {(one["relevantAudience"]["payload"]["user"], one["referenceId"]) for one in self.events}
        if (user, event["referenceId"]) in known:
            return 409, {"message": "already there"}
        self.events.append(event)
        return 202, None


@contextmanager
def amazon() -> Iterator[Amazon]:
    """Amazon for as long as this is open."""
    told = Amazon()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with told.lock:
                answered = told.answer(method, self.path, self.headers, body)
            if answered is None:
                self.close_connection = True
                return
            status, content = answered
            text = b"" if content is None else json.dumps(content).encode()
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Nothing to read there."""

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        told.url = url
        yield told

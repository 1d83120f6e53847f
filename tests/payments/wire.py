"""Between Stripe's library and localstripe: what that lacks of the real thing, and the faults of a wire.

localstripe has no idempotency keys, confirms a PaymentIntent once and with no other card, does not know that
nobody is there to agree (`off_session`), names no reason for a decline, and refunds more than was paid.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

import urllib3

Answer = tuple[int, dict[str, Any]]
# What becomes of the next request that fits: it never arrives, its answer is lost or late, or the provider
# is out of order.
NEVER, LOST, LATE, BROKEN = "never", "lost", "late", "broken"


@dataclass
class Fault:
    kind: str
    of: str
    seconds: float = 0.0


@dataclass
class Wire:
    """`faults` are used up in order, each by the first request whose "METHOD path" ends in its `of`; `seen`
    lists the requests that arrived."""

    upstream: str
    key: str = "sk_test_sayso"
    faults: list[Fault] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    _answers: dict[str, tuple[str, Answer | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    _http: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)

    def forget_keys(self) -> None:
        """A day goes by: idempotency keys mean nothing any more."""
        self._answers.clear()

    def fault(self, request: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if request.split("?")[0].endswith(fault.of):
                    self.faults.remove(fault)
                    return fault
        return None

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """localstripe's own answer."""
        headers = {"Authorization": f"Bearer {self.key}"}
        if isinstance(body, dict):
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        elif body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._http.request(
            method, self.upstream + path, body=body or None, headers=headers, retries=False
        )
        return answer.status, json.loads(answer.data)

    def answer(self, method: str, path: str, body: str, key: str) -> Answer:
        """As Stripe would answer. https://docs.stripe.com/api/idempotent_requests"""
        self.seen.append(f"{method} {path.split('?')[0]}")
        if method != "POST" or not key:
            return self._done(method, path, body)
        with self._lock:
            known = self._answers.get(key)
            if known is None:
                self._answers[key] = (path + body, None)
        if known is not None:
            if known[0] != path + body:
                return 400, {"error": {"type": "idempotency_error", "message": "other parameters"}}
            if known[1] is None:
                return 409, {"error": {"type": "idempotency_error", "code": "idempotency_key_in_use"}}
            return known[1]
        answer = self._done(method, path, body)
        self._answers[key] = (path + body, answer)
        return answer

    def _done(self, method: str, path: str, body: str) -> Answer:
        form = dict(parse_qsl(body))
        with self._one_at_a_time:
            if method == "POST" and path == "/v1/payment_intents":
                form = {name: value for name, value in form.items() if not name.startswith("allowed_payment")}
                return self.ask(method, path, urlencode(form))
            if method == "POST" and path.endswith("/confirm"):
                return self._confirmed(path.removesuffix("/confirm"), form)
            if method == "POST" and path.endswith("/cancel"):
                status, intent = self.ask("GET", path.removesuffix("/cancel"))
                if status == 200 and intent["status"] in ("succeeded", "canceled"):
                    return _unexpected(intent)
                return self.ask(method, path)
            if method == "POST" and path == "/v1/refunds":
                return self._refunded(form)
            return self.ask(method, path, body)

    def _confirmed(self, path: str, form: dict[str, str]) -> Answer:
        _, intent = self.ask("GET", path)
        if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
            return _unexpected(intent)
        card = form["payment_method"]
        self.ask("POST", path, {"payment_method": card, "latest_charge": None, "next_action": None})
        status, answer = self.ask("POST", f"{path}/confirm")
        if status == 402:
            _, method = self.ask("GET", f"/v1/payment_methods/{card}")
            code, reason = "card_declined", method["metadata"].get("decline_code", "generic_decline")
            code = reason if reason == "expired_card" else code
            return 402, {"error": {"type": "card_error", "code": code, "decline_code": reason}}
        if status == 200 and answer["status"] == "requires_action" and form.get("off_session"):
            self.ask("POST", path, {"payment_method": None, "next_action": None})
            return 402, {"error": {"type": "card_error", "code": "authentication_required"}}
        return status, answer

    def _refunded(self, form: dict[str, str]) -> Answer:
        intent = form["payment_intent"]
        _, charge = self.ask("GET", f"/v1/payment_intents/{intent}")
        _, made = self.ask("GET", f"/v1/refunds?payment_intent={intent}&limit=100")
        back = sum(refund["amount"] for refund in made["data"])
        if charge["status"] != "succeeded" or back + int(form["amount"]) > charge["amount"]:
            return 400, {"error": {"type": "invalid_request_error", "code": "charge_already_refunded"}}
        return self.ask("POST", "/v1/refunds", urlencode(form))


def _unexpected(intent: dict[str, Any]) -> Answer:
    error = {
        "type": "invalid_request_error",
        "code": "payment_intent_unexpected_state",
        "payment_intent": intent,
    }
    return 400, {"error": error}


class _Request(BaseHTTPRequestHandler):
    server: Served
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def _handle(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        wire = self.server.wire
        fault = wire.fault(f"{method} {self.path}")
        kind = fault.kind if fault else ""
        if kind == NEVER:
            self.close_connection = True
            return
        if kind == BROKEN:
            self._say(503, {"error": {"type": "api_error"}})
            return
        answer = wire.answer(method, self.path, body, self.headers.get("Idempotency-Key", ""))
        if kind == LOST:
            self.close_connection = True
            return
        if fault and kind == LATE:
            time.sleep(fault.seconds)
        with suppress(OSError):
            self._say(*answer)

    def _say(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Served(ThreadingHTTPServer):
    """The wire on a free port of this machine."""

    daemon_threads = True

    def __init__(self, wire: Wire) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.wire = wire
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

"""Notifications of Alexa's: proactive events, sent to one shopper
(https://developer.amazon.com/docs/alexa/smapi/proactive-events-api-reference.html and
schemas-for-proactive-events.html there).

Amazon words them. An order's status has words of its own; for the rest Alexa says that there is a message
from the shop, which tells what it is once it is opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlencode

from skill.alexa.manifest import PUBLISHED
from skill.commerce.merchant import Facts, Shopper
from skill.commerce.notices import Notifying
from skill.commerce.order import Order
from skill.notifications.sending import NotDelivered, Telling
from skill.speech.locale import locales, nearest

ORDER, MESSAGE = PUBLISHED
# Where Login with Amazon gives tokens (https://developer.amazon.com/docs/alexa/smapi/).
LWA = "https://api.amazon.com/auth/o2/token"
_SCOPE = "alexa::proactive_events"
_LIVE, _TRIED = "/v1/proactiveEvents", "/v1/proactiveEvents/stages/development"
_STATES = {
    "partly_shipped": "ORDER_SHIPPED",
    "shipped": "ORDER_SHIPPED",
    "out_for_delivery": "ORDER_OUT_FOR_DELIVERY",
    "delivered": "ORDER_DELIVERED",
}
# An event expires between five minutes and a day after it is sent.
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(hours=24)
# Seconds before a token ends that it is no longer used, and for one request.
_EARLY, SECONDS = 60, 10.0
_NEVER = datetime.min.replace(tzinfo=UTC)


class Ask(Protocol):
    def __call__(
        self, url: str, *, form: bytes | None, headers: Mapping[str, str], seconds: float
    ) -> tuple[int, bytes]:
        """Status and content that `url` answers to a POST of `form`."""
        ...


@dataclass(slots=True)
class Tokens:
    """The token by which Login with Amazon lets a skill send events, asked for when there is none and kept
    until it ends; threads share it. `unreachable` is what `ask` raises where nobody answers."""

    client_id: str
    secret: str = field(repr=False)
    ask: Ask
    unreachable: type[Exception]
    clock: Callable[[], datetime]
    url: str = LWA
    _token: str = field(default="", repr=False)
    _until: datetime = _NEVER
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __call__(self) -> str:
        """Raises NotDelivered: nothing can be sent without."""
        with self._lock:
            if self.clock() >= self._until:
                self._token, seconds = self._asked()
                self._until = self.clock() + timedelta(seconds=seconds - _EARLY)
            return self._token

    def forget(self, token: str) -> None:
        """The next is a new one, where this is still the one that was refused."""
        with self._lock:
            if token == self._token:
                self._until = _NEVER

    def _asked(self) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.secret,
            "scope": _SCOPE,
        }
        try:
            status, content = self.ask(self.url, form=urlencode(form).encode(), headers={}, seconds=SECONDS)
        except self.unreachable:
            raise NotDelivered("Login with Amazon does not answer", rest=True) from None
        told = _json(content)
        token, seconds = told.get("access_token"), told.get("expires_in")
        if status != 200 or not isinstance(token, str) or not isinstance(seconds, int | float):
            raise NotDelivered(f"Login with Amazon gives no token ({status})", rest=True)
        return token, float(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proactive:
    """The channel "alexa". `opened` reads a sealed id; where it cannot, the shopper is not reached."""

    terms: Notifying
    tokens: Tokens
    opened: Callable[[str], str | None]

    @property
    def name(self) -> str:
        return "alexa"

    def reaches(self, _facts: Facts, shopper: Shopper) -> bool:
        return bool(shopper.notices.reach and shopper.notices.endpoint)

    def send(self, telling: Telling) -> None:
        """Raises NotDelivered: `gone` where the shopper does not allow notifications any more."""
        user = self.opened(telling.shopper.notices.reach)
        if user is None:
            raise NotDelivered("the sealed id cannot be read", final=True, gone=True)
        body = json.dumps(event(telling, user=user)).encode()
        status = self._sent(telling, body)
        if status == 401:
            # The token ended early: a new one, once.
            status = self._sent(telling, body)
        # It was told before: an answer was lost.
        if 200 <= status < 300 or status == 409:
            return
        if status == 403:
            raise NotDelivered("they do not allow it (403)", final=True, gone=True)
        later = status in (401, 408, 429, 432) or status >= 500
        raise NotDelivered(f"status {status}", final=not later, rest=later)

    def _sent(self, telling: Telling, body: bytes) -> int:
        token = self.tokens()
        url = telling.shopper.notices.endpoint + (_LIVE if self.terms.live else _TRIED)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            status, _ = self.tokens.ask(url, form=body, headers=headers, seconds=SECONDS)
        except self.tokens.unreachable:
            raise NotDelivered("Alexa does not answer", maybe=True, rest=True) from None
        if status == 401:
            self.tokens.forget(token)
        return status


def event(telling: Telling, *, user: str) -> dict[str, Any]:
    """The event, as it is posted."""
    until = min(max(telling.notice.until, telling.at + _SHORTEST), telling.at + _LONGEST)
    order = telling.order
    status = _STATES.get(telling.notice.detail) if telling.notice.kind == "order" else None
    return {
        "timestamp": _moment(telling.at),
        "referenceId": telling.reference,
        "expiryTime": _moment(until),
        "event": _order(status, order, telling.facts) if order and status else _message(),
        "localizedAttributes": [
            {"locale": locale, _NAME: telling.facts.called(locale)}
            for locale in dict.fromkeys((nearest(telling.locale), *locales()))
        ],
        "relevantAudience": {"type": "Unicast", "payload": {"user": user}},
    }


# A name of ours for the shop's, which is said as its locale has it.
_NAME = "sellerName"
_CALLED = {"name": f"localizedattribute:{_NAME}"}


def _order(status: str, order: Order, facts: Facts) -> dict[str, Any]:
    state: dict[str, Any] = {"status": status}
    if order.expected and status != "ORDER_DELIVERED":
        # The day is all that is known: its noon, where the shop is.
        noon = datetime.combine(order.expected, datetime.min.time().replace(hour=12))
        arrives = (
            order.window.ends if order.window else noon.replace(tzinfo=facts.local(order.placed_at).tzinfo)
        )
        state["deliveryDetails"] = {"expectedArrival": _moment(arrives)}
    return {"name": ORDER, "payload": {"state": state, "order": {"seller": _CALLED}}}


def _message() -> dict[str, Any]:
    payload = {
        "state": {"status": "UNREAD", "freshness": "NEW"},
        "messageGroup": {"creator": _CALLED, "count": 1},
    }
    return {"name": MESSAGE, "payload": payload}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, Mapping) else {}

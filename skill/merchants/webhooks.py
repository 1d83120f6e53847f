"""Webhooks as Standard Webhooks describes them: endpoints of a shop, signatures, and news sent to them.

The signature is an HMAC of id, time and body; the standard library has all it takes
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md)."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from binascii import Error as Unpadded
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from skill.commerce.order import NEXT
from skill.errors import BadInput
from skill.merchants.telling import News, NotTold, concerns_merchant
from skill.merchants.told import news_told
from skill.shop import Stocking

PREFIX = "whsec_"
# Bytes of a secret, as the specification bounds them.
LEAST, MOST = 24, 64
# Seconds a signature may be old, or ahead of its time.
TOLERANCE = 300
MAX_ENDPOINTS = 10
# Hours both secrets are signed with after a new one was made.
OVERLAP = 24
EVENTS = (
    *(f"order.{status}" for status in NEXT if status != "pending"),
    "order.amended",
    "order.changed",
    "order.payment_refused",
    "case.opened",
    "case.changed",
)
_KIND = "webhook"


class NotSigned(BadInput):
    """Raised when a message carries no signature that holds; the message says what is wrong with it."""


class NotSent(Exception):
    """Raised when an endpoint did not answer; the reason names no secret."""


class Post(Protocol):
    """Sends `body` to `url`; the status of the answer. Raises NotSent."""

    def __call__(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a merchant's program listens. `events`: the kinds it wants, a whole group as in "order" (empty:
    all). Until `old_until` messages are signed with `old_secret` too. `closed`: why it is told no more."""

    id: str
    url: str
    secret: str = field(repr=False)
    created: datetime
    events: tuple[str, ...] = ()
    old_secret: str = field(default="", repr=False)
    old_until: datetime | None = None
    closed: str = ""

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """The secrets that count now, the newest first."""
        old = self.old_until is not None and now < self.old_until
        return (self.secret, self.old_secret) if old else (self.secret,)

    def wants(self, kind: str) -> bool:
        return not self.events or kind in self.events or kind.partition(".")[0] in self.events


def secret_of(random: bytes) -> str:
    """A secret made of so many random bytes, as it is handed to a merchant."""
    return PREFIX + b64encode(random).decode()


def checked_events(events: Iterable[str]) -> tuple[str, ...]:
    """The kinds of events asked for, each once. Raises BadInput for one there is not."""
    events = tuple(dict.fromkeys(events))
    known = {*EVENTS, "order", "case"}
    for kind in events:
        if kind not in known:
            raise BadInput(f"{kind!r} is no event; there are order, case, {', '.join(EVENTS)}")
    return events


def endpoints(store: Stocking) -> tuple[Endpoint, ...]:
    """The shop's endpoints, oldest first."""
    found = [_load(json.loads(text)) for _, text in store.documents(_KIND)]
    return tuple(sorted(found, key=lambda endpoint: (endpoint.created, endpoint.id)))


def endpoint(store: Stocking, id: str) -> Endpoint | None:
    text = store.document(_KIND, id)
    return _load(json.loads(text)) if text else None


def add(store: Stocking, new: Endpoint) -> Endpoint:
    """Keep a new endpoint. One of the same address that was closed is opened again, with its secret and id,
    for the events wanted now. Raises BadInput when the address is known already, or there are too many."""
    known = endpoints(store)
    if same := next((one for one in known if one.url == new.url), None):
        if not same.closed:
            raise BadInput(f"{same.id} has this address already; remove it first, or rotate its secret")
        new = replace(same, closed="", events=new.events)
    elif len(known) >= MAX_ENDPOINTS:
        raise BadInput(f"this shop has {MAX_ENDPOINTS} webhooks; remove one that is not used")
    keep(store, new)
    return new


def keep(store: Stocking, changed: Endpoint) -> None:
    """Keep an endpoint, new or in place of the one with its id."""
    store.put_document(_KIND, changed.id, json.dumps(_dump(changed)))


def remove(store: Stocking, id: str) -> bool:
    """Tell an endpoint nothing any more; whether it was there."""
    known = store.document(_KIND, id) is not None
    store.drop_document(_KIND, id)
    return known


def rotated(old: Endpoint, *, secret: str, now: datetime, hours: int = OVERLAP) -> Endpoint:
    """The endpoint with a new secret; the old one signs beside it for so many hours."""
    return replace(old, secret=secret, old_secret=old.secret, old_until=now + timedelta(hours=hours))


def signed(body: bytes, *, id: str, at: datetime, secrets: Iterable[str]) -> dict[str, str]:
    """The headers of a message sent at `at`, with a signature for each secret."""
    seconds = str(int(at.timestamp()))
    signatures = (_signature(body, id=id, seconds=seconds, key=_key(secret)) for secret in secrets)
    return {
        "webhook-id": id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def verified(body: bytes, headers: Mapping[str, str], *, now: datetime, secrets: Iterable[str]) -> str:
    """The id of a message one of whose signatures holds. `headers` by lower-case name. Raises NotSigned."""
    id, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or not headers.get("webhook-signature"):
        raise NotSigned("webhook-id, webhook-timestamp and webhook-signature are needed")
    if len(id) > 200 or not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 12):
        raise NotSigned("webhook-timestamp is in whole seconds since 1970, webhook-id up to 200 characters")
    if abs(int(seconds) - now.timestamp()) > TOLERANCE:
        raise NotSigned("webhook-timestamp is more than five minutes off; sign each try anew")
    sent = [part.partition(",") for part in headers["webhook-signature"].split(" ")[:20]]
    for secret in secrets:
        good = _signature(body, id=id, seconds=seconds, key=_key(secret))
        for version, _, signature in sent:
            if version == "v1" and hmac.compare_digest(good.encode(), signature.encode()):
                return id
    raise NotSigned("no signature of the body as it was sent holds; sign with the endpoint's secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One endpoint as a channel of `telling`."""

    endpoint: Endpoint
    store: Stocking
    post: Post
    now: Callable[[], datetime]

    @property
    def name(self) -> str:
        return f"{_KIND}:{self.endpoint.id}"

    def wants(self, news: News) -> bool:
        # What was before an endpoint is none of its news, nor is an order that never became its shop's.
        event = news.event
        return (
            concerns_merchant(news) and self.endpoint.wants(event.kind) and event.at >= self.endpoint.created
        )

    def tell(self, news: News) -> None:
        status = sent(self.endpoint, news_told(news), id=news.event.id, post=self.post, now=self.now())
        if status == 410:
            keep(self.store, replace(self.endpoint, closed=f"answered 410 on {self.now().date()}"))
            raise NotTold("410: wants no more", rest=True)
        if not 200 <= status < 300:
            raise NotTold(f"answered {status}", rest=status == 429 or status >= 500)


def sent(to: Endpoint, message: Mapping[str, Any], *, id: str, post: Post, now: datetime) -> int:
    """Send a message signed; the status of the answer. Raises NotTold."""
    body = json.dumps(message, separators=(",", ":")).encode()
    headers = signed(body, id=id, at=now, secrets=to.secrets(now))
    try:
        return post(to.url, body=body, headers={"content-type": "application/json", **headers})
    except NotSent as error:
        raise NotTold(str(error), rest=True) from error


def webhooks(store: Stocking, *, post: Post, now: Callable[[], datetime]) -> tuple[Webhook, ...]:
    """The endpoints that are told."""
    return tuple(
        Webhook(endpoint=one, store=store, post=post, now=now) for one in endpoints(store) if not one.closed
    )


def _key(secret: str) -> bytes:
    """Raises BadInput for what is no secret."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (Unpadded, ValueError):
        key = b""
    if not LEAST <= len(key) <= MOST:
        raise BadInput(f"a secret is {PREFIX} and {LEAST} to {MOST} bytes in base64")
    return key


def _signature(body: bytes, *, id: str, seconds: str, key: bytes) -> str:
    return b64encode(hmac.digest(key, f"{id}.{seconds}.".encode() + body, sha256)).decode()


def _dump(one: Endpoint) -> dict[str, Any]:
    until = one.old_until
    return {
        **asdict(one),
        "created": one.created.isoformat(),
        "old_until": until.isoformat() if until else None,
    }


def _load(item: Mapping[str, Any]) -> Endpoint:
    known = {one.name for one in fields(Endpoint)}
    told = {name: value for name, value in item.items() if name in known}
    until = told.get("old_until")
    return Endpoint(
        **{
            **told,
            "created": datetime.fromisoformat(told["created"]),
            "old_until": datetime.fromisoformat(until) if until else None,
            "events": tuple(told.get("events", ())),
        }
    )

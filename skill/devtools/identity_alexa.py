"""Alexa's part in linking an account, for the conversation page: the authorization code flow with PKCE,
tokens kept and renewed, and the events of an account.

As with Alexa, the browser sees neither the code verifier nor a token; tokens go into the requests to the
skill."""

from __future__ import annotations

import json
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as Answer

from skill.commerce.merchant import Linking
from skill.commerce.url import is_safe_url
from skill.devtools.identity import RETURN
from skill.devtools.identity_grants import CLIENT

Send = Callable[[dict[str, Any]], dict[str, Any]]
# What gets a URL, or posts a form there; whatever it raises means that it failed.
Fetch = Callable[..., bytes]
COOKIE = "sayso_linking"
_PATIENCE = timedelta(minutes=10)
_EARLY = timedelta(seconds=60)
_MAX_WAITING = 100
EVENTS = {
    "linked": "SkillAccountLinked",
    "unlinked": "SkillAccountUnlinked",
    "disabled": "SkillDisabled",
    "enabled": "SkillEnabled",
}


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A flow somebody started: whose, with which browser, and the verifier that proves it was us."""

    user: str
    browser: str
    verifier: str
    token_url: str
    until: datetime


@dataclass(frozen=True, slots=True)
class _Tokens:
    access: str
    renewal: str
    token_url: str
    since: datetime
    until: datetime

    def good(self, now: datetime) -> bool:
        """Whether it counts now: a clock that was ahead may be set back."""
        return self.since - _EARLY <= now < self.until - _EARLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Alexa:
    """What Alexa holds for the page's shoppers. Threads share it. `linking` is the shop's, now; `send` takes
    an event to the skill."""

    linking: Callable[[], Linking | None]
    fetch: Fetch
    send: Send
    clock: Callable[[], datetime]
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _tokens: dict[str, _Tokens] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def token(self, user: str) -> str:
        """The access token that goes with this shopper's requests, renewed a minute before it ends; empty
        while no account is linked."""
        with self._lock:
            held = self._tokens.get(user)
            if held and held.renewal and not held.good(self.clock()):
                asked = {"grant_type": "refresh_token", "refresh_token": held.renewal, "client_id": CLIENT}
                renewed = self._asked(held.token_url, asked, renewal=held.renewal)
                held = self._tokens[user] = renewed or held
            return held.access if held else ""

    def forget(self, user: str) -> None:
        with self._lock:
            self._tokens.pop(user, None)

    def start(self, user: str, *, back: str, browser: str) -> str:
        """Where to send the browser so that `user` links an account and comes back to `back`; empty when the
        shop's provider cannot be found."""
        linking = self.linking()
        found = self._discovered(linking) if linking else None
        if linking is None or found is None:
            return ""
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        waiting = _Waiting(user, browser, verifier, found["token_endpoint"], self.clock() + _PATIENCE)
        with self._lock:
            while len(self._waiting) >= _MAX_WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[state] = waiting
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": back,
            "scope": " ".join(linking.scopes),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{found['authorization_endpoint']}?{urlencode(asked)}"

    def finish(self, *, state: str, code: str, back: str, browser: str) -> tuple[str, bool]:
        """Whose flow came back, and whether an account is linked now; nobody's (empty) where this browser did
        not start it."""
        with self._lock:
            waiting = self._waiting.get(state)
            if not waiting or not browser or not secrets.compare_digest(waiting.browser, browser):
                return "", False
            del self._waiting[state]
            if not code or self.clock() > waiting.until:
                return waiting.user, False
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": CLIENT,
            "code_verifier": waiting.verifier,
        }
        tokens = self._asked(waiting.token_url, asked)
        if tokens is None:
            return waiting.user, False
        with self._lock:
            self._tokens[waiting.user] = tokens
        self.tell("linked", waiting.user)
        return waiting.user, True

    def tell(self, event: str, user: str) -> None:
        """Send the skill an event of this shopper's account, as Alexa would."""
        if event in ("unlinked", "disabled"):
            self.forget(user)
        held = self.token(user)
        who = {"userId": user, **({"accessToken": held} if held else {})}
        body = {"accessToken": held} if event == "linked" else {}
        if event == "disabled":
            body = {"userInformationPersistenceStatus": "NOT_PERSISTED"}
        moment = self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        self.send(
            {
                "version": "1.0",
                "context": {"System": {"application": {"applicationId": "page"}, "user": who}},
                "request": {
                    "type": f"AlexaSkillEvent.{EVENTS[event]}",
                    "requestId": f"amzn1.echo-api.request.{secrets.token_hex(12)}",
                    "timestamp": moment,
                    "eventCreationTime": moment,
                    "body": body,
                },
            }
        )

    def speaking(self, send: Send) -> Send:
        """`send`, with the shopper's access token in each request, in both places where Alexa puts it."""

        def with_token(envelope: dict[str, Any]) -> dict[str, Any]:
            user = envelope["session"]["user"]
            token = self.token(user["userId"])
            if not token:
                return send(envelope)
            whole = {**user, "accessToken": token}
            system = {**envelope["context"]["System"], "user": whole}
            # A copy: the page shows what it sent, and a token is nobody's to see.
            return send(
                {
                    **envelope,
                    "session": {**envelope["session"], "user": whole},
                    "context": {**envelope["context"], "System": system},
                }
            )

        return with_token

    def _discovered(self, linking: Linking) -> Mapping[str, str] | None:
        """The provider's own description of itself (OpenID Connect Discovery, RFC 8414)."""
        told = self._json(f"{linking.issuer.rstrip('/')}/.well-known/openid-configuration")
        places = [told.get(name) for name in ("authorization_endpoint", "token_endpoint")]
        named = all(isinstance(place, str) and is_safe_url(place) for place in places)
        return told if named and told.get("issuer") == linking.issuer else None

    def _asked(self, url: str, form: Mapping[str, str], *, renewal: str = "") -> _Tokens | None:
        """What the token endpoint gives for this; None where it refuses, or is away."""
        told = self._json(url, form=urlencode(form).encode())
        access, seconds = told.get("access_token"), told.get("expires_in")
        if not isinstance(access, str) or not access:
            return None
        lasts = timedelta(seconds=seconds if isinstance(seconds, int) else 3600)
        now = self.clock()
        return _Tokens(access, str(told.get("refresh_token") or renewal), url, now, now + lasts)

    def _json(self, url: str, **asked: Any) -> dict[str, Any]:
        try:
            told = json.loads(self.fetch(url, **asked))
        except Exception:
            # Away, refusing or talking nonsense: to the shopper it is the same.
            return {}
        return told if isinstance(told, dict) else {}


def add_alexa(web: Flask, alexa: Alexa) -> None:
    """The page's calls: start linking, come back from it, and send an event."""

    @web.post("/simulator/link")
    def link() -> tuple[Response, int]:
        user = _asked("user")
        if not user:
            return jsonify(error='send {"user": "…"} as JSON'), 400
        browser = secrets.token_urlsafe(24)
        place = alexa.start(user, back=_back(), browser=browser)
        if not place:
            return jsonify(error="the shop's identity provider cannot be found; is its issuer right?"), 502
        answer = jsonify(to=place)
        answer.set_cookie(COOKIE, browser, max_age=600, httponly=True, samesite="Lax", path="/simulator")
        return answer, 200

    @web.get(RETURN)
    def linked() -> Answer | tuple[Response, int]:
        told = request.args
        browser = request.cookies.get(COOKIE, "")
        user, done = alexa.finish(
            state=told.get("state", ""), code=told.get("code", ""), back=_back(), browser=browser
        )
        if not user:
            return jsonify(error="this is not the way back of a link that was started here"), 400
        answer = redirect("/?" + urlencode({"user": user, "link": "done" if done else "failed"}), 303)
        answer.delete_cookie(COOKIE, path="/simulator")
        return answer

    @web.post("/simulator/event")
    def event() -> tuple[Response, int]:
        user, kind = _asked("user"), _asked("event")
        if not user or kind not in EVENTS:
            return jsonify(error=f'send {{"user": "…", "event": one of {", ".join(EVENTS)}}}'), 400
        alexa.tell(kind, user)
        return jsonify(linked=bool(alexa.token(user))), 200


def _back() -> str:
    return request.host_url.rstrip("/") + RETURN


def _asked(name: str) -> str:
    told = request.get_json(silent=True)
    value = told.get(name) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""

"""What Alexa knows of a page's shopper, as far as they allow the shop to ask: name, e-mail and the device's
address, by the very API that a device names (`skill.alexa.contact`).

Until a shopper of the page decides, their device cannot be asked, and the shop does as it does without."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from flask import Flask, Response, jsonify, request

from skill.devtools.identity import claims_of
from skill.devtools.simulated import BadAsk

Send = Callable[[dict[str, Any]], dict[str, Any]]
_MOST = 1000
NAME = "Robin Sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """Who allowed what, and the tokens that stand for them. Threads share it."""

    _allowed: dict[str, bool] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def allow(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Decide for a user: true, false, or null for as it was before. Raises BadAsk."""
        user, allowed = asked.get("user"), asked.get("allowed")
        if not isinstance(user, str) or not user or not (allowed is None or isinstance(allowed, bool)):
            raise BadAsk('send {"user": "…", "allowed": true, false or null}')
        with self._lock:
            self._allowed.pop(user, None)
            if allowed is not None:
                while len(self._allowed) >= _MOST:
                    del self._allowed[next(iter(self._allowed))]
                self._allowed[user] = allowed
        return {"contact": self.contact(user)}

    def contact(self, user: str) -> dict[str, Any]:
        """What there is to be told, and whether it may be."""
        email = claims_of(user)["email"]
        return {"allowed": self._allowed.get(user), "name": NAME, "email": email}

    def asking(self, send: Send, *, origin: Callable[[], str]) -> Send:
        """`send`, each request naming this server as where the device can be asked, once the shopper has
        decided."""

        def with_device(envelope: dict[str, Any]) -> dict[str, Any]:
            system = envelope["context"]["System"]
            user = system["user"]["userId"]
            if user not in self._allowed:
                return send(envelope)
            known = {**system, "apiEndpoint": origin(), "apiAccessToken": self._token(user)}
            # A copy: a token is nobody's to see.
            return send({**envelope, "context": {**envelope["context"], "System": known}})

        return with_device

    def told(self, token: str) -> tuple[dict[str, Any] | None, bool]:
        """What is known of whoever a token stands for (None: nobody), and whether they allow it."""
        with self._lock:
            same = (user for user, kept in self._tokens.items() if secrets.compare_digest(kept, token))
            user = next(same, None)
        return (claims_of(user), self._allowed.get(user, False)) if user else (None, False)

    def _token(self, user: str) -> str:
        with self._lock:
            while len(self._tokens) >= _MOST and user not in self._tokens:
                del self._tokens[next(iter(self._tokens))]
            return self._tokens.setdefault(user, secrets.token_urlsafe(24))


def add_profiles(web: Flask, profiles: Profiles) -> None:
    """Serve what Alexa serves of it (Device Address API, Customer Profile API)."""

    def answered(of: Callable[[dict[str, Any]], Any]) -> tuple[Response, int]:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        told, allowed = profiles.told(token) if kind == "Bearer" and token.isascii() else (None, False)
        if told is None:
            return jsonify(code="INVALID_TOKEN"), 401
        return (jsonify(of(told)), 200) if allowed else (jsonify(code="ACCESS_DENIED"), 403)

    @web.get("/v2/accounts/~current/settings/Profile.email")
    def email() -> tuple[Response, int]:
        return answered(lambda told: told["email"])

    @web.get("/v2/accounts/~current/settings/Profile.name")
    def name() -> tuple[Response, int]:
        return answered(lambda _: NAME)

    @web.get("/v1/devices/<device>/settings/address")
    def address(device: str) -> tuple[Response, int]:
        del device
        return answered(lambda told: _address(told["address"]))


def _address(told: Mapping[str, str]) -> dict[str, str]:
    return {
        "addressLine1": told["street_address"],
        "city": told["locality"],
        "postalCode": told["postal_code"],
        "countryCode": told["country"],
    }

"""The conversation page in Flask: its shell, the calls it makes, and a provider of identities beside it.

For a developer's machine: it answers this machine's own browsers alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, render_template, request

from skill.alexa.typed import Session, session_from, session_json, touch, turn
from skill.commerce.merchant import Linking, is_loopback
from skill.devtools.identity import add_identity
from skill.devtools.identity_alexa import Alexa, Send, add_alexa
from skill.devtools.scenario import state
from skill.intents import everything
from skill.linking.wire import fetch
from skill.shop import NOBODY, Stocking
from skill.speech.locale import locales
from skill.speech.spoken import right_to_left
from skill.speech.utterances import Matcher

# Everything the page needs comes from this host, and it talks to nothing else.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def add_simulator(
    web: Flask,
    *,
    store: Stocking,
    clock: Callable[[], datetime],
    key: Callable[[str], str],
    key_file: Path,
    identity: Linking | None,
    send: Send,
) -> None:
    """Serve the page for one shop. `key` is what a user's data is kept under, `send` answers an envelope.
    `identity` links accounts for a shop that names no provider; the one served here keeps its key in
    `key_file`."""
    add_identity(web, key_file=key_file)

    def linking() -> Linking | None:
        return store.visit(NOBODY).facts.linking or identity

    alexa = Alexa(linking=linking, fetch=fetch, send=send, clock=clock)
    add_alexa(web, alexa)
    _page(web, store=store, clock=clock, key=key, send=send, alexa=alexa)


def _page(
    web: Flask,
    *,
    store: Stocking,
    clock: Callable[[], datetime],
    key: Callable[[str], str],
    send: Send,
    alexa: Alexa,
) -> None:
    """The conversation page and the two calls it makes."""
    matchers: dict[str, Matcher] = {}

    def matcher(locale: str) -> Matcher:
        if locale not in matchers:
            matchers[locale] = Matcher(everything().values(), locale=locale)
        return matchers[locale]

    @web.before_request
    def local_only() -> None:
        # A page elsewhere must not reach the shop through the browser (DNS rebinding).
        if not is_loopback(request.host.rsplit(":", 1)[0]):
            abort(400)

    @web.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @web.get("/")
    def page() -> str:
        shop = shop_name("page")
        written = {locale: "rtl" if right_to_left(locale) else "ltr" for locale in locales()}
        linking = alexa.linking() is not None
        return render_template(
            "page.html", shop=shop, invocation=shop.lower(), locales=written, linking=linking
        )

    @web.post("/simulator/say")
    def say() -> tuple[Response, int]:
        asked = request.get_json(silent=True)
        asked = asked if isinstance(asked, dict) else {}
        said, touched = asked.get("text"), asked.get("touch")
        if not isinstance(touched, list) and not (isinstance(said, str) and said.strip()):
            return jsonify(error='send {"text": "…", "session": …} as JSON, or "touch": […] instead'), 400
        try:
            session = session_from(asked["session"]) if asked.get("session") else _session(asked)
        except (TypeError, ValueError, KeyError, AttributeError):
            return jsonify(error="session: hand back what the last answer held, or leave it out"), 400
        speak, id = alexa.speaking(send), f"amzn1.echo-api.request.{secrets.token_hex(12)}"
        if isinstance(touched, list):
            turned, after = touch(touched, session=session, send=speak, now=clock(), request_id=id)
        else:
            turned, after = turn(
                str(said)[:500],
                session=session,
                matcher=matcher(session.locale),
                send=speak,
                now=clock(),
                request_id=id,
                invocation=shop_name(session.user, session.locale).lower(),
            )
        if turned.ended:
            after = replace(_session(asked), user=session.user)
        shopper = key(session.user)
        cart = store.visit(shopper).cart
        told = {
            "request": turned.request,
            "session": session_json(after),
            "state": state(store, shopper),
            "linked": bool(alexa.token(session.user)),
            # What the state leaves out: each line as the shopper was told it.
            "cart": [
                {
                    "name": line.name,
                    "quantity": line.quantity,
                    "cost": line.cost.minor,
                    "currency": line.cost.currency,
                }
                for line in (cart.lines if cart else ())
            ],
        }
        return jsonify({**turned.as_json(), **told}), 200

    def shop_name(user: str, locale: str = "") -> str:
        return store.visit(key(user)).facts.called(locale)

    def _session(asked: dict[str, Any]) -> Session:
        locale = asked.get("locale")
        user = asked.get("user")
        return Session(
            id=f"amzn1.echo-api.session.{secrets.token_hex(12)}",
            user=user if isinstance(user, str) and user else "amzn1.ask.account.PAGE",
            locale=locale if locale in locales() else locales()[0],
            screen=asked.get("screen") is True,
        )

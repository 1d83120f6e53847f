"""The conversation page in Flask: its shell, the calls it makes, and a provider of identities beside it.

For a developer's machine: it answers this machine's own browsers alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, render_template, request

from skill.commerce.merchant import Facts, Linking
from skill.commerce.url import is_loopback
from skill.devtools.contact_web import Profiles, add_profiles
from skill.devtools.identity import add_identity
from skill.devtools.identity_alexa import Alexa, Send, add_alexa
from skill.devtools.merchant_web import add_merchant
from skill.devtools.recording_web import add_recording
from skill.devtools.simulated import DEFAULT_USER, BadAsk, Recorded, Simulator
from skill.linking.wire import fetch
from skill.merchants.publish import Place
from skill.shop import NOBODY, Catalogue, Stocking
from skill.speech.locale import locales
from skill.speech.spoken import right_to_left

# Everything the page needs comes from this host, and it talks to nothing else.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
# Asked for with the page, so that none waits for the one that imports it.
_STATIC = Path(__file__).parent / "simulator" / "static"


def add_simulator(
    web: Flask,
    *,
    store: Stocking,
    catalogue: Callable[[Facts], Catalogue],
    clock: Callable[[], datetime],
    key: Callable[[str], str],
    key_file: Path,
    identity: Linking | None,
    send: Send,
    recorded: Recorded,
    letters: Path | None,
    due: Callable[[], object],
    place: Place,
) -> None:
    """Serve the page for one shop. `key` is what a user's data is kept under, `send` answers an envelope,
    `place` is where the shop's catalogue is made.
    `identity` links accounts for a shop that names no provider; the one served here keeps its key in
    `key_file`. The others as `skill.devtools.simulated.Simulator` has them."""
    add_identity(web, key_file=key_file, clock=clock)

    def linking() -> Linking | None:
        return store.visit(NOBODY).facts.linking or identity

    alexa = Alexa(linking=linking, fetch=fetch, send=send, clock=clock)
    add_alexa(web, alexa)
    profiles = Profiles()
    add_profiles(web, profiles)
    simulator = Simulator(
        store=store,
        catalogue=catalogue,
        clock=clock,
        key=key,
        send=profiles.asking(alexa.speaking(send), origin=lambda: request.host_url.rstrip("/")),
        linked=lambda user: bool(alexa.token(user)),
        recorded=recorded,
        letters=letters,
        due=due,
    )
    _page(web, simulator, linking=linking)
    _calls(web, simulator, profiles)
    add_recording(
        web,
        store=store,
        clock=clock,
        key=key,
        letters=letters is not None,
        linked=lambda user: alexa.linking() is None or bool(alexa.token(user)),
    )
    add_merchant(web, place=place)


def _page(web: Flask, simulator: Simulator, *, linking: Callable[[], Linking | None]) -> None:
    """The page itself, and what holds for all of it."""

    @web.before_request
    def local_only() -> None:
        # A page elsewhere must not reach the shop through the browser (DNS rebinding).
        if not is_loopback(request.host.rsplit(":", 1)[0]):
            abort(400)

    @web.after_request
    def policy(response: Response) -> Response:
        # An import report brings its own, which lets less in.
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @web.get("/")
    def page() -> str:
        shop = simulator.shop_name("")
        written = {
            locale: ("rtl" if right_to_left(locale) else "ltr", simulator.shop_name(locale))
            for locale in locales()
        }
        return render_template(
            "page.html",
            shop=shop,
            invocation=shop.lower(),
            locales=written,
            linking=linking() is not None,
            modules=sorted(module.name for module in _STATIC.glob("*.js")),
        )


def _calls(web: Flask, simulator: Simulator, profiles: Profiles) -> None:
    """The calls the page makes."""

    def answered(answer: Callable[[Mapping[str, Any]], dict[str, Any]]) -> tuple[Response, int]:
        asked = request.get_json(silent=True)
        try:
            return jsonify(answer(asked if isinstance(asked, dict) else {})), 200
        except BadAsk as error:
            return jsonify(error=str(error)), 400

    @web.post("/simulator/say")
    def say() -> tuple[Response, int]:
        return answered(simulator.say)

    @web.post("/simulator/leave")
    def leave() -> tuple[Response, int]:
        return answered(simulator.leave)

    @web.get("/simulator/state")
    def state() -> Response:
        user = request.args.get("user") or DEFAULT_USER
        return jsonify({**simulator.state(user), "contact": profiles.contact(user)})

    @web.post("/simulator/contact")
    def contact() -> tuple[Response, int]:
        return answered(profiles.allow)

    @web.post("/simulator/clock")
    def clock() -> tuple[Response, int]:
        return answered(simulator.jump)

    @web.post("/simulator/member")
    def member() -> tuple[Response, int]:
        return answered(simulator.add_member)

"""The Flask door: Alexa's endpoint, health, and on a developer's machine the conversation page."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from flask import Flask, Response, abort, jsonify, render_template, request
from werkzeug.serving import make_server

from skill.alexa.admission import Verify
from skill.alexa.envelope import BODY_BYTES
from skill.alexa.handler import ask, build_skill
from skill.alexa.typed import Session, session_from, session_json, touch, turn
from skill.alexa.web import add_endpoint
from skill.api.web import one_shop, register
from skill.app import App, shopper_key
from skill.commerce.merchant import Linking, is_loopback
from skill.deployment import Shops, place_of, see_to_all_orders
from skill.devtools.identity import add_identity, development_linking
from skill.devtools.identity_alexa import Alexa, add_alexa
from skill.devtools.scenario import state
from skill.errors import BadInput, CatalogueNotLinked
from skill.intents import everything
from skill.linking.wire import fetch
from skill.logs import fault, guard_logs
from skill.merchants.lease import Lease
from skill.merchants.linked import refresh_linked
from skill.merchants.rounds import ORDERS_LEASE, ORDERS_PAUSE, start_rounds
from skill.merchants.sources import shown
from skill.shop import NOBODY
from skill.speech.locale import locales
from skill.speech.spoken import right_to_left
from skill.speech.utterances import Matcher
from skill.web.fetch import fetch as fetch_feed

log = logging.getLogger("sayso")
MAX_BODY = BODY_BYTES
# Everything the page needs comes from this host, and it talks to nothing else.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class _Web(Flask):
    """Flask, but for what it writes into the log."""

    def log_exception(self, exc_info: Any) -> None:
        log.error("%s %s failed: %s", request.method, request.url_rule, fault(exc_info[1]))


def create_app(app: App, *, verify: Verify | None, shops: Shops | None = None) -> Flask:
    """The web application. `verify` (as `verifier` gives it) raises MalformedRequest for a request that
    Amazon did not sign; None accepts unsigned ones and serves the conversation page, which `serve` allows on
    loopback only. `shops`: all shops of the deployment, by skill (None: every skill is `app`)."""
    web = _Web(__name__, template_folder="devtools/simulator", static_folder="devtools/simulator/static")
    web.config.update(MAX_CONTENT_LENGTH=MAX_BODY)
    skill = build_skill(shops.of if shops else lambda _: app, clock=app.clock)
    add_endpoint(web, answer=partial(ask, skill), verify=verify, clock=app.clock)

    @web.get("/health")
    def health() -> tuple[Response, int]:
        try:
            facts = app.store.visit(shopper_key("health", secret=app.settings.shopper_secret)).facts
        except CatalogueNotLinked:
            return jsonify(status="no catalogue linked"), 503
        return jsonify(status="ok", shop=facts.name, catalogue=facts.catalogue), 200

    @web.errorhandler(413)
    def too_large(_: Exception) -> Response:
        return _refused(f"the body is larger than {MAX_BODY} bytes")

    register(
        web,
        shop_of=shops.of_key if shops else one_shop(app),
        named=shops.known if shops else lambda name: app if name in ("", app.settings.shop) else None,
    )
    if verify is None:
        _simulator(web, app, _accounts(web, app))
    return web


def _accounts(web: Flask, app: App) -> Alexa:
    """The identity provider for development, and Alexa's part in linking an account with the shop's."""
    add_identity(web, key_file=app.settings.catalogues.parent / "identity-key.json")

    def linking() -> Linking | None:
        return app.store.visit(NOBODY).facts.linking or app.identity

    skill = build_skill(lambda _: app, clock=app.clock)
    alexa = Alexa(linking=linking, fetch=fetch, send=partial(ask, skill), clock=app.clock)
    add_alexa(web, alexa)
    return alexa


def _simulator(web: Flask, app: App, alexa: Alexa) -> None:
    """The conversation page and the two calls it makes."""
    matchers: dict[str, Matcher] = {}
    # The page's own requests name no skill of Amazon's.
    skill = build_skill(lambda _: app, clock=app.clock)

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
        send, id = alexa.speaking(partial(ask, skill)), f"amzn1.echo-api.request.{secrets.token_hex(12)}"
        if isinstance(touched, list):
            turned, after = touch(touched, session=session, send=send, now=app.clock(), request_id=id)
        else:
            turned, after = turn(
                str(said)[:500],
                session=session,
                matcher=matcher(session.locale),
                send=send,
                now=app.clock(),
                request_id=id,
                invocation=shop_name(session.user, session.locale).lower(),
            )
        if turned.ended:
            after = replace(_session(asked), user=session.user)
        shopper = shopper_key(session.user, secret=app.settings.shopper_secret)
        cart = app.store.visit(shopper).cart
        told = {
            "request": turned.request,
            "session": session_json(after),
            "state": state(app.store, shopper),
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
        return app.store.visit(shopper_key(user, secret=app.settings.shopper_secret)).facts.called(locale)

    def _session(asked: dict[str, Any]) -> Session:
        locale = asked.get("locale")
        user = asked.get("user")
        return Session(
            id=f"amzn1.echo-api.session.{secrets.token_hex(12)}",
            user=user if isinstance(user, str) and user else "amzn1.ask.account.PAGE",
            locale=locale if locale in locales() else locales()[0],
            screen=asked.get("screen") is True,
        )


def own_identity(host: str, port: int, *, unsigned: bool) -> Linking:
    """The identity provider for development, as a shop served there asks it. Raises BadInput where it is not
    served, or its address cannot be known."""
    if not unsigned or not is_loopback(host):
        raise BadInput("--link believes any name, so it works on this machine only: add --unsigned")
    if not port:
        raise BadInput("--link needs a port that is known: choose one with --port")
    return development_linking(f"http://{f'[{host}]' if ':' in host else host}:{port}")


def serve(shops: Shops, *, host: str, port: int, unsigned: bool, ready: Callable[[str], None]) -> None:
    """Serve until interrupted; `ready` gets the address once the port is open. Raises BadInput when
    unsigned requests would be accepted from elsewhere, or signed ones without knowing our skill id."""
    if unsigned and not is_loopback(host):
        raise BadInput(
            f"--unsigned works on this machine only; {host} can be reached from elsewhere. "
            "Leave --unsigned out and set SAYSO_SKILL_ID, or bind to 127.0.0.1"
        )
    if not unsigned and not shops.any():
        raise BadInput(
            "no skill is known: set SAYSO_SKILL_ID to your skill's id, register it with 'sayso merchant add' "
            "or use --unsigned on 127.0.0.1"
        )
    web = create_app(shops.main, verify=None if unsigned else _signed(shops, host=host), shops=shops)
    try:
        server = make_server(host, port, web, threaded=True)
    except OSError as error:
        raise BadInput(
            f"port {port} on {host} cannot be opened: {error.strerror}; choose one with PORT"
        ) from error
    guard_logs()
    # A line for every request would bury the two that matter.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    ready(f"http://{host}:{server.server_port}")
    store, clock = shops.main.store, shops.main.clock
    ends = (
        start_rounds(
            partial(see_to_all_orders, shops, local=unsigned),
            take=Lease(store, "orders").take,
            clock=clock,
            pause=ORDERS_PAUSE,
            lease=ORDERS_LEASE,
        ),
        start_rounds(partial(see_to_feeds, shops, local=unsigned), take=Lease(store).take, clock=clock),
    )
    try:
        server.serve_forever()
    finally:
        for end in ends:
            end()


def see_to_feeds(shops: Shops, *, local: bool, still: Callable[[], bool]) -> None:
    """Look at the linked feeds of all shops that are due, and import what has changed. `local`: those of
    this machine too."""
    for app in shops.every():
        for source in refresh_linked(
            place_of(app), fetch=partial(fetch_feed, allow_local=local), still=still
        ):
            log.info("feed %s of %s: %s", shown(source.url), app.settings.shop, source.outcome)


def verifier(
    skills: Container[str],
    *,
    fetch: Callable[[str], bytes] | None = None,
    roots: Sequence[Any] | None = None,
    threads: int | None = None,
) -> Verify:
    """Amazon's signature, time and skill id (one of `skills`) checked as its documentation asks. `fetch` gets
    a chain's PEM by its address and `roots` are the certificates trusted; by default over HTTPS, and
    certifi's. `threads`: how many the server has in all (None: one for each request); two of them are kept
    for requests whose chain is known."""
    from skill.alexa.verifier import verify
    from skill.alexa.verifier_chain import WAITING, certificate_chains, default_roots
    from skill.alexa.verifier_fetch import fetch_https

    chain_of = certificate_chains(
        fetch=fetch or fetch_https,
        roots=roots or default_roots(),
        waiting=WAITING if threads is None else max(1, threads - 2),
    )

    def check(body: bytes, headers: Any, now: datetime) -> dict[str, Any]:
        return verify(body, headers=headers, now=now, skill_ids=skills, chain_of=chain_of)

    return check


def _signed(shops: Shops, *, host: str, threads: int | None = None) -> Verify:
    """Who may send: Amazon, or where the settings say so, on this machine alone, who stands in its place."""
    settings = shops.main.settings
    if not settings.chain_roots:
        return verifier(shops, threads=threads)
    if not is_loopback(host):
        raise BadInput(
            f"with SAYSO_CHAIN_ROOTS requests count as Amazon's that are not; {host} can be reached from "
            "elsewhere. Unset it, or bind to 127.0.0.1"
        )
    from skill.alexa.verifier_stand_in import stand_in

    fetch, roots = stand_in(settings.chain_roots, settings.chain_host)
    log.warning(
        "FOR TESTS ONLY: not Amazon's requests are answered here, but those signed under %s",
        settings.chain_roots,
    )
    return verifier(shops, fetch=fetch, roots=roots, threads=threads)


def _refused(reason: str) -> Response:
    response = jsonify(error=reason)
    response.status_code = 400
    return response

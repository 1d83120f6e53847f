"""The Flask door: Alexa's endpoint, health, and on a developer's machine the conversation page."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Container, Sequence
from datetime import datetime
from functools import partial
from socket import socket
from threading import Thread
from typing import Any

from flask import Flask, Response, jsonify, request

from skill.alexa.admission import Verify
from skill.alexa.envelope import BODY_BYTES
from skill.alexa.handler import Skill, ask
from skill.alexa.web import add_endpoint
from skill.api.web import MOUNT, one_shop, register
from skill.app import App, shopper_key
from skill.commerce.merchant import Linking
from skill.commerce.url import is_loopback
from skill.deployment import Shops, place_of, see_to_all_orders, see_to_orders, see_to_pairs
from skill.developing import taken_down
from skill.devtools.identity import development_linking
from skill.devtools.merchant_web import FEEDS, MOST_SENT
from skill.devtools.recording_web import MOST_RECORDED, RECORDING
from skill.devtools.simulated import Recorded
from skill.devtools.simulator_web import add_simulator
from skill.errors import BadInput
from skill.logs import fault, guard_logs
from skill.mail.open import folder_of
from skill.merchants.importing import MOST_FEED
from skill.merchants.lease import Lease
from skill.merchants.linked import refresh_linked
from skill.merchants.rounds import ORDERS_LEASE, ORDERS_PAUSE, start_rounds
from skill.merchants.sources import shown
from skill.monitoring import add_monitoring, watched
from skill.operations import onlambda
from skill.operations.exposition import Exposition
from skill.operations.lines import apply_log_settings, round_logged, turn_logged
from skill.operations.turn import Watch
from skill.serving import Stop, listening, run, stopped_by_signals
from skill.settings import from_environment
from skill.storage.open import prepare
from skill.web.fetch import fetch as fetch_feed

log = logging.getLogger("sayso")
MAX_BODY = BODY_BYTES
# Seconds between two looks at whether what is bought together is due; it is, once a day.
PAIRS_PAUSE = 1_800.0
# Turns wait for the disk more than they compute; more threads than this only take from each other.
THREADS = 8
METRICS_TOKEN = "SAYSO_METRICS_TOKEN"


class _Web(Flask):
    """Flask, but for what it writes into the log."""

    def log_exception(self, exc_info: Any) -> None:
        log.error("%s %s failed: %s", request.method, request.url_rule, fault(exc_info[1]))


def create_app(
    app: App,
    *,
    verify: Verify | None,
    shops: Shops | None = None,
    counted: Exposition | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Flask:
    """The web application. `verify` (as `verifier` gives it) raises MalformedRequest for a request that
    Amazon did not sign; None accepts unsigned ones and serves the conversation page, which `serve` allows on
    loopback only. `shops`: all shops of the deployment, by skill (None: every skill is `app`). `counted`:
    what /metrics tells, `stopping`: whether the process is about to end."""
    web = _Web(__name__, template_folder="devtools/simulator", static_folder="devtools/simulator/static")
    web.config.update(MAX_CONTENT_LENGTH=MAX_BODY)
    # Nobody reads a response by the order of its names.
    web.json.sort_keys = False  # type: ignore[attr-defined]
    counted = counted or Exposition()
    recorded = Recorded()
    pages = (recorded,) if verify is None else ()
    watch = Watch(counted.turn, turn_logged, *onlambda.turns(os.environ), *pages)
    skill_of = shops.of if shops else lambda _: app
    skill = Skill(skill_of, app.clock)
    answer = taken_down(partial(ask, skill), main=app, shop_of=skill_of)
    add_endpoint(web, answer=watched(watch, answer), verify=verify, clock=app.clock)

    @web.errorhandler(413)
    def too_large(_: Exception) -> Response:
        return _refused(f"the body is larger than {MAX_BODY} bytes")

    register(
        web,
        shop_of=shops.of_key if shops else one_shop(app),
        named=shops.known if shops else lambda name: app if name in ("", app.settings.shop) else None,
    )
    # Who develops reads them; elsewhere they are for who knows the token.
    token = None if verify is None else os.environ.get(METRICS_TOKEN, "")
    add_monitoring(web, app, watch=watch, counted=counted, stopping=stopping, token=token)
    if verify is None:
        # The page's own requests name no skill of Amazon's.
        page = Skill(lambda _: app, app.clock)
        add_simulator(
            web,
            store=app.store,
            catalogue=app.catalogue,
            clock=app.clock,
            key=lambda user: shopper_key(user, secret=app.settings.shopper_secret),
            key_file=app.settings.catalogues.parent / "identity-key.json",
            identity=app.identity,
            send=watched(watch, partial(ask, page)),
            recorded=recorded,
            letters=folder_of(app.settings.mail),
            due=partial(_see_to_all, app),
            place=place_of(app),
        )
    return web


def wsgi() -> Flask:
    """The skill endpoint and merchant API as the environment describes them, for a WSGI server of one's own:
    gunicorn 'skill.server:wsgi()'. Signed requests only. Its rounds run in threads, so a server that forks is
    to call it in each worker. Raises BadInput as `serve` does."""
    apply_log_settings(os.environ)
    settings = from_environment(os.environ)
    prepare(settings.store)
    shops, counted = Shops(settings), Exposition()
    check(shops, host="", unsigned=False)
    start_all_rounds(shops, local=False, counted=counted)
    return create_app(shops.main, verify=_signed(shops, host=""), shops=shops, counted=counted)


def own_identity(host: str, port: int, *, unsigned: bool) -> Linking:
    """The identity provider for development, as a shop served there asks it. Raises BadInput where it is not
    served, or its address cannot be known."""
    if not unsigned or not is_loopback(host):
        raise BadInput("--link believes any name, so it works on this machine only: add --unsigned")
    if not port:
        raise BadInput("--link needs a port that is known: choose one with --port")
    return development_linking(f"http://{f'[{host}]' if ':' in host else host}:{port}")


def serve(
    shops: Shops,
    *,
    host: str,
    port: int,
    unsigned: bool,
    ready: Callable[[str], None],
    threads: int = THREADS,
    sock: socket | None = None,
    stop: Stop | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, or until `stop`; then answer what has arrived. `ready` gets the address
    once the port is open; `sock` listens already, in its place. Raises BadInput when unsigned requests would
    be accepted from elsewhere, or signed ones without knowing our skill id."""
    check(shops, host=host, unsigned=unsigned)
    stop, counted = stop or Stop(), Exposition()
    web = create_app(
        shops.main,
        verify=None if unsigned else _signed(shops, host=host, threads=threads),
        shops=shops,
        counted=counted,
        stopping=stop,
    )
    sock = sock or opened(host, port)
    guard_logs()
    # It tells of requests that wait for a thread, which the latency tells too.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with stopped_by_signals(stop):
        ready(f"http://{host}:{sock.getsockname()[1]}")
        end = start_all_rounds(shops, local=unsigned, counted=counted)
        try:
            run(web, sock=sock, stop=stop, limit=_page_limit if unsigned else _limit, threads=threads)
        finally:
            end()


def opened(host: str, port: int) -> socket:
    """A listening socket. Raises BadInput where there can be none."""
    try:
        return listening(host, port)
    except OSError as error:
        raise BadInput(
            f"port {port} on {host} cannot be opened: {error.strerror}; choose one with PORT"
        ) from error


def start_all_rounds(shops: Shops, *, local: bool, counted: Exposition) -> Callable[[], None]:
    """Start seeing to orders, feeds and what is bought together; what is returned ends it, and
    gives the leases back. `local`: this machine's own addresses may be asked and posted to."""
    store, clock = shops.main.store, shops.main.clock
    tell = (counted.round, round_logged, *onlambda.rounds(os.environ))
    ends = (
        start_rounds(
            partial(see_to_all_orders, shops, local=local, tell=tell),
            take=Lease(store, "orders").take,
            clock=clock,
            pause=ORDERS_PAUSE,
            lease=ORDERS_LEASE,
        ),
        start_rounds(partial(see_to_feeds, shops, local=local), take=Lease(store).take, clock=clock),
        start_rounds(
            partial(see_to_pairs, shops), take=Lease(store, "together").take, clock=clock, pause=PAIRS_PAUSE
        ),
    )

    def end() -> None:
        for one in ends:
            one()

    return end


def check(shops: Shops, *, host: str, unsigned: bool) -> None:
    """Raises BadInput where `serve` would be open to the world, or blind."""
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


def _limit(path: str) -> int:
    """Bytes of body that a path takes; each route has its own limit besides."""
    return MOST_FEED if path.startswith(f"{MOUNT}/") else MAX_BODY


def _page_limit(path: str) -> int:
    """The same where the pages are served, which send feeds and conversations as well."""
    return {FEEDS: MOST_SENT, RECORDING: MOST_RECORDED}.get(path) or _limit(path)


def see_to_feeds(shops: Shops, *, local: bool, still: Callable[[], bool]) -> None:
    """Look at the linked feeds of all shops that are due, and import what has changed. `local`: those of
    this machine too."""
    for app in shops.every():
        _see_to_feeds(app, local=local, still=still)


def _see_to_feeds(app: App, *, local: bool, still: Callable[[], bool] = lambda: True) -> None:
    fetch = partial(fetch_feed, allow_local=local)
    for source in refresh_linked(place_of(app), fetch=fetch, still=still):
        log.info("feed %s of %s: %s", shown(source.url), app.settings.shop, source.outcome)


def _see_to_all(app: App) -> None:
    """See at once to what is due in a shop: its orders before this returns, its feeds meanwhile."""
    see_to_orders(app, local=True)

    def feeds() -> None:
        try:
            _see_to_feeds(app, local=True)
        except Exception as error:
            log.error("the feeds of %s could not be looked at: %s", app.settings.shop, fault(error))

    Thread(target=feeds, name="sayso-feeds", daemon=True).start()


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
            f"with SAYSO_CHAIN_ROOTS requests count as Amazon's that are not; {host or 'this server'} can be "
            "reached from elsewhere. Unset it, or bind to 127.0.0.1"
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

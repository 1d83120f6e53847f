"""The merchant's page in Flask, beside the conversation: imports and their reports, the voice check, and the
live catalogue to search and to listen to.

For a developer's machine; `skill.devtools.simulator_web` turns everybody else away."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request

from skill.devtools.merchant_desk import Desk
from skill.devtools.merchant_feed import imported, summary
from skill.devtools.merchant_goods import searched, whole
from skill.devtools.merchant_shop import looked_over, stop_trying, trial_json
from skill.devtools.numbers_web import add_numbers
from skill.errors import BadInput, CatalogueNotLinked
from skill.merchants import versions
from skill.merchants.importing import MOST_FEED, Source
from skill.merchants.publish import Place, Wanted
from skill.merchants.report_page import as_html
from skill.merchants.shop_file import read_heard, read_shop
from skill.speech.locale import locales
from skill.speech.spoken import right_to_left

MOUNT = "/merchant"
# Where feeds are sent to. Bytes of one: as many as the merchant API takes; and with the form around it.
FEEDS = f"{MOUNT}/feed"
MOST_SENT = MOST_FEED + 2**20
_LETTERS = 200
# The report holds its own style, and nothing in it shall run.
_REPORT = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)


def add_merchant(web: Flask, *, place: Place) -> None:
    """Serve the merchant's page for the shop whose catalogue is made at `place`."""
    desk = Desk(place)
    page = Blueprint(
        "merchant_page",
        __name__,
        url_prefix=MOUNT,
        template_folder="merchant",
        static_folder="merchant/static",
        static_url_path="/static",
    )

    @page.before_request
    def own_page() -> tuple[Response, int] | None:
        # A form of another page may be sent here without anybody's leave.
        own = request.host_url.rstrip("/")
        if request.method in ("POST", "DELETE") and request.headers.get("Origin", own) != own:
            return jsonify(error="this can be asked for by the page itself alone"), 403
        return None

    @page.errorhandler(CatalogueNotLinked)
    def nothing_live(_: Exception) -> tuple[Response, int]:
        return jsonify(error="nothing is for sale yet, or not on this machine: import a feed"), 404

    @page.errorhandler(BadInput)
    def refused(error: BadInput) -> tuple[Response, int]:
        return jsonify(error=str(error)), 409

    @page.errorhandler(413)
    def too_large(_: Exception) -> tuple[Response, int]:
        return jsonify(
            error=f"the file is larger than {MOST_FEED // 2**20} MB; pack it with gzip or zip"
        ), 413

    @page.get("")
    def shell() -> str:
        facts = desk.facts()
        written = {locale: "rtl" if right_to_left(locale) else "ltr" for locale in locales()}
        return render_template(
            "merchant.html", shop=facts.name if facts else "", locales=written, most=MOST_FEED
        )

    @page.get("/overview")
    def overview() -> Response:
        return jsonify(desk.overview())

    @page.get("/products")
    def products() -> Response:
        return jsonify(desk.products(locale=_asked("locale"), page=_asked("page")))

    @page.get("/search")
    def search() -> tuple[Response, int]:
        words = _asked("words").strip()
        if not words:
            return jsonify(error="say what to look for in “words”"), 400
        return jsonify(searched(words, ear=desk.ear(_asked("locale")))), 200

    @page.get("/products/<path:sku>")
    def product(sku: str) -> tuple[Response, int]:
        ears = [desk.ear(locale) for locale in locales()]
        found = ears[0].catalogue.get([sku]).get(sku)
        if found is None:
            return jsonify(error=f"no product for sale has the SKU {sku}"), 404
        problems = desk.checkups.problems(found, ears[0].catalogue)
        return jsonify(whole(found, ears=ears, problems=problems)), 200

    @page.get("/check")
    def check() -> Response:
        return jsonify(desk.check(code=_asked("code"), page=_asked("page")))

    @page.get("/imports/<id>")
    def report(id: str) -> Response:
        found, facts = desk.report(id), desk.facts()
        if found is None:
            return Response("There is no such report any more.", 404, mimetype="text/plain")
        told = Response(as_html(found, shop=facts.name if facts else ""), mimetype="text/html")
        told.headers["Content-Security-Policy"] = _REPORT
        return told

    @page.post("/feed")
    def feed() -> tuple[Response, int]:
        request.max_content_length = MOST_SENT
        sent = request.files.get("feed")
        if sent is None or not sent.filename:
            return jsonify(error="send the feed as the file “feed” of a form"), 400
        source = Source(
            # Readers of feeds ask for bytes, and for nothing else.
            stream=sent.stream,  # type: ignore[arg-type]
            name=_named(sent),
            dialect=request.form.get("dialect") or None,
            currency=request.form.get("currency") or None,
            encoding=request.form.get("encoding") or None,
        )
        with desk.progress.telling(request.form.get("token", "")[:_LETTERS]) as tell:
            id, report = imported(source, size=_size(sent.stream), place=place, wanted=_wanted(), tell=tell)
        return jsonify(summary(desk.keep(id, report), report)), 200

    @page.post("/shop")
    def shop_file() -> Response:
        sent = request.files.get("shop")
        if sent is None or not sent.filename:
            raise BadInput("send the shop file as the file “shop” of a form")
        act = next((act for act in ("live", "try") if act in request.form), "")
        return jsonify(looked_over(sent, name=_named(sent), place=place, act=act))

    @page.get("/trial")
    def trial() -> Response:
        return jsonify(trial=trial_json(place.store))

    @page.delete("/trial")
    def no_trial() -> Response:
        stop_trying(place)
        return jsonify(trial=None)

    @page.get("/feed")
    def how_far() -> Response:
        return jsonify(desk.progress.of(_asked("token")))

    @page.post("/versions")
    def roll_back() -> Response:
        asked = request.get_json(silent=True)
        to = asked.get("to") if isinstance(asked, dict) else None
        if not isinstance(to, str) or not to:
            raise BadInput("name the version in “to”, as JSON")
        return jsonify(version=versions.roll_back(place.store, place.folder, to=to, push=place.push))

    add_numbers(page, place=place)
    web.register_blueprint(page)


def _asked(name: str) -> str:
    """What the address asks for under a name, cut to what anybody would ask for."""
    return request.args.get(name, "")[:_LETTERS]


def _named(sent: Any) -> str:
    """What the browser calls a file."""
    return Path(sent.filename).name[:_LETTERS]


def _size(stream: Any) -> int:
    end: int = stream.seek(0, 2)
    stream.seek(0)
    return end


def _wanted() -> Wanted:
    """What the form asks for. Raises BadInput for a shop file that cannot be used."""
    dry_run, yes, partly = ("live" not in request.form, "yes" in request.form, "partly" in request.form)
    sent = request.files.get("shop")
    if sent is None or not sent.filename:
        return Wanted(dry_run=dry_run, yes=yes, partly=partly)
    with TemporaryDirectory(prefix="sayso-shop-") as folder:
        path = Path(folder) / "shop.toml"
        sent.save(path)
        try:
            facts, heard = read_shop(path), read_heard(path)
        except BadInput as error:
            raise BadInput(str(error).replace(str(path), _named(sent))) from error
    return Wanted(facts=facts, heard=heard, dry_run=dry_run, yes=yes, partly=partly)

"""The merchant API in Flask: who may ask, what was asked, and what is answered when it cannot be done."""

from __future__ import annotations

import hmac
import json
import logging
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from skill.api import cases, events, feeds, hooks, numbers, orders, products, shop, webhooks
from skill.api.document import document
from skill.api.imports import Imports, routes
from skill.api.problem import MEDIA_TYPE, Refused, unreadable
from skill.api.route import Answer, Call, Route
from skill.app import App
from skill.commerce.key import PREFIX, Key, digest
from skill.errors import CatalogueNotLinked

log = logging.getLogger("sayso")
MOUNT = "/merchant/v1"
ShopOf = Callable[[str], App | None]
_MOST_ONCE = 200
_BEARER = re.compile(rf"Bearer +({PREFIX}[A-Za-z0-9_-]{{43}}) *", re.IGNORECASE)


def one_shop(app: App) -> ShopOf:
    """Keys of one shop alone."""

    def shop_of(hash: str) -> App | None:
        return app if app.store.shop_of_key(hash) == app.settings.shop else None

    return shop_of


def all_routes(open_imports: Callable[[App], Imports] = feeds.Feeds) -> tuple[Route, ...]:
    """Every route of the API."""
    selling = (*orders.ROUTES, *cases.ROUTES, *events.ROUTES, *webhooks.ROUTES, *hooks.ROUTES)
    return (*products.ROUTES, *shop.ROUTES, *selling, *numbers.ROUTES, *routes(open_imports))


def register(
    web: Flask,
    *,
    shop_of: ShopOf,
    named: ShopOf = lambda _: None,
    open_imports: Callable[[App], Imports] = feeds.Feeds,
) -> None:
    """Serve the merchant API under `MOUNT`. `shop_of` gives the shop that a key, by its hash, belongs to;
    `named` the one of a name ("": the main one), for messages that are signed."""
    table = all_routes(open_imports)
    api = Blueprint("merchant", __name__, url_prefix=MOUNT)
    # When it is first asked for: it takes a third of a second, and few do.
    told = cache(partial(document, table, prefix=MOUNT, version=version("sayso")))

    @api.get("/openapi.json", provide_automatic_options=False)
    def described() -> Response:
        return jsonify(told())

    for route in table:
        api.add_url_rule(
            route.path.replace("{", "<path:" if route.slashes else "<").replace("}", ">"),
            endpoint=route.name,
            view_func=_signed_view(route, named) if route.signed else _view(route, shop_of),
            methods=[route.method],
            provide_automatic_options=False,
            merge_slashes=False,
        )
    api.register_error_handler(Exception, _failed)
    # A request that no route takes belongs to no blueprint.
    for status in (404, 405):
        api.record_once(_unmatched(status))
    web.register_blueprint(api)


def _view(route: Route, shop_of: ShopOf) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        request.max_content_length = route.most
        app, key = _opened(shop_of)
        if route.scope not in key.scopes:
            raise Refused("not_allowed", scope=route.scope)
        call = Call(
            app=app,
            key=key,
            now=app.clock(),
            path=path,
            query=_query(route),
            body=_body(route) if route.body else None,
            stream=request.stream if route.raw else None,
            once=_once() if route.once else "",
            html=route.html and _wants_html(),
        )
        return _answered(route.handle(call))

    return view


def _signed_view(route: Route, named: ShopOf) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        request.max_content_length = route.most
        if request.mimetype != "application/json":
            raise Refused("wrong_type", place="Content-Type")
        _query(route)
        app = named(path.get("shop", ""))
        if app is None:
            # Which shops there are is told to nobody.
            raise Refused("not_signed", place="webhook-signature", what=hooks.NOBODYS)
        headers = {name.lower(): value for name, value in request.headers}
        raw = request.get_data(cache=False)
        return _answered(
            route.handle(Call(app=app, key=None, now=app.clock(), path=path, raw=raw, headers=headers))
        )

    return view


def _opened(shop_of: ShopOf) -> tuple[App, Key]:
    """The shop the request's key opens. Why it opens none is nobody's business."""
    sent = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if sent is None:
        raise Refused("not_known", place="Authorization")
    hash = digest(sent[1])
    app = shop_of(hash)
    key = app.store.key(hash) if app else None
    if app is None or key is None or not hmac.compare_digest(key.hash, hash) or not key.usable(app.clock()):
        raise Refused("not_known", place="Authorization")
    return app, key


def _query(route: Route) -> Any:
    sent = request.args.to_dict()
    if route.query is None:
        if sent:
            raise Refused("not_valid", place=next(iter(sent)), what="This address takes no parameters.")
        return None
    try:
        return route.query.model_validate_strings(sent, strict=True)
    except ValidationError as error:
        raise unreadable(error) from error


def _body(route: Route) -> BaseModel:
    assert route.body is not None
    if request.mimetype != "application/json":
        raise Refused("wrong_type", place="Content-Type")
    try:
        # Not Flask's reader, whose parser recurses as deep as it is sent.
        return route.body.model_validate_json(request.get_data(cache=False), strict=True)
    except ValidationError as error:
        raise unreadable(error) from error


def _once() -> str:
    sent = request.headers.get("Idempotency-Key")
    if sent is not None and not 0 < len(sent) <= _MOST_ONCE:
        what = f"It has 1 to {_MOST_ONCE} characters, or is left out."
        raise Refused("not_valid", place="Idempotency-Key", what=what)
    return sent or ""


def _wants_html() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _answered(answer: Answer) -> Response:
    if isinstance(answer.body, str):
        response = Response(answer.body, answer.status, mimetype="text/html")
        # It tells what stood in a feed, and nothing in it shall run.
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    elif answer.body is None:
        response = Response(status=answer.status)
        del response.headers["Content-Type"]
    elif isinstance(answer.body, Mapping):
        response = Response(json.dumps(answer.body), answer.status, mimetype="application/json")
    else:
        response = Response(answer.body.model_dump_json(), answer.status, mimetype="application/json")
    return _private(response)


def _failed(error: Exception) -> Response:
    if isinstance(error, Refused):
        return _refusal(error)
    if isinstance(error, RequestEntityTooLarge):
        return _refusal(Refused("too_large", most=str(request.max_content_length)))
    if isinstance(error, InternalServerError):
        # Flask has logged it.
        return _refusal(Refused("fault"))
    if isinstance(error, HTTPException):
        return _refusal(Refused("not_read", what=error.description or error.name))
    if isinstance(error, CatalogueNotLinked):
        return _refusal(Refused("not_here"))
    if isinstance(error, TimeoutError):
        log.warning("merchant API: %s", error)
        return _refusal(Refused("unavailable"))
    raise error


def _refusal(refused: Refused) -> Response:
    response = Response(refused.form().model_dump_json(), refused.status, mimetype=MEDIA_TYPE)
    if refused.status == 401:
        scheme = "StandardWebhooks" if refused.code == "not_signed" else "Bearer"
        response.headers["WWW-Authenticate"] = f'{scheme} realm="sayso"'
    if refused.status == 503:
        response.headers["Retry-After"] = "5"
    return _private(response)


def _private(response: Response) -> Response:
    """Not to be kept on the way, and read as nothing but what it says it is."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _unmatched(status: int) -> Callable[[Any], None]:
    """What answers under `MOUNT` where no route does."""

    def answer(error: HTTPException) -> Response | HTTPException:
        if not request.path.startswith(f"{MOUNT}/"):
            return error
        if status == 404:
            return _refusal(Refused("not_found", what=f"Nothing is at {request.path}."))
        response = _refusal(Refused("not_offered"))
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return response

    return lambda state: state.app.register_error_handler(status, answer)

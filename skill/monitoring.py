"""What those who run the shop ask its web server: does it live, can it answer, what did it count."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask, Response, abort, g, jsonify, request

from skill.alexa.request import MalformedRequest
from skill.alexa.web import ENDPOINT
from skill.app import App
from skill.errors import CatalogueNotLinked
from skill.logs import fault
from skill.operations.exposition import MEDIA_TYPE, Exposition
from skill.operations.trace import HEADER, trace_id
from skill.operations.turn import REFUSED, Answer, Watch, noted

log = logging.getLogger("sayso")


def watched(watch: Watch, answer: Answer) -> Answer:
    """`answer`, told of: within a request of Flask's. What it cannot read is a refusal, and no fault."""

    def known(raw: Any) -> dict[str, Any]:
        try:
            return answer(raw)
        except MalformedRequest:
            noted(outcome=REFUSED)
            raise

    def told(raw: Any) -> dict[str, Any]:
        g.told = True
        return watch.answer(known, raw, trace=trace_id(request.headers.get(HEADER, "")))

    return told


def add_monitoring(
    web: Flask,
    app: App,
    *,
    watch: Watch,
    counted: Exposition,
    stopping: Callable[[], bool],
    token: str | None,
) -> None:
    """Serve /health, /health/live, /health/ready and /metrics; and count what Alexa's endpoint turns away.
    `stopping`: whether the process is about to end. `token`: who asks for the metrics has to show it (empty:
    nobody may ask; None: anybody may)."""

    @web.get("/health")
    def health() -> tuple[Response, int]:
        try:
            facts = app.ready()
        except CatalogueNotLinked:
            return jsonify(status="no catalogue linked"), 503
        return jsonify(status="ok", shop=facts.name, catalogue=facts.catalogue), 200

    @web.get("/health/live")
    def live() -> Response:
        return jsonify(status="ok")

    @web.get("/health/ready")
    def ready() -> tuple[Response, int]:
        trouble = "stopping" if stopping() else _trouble(app)
        return jsonify(status=trouble or "ok"), 503 if trouble else 200

    @web.get("/metrics")
    def metrics() -> Response:
        if token is not None and not _shown(token):
            abort(404)
        return Response(counted.text(), content_type=MEDIA_TYPE)

    @web.after_request
    def refused(response: Response) -> Response:
        if request.path == ENDPOINT and response.status_code == 400 and not g.get("told"):
            watch.refused()
        return response


def _trouble(app: App) -> str:
    """Why a turn could not be answered now; empty when it could."""
    try:
        app.ready()
    except CatalogueNotLinked:
        return "no catalogue linked"
    except Exception as error:
        log.error("not ready: %s", fault(error))
        return "the store cannot be read"
    return ""


def _shown(token: str) -> bool:
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    same = partial(hmac.compare_digest, token.encode())
    return bool(token) and kind.lower() == "bearer" and same(sent.strip().encode("utf-8", "replace"))

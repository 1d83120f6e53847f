"""Alexa's endpoint in Flask: what is let in is answered, everything else gets a 400, as Amazon asks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from skill.alexa.admission import Verify, admission, check_form
from skill.alexa.refused import Refused
from skill.alexa.request import MalformedRequest

log = logging.getLogger("sayso")
ENDPOINT = "/alexa"


def add_endpoint(
    web: Flask,
    *,
    answer: Callable[[dict[str, Any]], dict[str, Any]],
    verify: Verify | None,
    clock: Callable[[], datetime],
) -> None:
    """Answer requests to /alexa: `answer` gets the envelope and gives the response, both as JSON, or raises
    MalformedRequest. `verify` as `skill.alexa.admission` has it."""
    admit = admission(verify)

    @web.before_request
    def formed() -> Response | None:
        # Not in the route, which another method would not find.
        if request.path != ENDPOINT:
            return None
        try:
            g.headers = dict(request.headers)
            check_form(request.method, g.headers)
        except Refused as refused:
            return _turned_away(refused)
        return None

    @web.post(ENDPOINT)
    def alexa() -> Response:
        try:
            with admit(_body(), g.headers, clock()) as envelope:
                return jsonify(answer(envelope))
        except MalformedRequest as error:
            return _turned_away(error)


def _body() -> bytes:
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise Refused("body_size") from None
    except (HTTPException, OSError) as error:
        raise Refused("body") from error


def _turned_away(error: MalformedRequest) -> Response:
    log.warning("request refused: %s", error)
    response = jsonify(error=error.sentence if isinstance(error, Refused) else str(error))
    response.status_code = 400
    return response

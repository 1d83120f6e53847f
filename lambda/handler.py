"""AWS Lambda's door: built once per container, then one request after the other."""

from __future__ import annotations

import logging
import os
from typing import Any

from skill.alexa.handler import ask, build_skill, refusal
from skill.alexa.request import MalformedRequest
from skill.deployment import Shops
from skill.settings import from_environment

log = logging.getLogger("sayso")
shops = Shops(from_environment(os.environ))
app = shops.main
skill = build_skill(shops.of, clock=app.clock)


def lambda_handler(event: Any, _context: object) -> dict[str, Any]:
    """Answer one Alexa request envelope. Always a valid response: Alexa has no use for an error."""
    try:
        return ask(skill, event)
    except MalformedRequest as error:
        log.warning("malformed request: %s", error)
        return refusal(event)

"""AWS Lambda's door: built once per container, then one request after the other."""

from __future__ import annotations

import logging
import os
from typing import Any

from skill.alexa.handler import Skill, ask, refusal
from skill.alexa.request import MalformedRequest
from skill.deployment import Shops
from skill.logs import fault, guard_logs
from skill.settings import from_environment
from skill.snapshot import fill, is_taken

log = logging.getLogger("sayso")
guard_logs()
shops = Shops(from_environment(os.environ))
app = shops.main
skill = Skill(shops.of, app.clock)
if is_taken(os.environ):
    fill(app)


class NotAnswered(Exception):
    """The request failed, and Alexa is to know: an event it sends again. The text is `fault`'s."""


def lambda_handler(event: Any, _context: object) -> dict[str, Any]:
    """Answer one Alexa request envelope: a valid response, also for what we cannot read. Raises NotAnswered
    for an event that could not be carried out."""
    try:
        return ask(skill, event)
    except MalformedRequest as error:
        log.warning("malformed request: %s", error)
        return refusal(event)
    except Exception as error:
        # Lambda writes what is raised into the log, message and all.
        raise NotAnswered(fault(error)) from None

"""AWS Lambda's door: built once per container, then one request after the other."""

from __future__ import annotations

import logging
import os
from typing import Any

from skill.alexa.handler import Skill, ask, refusal
from skill.alexa.request import MalformedRequest
from skill.deployment import Shops
from skill.logs import fault, guard_logs
from skill.operations import onlambda, xray
from skill.operations.turn import REFUSED, Watch, noted
from skill.settings import from_environment
from skill.snapshot import fill, is_taken

log = logging.getLogger("sayso")
guard_logs()
shops = Shops(from_environment(os.environ))
app = shops.main
skill = Skill(shops.of, app.clock)
watch = Watch(*onlambda.turns(os.environ))
if is_taken(os.environ):
    fill(app)


class NotAnswered(Exception):
    """The request failed, and Alexa is to know: an event it sends again. The text is `fault`'s."""


def lambda_handler(event: Any, _context: object) -> dict[str, Any]:
    """Answer one Alexa request envelope: a valid response, also for what we cannot read. Raises NotAnswered
    for an event that could not be carried out."""
    return watch.answer(answer, event, trace=xray.trace_of(os.environ.get(xray.HEADER, "")))


def answer(event: Any) -> dict[str, Any]:
    """As `lambda_handler`, and nobody is told of it."""
    try:
        return ask(skill, event)
    except MalformedRequest as error:
        log.warning("malformed request: %s", error)
        refused = refusal(event)
        noted(outcome=REFUSED)
        return refused
    except Exception as error:
        # Lambda writes what is raised into the log, message and all.
        raise NotAnswered(fault(error)) from None

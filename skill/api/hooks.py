"""What a shop's programs report on their own: signed as Standard Webhooks has it, in place of a key."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from skill.api.order_forms import OrderForm, StepForm
from skill.api.orders import known, report
from skill.api.problem import Refused, unreadable
from skill.api.route import Answer, Call, Route
from skill.merchants.told import order_told
from skill.merchants.webhooks import Endpoint, NotSigned, endpoints, verified

_SEEN = "hook"
# Messages remembered of each endpoint.
_REMEMBERED = 256
_TRIES = 8
NOBODYS = "No webhook of this shop has a secret that it could be signed with."


class ReportForm(StepForm):
    """As in reportStatus, with `order`, its id or spoken number."""

    order: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


class HookForm(BaseModel):
    """A message; what else it holds is not read."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["order.status"]
    data: ReportForm


def _hear(call: Call) -> Answer:
    """Verified before it is read. A message whose id was heard before changes nothing."""
    id, endpoint = _signer(call)
    try:
        form = HookForm.model_validate_json(call.raw, strict=True)
    except ValidationError as error:
        raise unreadable(error) from error
    mark = sha256(id.encode()).hexdigest()[:16]
    if mark in _seen(call, endpoint):
        return Answer(200, order_told(known(call.app, form.data.order)))
    # Marked after it is done: one that breaks off in between is done when it comes again.
    order = report(call.app, form.data.order, form.data, now=call.now, within="data.")
    _mark(call, endpoint, mark)
    return Answer(200, order_told(order))


def _signer(call: Call) -> tuple[str, Endpoint]:
    """The id of the message, and the endpoint with whose secret it is signed."""
    why = NOBODYS
    for endpoint in endpoints(call.app.store):
        try:
            secrets = endpoint.secrets(call.now)
            return verified(call.raw, call.headers, now=call.now, secrets=secrets), endpoint
        except NotSigned as error:
            why = f"It does not hold: {error}."
    raise Refused("not_signed", place="webhook-signature", what=why)


def _seen(call: Call, endpoint: Endpoint) -> list[str]:
    text = call.app.store.document(_SEEN, endpoint.id)
    return list(json.loads(text)) if text else []


def _mark(call: Call, endpoint: Endpoint, mark: str) -> None:
    store = call.app.store
    for _ in range(_TRIES):
        before = store.document(_SEEN, endpoint.id) or ""
        seen = list(json.loads(before)) if before else []
        after = json.dumps([*seen, mark][-_REMEMBERED:], separators=(",", ":"))
        if mark in seen or store.put_document(_SEEN, endpoint.id, after, expecting=before):
            return
    raise Refused("busy")


_EXAMPLE: dict[str, Any] = {
    "type": "order.status",
    "timestamp": "2026-11-21T18:30:00Z",
    "data": {"order": "27182", "status": "partly_shipped", "lines": [{"sku": "eggs-10", "quantity": 1}]},
}
_PROBLEMS = ("not_signed", "not_found", "wrong_step", "unknown_status", "unclear_status", "busy")

ROUTES = tuple(
    Route(
        method="POST",
        path=path,
        name=name,
        summary=summary,
        scope="write",
        handle=_hear,
        body=HookForm,
        example=_EXAMPLE,
        signed=True,
        most=256 * 1024,
        answers={200: OrderForm},
        problems=_PROBLEMS,
    )
    for path, name, summary in (
        ("/hooks/orders", "hearStatus", "Report a status by a message that is signed, without a key"),
        ("/hooks/orders/{shop}", "hearStatusOf", "The same, of one of several shops, by its name"),
    )
)

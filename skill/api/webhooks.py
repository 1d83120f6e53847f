"""Where a shop's programs listen for what happens."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from skill.api.forms import Strict
from skill.api.problem import Refused
from skill.api.route import Answer, Call, Route
from skill.commerce.url import is_safe_url
from skill.errors import BadInput
from skill.merchants import webhooks
from skill.merchants.told import moment
from skill.merchants.webhooks import Endpoint

_KINDS = ["order", "case", *webhooks.EVENTS]
_URL = Annotated[
    str,
    StringConstraints(min_length=8, max_length=2_000, pattern=r"^https?://[^\s\x00-\x1f\x7f]+$"),
    Field(description="https only, and no address that is not public."),
]


class WebhookForm(Strict):
    """`events`: the kinds wanted, or whole groups ("order", "case"); left out: all."""

    url: _URL
    events: list[Annotated[str, Field(json_schema_extra={"enum": _KINDS})]] = Field(
        default_factory=list, max_length=len(_KINDS)
    )


class ListeningForm(BaseModel):
    """`closed`: why it is told no more; "" while it is."""

    id: str
    url: str
    events: list[str]
    created: AwareDatetime
    closed: str


class OpenedForm(ListeningForm):
    """`secret` signs what is sent (Standard Webhooks); it is told this once."""

    secret: str


class WebhooksForm(BaseModel):
    """All of the shop's, oldest first."""

    webhooks: list[ListeningForm]


def _told(one: Endpoint) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "events": list(one.events),
        "created": moment(one.created),
        "closed": one.closed,
    }


def _list(call: Call) -> Answer:
    return Answer(200, {"webhooks": [_told(one) for one in webhooks.endpoints(call.app.store)]})


def _add(call: Call) -> Answer:
    form: WebhookForm = call.body
    if not is_safe_url(form.url):
        what = "It must be https, without user and password: what is sent is signed."
        raise Refused("not_valid", place="url", what=what)
    try:
        events = webhooks.checked_events(form.events)
    except BadInput as error:
        raise Refused("not_valid", place="events", what=str(error)) from error
    new = Endpoint(
        id=f"we_{secrets.token_hex(6)}",
        url=form.url,
        secret=webhooks.secret_of(secrets.token_bytes(32)),
        created=call.now,
        events=events,
    )
    try:
        added = webhooks.add(call.app.store, new)
    except BadInput as error:
        raise Refused("taken", place="url", what=str(error)) from error
    return Answer(201, {**_told(added), "secret": added.secret})


def _remove(call: Call) -> Answer:
    if not webhooks.remove(call.app.store, call.path["id"]):
        raise Refused("not_found", what=f"No webhook has the id {call.path['id']}.", place="id")
    return Answer(204)


ROUTES = (
    Route(
        method="GET",
        path="/webhooks",
        name="listWebhooks",
        summary="Where the shop's programs listen",
        scope="read",
        handle=_list,
        answers={200: WebhooksForm},
    ),
    Route(
        method="POST",
        path="/webhooks",
        name="addWebhook",
        summary="Tell an address what happens from now on, signed with the secret that is answered",
        scope="write",
        handle=_add,
        body=WebhookForm,
        example={"url": "https://shop.example/hooks/sayso", "events": ["order.placed", "case"]},
        answers={201: OpenedForm},
        problems=("taken",),
    ),
    Route(
        method="DELETE",
        path="/webhooks/{id}",
        name="removeWebhook",
        summary="Tell an address nothing any more",
        scope="write",
        handle=_remove,
        answers={204: None},
        problems=("not_found",),
    ),
)

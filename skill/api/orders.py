"""A shop's orders: listed newest first, found by id or spoken number, and taken from status to status."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

from skill.api.convert import money_form
from skill.api.forms import (
    LineForm,
    NoteForm,
    OrderForm,
    OrdersPage,
    OrdersQuery,
    SinceForm,
    StepForm,
    TotalsForm,
    TrackedForm,
)
from skill.api.problem import Refused
from skill.api.route import Answer, Call, Route
from skill.commerce.order import NEXT, Order, Tracking, reported

_NUMBER = re.compile(r"[0-9]{5}")
_TRIES = 4


def _list(call: Call) -> Answer:
    asked: OrdersQuery = call.query
    page = call.app.store.placed(
        limit=asked.limit,
        before=_place(asked.after) if asked.after else None,
        since=asked.placed_after,
        status=asked.status,
    )
    return Answer(
        200,
        OrdersPage(
            orders=[_form(order) for order in page.orders], next=_cursor(page.next) if page.next else None
        ),
    )


def _read(call: Call) -> Answer:
    return Answer(200, _form(_known(call)))


def _step(call: Call) -> Answer:
    """Report a status. What was reported before is a success, and changes nothing."""
    form: StepForm = call.body
    store = call.app.store
    tracking = None
    if form.tracking:
        tracking = Tracking(form.tracking.carrier, form.tracking.number, str(form.tracking.url or ""))
    for _ in range(_TRIES):
        order = _known(call)
        try:
            changed = reported(order, form.status, now=call.now, tracking=tracking, note=form.note)
        except ValueError:
            raise _impossible(order, form.status) from None
        if changed == order:
            return Answer(200, _form(order))
        if changed.status == "cancelled" != order.status:
            done = store.cancel(order, cancelled=changed)
        else:
            done = store.change_order(order, changed=changed)
        if done:
            return Answer(200, _form(changed))
    raise Refused("busy")


def _impossible(order: Order, wanted: str) -> Refused:
    allowed = _allowed(order)
    remedy = f"It can become {', '.join(allowed)}." if allowed else "It has come to its end."
    return Refused(
        "wrong_step",
        place="status",
        allowed=tuple(allowed),
        status=order.status,
        wanted=wanted,
        remedy=remedy,
    )


def _known(call: Call) -> Order:
    id = call.path["id"]
    order = call.app.store.placed_order(id)
    if order is None and _NUMBER.fullmatch(id):
        order = call.app.store.numbered(id)
    if order is None:
        raise Refused("not_found", what=f"No order has the id or number {id}.", place="id")
    return order


def _allowed(order: Order) -> list[str]:
    return [status for status in NEXT if status in NEXT[order.status]]


def _cursor(place: tuple[datetime, str]) -> str:
    return urlsafe_b64encode(f"{place[0].isoformat()}~{place[1]}".encode()).decode()


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        moment, _, id = urlsafe_b64decode(cursor.encode()).decode().partition("~")
        placed_at = datetime.fromisoformat(moment)
        if placed_at.tzinfo is not None:
            return placed_at.astimezone(UTC), id
    except (ValueError, OverflowError):
        pass
    raise Refused("not_valid", place="after", what='It is not the "next" of a page.')


def _form(order: Order) -> OrderForm:
    totals, tracking = order.totals, order.tracking
    return OrderForm.model_construct(
        id=order.id,
        number=order.number,
        status=order.status,
        allowed=_allowed(order),
        placed_at=order.placed_at,
        lines=[
            LineForm.model_construct(
                sku=line.sku, name=line.name, quantity=line.quantity, price=money_form(line.price)
            )
            for line in order.lines
        ],
        totals=TotalsForm.model_construct(
            lines=money_form(totals.lines),
            discount=money_form(totals.discount),
            delivery=money_form(totals.delivery),
            tax=money_form(totals.tax),
            total=money_form(totals.total),
        ),
        coupon=order.coupon,
        expected=order.expected.isoformat() if order.expected else None,
        pickup=order.pickup,
        ready_at=order.ready_at,
        substitutes=order.substitutes,
        tracking=TrackedForm.model_construct(
            carrier=tracking.carrier, number=tracking.number, url=tracking.url or None
        )
        if tracking
        else None,
        history=[SinceForm.model_construct(status=status, since=since) for status, since in order.history],
        notes=[NoteForm.model_construct(note=note, at=at) for at, note in order.notes],
    )


ROUTES = (
    Route(
        method="GET",
        path="/orders",
        name="listOrders",
        summary="The shop's orders, newest first; one placed just now may take a second to appear",
        scope="read",
        handle=_list,
        query=OrdersQuery,
        answers={200: OrdersPage},
    ),
    Route(
        method="GET",
        path="/orders/{id}",
        name="getOrder",
        summary="One order, by its id or by the five digits that are said aloud",
        scope="read",
        handle=_read,
        answers={200: OrderForm},
        problems=("not_found",),
    ),
    Route(
        method="POST",
        path="/orders/{id}/status",
        name="reportStatus",
        summary="Report the status an order has now; to cancel gives its pieces back to stock, once",
        scope="write",
        handle=_step,
        body=StepForm,
        example={
            "status": "shipped",
            "tracking": {"carrier": "UPS", "number": "1Z999AA10123456784"},
        },
        answers={200: OrderForm},
        problems=("not_found", "wrong_step", "busy"),
    ),
)

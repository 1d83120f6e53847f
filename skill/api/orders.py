"""A shop's orders: listed newest first, found by id or spoken number, and taken from status to status."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime

from skill.api.order_forms import OrderForm, OrdersPage, OrdersQuery, StepForm
from skill.api.problem import Refused
from skill.api.route import Answer, Call, Route
from skill.app import App
from skill.commerce.order import Order, Tracking, reported
from skill.commerce.status_words import Meant, Unclear, Unheard, meant
from skill.merchants.told import allowed, order_told

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
    told = [order_told(order) for order in page.orders]
    return Answer(200, {"orders": told, "next": _cursor(page.next) if page.next else None})


def _read(call: Call) -> Answer:
    return Answer(200, order_told(known(call.app, call.path["id"])))


def _step(call: Call) -> Answer:
    return Answer(200, order_told(report(call.app, call.path["id"], call.body, now=call.now)))


def report(app: App, id: str, form: StepForm, *, now: datetime, within: str = "") -> Order:
    """Take an order, by its id or spoken number, to the status that is reported; the order as it is then.
    What was reported before is a success, and changes nothing. `within`: where the form is in the body."""
    tracking = None
    if form.tracking:
        tracking = Tracking(form.tracking.carrier, form.tracking.number, str(form.tracking.url or ""))
    pieces: dict[str, int] = {}
    for piece in form.lines:
        pieces[piece.sku] = pieces.get(piece.sku, 0) + piece.quantity
    for _ in range(_TRIES):
        order = known(app, id)
        status = _meaning(form, order, within=within) or order.status
        try:
            changed = reported(order, status, now=now, tracking=tracking, note=form.note, pieces=pieces)
        except ValueError:
            raise _impossible(order, status, within=within) from None
        except KeyError as error:
            what = f"The order has not so many pieces of {error.args[0]}."
            raise Refused("not_valid", place=f"{within}lines", what=what) from None
        if changed == order:
            return order
        if changed.status == "cancelled" != order.status:
            done = app.store.cancel(order, cancelled=changed)
        else:
            done = app.store.change_order(order, changed=changed, tell="order.changed")
        if done:
            return replace(changed, version=order.version + 1)
    raise Refused("busy")


def known(app: App, id: str) -> Order:
    """The order with an id or spoken number. Refused when there is none."""
    order = app.store.placed_order(id)
    if order is None and _NUMBER.fullmatch(id):
        order = app.store.numbered(id)
    if order is None:
        raise Refused("not_found", what=f"No order has the id or number {id}.", place="id")
    return order


def _meaning(form: StepForm, order: Order, *, within: str) -> str:
    """The status a word means for this order; "" when it leaves it as it is."""
    place = f"{within}status"
    match meant(form.status, dialect=form.dialect, pickup=bool(order.pickup)):
        case Meant(status):
            return status
        case Unclear(meanings):
            told = ", ".join(f"{status} in {dialect}" for dialect, status in meanings.items())
            raise Refused(
                "unclear_status", place=place, allowed=tuple(meanings), word=form.status, meanings=told
            )
        case Unheard(accepted):
            raise Refused("unknown_status", place=place, allowed=accepted, word=form.status)


def _impossible(order: Order, wanted: str, *, within: str) -> Refused:
    next = allowed(order)
    remedy = f"It can become {', '.join(next)}." if next else "It has come to its end."
    return Refused(
        "wrong_step",
        place=f"{within}status",
        allowed=tuple(next),
        what="An order",
        status=order.status,
        wanted=wanted,
        remedy=remedy,
    )


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
        problems=("not_found", "wrong_step", "unknown_status", "unclear_status", "busy"),
    ),
)

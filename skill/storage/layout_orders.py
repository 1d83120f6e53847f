"""How a shop's orders, cases and events lie in the DynamoDB table. No I/O.

A day's orders, an order by its number and a case by its reference are found by the one index, a little late;
what has to be found for certain, an order or case by its id and what is to be told, in the table itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from skill.commerce.event import Event
from skill.commerce.merchant import Case
from skill.commerce.order import Order
from skill.storage import case_items, event_items, items
from skill.storage.items import Item, sortable
from skill.storage.layout import key, shopper_key, text


def order_item(order: Order, *, shop: str) -> Item:
    """Indexed under the shop and the day it was placed, by UTC: a store knows no other clock."""
    return {
        **shopper_key(order.shopper, f"O#{order.id}"),
        "GSI1PK": {"S": day_of_orders(shop, order.placed_at.astimezone(UTC).date())},
        "GSI1SK": {"S": time_of_order(order.placed_at, order.id)},
        "status": {"S": order.status},
        "version": {"N": str(order.version)},
        "doc": text(items.dump_order(order)),
    }


def pointer_item(order: Order, *, shop: str) -> Item:
    """Where the shop's order of this id is kept; indexed by the number that is said aloud."""
    return {
        **pointer_key(shop, order.id),
        "GSI1PK": {"S": f"S#{shop}#N#{order.number}"},
        "GSI1SK": {"S": order.id},
        "shopper": {"S": order.shopper},
    }


def pointer_key(shop: str, id: str) -> Item:
    return key(f"S#{shop}#O#{id}", "ORDER")


def unmoved_order(order: Order) -> Item:
    """The condition that the stored order is in this status and at this version; one of an older Sayso has
    none, and counts as 0."""
    at = "version = :version" if order.version else "(attribute_not_exists(version) OR version = :version)"
    return {
        "ConditionExpression": f"#status = :status AND {at}",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {
            ":status": {"S": order.status},
            ":version": {"N": str(order.version)},
        },
    }


def open_item(order: Order, *, shop: str, at: datetime) -> Item:
    """The mark of an order whose money is unsettled, since it was last written. An item of its own, beside
    those of other such orders: the order's place in the index is its day's, and another would cost more."""
    return {
        **open_key(shop, order.id),
        "shopper": {"S": order.shopper},
        "at": {"S": sortable(at)},
    }


def open_key(shop: str, id: str) -> Item:
    return key(f"S#{shop}#OPEN", id)


def pointers(key: Item, *, shop: str) -> tuple[Item, ...]:
    """The keys of what points, or may point, to the item of a key."""
    shopper = key["PK"]["S"].removeprefix("U#")
    kind, _, id = key["SK"]["S"].partition("#")
    if kind == "O":
        return (pointer_key(shop, id), open_key(shop, id))
    return (case_pointer_key(shop, id, shopper=shopper),) if kind == "CASE" else ()


def day_of_orders(shop: str, day: date) -> str:
    return f"S#{shop}#D#{day}"


def time_of_order(placed_at: datetime, id: str) -> str:
    """By which the orders of a day sort."""
    return f"{placed_at.astimezone(UTC).time().isoformat(timespec='microseconds')}#{id}"


def case_item(case: Case, *, shop: str, shopper: str) -> Item:
    return {
        **shopper_key(shopper, f"CASE#{case.id}"),
        "GSI1PK": {"S": cases_called(shop, case.reference)},
        "GSI1SK": {"S": time_of_case(case)},
        "doc": text(case_items.dump_case(case)),
    }


def cases_called(shop: str, reference: str) -> str:
    return f"S#{shop}#REF#{reference}"


def case_pointer(case: Case, *, shop: str, shopper: str) -> Item:
    """Where the shop's case of this id is kept; indexed by when it was opened."""
    return {
        **case_pointer_key(shop, case.id, shopper=shopper),
        "GSI1PK": {"S": cases_of(shop)},
        "GSI1SK": {"S": time_of_case(case)},
    }


def case_pointer_key(shop: str, id: str, *, shopper: str) -> Item:
    return key(case_partition(shop, id), shopper)


def case_partition(shop: str, id: str) -> str:
    return f"S#{shop}#CASE#{id}"


def cases_of(shop: str) -> str:
    return f"S#{shop}#CASES"


def time_of_case(case: Case) -> str:
    return f"{sortable(case.opened_at)}#{case.id}"


def event_item(event: Event, *, shop: str, at: datetime, days: int, by: str = "") -> Item:
    """What waits is where who tells looks, in the part its order or case falls to; what does not is beside
    it, and goes by itself so many days after it is done. `by` tells one write of equal ones."""
    item = {
        **event_key(event.id, shop=shop, waiting=event.state == "waiting"),
        "state": {"S": standing(event)},
        "doc": text(event_items.dump_event(event)),
        **({"by": {"S": by}} if by else {}),
    }
    if event.state == "done":
        item["ttl"] = {"N": str(int((at + timedelta(days=days)).timestamp()))}
    if event.state == "dead":
        item |= {"GSI1PK": {"S": dead_events(shop)}, "GSI1SK": {"S": event.id}}
    return item


def event_key(id: str, *, shop: str, waiting: bool) -> Item:
    return key(events_partition(event_items.shard(id), shop=shop, waiting=waiting), id)


def events_partition(part: int, *, shop: str, waiting: bool) -> str:
    """What waits is kept apart, and needs no index: placing an order pays for every entry of one."""
    return f"S#{shop}#{'OUT' if waiting else 'TOLD'}#{part}"


def dead_events(shop: str) -> str:
    return f"S#{shop}#DEAD"


def standing(event: Event) -> str:
    """What `save_event` compares."""
    return f"{event.state} {event.tries} {sortable(event.due)}"

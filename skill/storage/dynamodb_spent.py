"""What DynamoDB says a turn's requests cost, added to the turn under way.

A refused write costs units too, but its answer does not say how many; it counts as a round trip."""

from __future__ import annotations

from typing import Any

from skill.operations.turn import spent

_READS = ("GetItem", "BatchGetItem", "Query", "TransactGetItems")
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
_EVENTS = "dynamodb."


def metered(client: Any) -> Any:
    """The client, asking with each request what it costs. Requests that it sends again by itself are one."""
    for operation in (*_READS, *_WRITES):
        client.meta.events.register(f"provide-client-params.{_EVENTS}{operation}", _ask)
        client.meta.events.register(f"after-call.{_EVENTS}{operation}", _note)
    return client


def _ask(params: dict[str, Any], **_: Any) -> None:
    params["ReturnConsumedCapacity"] = "TOTAL"


def _note(parsed: dict[str, Any], event_name: str, **_: Any) -> None:
    told = parsed.get("ConsumedCapacity") or ()
    units = sum(one.get("CapacityUnits", 0.0) for one in (told if isinstance(told, list) else (told,)) if one)
    if event_name.rpartition(".")[2] in _READS:
        spent(read_units=units)
    else:
        spent(write_units=units)

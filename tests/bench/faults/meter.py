"""Capacity units by AWS's published rules, from the items as they are sent and kept.

ministack 1.5 answers ReturnConsumedCapacity, but a read of a large item is one unit there, and a BatchGetItem
none at all; hence this. Source:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html and
.../CapacityUnitCalculations.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Item = Mapping[str, Any]
_READ_BYTES, _WRITE_BYTES = 4096, 1024
_INDEX = ("GSI1PK", "GSI1SK")


@dataclass
class Spent:
    """What was asked of the table: `calls` names the operations in turn, each one round trip; `told` is what
    the answers said in ConsumedCapacity, reads and writes together."""

    reads: float = 0.0
    writes: float = 0.0
    told: float = 0.0
    calls: list[str] = field(default_factory=list)


@contextmanager
def metered(client: Any, behind: Any) -> Iterator[Spent]:
    """What `client` spends within. `behind` is another client, to look at items before they are changed."""
    spent = Spent()
    asked: list[Mapping[str, Any]] = []

    def ask(params: dict[str, Any], event_name: str, **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"
        asked.append(params)
        operation = event_name.rsplit(".", 1)[-1]
        spent.writes += sum(
            _write(behind, write) * (2 if operation == "TransactWriteItems" else 1) + _index(behind, write)
            for write in _writes(operation, params)
        )

    def note(parsed: dict[str, Any], event_name: str, **_: Any) -> None:
        operation = event_name.rsplit(".", 1)[-1]
        spent.calls.append(operation)
        spent.reads += _reads(operation, asked[-1], parsed)
        told = parsed.get("ConsumedCapacity") or []
        spent.told += sum(one["CapacityUnits"] for one in (told if isinstance(told, list) else [told]))

    events = client.meta.events
    events.register("provide-client-params.dynamodb", ask)
    events.register("after-call.dynamodb", note)
    try:
        yield spent
    finally:
        events.unregister("provide-client-params.dynamodb", ask)
        events.unregister("after-call.dynamodb", note)


def size(item: Item) -> int:
    """An item's bytes: names in UTF-8 and values."""
    return sum(len(name.encode()) + _bytes(value) for name, value in item.items())


def _bytes(value: Mapping[str, Any]) -> int:
    ((kind, held),) = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "B":
            return len(held)
        case "N":
            return len(held) // 2 + 2
        case "SS":
            return sum(len(one.encode()) for one in held)
        case "L":
            return 3 + sum(1 + _bytes(one) for one in held)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _bytes(one) for name, one in held.items())
    return 1


def _writes(operation: str, params: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Each write of a request as (kind, parameters)."""
    match operation:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return [(operation.removesuffix("Item"), params)]
        case "TransactWriteItems":
            return [next(iter(write.items())) for write in params["TransactItems"]]
        case "BatchWriteItem":
            return [
                (next(iter(one)).removesuffix("Request"), {"TableName": table, **next(iter(one.values()))})
                for table, some in params["RequestItems"].items()
                for one in some
            ]
    return []


def _before(behind: Any, kind: str, write: Mapping[str, Any]) -> Item:
    whole = write["Item"] if kind == "Put" else write["Key"]
    key = {name: whole[name] for name in ("PK", "SK")}
    found: Item = behind.get_item(TableName=write["TableName"], Key=key, ConsistentRead=True).get("Item", {})
    return found


def _write(behind: Any, asked: tuple[str, Mapping[str, Any]]) -> int:
    """The units of the larger of an item before and after; an update changes little of it."""
    kind, write = asked
    after = size(write["Item"]) if kind == "Put" else 0
    return _units(max(after, size(_before(behind, kind, write))), _WRITE_BYTES)


def _index(behind: Any, asked: tuple[str, Mapping[str, Any]]) -> int:
    """The index holds keys alone: an entry that comes or goes is one write, one that moves is two."""
    kind, write = asked
    before = _before(behind, kind, write)
    was = tuple(before.get(name) for name in _INDEX)
    now = tuple(write["Item"].get(name) for name in _INDEX) if kind == "Put" else was
    now = (None, None) if kind == "Delete" else now
    return 0 if was == now else sum(entry[0] is not None for entry in (was, now))


def _reads(operation: str, params: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    match operation:
        case "GetItem":
            return _units(size(answer.get("Item", {})), _READ_BYTES) * _price(params)
        case "Query":
            return _units(sum(map(size, answer["Items"])), _READ_BYTES) * _price(params)
        case "BatchGetItem":
            units = 0.0
            for table, request in params["RequestItems"].items():
                found = answer["Responses"].get(table, [])
                missing = len(request["Keys"]) - len(found)
                whole = sum(_units(size(item), _READ_BYTES) for item in found)
                units += (whole + missing) * _price(request)
            return units
    return 0.0


def _price(request: Mapping[str, Any]) -> float:
    return 1.0 if request.get("ConsistentRead") else 0.5


def _units(length: int, step: int) -> int:
    return max(1, -(-length // step))

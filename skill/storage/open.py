"""The store a setting names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from skill.errors import BadInput
from skill.shop import Stocking


def open_store(spec: str, *, shop: str, clock: Callable[[], datetime]) -> Stocking:
    """Open `sqlite:PATH` or `dynamodb:TABLE[@ENDPOINT]` for one shop. Raises BadInput for anything
    else, and for a path SQLite cannot use. The other store's module is never imported: botocore alone
    costs a cold start 100 ms."""
    kind, _, rest = spec.partition(":")
    if kind == "sqlite" and rest:
        from skill.storage.sqlite import open_sqlite

        return open_sqlite(rest, shop=shop, clock=clock)
    table, at, endpoint = rest.partition("@")
    if kind == "dynamodb" and table and bool(at) == bool(endpoint):
        from skill.storage.dynamodb import open_dynamodb

        return open_dynamodb(table, shop=shop, endpoint=endpoint or None, clock=clock)
    raise BadInput(
        f"SAYSO_STORE is {spec!r}, which names no store; set it to sqlite:PATH, like sqlite:.sayso/shop.db, "
        "or to dynamodb:TABLE (dynamodb:TABLE@http://localhost:8000 for another endpoint than AWS's own)"
    )


def prepare(spec: str) -> None:
    """Make the place a setting names ready for use. The table at an endpoint of one's own is created when
    it is missing; in AWS the stack creates it, and SQLite creates itself."""
    kind, _, rest = spec.partition(":")
    table, at, endpoint = rest.partition("@")
    if kind == "dynamodb" and table and at and endpoint:
        from skill.storage.dynamodb import connect, create_table

        create_table(connect(endpoint), table)

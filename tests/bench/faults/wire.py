"""Faults where they happen: at each statement and commit of SQLite, and on the wire to DynamoDB."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import patch

import botocore.endpoint
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from tests.bench.faults.weather import Killed, Weather, asked_of_the_store

_STATEMENT = ("throttled", "error 500", "killed during")
_BEGIN = ("never sent", "throttled", "killed before")
_COMMIT = ("killed during", "error 500", "answer lost", "killed after")
_READ = ("never sent", "killed before", "throttled", "error 500", "timed out", "answer lost", "killed after")
_WRITE = (*_READ, "done, error 500")
_TRANSACTION = (*_WRITE, "conflict")
_READS = ("GetItem", "BatchGetItem", "Query")
_ERRORS = "com.amazonaws.dynamodb.v20120810#"
# How often a fault is met by the SDK's own resends too, which then give up (3 sends in all).
_LASTING = 0.5


@contextmanager
def stormy_sqlite(path: str, weather: Weather) -> Iterator[None]:
    """Every connection to the file at `path` that is opened within stands in the weather."""
    plain = sqlite3.connect

    class Stormy(_Stormy):
        def strike(self, faults: tuple[str, ...], *, weight: float = 1.0) -> str:
            return weather.strike(asked_of_the_store(), faults, weight=weight)

        def before_write(self) -> None:
            weather.before_write()

    def connect(database: Any, *args: Any, **options: Any) -> sqlite3.Connection:
        if str(database) == path:
            options["factory"] = Stormy
        connection: sqlite3.Connection = plain(database, *args, **options)
        return connection

    with patch.object(sqlite3, "connect", connect):
        yield


class _Stormy(sqlite3.Connection):
    def strike(self, faults: tuple[str, ...], *, weight: float = 1.0) -> str:
        raise NotImplementedError

    def before_write(self) -> None:
        raise NotImplementedError

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if sql.startswith("BEGIN"):
            self.before_write()
        if not sql.startswith("PRAGMA"):
            self._befall(self.strike(_STATEMENT if self.in_transaction else _BEGIN))
        return super().execute(sql, *args)

    def executemany(self, sql: str, *args: Any) -> sqlite3.Cursor:
        self._befall(self.strike(_STATEMENT))
        return super().executemany(sql, *args)

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def __exit__(self, kind: Any, *rest: Any) -> bool:  # type: ignore[override]
        if kind is not None:
            return bool(super().__exit__(kind, *rest))
        # A transaction has many statements and one commit, which is what matters.
        fault = self.strike(_COMMIT, weight=4)
        if fault in ("answer lost", "killed after"):
            super().__exit__(None, None, None)
        elif fault:
            self.rollback()
        self._befall(fault)
        return bool(super().__exit__(None, None, None))

    def _befall(self, fault: str) -> None:
        if fault.startswith("killed"):
            raise Killed(fault)
        if fault:
            raise sqlite3.OperationalError(
                "database is locked" if fault == "throttled" else f"disk I/O error ({fault})"
            )


def stormy_dynamodb(client: Any, weather: Weather) -> None:
    """Every request of this client stands in the weather, its resends too."""
    left: dict[str, Any] = {"fault": "", "sends": 0}

    def befall(request: Any, event_name: str, **_: Any) -> Any:
        operation = event_name.rsplit(".", 1)[-1]
        if left["sends"]:
            left["sends"] -= 1
            fault = left["fault"]
        else:
            if operation not in _READS:
                weather.before_write()
            fault = weather.strike(asked_of_the_store(), _faults(operation))
            if fault and not fault.startswith("killed") and weather.chance(_LASTING):
                left.update(fault=fault, sends=2)
        return _befallen(client, request, fault, operation) if fault else None

    def over(**_: Any) -> None:
        left["sends"] = 0

    client.meta.events.register("before-send.dynamodb", befall)
    # A new call starts with a clean slate, whatever of the last one's fault was not used up.
    client.meta.events.register("before-call.dynamodb", over)


@contextmanager
def impatient() -> Iterator[None]:
    """The SDK and the store do not pause before they try again."""
    at_once = SimpleNamespace(**{**vars(botocore.endpoint.time), "sleep": lambda _: None})
    with (
        patch.object(botocore.endpoint, "time", at_once),
        patch("skill.storage.pausing.time", at_once),
    ):
        yield


def _faults(operation: str) -> tuple[str, ...]:
    if operation == "TransactWriteItems":
        return _TRANSACTION
    return _READ if operation in _READS else _WRITE


def _befallen(client: Any, request: Any, fault: str, operation: str) -> Any:
    if fault in ("answer lost", "done, error 500", "killed after"):
        answer = client._endpoint.http_session.send(request)
        # The connection is given back only when the answer was read.
        _ = answer.content
    match fault:
        case "killed before" | "killed after":
            raise Killed(fault)
        case "never sent":
            raise EndpointConnectionError(endpoint_url=request.url)
        case "timed out" | "answer lost":
            raise ReadTimeoutError(endpoint_url=request.url)
        case "throttled":
            return _refusal(request, 400, "ThrottlingException")
        case "conflict":
            reasons = [{"Code": "None"} for _ in json.loads(request.body)["TransactItems"]]
            reasons[0]["Code"] = "TransactionConflict"
            return _refusal(request, 400, "TransactionCanceledException", CancellationReasons=reasons)
    return _refusal(request, 500, "InternalServerError")


def _refusal(request: Any, status: int, kind: str, **more: Any) -> AWSResponse:
    body = json.dumps({"__type": _ERRORS + kind, "message": kind, **more}).encode()
    headers = {"Content-Type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, status, headers, _Raw(body))


class _Raw(BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.getvalue()

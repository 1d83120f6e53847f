"""A client of AWS in the places it is used: on Lambda, and restored from a snapshot there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.config import Config

from skill.aws import client, hang_up
from skill.storage.dynamodb import connect

KEYS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"}
REGIONS = {"AWS_REGION", "AWS_DEFAULT_REGION"}


class Aws(ThreadingHTTPServer):
    """Hands out credentials as Lambda does to a function with SnapStart, each set once, and answers requests
    for items with nothing. `drops`: it hangs up after each answer without having said so."""

    daemon_threads = True

    def __init__(self, *lifetimes: timedelta) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.lifetimes = list(lifetimes)
        self.handed = 0
        self.drops = False
        self.signed: list[str] = []
        self.callers: list[Any] = []
        self.dropped = threading.Semaphore(0)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Aws

    def do_GET(self) -> None:
        self.server.handed += 1
        until = datetime.now(UTC) + self.server.lifetimes[self.server.handed - 1]
        self._answer(
            {
                "AccessKeyId": f"KEY{self.server.handed}",
                "SecretAccessKey": "secret",
                "Token": "token",
                "Expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.signed.append(self.headers["Authorization"])
        self.server.callers.append(self.client_address)
        self._answer({})

    def _answer(self, what: dict[str, str]) -> None:
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.server.drops

    def finish(self) -> None:
        super().finish()
        self.connection.close()
        self.server.dropped.release()

    def log_message(self, *_: object) -> None:
        """Nothing to read."""


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name in KEYS | REGIONS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    with Aws(timedelta(minutes=5), timedelta(hours=6)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def read(client: Any) -> None:
    client.get_item(TableName="sayso", Key={"PK": {"S": "S#shop"}, "SK": {"S": "META"}})


def test_the_region_is_where_lambda_says_it_runs(aws: Aws) -> None:
    made = client("dynamodb", config=Config())
    assert made.meta.region_name == "eu-central-1"
    assert made.meta.endpoint_url == "https://dynamodb.eu-central-1.amazonaws.com"


def test_credentials_are_renewed_before_they_expire(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function with SnapStart gets its credentials from an address, and is restored long after it asked."""
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{aws.address}/credentials")
    table = connect(aws.address)
    read(table)
    assert aws.handed == 2
    read(table)
    assert aws.handed == 2
    assert ["Credential=KEY2/" in signed for signed in aws.signed] == [True, True]


def test_a_connection_that_did_not_outlive_the_snapshot_is_made_anew(aws: Aws) -> None:
    aws.drops = True
    table = connect(aws.address)
    for _ in range(3):
        read(table)
        assert aws.dropped.acquire(timeout=10)
    # Sent once each: no try was lost on a line that is dead.
    assert len(aws.callers) == len(set(aws.callers)) == 3


def test_who_hangs_up_before_a_snapshot_asks_over_a_new_line_after_it(aws: Aws) -> None:
    table, other = connect(aws.address), connect(aws.address)
    for asked in (table, other):
        read(asked)
    hang_up()
    for _ in range(2):
        assert aws.dropped.acquire(timeout=10)
    for asked in (table, other, table, other):
        read(asked)
    assert len(aws.callers) == 6
    # A line each before, and a line each after, which is used again.
    assert len(set(aws.callers)) == 4

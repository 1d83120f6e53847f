"""The three places every store test runs in: a SQLite file, moto in this process, ministack on a socket. And
the fixtures of `shelf_fixtures.py`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from skill.shop import Stocking
from skill.storage.dynamodb import DynamoStore, connect, create_table, open_dynamodb
from skill.storage.sqlite import open_sqlite
from tests.storage.shelf_fixtures import endpoint as endpoint
from tests.storage.shelf_fixtures import full as full
from tests.storage.shelf_fixtures import made as made
from tests.storage.shelf_fixtures import s3 as s3
from tests.storage.shelf_fixtures import shelf as shelf
from tests.storage.stores import NOW, SHOP, Place

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a second, independent DynamoDB API, on a free port for the length of the session."""
    program = _ministack_program()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [program],
        cwd=tmp_path_factory.mktemp("ministack"),
        env={**os.environ, "GATEWAY_PORT": str(port), "LOG_LEVEL": "ERROR"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def moto_client() -> Any:
    """A client that works whenever moto is on. One for all: it takes 70 ms to make."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        return connect(None)


@pytest.fixture(params=["sqlite", "moto", "ministack"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty place of each kind; a test names its kinds itself by parametrising `place` indirectly."""
    if request.param == "sqlite":
        path = str(tmp_path / "deep" / "shop.db")
        yield Place(
            open=lambda: open_sqlite(path, shop=SHOP, clock=lambda: NOW),
        )
    elif request.param == "moto":
        client = request.getfixturevalue("moto_client")
        with mock_aws():
            table = _new_table(client)
            yield Place(
                open=lambda: DynamoStore(client, table=table, shop=SHOP, clock=lambda: NOW),
                client=client,
                table=table,
            )
    else:
        endpoint = request.getfixturevalue("ministack")
        client = connect(endpoint)
        table = _new_table(client)
        yield Place(
            open=lambda: open_dynamodb(table, shop=SHOP, endpoint=endpoint, clock=lambda: NOW),
            client=client,
            table=table,
        )


@pytest.fixture
def store(place: Place) -> Stocking:
    return place.open()


def _new_table(client: Any) -> str:
    table = f"sayso-{uuid.uuid4().hex}"
    create_table(client, table)
    return table


def _ministack_program() -> str:
    """Ministack pins another botocore than ours, hence its own environment, made on first use."""
    if named := os.environ.get("SAYSO_MINISTACK"):
        return named
    home = ROOT / ".tools" / "ministack"
    program = home / "bin" / "ministack"
    if not program.exists():
        try:
            for command in (
                [sys.executable, "-m", "venv", str(home)],
                [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "ministack>=1.5"],
            ):
                subprocess.run(command, check=True, capture_output=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            shutil.rmtree(home, ignore_errors=True)
            pytest.skip(f"no ministack: {error}; set SAYSO_MINISTACK to its executable")
    return str(program)


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("ministack did not come up")

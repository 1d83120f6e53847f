"""The three places every store test runs in: a SQLite file, moto in this process, ministack on a socket. And
the fixtures of `shelf_fixtures.py`."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from skill.shop import Stocking
from skill.storage.dynamodb import DynamoStore, connect, create_table, open_dynamodb
from skill.storage.sqlite import open_sqlite
from tests.bench import NotReady
from tests.programs import ministack as running_ministack
from tests.storage.shelf_fixtures import endpoint as endpoint
from tests.storage.shelf_fixtures import full as full
from tests.storage.shelf_fixtures import made as made
from tests.storage.shelf_fixtures import s3 as s3
from tests.storage.shelf_fixtures import shelf as shelf
from tests.storage.stores import NOW, SHOP, Place


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a second, independent DynamoDB API, for the length of the session."""
    try:
        with running_ministack(tmp_path_factory.mktemp("ministack")) as endpoint:
            yield endpoint
    except NotReady as reason:
        pytest.skip(str(reason))


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

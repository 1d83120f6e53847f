"""Shelves in S3 and two versions to put there. `conftest.py` passes the fixtures on; a test asks for them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from skill.catalogue.index import build, update
from skill.catalogue.manifest import Manifest
from skill.catalogue.search import CatalogueIndex
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.storage.shelves import push
from tests.programs import moto_on_a_socket

PRODUCTS = [Product(sku=f"p{n}", title=f"Oat Milk {n}", price=Money(399 + n, "USD")) for n in range(40)]
RYE = Product(sku="rye", title="Rye Bread", price=Money(499, "USD"))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """S3 on a socket."""
    with moto_on_a_socket() as address:
        yield address


@pytest.fixture(scope="module")
def s3(endpoint: str) -> Iterator[Any]:
    """A client of it, and the settings that lead the code under test there."""
    settings = {
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": "shelves",
        "AWS_SECRET_ACCESS_KEY": "shelves",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        # The SDK waits up to a second before it sends again; these tests need not.
        patch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
        # Nor is this machine always quick.
        patch.setattr("skill.storage.shelves.HASTE", (5, 20, 2))
        yield boto3.client("s3")


@pytest.fixture
def shelf(s3: Any) -> str:
    """An empty shelf in a bucket of its own."""
    return new_shelf(s3)


@pytest.fixture(scope="module")
def full(s3: Any, made: Path) -> str:
    """A shelf with both versions, for tests that leave it as it is."""
    shelf = new_shelf(s3)
    push(made / "v1", to=shelf)
    push(made / "v2", to=shelf)
    return shelf


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two versions: v1, and v2 with one product more."""
    folder = tmp_path_factory.mktemp("made")
    build(PRODUCTS, folder=folder / "v1", version="v1", language="en")
    update(folder / "v1", folder=folder / "v2", version="v2", products=[RYE])
    return folder


def new_shelf(s3: Any) -> str:
    bucket = f"shelves-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    return f"s3://{bucket}/harbor"


def keys(s3: Any, shelf: str, kind: str) -> set[str]:
    bucket, _, prefix = shelf.removeprefix("s3://").partition("/")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/{kind}/").get("Contents", ())
    return {entry["Key"].rpartition("/")[2] for entry in found}


def at(shelf: str, kind: str, name: str) -> dict[str, str]:
    bucket, _, prefix = shelf.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": f"{prefix}/{kind}/{name}"}


def largest(manifest: Manifest) -> str:
    """The digest of the longest file."""
    return max(manifest.files.values(), key=lambda file: file.bytes).sha256


def contents(manifest: Manifest) -> set[str]:
    return {file.sha256 for file in manifest.files.values()}


def skus(folder: Path) -> set[str]:
    return set(CatalogueIndex(folder).get(["p0", "p39", "rye"]))

"""One setting names the store."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from skill.errors import BadInput
from skill.storage.dynamodb import DynamoStore
from skill.storage.open import open_store
from skill.storage.sqlite import SqliteStore
from tests.storage.stores import NOW


def test_a_path_opens_sqlite_and_makes_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "c:odd@name" / "shop.db"
    assert isinstance(open_store(f"sqlite:{path}", shop="harbor", clock=lambda: NOW), SqliteStore)
    assert path.exists()


def test_a_table_opens_dynamodb_without_anything_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    store = open_store("dynamodb:sayso@http://localhost:8000", shop="harbor", clock=lambda: NOW)
    assert isinstance(store, DynamoStore)


def test_a_table_alone_is_one_on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert isinstance(open_store("dynamodb:sayso", shop="harbor", clock=lambda: NOW), DynamoStore)


@pytest.mark.parametrize(
    "spec", ["", "sqlite", "sqlite:", "dynamodb:", "dynamodb:@http://x", "dynamodb:sayso@", "redis:localhost"]
)
def test_anything_else_names_the_setting_and_the_remedy(spec: str) -> None:
    with pytest.raises(BadInput, match=r"SAYSO_STORE .* set it to sqlite:PATH"):
        open_store(spec, shop="harbor", clock=lambda: NOW)


def test_opening_sqlite_does_not_import_boto3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "skill.storage.dynamodb")
    monkeypatch.setitem(sys.modules, "boto3", None)
    open_store(f"sqlite:{tmp_path / 'shop.db'}", shop="harbor", clock=lambda: NOW)
    assert "skill.storage.dynamodb" not in sys.modules

"""A shop whose shopper has two orders that arrived, and that shopper."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.conversations.replay import WORLDS
from tests.talk import Talk, furnish, lambda_door, send_through

USER = "amzn1.ask.account.ARRIVED"


@pytest.fixture
def arrived(tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A shop whose shopper has two orders that arrived."""
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues / "arrived"))
    opened = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(opened, world=WORLDS / "arrived.json")
    return opened


@pytest.fixture
def shopper(arrived: ModuleType) -> Talk:
    return Talk(send_through(arrived), user=USER, shop="Harbor Corner")

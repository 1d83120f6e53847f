"""What most tests start from: a shop on a fresh store, reached through the Lambda door."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from skill.logs import Guard
from tests.talk import Talk, furnish, lambda_door, send_through

# Speed is measured by make bench, not by tests.
settings.register_profile("sayso", deadline=None)
settings.load_profile("sayso")


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of catalogue versions for the whole run."""
    return tmp_path_factory.mktemp("catalogues")


@pytest.fixture(autouse=True)
def unguarded() -> Iterator[None]:
    """A door guards the handlers it finds: pytest's own, which outlive the test."""
    yield
    for handler in logging.getLogger().handlers:
        for guard in [known for known in handler.filters if isinstance(known, Guard)]:
            handler.removeFilter(guard)


@pytest.fixture
def door(tmp_path: Path, catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The Lambda door on a fresh SQLite store with the sample shop."""
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    opened = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    furnish(opened)
    return opened


@pytest.fixture
def talk(door: ModuleType) -> Talk:
    """Somebody talking to the sample shop."""
    return Talk(send_through(door))

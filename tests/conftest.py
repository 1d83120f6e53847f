"""What most tests start from: a shop on a fresh store, reached through the Lambda door."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

import skill.merchants.publish
from skill.logs import Guard
from tests.built import building_once
from tests.talk import Talk, furnish, lambda_door, send_through

# What a test leaves behind is little beside what its process keeps: all of that is looked through less often.
gc.set_threshold(100_000, 50, 100)

# Speed is measured by make bench, not by tests.
settings.register_profile("sayso", deadline=None, max_examples=30)
# For who has an hour: HYPOTHESIS_PROFILE=thorough. Where a test names its own number, that one holds.
settings.register_profile("thorough", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "sayso"))


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of catalogue versions for the whole run."""
    return tmp_path_factory.mktemp("catalogues")


@pytest.fixture(scope="session", autouse=True)
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The index of the same products is made once a process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skill.merchants.publish, "build", building_once(tmp_path_factory.mktemp("built")))
        yield


@pytest.fixture(autouse=True)
def unguarded() -> Iterator[None]:
    """A door guards the handlers it finds: pytest's own, which outlive the test."""
    yield
    for handler in logging.getLogger().handlers:
        for guard in [known for known in handler.filters if isinstance(known, Guard)]:
            handler.removeFilter(guard)


# Not for the whole run: another file of tests may start Playwright for itself.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real browser."""
    from tests.devtools import screenshots

    try:
        with screenshots.chromium() as browser:
            yield browser
    except screenshots.Missing as missing:
        pytest.skip(str(missing))


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

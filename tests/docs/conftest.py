"""What the tests of the pages share: a shop to throw away, and a merchant's server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.desk import Desk, furnish, merchant


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One furnished shop for the whole run; nobody changes it."""
    folder = tmp_path_factory.mktemp("desk")
    furnish(folder)
    return folder


@pytest.fixture(scope="session")
def web() -> Iterator[str]:
    with merchant() as address:
        yield address


@pytest.fixture
def desk(furnished: Path, web: str, tmp_path: Path) -> Desk:
    """A copy of it, for one page's commands."""
    folder = tmp_path / "desk"
    shutil.copytree(furnished, folder)
    return Desk(folder=folder, web=web)
